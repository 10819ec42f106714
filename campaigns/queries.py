"""Reading campaigns: who sees which, how a vote stands, and what the journal says was brought to each.

What was brought is every line on 2050 under the group campaign's id, but for what was paid out of it or given back.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet, Sum

from campaigns.models import GroupCampaign, TargetCampaign, Vote
from campaigns.rules import FUND, Poll
from core.money import ZERO
from core.periods import business_day
from groups.access import groups_where, organisations_where
from groups.models import BankingGroup
from ledger.models import Line
from members.models import Member
from users.models import User

CAMPAIGN = "CAMPAIGN"
CONTRIBUTION, RETURN = "CONTRIBUTION", "RETURN"
_NOT_BROUGHT = Q(entry__voucher__detail__in=[RETURN, "CAMPAIGN_PAYOUT"], entry__voucher__isnull=False)
READ = "campaigns:read"
TAKEN_UP = frozenset({GroupCampaign.Status.ACCEPTED.value, GroupCampaign.Status.COMPLETED.value})


# Whose they are


def all_campaigns() -> QuerySet[TargetCampaign]:
    """Campaigns with their organisation, the newest first."""
    return TargetCampaign.objects.select_related("organisation").order_by("-id")


def campaigns_visible_to(user: User | AnonymousUser) -> QuerySet[TargetCampaign]:
    """Those of the organisations whose staff she is, and those that the groups in her scope were asked about."""
    asked = GroupCampaign.objects.filter(group__in=groups_where(user, READ).values("pk"))
    organisations = organisations_where(user, READ).values("pk")
    return all_campaigns().filter(Q(organisation__in=organisations) | Q(pk__in=asked.values("campaign")))


def shown() -> QuerySet[GroupCampaign]:
    """Group campaigns with what a list shows of them, the newest first."""
    joined = GroupCampaign.objects.select_related("campaign__organisation", "group__organisation", "data_key")
    return joined.order_by("-id")


def campaigns_of(group: BankingGroup) -> QuerySet[GroupCampaign]:
    return shown().filter(group=group)


def groups_asked(user: User | AnonymousUser, campaign: TargetCampaign) -> QuerySet[GroupCampaign]:
    """How the groups in her scope took a campaign up, by the name of the group."""
    return shown().filter(campaign=campaign, group__in=groups_where(user, READ).values("pk")).order_by("group__name")


def groups_to_ask(campaign: TargetCampaign) -> QuerySet[BankingGroup]:
    """The active groups of its organisation that were not asked yet, by name."""
    groups = BankingGroup.objects.filter(organisation=campaign.organisation_id, status=BankingGroup.Status.ACTIVE)
    return groups.exclude(campaigns__campaign=campaign).order_by("name", "pk")


def campaign_by_id(campaign_id: UUID) -> TargetCampaign:
    """For ids that this program has kept itself."""
    return all_campaigns().get(pk=campaign_id)


def group_campaign_by_id(group_campaign_id: UUID) -> GroupCampaign:
    """For ids that this program has kept itself."""
    return shown().get(pk=group_campaign_id)


def is_known(group: BankingGroup, group_campaign_id: UUID) -> bool:
    """Was this very group asked about it?"""
    return GroupCampaign.objects.filter(pk=group_campaign_id, group=group).exists()


# How the vote stands


def polls(rows: Iterable[GroupCampaign]) -> dict[UUID, Poll]:
    """Group campaign id → how its vote stands, or stood when it was closed. Two queries, however many.

    A vote counts while its voter is an active member; those who have gone since it was closed are counted as then.
    """
    asked = list(rows)
    voters = _electorates(asked)
    said: dict[UUID, Counter[str]] = defaultdict(Counter)
    votes = Vote.objects.filter(group_campaign__in=[row.pk for row in asked])
    for row, member, choice in votes.values_list("group_campaign_id", "member_id", "choice"):
        if member in voters[row]:
            said[row][choice] += 1
    return {
        row.pk: Poll(said[row.pk]["YES"], said[row.pk]["NO"], len(voters[row.pk]), row.majority_percent)
        for row in asked
    }


def _electorates(asked: Sequence[GroupCampaign]) -> dict[UUID, set[UUID]]:
    """Group campaign id → the members whose votes count."""
    members: dict[UUID, list[Member]] = defaultdict(list)
    fields = ("group_id", "is_active", "joined_on", "left_on")
    for member in Member.objects.filter(group__in={row.group_id for row in asked}).only(*fields):
        members[member.group_id].append(member)
    return {row.pk: {each.pk for each in members[row.group_id] if _votes(each, row.decided_at)} for row in asked}


def _votes(member: Member, decided_at: dt.datetime | None) -> bool:
    if decided_at is None:
        return member.is_active
    day = business_day(decided_at)
    return member.joined_on <= day and (member.is_active if member.left_on is None else member.left_on > day)


def yet_to_vote(row: GroupCampaign) -> QuerySet[Member]:
    """The active members who have said neither yes nor no."""
    voted = Vote.objects.filter(group_campaign=row).values("member")
    waiting = Member.objects.filter(group=row.group_id, is_active=True).exclude(pk__in=voted)
    return waiting.select_related("person__user__data_key").order_by("number")


def votes_of(user: User, rows: Iterable[GroupCampaign]) -> dict[UUID, str]:
    """Group campaign id → what this person said herself."""
    hers = Vote.objects.filter(group_campaign__in=[row.pk for row in rows], member__person__user=user)
    return dict(hers.values_list("group_campaign_id", "choice"))


# What was brought


@dataclass(frozen=True)
class Money:
    """What the journal says of one group campaign, in shillings."""

    contributed: Decimal = ZERO
    left: Decimal = ZERO


def money_of(rows: Iterable[GroupCampaign]) -> dict[UUID, Money]:
    """Group campaign id → what was brought, and what is left of it. One query, however many."""
    ids = [row.pk for row in rows]
    sums = _lines(ids).values("subject_id").annotate(brought=Sum("amount", filter=~_NOT_BROUGHT), held=Sum("amount"))
    told = {row["subject_id"]: Money(ZERO - (row["brought"] or ZERO), ZERO - row["held"]) for row in sums}
    return {row: told.get(row, Money()) for row in ids}


def brought_by(rows: Iterable[GroupCampaign]) -> dict[UUID, dict[UUID, Decimal]]:
    """Group campaign id → member id → what she has brought to it, by member number. One query, however many; nobody
    stands in it with nothing."""
    brought: dict[UUID, dict[UUID, Decimal]] = {row.pk: {} for row in rows}
    lines = _lines(brought).filter(~_NOT_BROUGHT, member__isnull=False)
    sums = lines.values_list("subject_id", "member_id").annotate(total=Sum("amount")).order_by("member__number")
    for row, member, total in sums:
        if row and total:
            brought[row][member] = ZERO - total
    return brought


def returned_by(row: GroupCampaign) -> dict[UUID, Decimal]:
    """Member id → what was given back to her of one campaign and not taken back."""
    lines = _lines([row.pk]).filter(entry__voucher__detail=RETURN, member__isnull=False)
    return dict(lines.values_list("member_id").annotate(total=Sum("amount")).order_by())


def brought_herself(user: User, rows: Iterable[GroupCampaign]) -> dict[UUID, Decimal]:
    """Group campaign id → what this person brought to it."""
    lines = _lines([row.pk for row in rows]).filter(~_NOT_BROUGHT, member__person__user=user)
    sums = lines.values_list("subject_id").annotate(total=Sum("amount"))
    return {row: ZERO - total for row, total in sums if row}


def _lines(ids: Iterable[UUID]) -> QuerySet[Line]:
    return Line.objects.filter(subject_id__in=list(ids), account__code=FUND)


# All of it, for who asks


@dataclass(frozen=True)
class Share:
    """One member's part in a campaign."""

    member: Member
    brought: Decimal
    has_voted: bool


@dataclass(frozen=True)
class View:
    """One group campaign as a person sees it; `shares` is None for who sees her own part only."""

    row: GroupCampaign
    poll: Poll
    money: Money
    my_vote: str | None
    mine: Decimal
    shares: tuple[Share, ...] | None


def views(user: User, rows: Sequence[GroupCampaign]) -> list[View]:
    """What she sees of each, in a constant number of queries: everybody's part where she reads all transactions."""
    read = groups_where(user, "transactions:read").filter(pk__in={row.group_id for row in rows})
    whole = set(read.values_list("pk", flat=True))
    votes, mine = votes_of(user, rows), brought_herself(user, rows)
    stands, money = polls(rows), money_of(rows)
    parts = shares([row for row in rows if row.group_id in whole])
    return [
        View(row, stands[row.pk], money[row.pk], votes.get(row.pk), mine.get(row.pk, ZERO), parts.get(row.pk))
        for row in rows
    ]


def shares(rows: Sequence[GroupCampaign]) -> dict[UUID, tuple[Share, ...]]:
    """Group campaign id → the part of each active member, and of whoever else brought something, by member number."""
    brought = brought_by(rows)
    voted = set(Vote.objects.filter(group_campaign__in=list(brought)).values_list("group_campaign_id", "member_id"))
    listed: dict[UUID, list[Member]] = defaultdict(list)
    members = Member.objects.filter(group__in={row.group_id for row in rows}).select_related("person")
    for member in members.order_by("number"):
        listed[member.group_id].append(member)
    return {
        row.pk: tuple(
            Share(member, brought[row.pk].get(member.pk, ZERO), (row.pk, member.pk) in voted)
            for member in listed[row.group_id]
            if member.is_active or member.pk in brought[row.pk]
        )
        for row in rows
    }


@dataclass(frozen=True)
class CampaignView:
    """A campaign with the groups that were asked about it, as far as a person sees them."""

    campaign: TargetCampaign
    rows: tuple[GroupCampaign, ...]
    contributed: Decimal

    @property
    def taken_up(self) -> int:
        """How many of these groups accepted it."""
        return sum(row.status in TAKEN_UP for row in self.rows)

    @property
    def target(self) -> Decimal:
        """What these groups want to bring together."""
        return self.campaign.target_amount * self.taken_up


def campaign_views(user: User | AnonymousUser, campaigns: Sequence[TargetCampaign]) -> list[CampaignView]:
    """What a person sees of each campaign in a list, in a constant number of queries."""
    asked: dict[UUID, list[GroupCampaign]] = defaultdict(list)
    mine = groups_where(user, READ).values("pk")
    for row in shown().filter(campaign__in=[each.pk for each in campaigns], group__in=mine):
        asked[row.campaign_id].append(row)
    money = money_of(row for rows in asked.values() for row in rows)
    return [
        CampaignView(
            each,
            tuple(asked[each.pk]),
            sum((money[row.pk].contributed for row in asked[each.pk]), ZERO),
        )
        for each in campaigns
    ]
