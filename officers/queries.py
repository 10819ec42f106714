"""Reading officers: who they are, whom they serve, where they were, what they did this week, what they still hold.

Every question is asked for a whole page of officers at once, so that a list costs the same however long it is.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum
from django.db.models.functions import TruncDate

from core.money import ZERO
from core.periods import NAIROBI
from groups.models import BankingGroup, GroupRole, RoleName
from ledger.models import Balance, Voucher
from ledger.rules import OFFICER
from officers import rules
from officers.models import VISITING, Assignment, Officer, PositionFix
from savings.queries import HANDOVER
from users.models import User

# Money that members bring, whichever head it goes to.
BROUGHT = ("CONTRIBUTION", "FINE_PAYMENT", "FEE", "REPAYMENT")


def holds_a_post(user: User) -> bool:
    """Is or becomes this user somebody's officer? Lent to the rooms below."""
    return Officer.objects.filter(user=user).exclude(status=Officer.Status.EXITED).exists()


@dataclass(frozen=True)
class Week:
    """What an officer did in the last seven days, today among them."""

    visits: int = 0
    entries: int = 0
    collected: Decimal = ZERO


@dataclass(frozen=True)
class InHand:
    """Cash of one group that an officer holds by the books."""

    group_id: UUID
    group_name: str
    amount: Decimal


def shown() -> QuerySet[Officer]:
    """Officers with what a list shows of them."""
    running = Assignment.objects.filter(until__isnull=True).select_related("group").order_by("group__name", "id")
    joined = Officer.objects.select_related("organisation", "user__data_key")
    return joined.prefetch_related(Prefetch("assignments", queryset=running, to_attr="running"))


def officer_by_id(officer_id: UUID) -> Officer:
    """One officer as lists show her; for ids that this program has kept itself."""
    return shown().get(pk=officer_id)


def names_of(hands: Iterable[tuple[UUID, UUID]]) -> dict[tuple[UUID, UUID], str]:
    """(Organisation, user) → the name by which the organisation calls its officer, now or when she left. One query.

    Whoever never had a post there is not among them. Others of the named organisations may be.
    """
    asked = set(hands)
    organisations, users = {one for one, _user in asked}, {user for _one, user in asked}
    posts = Officer.objects.filter(organisation__in=organisations, user__in=users)
    rows = posts.order_by("registered_at", "pk").values_list("organisation_id", "user_id", "name")
    return {(organisation, user): name for organisation, user, name in rows}


def groups_of(officer: Officer) -> list[BankingGroup]:
    """The groups an officer is assigned to now, by name."""
    rows = Assignment.objects.filter(officer=officer, until__isnull=True).select_related("group__organisation")
    return [row.group for row in rows.order_by("group__name", "id")]


def roles_of(officer: Officer) -> QuerySet[GroupRole]:
    """Her running roles as field officer of her organisation's groups."""
    rows = GroupRole.objects.filter(user=officer.user_id, role=RoleName.FIELD_OFFICER, until__isnull=True)
    return rows.filter(group__organisation=officer.organisation_id).select_related("group")


# Where they were


def trail_of(officer: Officer) -> QuerySet[PositionFix]:
    """Her fixes, the newest first."""
    return PositionFix.objects.filter(officer=officer).order_by("-recorded_at")


def newest_fixes(officers: Collection[Officer], *, on_duty: bool = True) -> dict[UUID, PositionFix]:
    """Officer id → her newest fix; with `on_duty` the newest one that was taken on duty.

    One look into the index for each officer: what it costs does not grow with the fixes that are kept.
    """
    hers = PositionFix.objects.filter(officer=OuterRef("pk")).order_by("-recorded_at")
    if on_duty:
        hers = hers.exclude(activity_type=PositionFix.Activity.OFF_DUTY)
    asked = Officer.objects.filter(pk__in=[officer.pk for officer in officers])
    newest = [
        pk for pk in asked.annotate(newest=Subquery(hers.values("pk")[:1])).values_list("newest", flat=True) if pk
    ]
    return {fix.officer_id: fix for fix in PositionFix.objects.filter(pk__in=newest)}


def on_the_map(officers: Collection[Officer], at: dt.datetime) -> dict[UUID, PositionFix]:
    """Officer id → where she is now: of active officers, the newest fix where it is fresh and she is not off duty."""
    active = [officer for officer in officers if officer.status == Officer.Status.ACTIVE]
    newest = newest_fixes(active, on_duty=False)
    fresh = {
        officer.pk: rules.fresh_since(at, officer.organisation.position_fresh_minutes)
        for officer in active
        if officer.pk in newest
    }
    return {
        officer: newest[officer]
        for officer, since in fresh.items()
        if newest[officer].recorded_at >= since and newest[officer].activity_type != PositionFix.Activity.OFF_DUTY
    }


# What they did


def weeks_of(officers: Collection[Officer], on: dt.date) -> dict[UUID, Week]:
    """Officer id → her last seven days. Two queries, however many officers."""
    since = dt.datetime.combine(rules.first_day_of_week(on), dt.time(), tzinfo=NAIROBI)
    visits, papers = _visits(officers, since), _papers(officers, since)
    weeks = {}
    for officer in officers:
        entries, collected = papers.get((officer.organisation_id, officer.user_id), (0, ZERO))
        weeks[officer.pk] = Week(visits[officer.pk], entries, collected)
    return weeks


def _visits(officers: Collection[Officer], since: dt.datetime) -> dict[UUID, int]:
    """A member, or a group's meeting, counts once a day, however many fixes were taken there."""
    fixes = PositionFix.objects.filter(officer__in=list(officers), recorded_at__gte=since, activity_type__in=VISITING)
    days = fixes.annotate(day=TruncDate("recorded_at", tzinfo=NAIROBI)).order_by()
    counted: dict[UUID, int] = defaultdict(int)
    met = days.exclude(member=None).values_list("officer", "day", "member").distinct()
    gathered = days.filter(member=None).values_list("officer", "day", "activity_type").distinct()
    for officer, _day, _whom in [*met, *gathered]:
        counted[officer] += 1
    return counted


def _papers(officers: Collection[Officer], since: dt.datetime) -> dict[tuple[UUID, UUID], tuple[int, Decimal]]:
    """(Organisation, user) → vouchers recorded there, and money brought by those that stand verified."""
    users = {officer.user_id for officer in officers}
    organisations = {officer.organisation_id for officer in officers}
    theirs = Voucher.objects.filter(
        recorded_by__in=users, recorded_at__gte=since, group__organisation__in=organisations
    )
    standing = Q(status=Voucher.Status.VERIFIED, kind__in=BROUGHT, is_reversed=False)
    sums = (
        theirs.annotate(is_reversed=Exists(Voucher.objects.filter(reverses=OuterRef("pk"))))
        .values("group__organisation", "recorded_by")
        .order_by()
        .annotate(entries=Count("pk"), collected=Sum("amount", filter=standing))
    )
    return {
        (row["group__organisation"], row["recorded_by"]): (row["entries"], row["collected"] or ZERO) for row in sums
    }


# What they hold


def cash_in_hands(officers: Collection[Officer]) -> dict[UUID, list[InHand]]:
    """Officer id → what she holds of each group of her organisation, by the group's name. One query."""
    posts = {(officer.organisation_id, officer.user_id): officer.pk for officer in officers}
    kept = Balance.objects.filter(account__code=OFFICER, holder__in={user for _organisation, user in posts})
    rows = kept.exclude(amount=0).select_related("account__group").order_by("account__group__name")
    held: dict[UUID, list[InHand]] = defaultdict(list)
    for row in rows:
        group = row.account.group
        if officer := posts.get((group.organisation_id, row.holder)):
            held[officer].append(InHand(group.pk, group.name, row.amount))
    return held


def held_groups(officer: Officer) -> list[BankingGroup]:
    """The groups in whose books her hands were ever named."""
    books = Balance.objects.filter(account__code=OFFICER, holder=officer.user_id)
    named = books.filter(account__group__organisation=officer.organisation_id).values("account__group")
    return list(BankingGroup.objects.filter(pk__in=named))


def waiting_papers(officer: Officer) -> QuerySet[Voucher]:
    """Papers that nobody has decided and that name her hands: cash would come into them or leave them."""
    hers = Q(from_officer=officer.user_id) | Q(to_officer=officer.user_id)
    waiting = Voucher.objects.filter(hers, status=Voucher.Status.PENDING, group__organisation=officer.organisation_id)
    return waiting.select_related("group").order_by("recorded_at", "id")


def on_their_way(officer: Officer) -> dict[UUID, Decimal]:
    """Group id → what she has handed over and nobody has confirmed yet."""
    given = Voucher.objects.filter(from_officer=officer.user_id, detail=HANDOVER, status=Voucher.Status.PENDING)
    return {row["group"]: row["total"] for row in given.values("group").order_by().annotate(total=Sum("amount"))}
