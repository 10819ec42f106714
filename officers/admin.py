"""Officers, their groups and their positions as records: looked at here, changed by the verbs in `operations`."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from officers.models import Assignment, Officer, OfficerChange, PositionFix


@admin.register(Officer)
class OfficerAdmin(ReadOnlyAdmin):
    list_display = ["name", "user", "organisation", "status", "registered_at", "exited_at"]
    list_filter = ["status", "organisation"]
    list_select_related = ["user", "organisation"]
    search_fields = ["name", "organisation__name"]
    ordering = ["-registered_at"]


@admin.register(OfficerChange)
class OfficerChangeAdmin(ReadOnlyAdmin):
    list_display = ["officer", "status", "by", "at"]
    list_filter = ["status"]
    list_select_related = ["officer", "by"]
    ordering = ["-at"]
    exclude = ["data_key", "reason_sealed"]


@admin.register(Assignment)
class AssignmentAdmin(ReadOnlyAdmin):
    list_display = ["officer", "group", "since", "until", "given_by"]
    list_filter = [("until", admin.EmptyFieldListFilter)]
    list_select_related = ["officer", "group", "given_by"]
    search_fields = ["officer__name", "group__name"]
    ordering = ["-since"]


@admin.register(PositionFix)
class PositionFixAdmin(ReadOnlyAdmin):
    list_display = ["officer", "activity_type", "recorded_at", "received_at"]
    list_filter = ["activity_type"]
    list_select_related = ["officer"]
    ordering = ["-recorded_at"]
    show_full_result_count = False
