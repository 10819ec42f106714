"""Campaigns of organisations as pages: all that somebody sees, one with the groups that were asked, a new one."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.core.paginator import Paginator
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns import operations, queries
from campaigns.access import campaign_to_assign
from campaigns.models import GroupCampaign, TargetCampaign
from campaigns.operations import Idea
from campaigns.queries import CampaignView
from campaigns.rules import last_deadline
from core.money import ZERO
from groups.access import group_for, may_speak, organisation_for, organisations_where
from groups.models import Organisation
from reports.campaign_forms import AssignForm, NewCampaignForm
from reports.pages import campaign_words as said
from reports.pages.campaign_words import MoneyBar, VoteBar
from reports.pages.loan_words import Pill
from users.models import User
from users.submissions import once

A_PAGE = 20
CREATE, ASSIGN = "campaigns:create", "campaigns:assign"


@dataclass(frozen=True)
class Row:
    """One campaign in the list."""

    href: str
    name: str
    organisation: str
    days: str
    is_over: bool
    part: str
    bar: MoneyBar | None


@dataclass(frozen=True)
class CampaignsPage:
    rows: tuple[Row, ...]
    new_href: str
    number: int
    pages: int

    @property
    def newer(self) -> int:
        return self.number - 1

    @property
    def older(self) -> int:
        return self.number + 1


@dataclass(frozen=True)
class GroupRow:
    """How one group took a campaign up."""

    href: str
    name: str
    state: Pill
    votes: VoteBar
    bar: MoneyBar | None


@dataclass(frozen=True)
class CampaignPage:
    name: str
    organisation: str
    description: str
    days: str
    target: Decimal
    per_member: Decimal
    brought: Decimal
    part: str
    rows: tuple[GroupRow, ...]
    may_assign: bool


def all_of(user: User, number: int, on: dt.date) -> CampaignsPage:
    """What this person sees, the newest first."""
    pages = Paginator(queries.campaigns_visible_to(user), A_PAGE)
    page = pages.get_page(number)
    views = queries.campaign_views(user, list(page.object_list))
    new = reverse("new-campaign-page") if may_speak(user, CREATE) else ""
    return CampaignsPage(tuple(_row(view, on) for view in views), new, page.number, pages.num_pages)


def _row(view: CampaignView, on: dt.date) -> Row:
    campaign = view.campaign
    return Row(
        href=reverse("campaign-page", args=[campaign.pk]),
        name=campaign.name,
        organisation=campaign.organisation.name,
        days=said.days_of(campaign.starts_on, campaign.ends_on),
        is_over=campaign.ends_on < on,
        part=_part(view),
        bar=said.money_bar(view.contributed, view.target) if view.target else None,
    )


def _part(view: CampaignView) -> str:
    """How many groups were asked, and what became of it."""
    if not view.rows:
        return _("No group was asked yet.")
    votes = sum(row.status == GroupCampaign.Status.PROPOSED for row in view.rows)
    counted = {
        ngettext("%(count)d takes part", "%(count)d take part", view.taken_up): view.taken_up,
        ngettext("%(count)d is voting", "%(count)d are voting", votes): votes,
    }
    asked = ngettext("%(count)d group was asked", "%(count)d groups were asked", len(view.rows))
    said = [asked % {"count": len(view.rows)}, *(word % {"count": count} for word, count in counted.items() if count)]
    return ", ".join(said) + "."


# One


def page_of(campaign: TargetCampaign, user: User) -> CampaignPage:
    [view] = queries.campaign_views(user, [campaign])
    return CampaignPage(
        name=campaign.name,
        organisation=campaign.organisation.name,
        description=campaign.description,
        days=said.days_of(campaign.starts_on, campaign.ends_on),
        target=campaign.target_amount,
        per_member=campaign.amount_per_member,
        brought=view.contributed,
        part=_part(view),
        rows=tuple(_group_rows(list(queries.groups_asked(user, campaign)))),
        may_assign=may_assign(campaign, user),
    )


def _group_rows(rows: list[GroupCampaign]) -> Iterable[GroupRow]:
    polls, money = queries.polls(rows), queries.money_of(rows)
    for row in rows:
        yield GroupRow(
            href=reverse("group-campaign-page", args=[row.group_id, row.pk]),
            name=row.group.name,
            state=said.state_of(row),
            votes=said.vote_bar(polls[row.pk], is_open=row.status == GroupCampaign.Status.PROPOSED),
            bar=said.money_bar(money[row.pk].contributed, row.campaign.target_amount)
            if row.status in queries.TAKEN_UP
            else None,
        )


def may_assign(campaign: TargetCampaign, user: User) -> bool:
    return organisations_where(user, ASSIGN).filter(pk=campaign.organisation_id).exists()


def groups_to_ask(campaign: TargetCampaign) -> list[tuple[str, str]]:
    return [(str(group.pk), group.name) for group in queries.groups_to_ask(campaign)]


def assign(campaign: TargetCampaign, form: AssignForm, *, by: User, at: dt.datetime) -> GroupCampaign:
    """Ask a group, once: the same form sent again gives the first outcome."""
    group, day = group_for(by, form.group_id, ASSIGN), form.cleaned_data["voting_deadline"]
    campaign = campaign_to_assign(group, campaign.pk)

    def act() -> tuple[UUID, GroupCampaign]:
        deadline = last_deadline(day) if day else None
        made = operations.assign(campaign=campaign, group=group, by=by, at=at, voting_deadline=deadline)
        return made.pk, made

    body = {"campaign": str(campaign.pk), "group": str(group.pk), "deadline": day.isoformat() if day else ""}
    key, load = form.cleaned_data["offline_sync_id"], queries.group_campaign_by_id
    return once(user=by, operation="pages.campaign-assign", key=key, body=body, act=act, load=load).row


# A new one


def organisations_to_found_in(user: User) -> list[Organisation]:
    return list(organisations_where(user, CREATE).filter(is_active=True).order_by("name", "pk"))


def create(form: NewCampaignForm, *, by: User, at: dt.datetime) -> TargetCampaign:
    """Write it down, once: the same form sent again gives the first outcome."""
    given = form.cleaned_data
    organisation = organisation_for(by, UUID(given["organisation"]), CREATE)
    idea = Idea(
        name=given["name"],
        description=given["description"],
        target_amount=given["target_amount"],
        amount_per_member=given["amount_per_member"] or ZERO,
        starts_on=given["start_date"],
        ends_on=given["end_date"],
    )

    def act() -> tuple[UUID, TargetCampaign]:
        made = operations.create_campaign(organisation=organisation, idea=idea, by=by, at=at)
        return made.pk, made

    body = {name: str(value) for name, value in given.items() if name != "offline_sync_id"}
    key, load = given["offline_sync_id"], queries.campaign_by_id
    return once(user=by, operation="pages.campaign", key=key, body=body, act=act, load=load).row
