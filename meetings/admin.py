"""Meetings in Django's admin: for looking. What was said at the table stays sealed."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest

from core.admin import ReadOnlyAdmin
from meetings.models import Attendance, CashCount, Denomination, Meeting

if TYPE_CHECKING:
    _Table = admin.TabularInline[Any, Any]
else:
    _Table = admin.TabularInline


class DenominationInline(_Table):
    """The notes and coins of a count beside it, for looking."""

    model = Denomination
    fields = ("worth", "pieces")
    ordering = ("-worth",)
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Meeting)
class MeetingAdmin(ReadOnlyAdmin):
    show_full_result_count = False
    list_display = ("meeting_date", "group", "status", "is_extraordinary", "book_cash", "counted_cash", "seal_code")
    list_filter = ("status", "is_extraordinary", "group__organisation")
    list_select_related = ("group",)
    search_fields = ("group__name", "group__group_code", "seal_code")
    ordering = ("-meeting_date", "-id")
    exclude = ("data_key", "notes_sealed")


@admin.register(Attendance)
class AttendanceAdmin(ReadOnlyAdmin):
    show_full_result_count = False
    list_display = ("meeting", "member", "status", "marked_by", "marked_at", "has_confirmed")
    list_filter = ("status",)
    list_select_related = ("meeting", "member__person", "marked_by")
    search_fields = ("member__person__name", "meeting__group__name")
    ordering = ("-id",)


@admin.register(CashCount)
class CashCountAdmin(ReadOnlyAdmin):
    show_full_result_count = False
    list_display = ("counted_on", "group", "moment", "counted", "book", "counted_by", "counted_at")
    list_filter = ("moment", "group__organisation")
    list_select_related = ("group", "counted_by")
    search_fields = ("group__name", "group__group_code")
    ordering = ("-id",)
    exclude = ("data_key", "explanation_sealed")
    inlines = (DenominationInline,)
