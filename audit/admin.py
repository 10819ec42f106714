"""The log of acts as the admin shows it."""

from django.contrib import admin

from audit.models import Act
from core.admin import ReadOnlyAdmin


@admin.register(Act)
class ActAdmin(ReadOnlyAdmin):
    list_display = ("at", "verb", "actor_id", "subject", "subject_id", "group_id", "address")
    list_filter = ("verb", "in_place_of_office")
    search_fields = ("=actor_id", "=subject_id", "=group_id")
    date_hierarchy = "at"
