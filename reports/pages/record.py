"""Recording money: who may be chosen, what the act would change, and the receipt of what was done.

The review is a rehearsal: the very operation runs, its figures are read, and everything is rolled back. What it shows
and what it refuses is therefore what confirming does.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from core.codes import short_code
from core.errors import NotFound
from core.money import shown
from groups.access import standing
from groups.models import BankingGroup
from groups.permissions import Reach
from groups.queries import constitution_on
from ledger.models import Voucher
from ledger.queries import cash_by_place, member_balances, trf_sheet
from members.models import Member
from members.queries import roster
from reports.pages import words
from savings import operations, queries
from savings.fines import NO_FINES, open_by_member
from savings.rules import BROUGHT_BY_MEMBERS, FINE, FUNDS
from users.models import User
from users.submissions import Outcome, once

OPERATION = "pages.record"


@dataclass(frozen=True)
class Choices:
    """Whom and what this person may record in this group, and how it will be booked, in sentences."""

    members: tuple[tuple[str, str], ...]
    funds: tuple[str, ...]
    rules: tuple[str, ...]

    @property
    def withdraw_href(self) -> str:
        """The way to a withdrawal, where it is clear whose."""
        return reverse("withdraw-page", args=[self.members[0][0]]) if len(self.members) == 1 else ""


@dataclass(frozen=True)
class Brought:
    """Money as it was typed: the arguments of the one operation."""

    member: Member
    kind: str
    amount: Decimal
    method: str
    receipt_number: str
    on: dt.date

    def body(self) -> dict[str, Any]:
        """What makes two sendings the same."""
        return {
            "member": str(self.member.pk),
            "kind": self.kind,
            "amount": f"{self.amount:.2f}",
            "method": self.method,
            "receipt": self.receipt_number,
            "on": self.on.isoformat(),
        }


@dataclass(frozen=True)
class Change:
    word: str
    before: Decimal
    after: Decimal

    @property
    def is_same(self) -> bool:
        return self.before == self.after


@dataclass(frozen=True)
class Review:
    """What would happen, before it does."""

    sentence: str
    amount_words: str
    is_pending: bool
    is_short: bool
    short_words: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Receipt:
    amount: Decimal
    sentence: str
    code: str
    entry_number: int | None
    booked_on: dt.date
    how: str
    recorded_by: str
    verified_by: str
    verdict: str
    is_pending: bool
    is_rejected: bool
    put_right_by: UUID | None


def choices_for(group: BankingGroup, user: User, on: dt.date) -> Choices:
    """A member records her own money and only what members may bring by themselves; an officer records anybody's."""
    for_all = standing(user, group).may("transactions:create") is Reach.ALL
    members = roster(group).filter(is_active=True)
    chosen = members if for_all else members.filter(person__user=user)
    return Choices(
        members=tuple((str(member.pk), f"{member.number}. {member.person.name}") for member in chosen),
        funds=(*(fund for fund in FUNDS if for_all or fund in BROUGHT_BY_MEMBERS), FINE),
        rules=tuple(_rules(group, for_all=for_all, on=on)),
    )


def _rules(group: BankingGroup, *, for_all: bool, on: dt.date) -> Iterable[str]:
    constitution = constitution_on(group, on)
    if not for_all:
        yield _("What you record for yourself waits until an officer of the group confirms it.")
    elif constitution.second_pair_of_eyes:
        yield _("This group asks for a second pair of eyes: whatever you record waits until somebody else confirms it.")
    else:
        yield _("What you record for another member is booked at once. What you record for yourself waits for another.")
    yield _("The group expects at least %(amount)s of savings a month. Less is taken, and marked as short.") % {
        "amount": shown(constitution.minimum_contribution)
    }
    yield _("A mistake is never erased: it is reversed by a second entry, and both stay in the book.")


def member_of(group: BankingGroup, member_id: UUID) -> Member:
    """A member of this very group; the id came from a form."""
    found = roster(group).filter(pk=member_id).select_related("group__organisation", "person__data_key").first()
    if found is None:
        raise NotFound
    return found


def review(brought: Brought, *, by: User, at: dt.datetime) -> Review:
    """Rehearse the act and say what it changes. Refused: whatever the operation refuses."""
    voucher, changes = _rehearsed(brought.member, brought.kind, brought.on, lambda: _contribute(brought, by, at))
    minimum = constitution_on(brought.member.group, brought.on).minimum_contribution
    return Review(
        sentence=words.brought(brought.member.person.name, brought.kind, brought.amount, brought.method),
        amount_words=shown(brought.amount),
        is_pending=voucher.status == Voucher.Status.PENDING,
        is_short=voucher.is_short,
        short_words=_("With this she is still below the %(amount)s of the month; it is taken and marked as short.")
        % {"amount": shown(minimum)},
        changes=changes if voucher.status == Voucher.Status.VERIFIED else (),
    )


def confirm(brought: Brought, *, key: str, by: User, at: dt.datetime) -> Outcome[Voucher]:
    """Do it, once: the same form sent again gives the first outcome."""

    def act() -> tuple[UUID, Voucher]:
        voucher = _contribute(brought, by, at)
        return voucher.pk, voucher

    return once(user=by, operation=OPERATION, key=key, body=brought.body(), act=act, load=queries.voucher_by_id)


def _contribute(brought: Brought, by: User, at: dt.datetime) -> Voucher:
    if brought.kind == FINE:
        return operations.pay_fine(
            member=brought.member,
            amount=brought.amount,
            by=by,
            at=at,
            on=brought.on,
            method=brought.method,
            receipt_number=brought.receipt_number,
        )
    return operations.contribute(
        member=brought.member,
        kind=brought.kind,
        amount=brought.amount,
        by=by,
        at=at,
        on=brought.on,
        method=brought.method,
        receipt_number=brought.receipt_number,
    )


def _rehearsed(
    member: Member, kind: str, on: dt.date, act: Callable[[], Voucher]
) -> tuple[Voucher, tuple[Change, ...]]:
    """Run the act, read the figures before and after, and undo it."""
    before = _figures(member, kind, on)
    with transaction.atomic():
        voucher = act()
        after = _figures(member, kind, on)
        transaction.set_rollback(True)
    name, fund_word = member.person.name, str(words.FUND_WORDS[kind])
    told = _("%(name)s owes on fines") if kind == FINE else _("%(name)s: %(fund)s")
    named = {
        "member": told % {"name": name, "fund": fund_word},
        "fund": _("Total revolving fund (TRF)"),
    } | {place: str(word) for place, word in words.PLACE_WORDS.items()}
    shown_always = {"member", "fund"}
    return voucher, tuple(
        Change(named[figure], before[figure], after[figure])
        for figure in after
        if figure in shown_always or before[figure] != after[figure]
    )


def _figures(member: Member, kind: str, on: dt.date) -> dict[str, Decimal]:
    sheet = trf_sheet(group=member.group, on=on, members=())
    return {**cash_by_place(member.group), "member": _hers(member, kind), "fund": sheet.trf}


def _hers(member: Member, kind: str) -> Decimal:
    """What she has in the fund it feeds, or what she still owes on fines."""
    if kind == FINE:
        return open_by_member([member]).get(member.pk, NO_FINES).due
    return member_balances(member.group, [member])[member.pk][FUNDS[kind].account]


def paper_of(user: User, voucher_id: UUID) -> Voucher:
    """The paper of an act, for somebody who may read it; strangers find nothing."""
    voucher = queries.visible_to(user).select_related("reverses").filter(pk=voucher_id).first()
    if voucher is None:
        raise NotFound
    return voucher


def receipt_for(voucher: Voucher) -> Receipt:
    """A paper in words; the caller has fetched it for somebody who may read it."""
    put_right = voucher.reversals.first()
    return Receipt(
        amount=voucher.amount,
        sentence=_sentence(voucher),
        code=short_code(voucher.id) if voucher.status == Voucher.Status.VERIFIED else "",
        entry_number=voucher.entry.number if voucher.entry else None,
        booked_on=voucher.booked_on,
        how=words.how(voucher),
        recorded_by=voucher.recorded_by.name,
        verified_by=voucher.verified_by.name if voucher.verified_by else "",
        verdict=voucher.verdict,
        is_pending=voucher.status == Voucher.Status.PENDING,
        is_rejected=voucher.status == Voucher.Status.REJECTED,
        put_right_by=put_right.pk if put_right else None,
    )


def _sentence(voucher: Voucher) -> str:
    if voucher.kind == queries.CONTRIBUTION and voucher.member and voucher.detail in words.FUND_WORDS:
        name = voucher.member.person.name
        return words.has_brought(name, voucher.detail, voucher.amount, voucher.group.name)
    about = voucher.member.person.name if voucher.member else voucher.group.name
    return f"{words.deed(voucher)}: {about}"
