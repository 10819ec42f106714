"""Vouchers as answers: the pinned transaction shape with what it still waits for, in a constant number of queries."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from core.periods import now
from groups.access import groups_where
from ledger.models import Voucher
from savings import queries
from savings.api.bodies import Saving
from savings.api.shapes import TransactionOut
from users.api.idempotency import answer_once
from users.models import User


def caller(request: Request) -> User:
    """Who acts: taken from the session, never from the body."""
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return request.user


def transactions_out(user: User, vouchers: Sequence[Voucher]) -> list[dict[str, Any]]:
    """Rows in the pinned shape; reasons only of groups whose transactions she may read whole."""
    whole = groups_where(user, "transactions:read").filter(pk__in={voucher.group_id for voucher in vouchers})
    context = {"missing": queries.missing_approvals(vouchers), "open_groups": set(whole.values_list("pk", flat=True))}
    shape = TransactionOut(context=context)
    return [shape.to_representation(voucher) for voucher in vouchers]


def answer_saving(request: Request, saving: Saving) -> Response:
    """Record a deposit or withdrawal once, by whichever of the two endpoints and keys it came.

    A receipt that was recorded before answers as any other repeat: with the first paper, and the header that says so,
    unless this very request verified it.
    """
    user, at = caller(request), now()
    papers: list[Voucher] = []

    def act() -> Voucher:
        papers.append(saving.record(user, at))
        return papers[0]

    answer = answer_voucher(request, "savings", {}, act)
    if papers and at not in {papers[0].recorded_at, papers[0].verified_at}:
        answer["Idempotent-Replayed"] = "true"
    return answer


def answer_voucher(
    request: Request,
    operation: str,
    path: Mapping[str, object],
    act: Callable[[], Voucher],
    status: int = 201,
) -> Response:
    """Run the act once per key and answer with the voucher it returns."""
    user = caller(request)

    def acted() -> tuple[UUID, Voucher]:
        voucher_id = act().pk
        return voucher_id, queries.voucher_by_id(voucher_id)

    def rendered(voucher: Voucher) -> dict[str, Any]:
        return transactions_out(user, [voucher])[0]

    return answer_once(request, operation, path, acted, queries.voucher_by_id, rendered, status)
