"""Loans in Django's admin: for looking. What people wrote about them stays sealed, and so do the papers."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from loans.models import Loan, LoanApproval, LoanChange, Penalty, Repayment, Witness

BORROWER = ("loan__member__person__name", "loan__group__name")


@admin.register(Loan)
class LoanAdmin(ReadOnlyAdmin):
    show_full_result_count = False
    list_display = ("loan_number", "group", "member", "loan_type", "amount", "status", "applied_on", "outstanding")
    list_filter = ("status", "loan_type", "group__organisation")
    list_select_related = ("group", "member__person")
    search_fields = ("member__person__name", "group__name", "group__group_code")
    ordering = ("-id",)
    exclude = ("data_key", "purpose_sealed", "reason_sealed", "documents")


@admin.register(Witness)
class WitnessAdmin(ReadOnlyAdmin):
    list_display = ("loan", "member")
    list_select_related = ("loan", "member__person")
    search_fields = ("member__person__name", *BORROWER)
    ordering = ("-id",)


@admin.register(LoanChange)
class LoanChangeAdmin(ReadOnlyAdmin):
    list_display = ("loan", "kind", "state", "months", "amount", "recorded_by", "recorded_at", "done_on")
    list_filter = ("kind", "state")
    list_select_related = ("loan", "recorded_by")
    search_fields = BORROWER
    ordering = ("-id",)
    exclude = ("data_key", "reason_sealed")


@admin.register(LoanApproval)
class LoanApprovalAdmin(ReadOnlyAdmin):
    list_display = ("loan", "change", "capacity", "approver", "at")
    list_filter = ("capacity",)
    list_select_related = ("loan", "change", "approver")
    search_fields = ("approver__name", *BORROWER)
    ordering = ("-id",)
    exclude = ("data_key", "notes_sealed")


@admin.register(Repayment)
class RepaymentAdmin(ReadOnlyAdmin):
    show_full_result_count = False
    list_display = ("loan", "voucher", "paid_on", "amount")
    list_select_related = ("loan", "voucher")
    search_fields = BORROWER
    ordering = ("-id",)


@admin.register(Penalty)
class PenaltyAdmin(ReadOnlyAdmin):
    show_full_result_count = False
    list_display = ("loan", "instalment", "month", "charged_on", "amount", "cancelled_at")
    list_filter = (("cancelled_at", admin.EmptyFieldListFilter),)
    list_select_related = ("loan",)
    search_fields = BORROWER
    ordering = ("-id",)
