"""Campaigns of one group as pages: what it was asked about, how the vote stands, who brought what."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns import queries
from campaigns.models import GroupCampaign
from campaigns.queries import Share, View
from core.money import ZERO, shown
from groups.access import standing
from groups.models import BankingGroup
from groups.permissions import Reach
from meetings.models import Meeting
from members.queries import membership_in, roster
from reports.loan_charts import meter
from reports.pages import campaign_words as said
from reports.pages.campaign_words import MoneyBar, VoteBar
from reports.pages.loan_words import Pill
from users.models import User

Status = GroupCampaign.Status


@dataclass(frozen=True)
class Row:
    """One campaign in the list of a group."""

    href: str
    name: str
    days: str
    state: Pill
    outcome: str
    votes: VoteBar | None
    bar: MoneyBar | None
    my_vote: str


@dataclass(frozen=True)
class Part:
    """One member's part, as a bar of what was asked of each or of the largest part."""

    name: str
    number: int
    brought: Decimal
    width: str
    voted: str


@dataclass(frozen=True)
class Page:
    """One group's campaign, and what this person may do about it."""

    id: UUID
    name: str
    description: str
    days: str
    state: Pill
    outcome: str
    votes: VoteBar
    my_vote: str
    target: Decimal
    per_member: Decimal
    asked_words: str
    contributed: Decimal
    left: Decimal
    bar: MoneyBar
    mine: Decimal | None
    parts: tuple[Part, ...]
    parts_known: bool
    is_open: bool
    takes_part: bool
    may_vote: bool
    campaign_href: str
    contribute_href: str
    return_href: str


def list_of(group: BankingGroup, user: User) -> list[Row]:
    return [_row(view) for view in queries.views(user, list(queries.campaigns_of(group)))]


def _row(view: View) -> Row:
    row, campaign = view.row, view.row.campaign
    is_open, has_money = row.status == Status.PROPOSED, row.status in queries.TAKEN_UP
    return Row(
        href=reverse("group-campaign-page", args=[row.group_id, row.pk]),
        name=campaign.name,
        days=said.days_of(campaign.starts_on, campaign.ends_on),
        state=said.state_of(row),
        outcome=said.outcome_of(view),
        votes=said.vote_bar(view.poll, is_open=True) if is_open else None,
        bar=said.money_bar(view.money.contributed, campaign.target_amount) if has_money else None,
        my_vote=_my_vote(view) if is_open else "",
    )


def _my_vote(view: View) -> str:
    return {"YES": _("You said yes."), "NO": _("You said no.")}.get(view.my_vote or "", "")


def page_of(row: GroupCampaign, user: User) -> Page:
    [view] = queries.views(user, [row])
    campaign, may = row.campaign, standing(user, row.group).may
    member = membership_in(user, row.group)
    takes_money, votes = row.status == Status.ACCEPTED, row.status == Status.PROPOSED
    is_left = row.status == Status.COMPLETED and view.money.left > 0
    return Page(
        id=row.pk,
        name=campaign.name,
        description=campaign.description,
        days=said.days_of(campaign.starts_on, campaign.ends_on),
        state=said.state_of(row),
        outcome=said.outcome_of(view),
        votes=said.vote_bar(view.poll, is_open=votes),
        my_vote=_my_vote(view),
        target=campaign.target_amount,
        per_member=campaign.amount_per_member,
        asked_words=shown(campaign.amount_per_member),
        contributed=view.money.contributed,
        left=view.money.left,
        bar=said.money_bar(view.money.contributed, campaign.target_amount),
        mine=view.mine if member else None,
        parts=tuple(_parts(view)),
        parts_known=view.shares is not None and row.status != Status.REJECTED,
        is_open=votes,
        takes_part=row.status in queries.TAKEN_UP,
        may_vote=votes and bool(voters(row, user)),
        campaign_href=reverse("campaign-page", args=[campaign.pk]),
        contribute_href=_href("campaign-contribute-page", row) if takes_money and may("transactions:create") else "",
        return_href=_href("campaign-return-page", row) if is_left and may("campaigns:assign") else "",
    )


def _href(name: str, row: GroupCampaign) -> str:
    return reverse(name, args=[row.group_id, row.pk])


def _parts(view: View) -> Iterable[Part]:
    shares: tuple[Share, ...] = view.shares or ()
    asked = view.row.campaign.amount_per_member
    whole = asked or max((share.brought for share in shares), default=ZERO)
    for share in shares:
        yield Part(
            name=share.member.person.name,
            number=share.member.number,
            brought=share.brought,
            width=meter(share.brought, whole),
            voted=_("has voted") if share.has_voted else _("has not voted"),
        )


def voters(row: GroupCampaign, user: User) -> list[tuple[str, str]]:
    """Whose vote this person may give: her own, and everybody's where she takes them down at an open meeting."""
    member = membership_in(user, row.group)
    own = [("", _("My own"))] if member is not None and member.is_active else []
    here = standing(user, row.group)
    is_at_table = Meeting.objects.filter(group=row.group_id, status=Meeting.Status.OPEN).exists()
    if here.may("campaigns:vote") is not Reach.ALL or not is_at_table:
        return own
    others = (each for each in roster(row.group).filter(is_active=True) if each != member)
    return [*own, *((str(each.pk), f"{each.number}. {each.person.name}") for each in others)]
