"""Fines in Django's admin: for looking. Why they were imposed or waived stays sealed."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from savings.models import Fine


@admin.register(Fine)
class FineAdmin(ReadOnlyAdmin):
    show_full_result_count = False
    list_display = ("member", "group", "cause", "amount", "status", "imposed_on", "due_on", "imposed_by")
    list_filter = ("status", "cause", "group__organisation")
    list_select_related = ("group", "member__person", "imposed_by")
    search_fields = ("member__person__name", "group__name", "group__group_code")
    ordering = ("-id",)
    exclude = ("data_key", "reason_sealed", "verdict_sealed")
