"""The books in Django's admin: for looking. What people wrote on vouchers stays sealed."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from core.admin import ReadOnlyAdmin
from ledger.models import Account, ClosedPeriod, Entry, Line, Voucher
from ledger.rules import CHART

if TYPE_CHECKING:
    _Table = admin.TabularInline[Any, Any]
else:
    _Table = admin.TabularInline


class LineInline(_Table):
    """An entry's lines beside it, for looking."""

    model = Line
    fields = ("account", "member", "officer", "subject_id", "head", "amount")
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        lines = super().get_queryset(request).select_related("account", "member__person", "officer")
        return lines.order_by("id")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    show_full_result_count = False
    list_display = ("number", "group", "kind", "booked_on", "posted_at", "actor")
    list_filter = ("kind",)
    list_select_related = ("group", "actor")
    ordering = ("-id",)
    inlines = (LineInline,)


@admin.register(Account)
class AccountAdmin(ReadOnlyAdmin):
    list_display = ("code", "name", "group")
    list_filter = ("code",)
    list_select_related = ("group",)
    ordering = ("group", "code")

    @admin.display
    def name(self, account: Account) -> str:
        return str(CHART[account.code].name)


@admin.register(Voucher)
class VoucherAdmin(ReadOnlyAdmin):
    list_display = ("id", "group", "kind", "detail", "amount", "booked_on", "status")
    list_filter = ("status", "kind")
    list_select_related = ("group",)
    ordering = ("-id",)
    exclude = ("data_key", "reason_sealed", "verdict_sealed")


@admin.register(ClosedPeriod)
class ClosedPeriodAdmin(ReadOnlyAdmin):
    list_display = ("month", "group", "closed_by", "closed_at")
    list_select_related = ("group", "closed_by")
    ordering = ("-month",)
