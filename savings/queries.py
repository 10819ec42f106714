"""Reading savings: vouchers as lists show them, where a member stands, and who may check what waits.

Balances come from the ledger; what is summed here are papers: verified ones that were not reversed.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from core.money import ZERO
from core.periods import NAIROBI, month_end, month_start
from groups.access import groups_where
from groups.models import OFFICES, BankingGroup, Constitution, GroupRole, RoleName
from ledger.models import Approval, Line, Voucher
from ledger.papers import APPROVERS_OF_A_PAYOUT
from ledger.queries import balances
from members.models import Member
from savings import rules
from savings.rules import LOAN_ACCOUNTS, SAVING_ACCOUNTS, Named, Position, Seat
from users.models import User

CONTRIBUTION, WITHDRAWAL, PAYOUT = "CONTRIBUTION", "WITHDRAWAL", "PAYOUT"
# The withdrawal of all she owns when she leaves: it does not count towards the limit of who comes back.
LEAVING = "LEAVING"
# The payment of all she owns at a share-out, after which she stays.
PAID_AT_A_SHARE_OUT = Q(kind="SHARE_OUT", detail="PAID")
BANKING, HANDOVER = "BANKING", "HANDOVER"


def unreversed() -> QuerySet[Voucher]:
    """Papers whose money still stands."""
    verified = Voucher.objects.filter(status=Voucher.Status.VERIFIED)
    return verified.filter(~Exists(Voucher.objects.filter(reverses=OuterRef("pk"))))


def shown() -> QuerySet[Voucher]:
    """Vouchers with what a list shows of them, newest first."""
    joined = Voucher.objects.select_related(
        "entry", "data_key", "member__person", "recorded_by", "verified_by", "group__organisation"
    )
    reversed_by = Voucher.objects.filter(reverses=OuterRef("pk"))
    return joined.annotate(is_reversed=Exists(reversed_by)).order_by("-id")


def visible_to(user: User | AnonymousUser) -> QuerySet[Voucher]:
    """Every voucher of the groups whose transactions she may read, and those that name herself elsewhere."""
    if isinstance(user, AnonymousUser):
        return Voucher.objects.none()
    whole = groups_where(user, "transactions:read").values("pk")
    partly = groups_where(user, "transactions:read", own=True).values("pk")
    return shown().filter(Q(group__in=whole) | Q(group__in=partly, member__person__user=user))


def own_vouchers(user: User | AnonymousUser) -> QuerySet[Voucher]:
    """The vouchers that name the signed-in person, in all her groups."""
    if isinstance(user, AnonymousUser):
        return Voucher.objects.none()
    return shown().filter(member__in=Member.objects.filter(person__user=user).values("pk"))


def voucher_by_id(voucher_id: UUID) -> Voucher:
    """One voucher as lists show it; for ids that this program has kept itself."""
    return shown().get(pk=voucher_id)


# Where a member stands


@dataclass(frozen=True)
class Summary:
    """What a member has in her group, in shillings, and what follows from it."""

    balances: dict[str, Decimal]
    contributed: Decimal
    withdrawn: Decimal
    withdrawable: Decimal
    months_consistent: int
    loan_limit: Decimal


def fund_balances(group: BankingGroup, members: Iterable[Member]) -> dict[UUID, dict[str, Decimal]]:
    """Member id → PERSONAL, SOCIAL, ECD, PROJECT → what the books hold for her. One query, however many members."""
    held = balances.member_balances(group, members)
    return {
        member: {word: codes[account] for word, account in SAVING_ACCOUNTS.items()} for member, codes in held.items()
    }


def position_of(member: Member, constitution: Constitution, on: dt.date, *, without: UUID | None = None) -> Position:
    """Her standing towards a withdrawal, `without` leaving out the one that is being verified."""
    held = balances.member_balances(member.group, [member])[member.pk]
    first = rules.window_start(on, constitution.withdrawal_window_months)
    # Who joined again begins anew: what she took in an earlier membership is no part of what she has now.
    since = dt.datetime.combine(max(first, member.joined_on), dt.time(), tzinfo=NAIROBI)
    regular = {"group": member.group_id, "member": member, "kind": WITHDRAWAL, "detail": "REGULAR"}
    hers = Voucher.objects.filter(**regular)
    verified = unreversed().filter(**regular, verified_at__gte=since)
    pending = hers.filter(status=Voucher.Status.PENDING)
    if without is not None:
        pending = pending.exclude(pk=without)
    return Position(
        savings=held["2010"],
        withdrawn=_sum(verified),
        pending=_sum(pending),
        outstanding=sum((held[code] for code in LOAN_ACCOUNTS), ZERO),
        percent=constitution.withdrawal_percent,
        multiple=constitution.savings_multiple,
    )


def _sum(vouchers: QuerySet[Voucher]) -> Decimal:
    total: Decimal | None = vouchers.aggregate(total=Sum("amount"))["total"]
    return total or ZERO


def regular_in_month(member: Member, on: dt.date) -> Decimal:
    """What she has brought as regular contributions in the calendar month of a day, verified and not reversed."""
    hers = unreversed().filter(group=member.group_id, member=member, kind=CONTRIBUTION, detail="REGULAR")
    return _sum(hers.filter(booked_on__range=(month_start(on), month_end(on))))


def summary(member: Member, on: dt.date) -> Summary:
    """Her balances, what she brought to and took from her personal savings, and her limits on this day."""
    versions = list(Constitution.objects.adopted().filter(group=member.group_id).order_by("effective_on", "version"))
    now = _in_force(versions, on)
    position = position_of(member, now, on)
    hers = unreversed().filter(group=member.group_id, member=member)
    lending = balances.loan_fund_cash(member.group, on)
    return Summary(
        balances=fund_balances(member.group, [member])[member.pk],
        contributed=_sum(hers.filter(kind=CONTRIBUTION, detail="REGULAR")),
        withdrawn=_taken_from_savings(hers.filter(Q(kind=WITHDRAWAL) | PAID_AT_A_SHARE_OUT)),
        withdrawable=rules.available(position),
        months_consistent=_months(hers, versions, on),
        loan_limit=rules.loan_limit(position.savings, now.savings_multiple, lending),
    )


def _taken_from_savings(withdrawals: QuerySet[Voucher]) -> Decimal:
    """What left her personal savings: of the payments on leaving and at a share-out, what came from them."""
    lines = Line.objects.filter(entry__voucher__in=withdrawals.values("pk"), account__code=SAVING_ACCOUNTS["PERSONAL"])
    total: Decimal | None = lines.aggregate(total=Sum("amount"))["total"]
    return total or ZERO


def months_consistent(member: Member, on: dt.date) -> int:
    """Calendar months in a row, ending this month or the last, whose regular contributions reach the minimum."""
    versions = list(Constitution.objects.adopted().filter(group=member.group_id).order_by("effective_on", "version"))
    return _months(unreversed().filter(group=member.group_id, member=member), versions, on)


def _months(hers: QuerySet[Voucher], versions: Sequence[Constitution], on: dt.date) -> int:
    regular = hers.filter(kind=CONTRIBUTION, detail="REGULAR", booked_on__lte=on)
    by_month = regular.annotate(month=TruncMonth("booked_on")).values_list("month").annotate(total=Sum("amount"))
    totals = dict(by_month.order_by("month").values_list("month", "total"))
    return rules.months_consistent(
        totals, lambda month: _in_force(versions, min(month_end(month), on)).minimum_contribution, on
    )


def _in_force(versions: Sequence[Constitution], day: dt.date) -> Constitution:
    """The version that counts on a day, from versions in the order of their dates; before the first, the first."""
    return [versions[0], *(version for version in versions if version.effective_on <= day)][-1]


# Who may check what waits


@dataclass(frozen=True)
class Missing:
    """What a paper still waits for: in what capacity, how many have said yes, how many must, and who may."""

    capacity: str
    have: int
    need: int
    may_act: tuple[str, ...]


def seats_of(groups: Iterable[UUID]) -> dict[UUID, list[Seat]]:
    """Group id → who holds an office or serves it as field officer now, longest in service first.

    In a group without any office holder the service admins hold the offices.
    """
    wanted = set(groups)
    rows = GroupRole.objects.filter(group__in=wanted, role__in=[*OFFICES, RoleName.FIELD_OFFICER], until__isnull=True)
    seats = _seated(rows.order_by("since", "id").values_list("group_id", *_SEAT))
    if empty := {group for group in wanted if not any(seat.is_office for seat in seats[group])}:
        staff = GroupRole.objects.filter(role=RoleName.SERVICE_ADMIN, until__isnull=True, user__is_active=True)
        served = staff.filter(organisation__groups__in=empty).order_by("since", "id")
        for group, stand_ins in _seated(served.values_list("organisation__groups", *_SEAT)).items():
            seats[group] += stand_ins
    return seats


_SEAT = ("user_id", "user__name", "role", "user__phone_digest")


def _seated(rows: Iterable[tuple[Any, ...]]) -> dict[UUID, list[Seat]]:
    seats: dict[UUID, list[Seat]] = defaultdict(list)
    for group, *seat in rows:
        seats[group].append(Seat(*seat))
    return seats


def missing_approvals(vouchers: Iterable[Voucher]) -> dict[UUID, list[Missing]]:
    """Voucher id → what it waits for; nothing for those that do not wait. Two queries, however many vouchers."""
    waiting = [voucher for voucher in vouchers if voucher.status == Voucher.Status.PENDING]
    if not waiting:
        return {}
    seats = seats_of(voucher.group_id for voucher in waiting)
    said = said_yes(waiting)
    return {voucher.pk: [missing_for(voucher, seats[voucher.group_id], said[voucher.pk])] for voucher in waiting}


def said_yes(vouchers: Iterable[Voucher]) -> dict[UUID, frozenset[UUID]]:
    """Voucher id → the user ids of those who have approved it."""
    approvers: dict[UUID, frozenset[UUID]] = defaultdict(frozenset)
    rows = Approval.objects.filter(voucher__in=[voucher.pk for voucher in vouchers])
    for voucher, approver in rows.values_list("voucher_id", "approver_id"):
        approvers[voucher] |= {approver}
    return approvers


def missing_for(voucher: Voucher, seats: Sequence[Seat], said: frozenset[UUID]) -> Missing:
    """What one waiting voucher waits for."""
    may_act = tuple(seat.name for seat in called_to(voucher, seats, said))
    if voucher.kind == PAYOUT:
        have = len(rules.counted(seats, beneficiary(voucher), said))
        return Missing("OFFICE_HOLDER", have, APPROVERS_OF_A_PAYOUT, may_act)
    return Missing("RECEIVER" if voucher.detail == HANDOVER else "VERIFIER", 0, 1, may_act)


def called_to(voucher: Voucher, seats: Sequence[Seat], said: frozenset[UUID] = frozenset()) -> list[Seat]:
    """Who of these may say the next yes to a waiting voucher; `said` are those who have."""
    if voucher.kind == PAYOUT:
        return rules.payers(seats, beneficiary(voucher), said)
    if voucher.detail == HANDOVER:
        return rules.receivers(seats, voucher.to_officer_id, givers(voucher))
    return rules.checkers(seats, voucher.recorded_by_id, beneficiary(voucher), wrote_her_number(voucher))


def wrote_her_number(voucher: Voucher) -> UUID | None:
    """Who wrote the phone number of a member who asks for her own money: the code to sign in as her went there."""
    if voucher.kind != WITHDRAWAL or voucher.member is None or not names(voucher.member, voucher.recorded_by):
        return None
    return voucher.member.person.phone_written_by_id


def givers(voucher: Voucher) -> frozenset[UUID]:
    """Who parts with the cash of a hand-over: who recorded it, and the officer in whose hands it was."""
    return frozenset({voucher.recorded_by_id, voucher.from_officer_id or voucher.recorded_by_id})


def beneficiary(voucher: Voucher) -> Named | None:
    """The human being whom the voucher names, where it names a member."""
    return named(voucher.member) if voucher.member else None


def named(member: Member) -> Named:
    return Named(member.person.user_id, member.person.phone_digest)


def names(member: Member | None, user: User) -> bool:
    """Does a paper about this member name this very user?"""
    return member is not None and named(member).is_same(user.pk, user.phone_digest)


def serves(user: UUID, group: BankingGroup) -> bool:
    """Is this user a field officer of the group now?"""
    return GroupRole.objects.filter(user=user, group=group, role=RoleName.FIELD_OFFICER, until__isnull=True).exists()
