"""The project's own app: commands, and the admin site with the house's rules of entry."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class TablebankingConfig(AppConfig):
    default = True
    name = "tablebanking"


class ConsoleAdminConfig(admin_apps.AdminConfig):
    default = False
    default_site = "tablebanking.admin_site.ConsoleAdminSite"
