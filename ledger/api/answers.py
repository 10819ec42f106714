"""What the books answer: money as text with two decimals, days as YYYY-MM-DD, words in the reader's language."""

from typing import Any

from rest_framework import serializers

from core.api.fields import AmountOut
from ledger.queries.cash import CASH_IN, CASH_OUT, CODE_OF_PLACE


class CashRowOut(serializers.Serializer[object]):
    entry_number = serializers.IntegerField()
    transaction_date = serializers.DateField()
    category = serializers.ChoiceField([CASH_IN, CASH_OUT])
    subcategory = serializers.CharField(help_text="The head of the cash ledger.")
    amount = AmountOut()
    place = serializers.ChoiceField(list(CODE_OF_PLACE), allow_null=True)
    description = serializers.CharField()
    reference_doc = serializers.UUIDField(allow_null=True, help_text="The voucher; of a folded row the meeting.")
    balance_after = AmountOut()
    lines = serializers.IntegerField(help_text="How many lines of the books the row stands for.")


class CashLedgerOut(serializers.Serializer[object]):
    to = serializers.DateField(source="last")
    opening_balance = AmountOut()
    closing_balance = AmountOut()
    results = CashRowOut(source="rows", many=True)
    next = serializers.SerializerMethodField()

    def get_fields(self) -> dict[str, Any]:
        return {"from": serializers.DateField(source="first"), **super().get_fields()}

    def get_next(self, ledger: Any) -> str | None:
        """The address of the next page."""
        address: str | None = self.context["address_of"](ledger.next) if ledger.next else None
        return address


class HeadOut(serializers.Serializer[object]):
    """`label` is what people call the head; the name is also a word of the framework's, so it is added by its text."""

    head = serializers.CharField()
    amount = AmountOut()

    def get_fields(self) -> dict[str, Any]:
        return {**super().get_fields(), "label": serializers.CharField()}


class PlacesOut(serializers.Serializer[object]):
    CASH_BOX = AmountOut()
    BANK = AmountOut()
    MPESA = AmountOut()
    OFFICER = AmountOut()


class HeldForOthersOut(serializers.Serializer[object]):
    total = AmountOut()
    social = AmountOut()
    ecd = AmountOut()
    campaigns = AmountOut()
    unallocated = AmountOut()
    projects = AmountOut()


class CarriedOut(serializers.Serializer[object]):
    on = serializers.DateField()
    cash = AmountOut()
    loan_fund_cash = AmountOut()
    trf = AmountOut()


class FlowOut(serializers.Serializer[object]):
    head = serializers.CharField()
    out = AmountOut(source="went")

    def get_fields(self) -> dict[str, Any]:
        return {**super().get_fields(), "label": serializers.CharField(), "in": AmountOut(source="came")}


class CourseOut(serializers.Serializer[object]):
    brought_forward = AmountOut()
    out = AmountOut(source="shrunk")
    carried_forward = AmountOut()

    def get_fields(self) -> dict[str, Any]:
        return {**super().get_fields(), "in": AmountOut(source="grown")}


class MemberRowOut(serializers.Serializer[object]):
    member_id = serializers.UUIDField()
    member_number = serializers.IntegerField()
    member_name = serializers.CharField()
    savings = CourseOut()
    short_term_loans = CourseOut()
    long_term_loans = CourseOut()
    welfare = AmountOut()
    fines = AmountOut()


class FundOut(serializers.Serializer[object]):
    """A group's fund on a day from both sides, and where its cash lies; the difference is always 0.00."""

    on = serializers.DateField()
    trf = AmountOut()
    claims_total = AmountOut()
    difference = AmountOut()
    cash = AmountOut()
    cash_by_place = PlacesOut()


class TrfSheetOut(FundOut):
    """`assets` and `claims` each sum to their total; what counts against a side is below zero.

    It is answered where loans are known, too: `reports` sets what is overdue beside each line of loans.
    """

    assets = HeadOut(many=True)
    claims = HeadOut(many=True)
    loan_fund_cash = AmountOut()
    held_for_others = HeldForOthersOut()
    brought_forward = CarriedOut()
    flows = FlowOut(many=True)
    carried_forward = CarriedOut()
    members = MemberRowOut(many=True)

    def get_fields(self) -> dict[str, Any]:
        return {"from": serializers.DateField(source="since"), **super().get_fields()}


class TrialLineOut(serializers.Serializer[object]):
    code = serializers.CharField()
    name = serializers.CharField()
    debit = AmountOut()
    credit = AmountOut()


class TrialBalanceOut(serializers.Serializer[object]):
    on = serializers.DateField()
    accounts = TrialLineOut(many=True)
    debits = AmountOut()
    credits = AmountOut()
    difference = AmountOut()


class FigureOut(serializers.Serializer[object]):
    code = serializers.CharField()
    name = serializers.CharField()
    amount = AmountOut()


class IncomeStatementOut(serializers.Serializer[object]):
    to = serializers.DateField(source="last")
    income = FigureOut(many=True)
    appreciation_fees = AmountOut()
    income_total = AmountOut()
    expenses = FigureOut(many=True)
    expenses_total = AmountOut()
    profit = AmountOut()
    difference = AmountOut()

    def get_fields(self) -> dict[str, Any]:
        return {"from": serializers.DateField(source="first"), **super().get_fields()}


class BalanceSheetOut(serializers.Serializer[object]):
    on = serializers.DateField()
    assets = FigureOut(many=True)
    assets_total = AmountOut()
    liabilities = FigureOut(many=True)
    liabilities_total = AmountOut()
    equity = FigureOut(many=True)
    result = AmountOut()
    equity_total = AmountOut()
    difference = AmountOut()


class ChainOut(serializers.Serializer[object]):
    intact = serializers.BooleanField()
    entries = serializers.IntegerField()
    head = serializers.CharField()
    broken_at = serializers.IntegerField(allow_null=True)
