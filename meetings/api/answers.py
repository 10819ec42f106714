"""Meetings, collections and counts as answers, each in the pinned shape and in a constant number of queries."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from core.ids import NIL
from core.money import ZERO
from core.periods import today
from groups.access import standing
from groups.models import BankingGroup
from groups.permissions import Reach
from ledger.models import Voucher
from meetings import queries
from meetings.api.shapes import CashCountOut, MeetingOut
from meetings.models import CashCount, Meeting
from meetings.queries.kept import bundle_by_id, count_by_id, paper_of
from members.queries import members_of
from savings.api.answers import caller, transactions_out
from users.api.idempotency import answer_once
from users.models import User


def meeting_out(user: User, meeting: Meeting) -> dict[str, Any]:
    """One meeting, with what it expects of each member."""
    return _shown(user, [meeting], [queries.view_of(meeting, today())])[0]


def meetings_out(user: User, meetings: Sequence[Meeting]) -> list[dict[str, Any]]:
    """Meetings of one group, without what they expect."""
    return _shown(user, meetings, queries.views_of(meetings, today()))


def _shown(user: User, meetings: Sequence[Meeting], views: Sequence[queries.MeetingView]) -> list[dict[str, Any]]:
    if not meetings:
        return []
    group = meetings[0].group
    known = {
        "is_whole": standing(user, group).may("transactions:read") is Reach.ALL,
        "own": set(members_of(user).filter(group=group).values_list("pk", flat=True)),
    }
    return [dict(MeetingOut(view, context=known).data) for view in views]


def answer_meeting(
    request: Request, operation: str, path: Mapping[str, object], act: Callable[[], UUID], status: int = 200
) -> Response:
    """Run the act once per key and answer with the meeting whose id it returns, as it is now."""
    user = caller(request)

    def acted() -> tuple[UUID, Meeting]:
        meeting_id = act()
        return meeting_id, queries.meeting_by_id(meeting_id)

    def rendered(meeting: Meeting) -> dict[str, Any]:
        return meeting_out(user, meeting)

    return answer_once(request, operation, path, acted, queries.meeting_by_id, rendered, status)


def answer_collection(request: Request, meeting: Meeting, act: Callable[[], list[Voucher]]) -> Response:
    """Collect once per key; the bundle is what the key remembers."""

    def acted() -> tuple[UUID, list[Voucher]]:
        bundle = act()[0].bundle_id or NIL
        return bundle, bundle_by_id(bundle)

    def rendered(vouchers: list[Voucher]) -> dict[str, Any]:
        return _collected(caller(request), vouchers)

    return answer_once(request, "meetings.collect", {"meeting_id": meeting.pk}, acted, bundle_by_id, rendered)


def _collected(user: User, vouchers: list[Voucher]) -> dict[str, Any]:
    first = vouchers[0]
    return {
        "bundle_id": first.bundle_id,
        "meeting_id": first.meeting_id,
        "member_id": first.member_id,
        "total": f"{sum((voucher.amount for voucher in vouchers), ZERO):.2f}",
        "transactions": transactions_out(user, vouchers),
    }


def answer_count(request: Request, group: BankingGroup, act: Callable[[], CashCount]) -> Response:
    """Count once per key, and answer with the paper of what differed as it is now."""
    user = caller(request)

    def acted() -> tuple[UUID, CashCount]:
        count = act()
        return count.pk, count

    def rendered(count: CashCount) -> dict[str, Any]:
        paper = paper_of(count)
        known = {"transaction": transactions_out(user, [paper])[0] if paper else None}
        return dict(CashCountOut(count, context=known).data)

    return answer_once(request, "cash-counts", {"group_id": group.pk}, acted, count_by_id, rendered)
