"""Proving fines: what a fine's row says is what the journal holds under its id.

Goes along with `ledger.verify.check_books`; two queries, however many fines a group has.
"""

from collections.abc import Iterator
from decimal import Decimal

from django.db.models import Sum

from core.money import ZERO
from groups.models import BankingGroup
from ledger.differences import NAMED, Difference
from savings import rules
from savings.fines import payments
from savings.models import Fine

Status = Fine.Status


def fines_are_what_is_paid(group: BankingGroup) -> Iterator[Difference]:
    """Of every fine of the group: never more paid than its amount, PAID exactly when all is; and no fine's income that
    is of no fine."""
    sums = (
        payments()
        .filter(account__group=group)
        .values_list("subject_id")
        .annotate(total=Sum("amount"))
        .order_by("subject_id")
    )
    paid = {fine: -total for fine, total in sums}
    rows = Fine.objects.filter(group=group).order_by("pk").values_list("pk", "status", "amount")
    found = [each for pk, status, amount in rows for each in _wrong(f"fine {pk}", status, amount, paid.pop(pk, ZERO))]
    yield from [*found, *(Difference("income of a fine that is not there", f"fine {pk}") for pk in paid)][:NAMED]


def _wrong(where: str, status: str, amount: Decimal, paid: Decimal) -> Iterator[Difference]:
    if not ZERO <= paid <= amount:
        yield Difference("more or less was paid of a fine than it can take", where, paid)
    if status == Status.CANCELLED and paid:
        yield Difference("money on a fine that was never due", where, paid)
    if status in {Status.PAID, Status.OUTSTANDING} and rules.is_settled(amount, paid) != (status == Status.PAID):
        yield Difference("a fine's status is not what was paid of it", where, amount - paid)
