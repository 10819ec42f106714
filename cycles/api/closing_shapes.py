"""What a closing is answered with: the closed month or year, or the proposal to close it."""

from datetime import date
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api.fields import AmountOut
from cycles.models import ClosedYear, ClosingProposal
from cycles.queries import closing as queries
from cycles.queries import years
from ledger.models import ClosedPeriod


class ClosedPeriodOut(serializers.Serializer[ClosedPeriod]):
    """A month that takes no more entries; `balances` is what each account held at its end, as proved when it closed.

    `entries` and `head_hash` are the head of the chain then; months closed before heads were kept have none.
    """

    group_id = serializers.UUIDField()
    period = serializers.SerializerMethodField()
    status = serializers.SerializerMethodField()
    closed_at = serializers.DateTimeField()
    closed_by = serializers.UUIDField(
        source="closed_by_id", allow_null=True, help_text="Null where the calendar closed it, by a standing order."
    )
    entries = serializers.IntegerField(allow_null=True)
    head_hash = serializers.CharField()
    balances = serializers.SerializerMethodField()

    def get_period(self, period: ClosedPeriod) -> str:
        return month_word(period.month)

    @extend_schema_field(serializers.ChoiceField(["CLOSED"]))
    def get_status(self, period: ClosedPeriod) -> str:
        return "CLOSED"

    @extend_schema_field(serializers.DictField(child=AmountOut()))
    def get_balances(self, period: ClosedPeriod) -> dict[str, str]:
        return {code: f"{amount:.2f}" for code, amount in queries.closing_balances(period).items()}


class ClosedYearOut(serializers.Serializer[ClosedYear]):
    """A year carried to the surplus: `carried` is what 3010 took (below zero for a loss); the transaction is there
    where anything was earned or spent."""

    group_id = serializers.UUIDField()
    fiscal_year = serializers.IntegerField()
    status = serializers.SerializerMethodField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    closed_at = serializers.DateTimeField()
    closed_by = serializers.UUIDField(source="closed_by_id")
    carried = serializers.SerializerMethodField()
    transaction_id = serializers.UUIDField(source="voucher_id", allow_null=True)
    entry_number = serializers.SerializerMethodField()

    @extend_schema_field(serializers.ChoiceField(["CLOSED"]))
    def get_status(self, closed: ClosedYear) -> str:
        return "CLOSED"

    @extend_schema_field(AmountOut())
    def get_carried(self, closed: ClosedYear) -> str:
        return f"{years.carried(closed):.2f}"

    def get_entry_number(self, closed: ClosedYear) -> int | None:
        return closed.voucher.entry.number if closed.voucher and closed.voucher.entry else None


class ProposalOut(serializers.Serializer[ClosingProposal]):
    """The service admin was asked to close this month ("2026-10") or year ("2026")."""

    id = serializers.UUIDField()
    group_id = serializers.UUIDField()
    period = serializers.CharField()
    status = serializers.SerializerMethodField()
    proposed_at = serializers.DateTimeField()
    proposed_by = serializers.UUIDField(source="proposed_by_id")

    @extend_schema_field(serializers.ChoiceField(["PROPOSED"]))
    def get_status(self, proposal: ClosingProposal) -> str:
        return "PROPOSED"


def month_word(day: date) -> str:
    return f"{day:%Y-%m}"


def closing_out(kept: ClosedPeriod | ClosedYear | ClosingProposal) -> tuple[dict[str, Any], int]:
    """The answer, and its status: what is only proposed is accepted, not done."""
    if isinstance(kept, ClosingProposal):
        return dict(ProposalOut(kept).data), 202
    shape = ClosedPeriodOut(kept) if isinstance(kept, ClosedPeriod) else ClosedYearOut(kept)
    return dict(shape.data), 200
