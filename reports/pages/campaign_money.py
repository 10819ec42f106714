"""Money of campaigns: what is brought, and what is given back, each rehearsed before it is done.

The review runs the very verb, reads the figures, and rolls everything back: what it shows is what confirming does.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns import operations, queries
from campaigns.models import GroupCampaign
from core.money import ZERO, shown
from groups.access import standing
from groups.permissions import Reach
from ledger.models import Voucher
from ledger.queries import cash_by_place, member_balances
from members.models import Member
from members.queries import roster
from reports.pages import words
from reports.pages.loan_seen import FiguresMoved
from reports.pages.record import Change
from savings.queries import voucher_by_id
from users.models import User
from users.submissions import Outcome, once

BRING, GIVE_BACK = "pages.campaign-contribute", "pages.campaign-return"
SAVINGS = "2010"
T = TypeVar("T")


@dataclass(frozen=True)
class Bringing:
    """A contribution as it was typed."""

    member: Member
    amount: Decimal
    method: str
    receipt_number: str
    on: dt.date

    def body(self, row: GroupCampaign) -> dict[str, Any]:
        """What makes two sendings the same."""
        return {
            "campaign": str(row.pk),
            "member": str(self.member.pk),
            "amount": f"{self.amount:.2f}",
            "method": self.method,
            "receipt": self.receipt_number,
            "on": self.on.isoformat(),
        }


@dataclass(frozen=True)
class BringReview:
    """What would happen, before it does."""

    sentence: str
    amount_words: str
    is_pending: bool
    completes: bool
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Returned:
    """What one member would be given back."""

    name: str
    brought: Decimal
    amount: Decimal
    change: Change


@dataclass(frozen=True)
class ReturnReview:
    total: Decimal
    amount_words: str
    parts: tuple[Returned, ...]
    seen: str


# Bringing


def givers(row: GroupCampaign, user: User) -> list[tuple[str, str]]:
    """Whose money this person may record: an officer everybody's, a member her own."""
    members = roster(row.group).filter(is_active=True)
    if standing(user, row.group).may("transactions:create") is not Reach.ALL:
        members = members.filter(person__user=user)
    return [(str(member.pk), f"{member.number}. {member.person.name}") for member in members]


def review_bringing(row: GroupCampaign, bringing: Bringing, *, by: User, at: dt.datetime) -> BringReview:
    """Rehearse it. Refused: whatever the verb refuses."""
    before = _figures(row, bringing.member)
    (paper, after, status) = _rehearsed(lambda: _brought(row, bringing, by, at))
    is_pending = paper.status == Voucher.Status.PENDING
    return BringReview(
        sentence=_sentence(row, bringing),
        amount_words=shown(bringing.amount),
        is_pending=is_pending,
        completes=status == GroupCampaign.Status.COMPLETED,
        changes=() if is_pending else _changes(bringing.member, before, after),
    )


def _brought(
    row: GroupCampaign, bringing: Bringing, by: User, at: dt.datetime
) -> tuple[Voucher, dict[str, Decimal], str]:
    paper = _bring(row, bringing, by, at)
    return paper, _figures(row, bringing.member), queries.group_campaign_by_id(row.pk).status


def _sentence(row: GroupCampaign, bringing: Bringing) -> str:
    sentences = {
        "CASH": _("%(name)s brings %(amount)s to %(campaign)s, in cash."),
        "MPESA": _("%(name)s brings %(amount)s to %(campaign)s, by M-Pesa."),
        "BANK": _("%(name)s brings %(amount)s to %(campaign)s, by the bank."),
    }
    name, amount = bringing.member.person.name, shown(bringing.amount)
    return sentences[bringing.method] % {"name": name, "amount": amount, "campaign": row.campaign.name}


def bring(row: GroupCampaign, bringing: Bringing, *, key: str, by: User, at: dt.datetime) -> Outcome[Voucher]:
    """Do it, once: the same form sent again gives the first outcome."""

    def act() -> tuple[UUID, Voucher]:
        paper = _bring(row, bringing, by, at)
        return paper.pk, paper

    return once(user=by, operation=BRING, key=key, body=bringing.body(row), act=act, load=voucher_by_id)


def _bring(row: GroupCampaign, bringing: Bringing, by: User, at: dt.datetime) -> Voucher:
    return operations.contribute(
        group_campaign=row,
        member=bringing.member,
        amount=bringing.amount,
        by=by,
        at=at,
        on=bringing.on,
        method=bringing.method,
        receipt_number=bringing.receipt_number,
    )


def _figures(row: GroupCampaign, member: Member) -> dict[str, Decimal]:
    money = queries.money_of([row])[row.pk]
    hers = queries.brought_by([row])[row.pk].get(member.pk, ZERO)
    return {**cash_by_place(row.group), "campaign": money.contributed, "hers": hers}


def _changes(member: Member, before: dict[str, Decimal], after: dict[str, Decimal]) -> tuple[Change, ...]:
    named = {
        "hers": _("%(name)s has brought") % {"name": words.first_name(member.person.name)},
        "campaign": _("Brought to the campaign"),
    } | {place: str(word) for place, word in words.PLACE_WORDS.items()}
    return tuple(
        Change(word, before[figure], after[figure]) for figure, word in named.items() if before[figure] != after[figure]
    )


# Giving back


def review_return(row: GroupCampaign, reason: str, *, by: User, at: dt.datetime) -> ReturnReview:
    """Rehearse it. Refused: whatever the verb refuses."""
    brought = queries.brought_by([row])[row.pk]
    papers = _rehearsed(lambda: operations.give_back(group_campaign=row, by=by, at=at, reason=reason))
    members = [paper.member for paper in papers if paper.member]
    saved = member_balances(row.group, members)
    parts = tuple(
        _returned(member, paper.amount, brought[member.pk], saved[member.pk][SAVINGS])
        for member, paper in zip(members, papers, strict=True)
    )
    total = sum((part.amount for part in parts), ZERO)
    return ReturnReview(total, shown(total), parts, _seen(papers))


def _returned(member: Member, amount: Decimal, brought: Decimal, saved: Decimal) -> Returned:
    name = member.person.name
    return Returned(name, brought, amount, Change(_("Savings"), saved, saved + amount))


def _seen(papers: list[Voucher]) -> str:
    """How many are given how much: where others come out, they are shown anew."""
    return f"{len(papers)} {sum((paper.amount for paper in papers), ZERO):.2f}"


def give_back(
    row: GroupCampaign, reason: str, *, seen: str, key: str, by: User, at: dt.datetime
) -> Outcome[GroupCampaign]:
    """Do it, once: the same form sent again gives the first outcome. Refused: `figures_moved`."""

    def act() -> tuple[UUID, GroupCampaign]:
        papers = operations.give_back(group_campaign=row, by=by, at=at, reason=reason)
        if _seen(papers) != seen:
            raise FiguresMoved
        return row.pk, row

    body = {"campaign": str(row.pk), "reason": reason, "seen": seen}
    load = queries.group_campaign_by_id
    return once(user=by, operation=GIVE_BACK, key=key, body=body, act=act, load=load)


def _rehearsed(act: Callable[[], T]) -> T:
    """Run the act, and undo it."""
    with transaction.atomic():
        done = act()
        transaction.set_rollback(True)
    return done
