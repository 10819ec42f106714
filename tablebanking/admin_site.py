"""Django's admin, for records: whoever enters needs the word from the role rows, and money is read-only there."""

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class ConsoleAdminSite(AdminSite):
    site_header = _("Table Banking records")
    site_title = _("Records")
    index_title = _("Records")

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and request.user.has_perm("admin.enter")
