"""Handing cash over: who holds what, what would change, and the paper that waits until the receiver confirms.

The review is a rehearsal: the very operation runs and the cash moves as if it were confirmed, its figures are read,
and everything is rolled back. What it refuses is therefore what confirming would refuse.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from core.money import ZERO, shown
from groups.access import Standing, standing
from groups.models import BankingGroup
from ledger.models import Balance, Voucher
from ledger.operations import InsufficientCash
from ledger.rules import CASH_BOX, OFFICER
from ledger.vouchers import settle
from officers.queries import names_of
from reports.pages.record import Change
from savings import queries
from savings.operations import Movement, move_cash
from savings.operations.movements import CashKeepersMove
from savings.operations.postings import legs_for
from savings.rules import Seat
from users.models import User
from users.submissions import Outcome, once

OPERATION = "pages.hand-over"
HANDS, BOX = "OFFICER", "CASH_BOX"
Key = tuple[UUID, str, UUID | None]
# Somebody as one organisation knows her; None for the box.
Hand = tuple[UUID, UUID]
Place = tuple[UUID, UUID | None]


@dataclass(frozen=True)
class Holder:
    """The box, or somebody's hands: what is there, and what of it is on its way."""

    word: str
    amount: Decimal
    waiting: Decimal
    is_former: bool = False


@dataclass(frozen=True)
class Choices:
    """Who holds what, from where this person may give, and to whom."""

    holders: tuple[Holder, ...]
    sources: tuple[tuple[str, str], ...]
    targets: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Given:
    """A hand-over as it was typed."""

    source: str
    to: str
    amount: Decimal
    reason: str

    def movement(self) -> Movement:
        return Movement(kind=queries.HANDOVER, amount=self.amount, reason=self.reason, source=self.source, to=self.to)


@dataclass(frozen=True)
class Review:
    sentence: str
    amount_words: str
    confirmers: str
    changes: tuple[Change, ...]


# Who holds what


def choices_for(group: BankingGroup, user: User) -> Choices:
    """Refused: `forbidden` to who keeps none of the group's cash."""
    here = standing(user, group)
    if not _keeps_cash(here):
        raise CashKeepersMove
    serving, held, waiting = _serving(group), _held(group), _waiting(group)
    where = group.organisation_id
    people = {user: name for (_where, user), name in _called((where, user) for user in held if user).items()} | serving
    return Choices(
        holders=tuple(_holders(people, serving, held, waiting)),
        sources=tuple(_sources(user, here, people, serving, held)),
        targets=tuple(_targets(user, serving)),
    )


def way_to(group: BankingGroup, user: User) -> str:
    """The address of the page, for who may hand this group's cash over."""
    return reverse("hand-over-page", args=[group.pk]) if _keeps_cash(standing(user, group)) else ""


def _keeps_cash(here: Standing) -> bool:
    return here.is_treasurer or here.is_field_officer


def _serving(group: BankingGroup) -> dict[UUID, str]:
    """User id → name of who carries cash of the group, longest in service first."""
    return {seat.user: seat.name for seat in _seats(group) if not seat.is_office}


def _seats(group: BankingGroup) -> list[Seat]:
    """Who serves the group now, its field officers as the organisation calls them."""
    seats, where = queries.seats_of([group.pk])[group.pk], group.organisation_id
    called = names_of((where, seat.user) for seat in seats if not seat.is_office)
    return [seat if seat.is_office else replace(seat, name=called.get((where, seat.user), seat.name)) for seat in seats]


def _called(hands: Iterable[Hand]) -> dict[Hand, str]:
    """Each as the organisation calls its officer; who never had a post there, as she signs in. Two queries."""
    asked = set(hands)
    known = dict(User.objects.filter(pk__in={user for _where, user in asked}).values_list("pk", "name"))
    called = names_of(asked)
    return {hand: called.get(hand, known[hand[1]]) for hand in asked}


def _held(group: BankingGroup) -> dict[UUID | None, Decimal]:
    """None for the box, else the officer → what is there."""
    rows = Balance.objects.filter(account__group=group, account__code__in=[CASH_BOX, OFFICER])
    held: dict[UUID | None, Decimal] = {None: ZERO}
    for code, holder, amount in rows.values_list("account__code", "holder", "amount"):
        held[None if code == CASH_BOX else holder] = amount
    return held


def _waiting(group: BankingGroup) -> dict[UUID | None, Decimal]:
    """None for the box, else the officer → what was handed over and is not confirmed."""
    on_their_way: dict[UUID | None, Decimal] = {}
    papers = Voucher.objects.filter(group=group, detail=queries.HANDOVER, status=Voucher.Status.PENDING)
    for officer, amount in papers.values_list("from_officer", "amount"):
        on_their_way[officer] = on_their_way.get(officer, ZERO) + amount
    return on_their_way


def _holders(
    people: dict[UUID, str],
    serving: dict[UUID, str],
    held: dict[UUID | None, Decimal],
    waiting: dict[UUID | None, Decimal],
) -> Iterable[Holder]:
    yield Holder(_("Cash box"), held[None], waiting.get(None, ZERO))
    for officer, name in sorted(people.items(), key=lambda one: one[1]):
        amount = held.get(officer, ZERO)
        if officer in serving or amount:
            yield Holder(hands_of(name), amount, waiting.get(officer, ZERO), is_former=officer not in serving)


def _sources(
    user: User, here: Standing, people: dict[UUID, str], serving: dict[UUID, str], held: dict[UUID | None, Decimal]
) -> Iterable[tuple[str, str]]:
    """Her own hands, and for the treasurer the box and what former officers have left behind."""
    holds = _("%(who)s: %(amount)s")
    if here.is_field_officer:
        yield HANDS, holds % {"who": _("Your hands"), "amount": shown(held.get(user.pk, ZERO))}
    if not here.is_treasurer:
        return
    yield BOX, holds % {"who": _("Cash box"), "amount": shown(held[None])}
    for officer, amount in held.items():
        if officer and officer not in serving and amount > 0:
            yield str(officer), holds % {"who": hands_of(people[officer]), "amount": shown(amount)}


def _targets(user: User, serving: dict[UUID, str]) -> Iterable[tuple[str, str]]:
    yield BOX, _("Cash box")
    yield from ((str(officer), name) for officer, name in serving.items() if officer != user.pk)


def hands_of(name: str) -> str:
    return _("Hands of %(name)s") % {"name": name}


# What would change


def review(group: BankingGroup, given: Given, *, by: User, at: dt.datetime, on: dt.date) -> Review:
    """Rehearse the hand-over up to its confirmation. Refused: whatever the operations refuse."""
    with transaction.atomic():
        voucher = move_cash(group=group, movement=given.movement(), by=by, at=at, on=on)
        before = _held(group)
        confirmers = ", ".join(seat.name for seat in queries.called_to(voucher, _seats(group)))
        try:
            settle(voucher=voucher, legs=legs_for(voucher), at=at, actor=by)
        except InsufficientCash as refusal:
            raise InsufficientCash(refusal.detail, field="amount") from refusal
        after = _held(group)
        transaction.set_rollback(True)
    places = [(group.organisation_id, officer) for officer in (voucher.from_officer_id, voucher.to_officer_id)]
    names = _words(places)
    said = _("%(source)s → %(to)s: %(amount)s") % {
        "source": names[places[0]],
        "to": names[places[1]],
        "amount": shown(given.amount),
    }
    changes = tuple(Change(names[one], before.get(one[1], ZERO), after.get(one[1], ZERO)) for one in places)
    return Review(said, shown(given.amount), confirmers, changes)


def _words(places: Iterable[Place]) -> dict[Place, str]:
    """The box, or somebody's hands under the name that the organisation knows. Two queries."""
    asked = set(places)
    called = _called((where, officer) for where, officer in asked if officer)
    return {
        (where, officer): hands_of(called[where, officer]) if officer else _("Cash box") for where, officer in asked
    }


def confirm(group: BankingGroup, given: Given, *, key: str, by: User, at: dt.datetime, on: dt.date) -> Outcome[Voucher]:
    """Record it, once: the same form sent again gives the first outcome."""
    body: dict[str, Any] = {
        "group": str(group.pk),
        "source": given.source,
        "to": given.to,
        "amount": f"{given.amount:.2f}",
        "reason": given.reason,
    }

    def act() -> tuple[UUID, Voucher]:
        voucher = move_cash(group=group, movement=given.movement(), by=by, at=at, on=on)
        return voucher.pk, voucher

    return once(user=by, operation=OPERATION, key=key, body=body, act=act, load=queries.voucher_by_id)


def confirmers_of(voucher: Voucher) -> str:
    """Who may confirm it now, by name."""
    return ", ".join(seat.name for seat in queries.called_to(voucher, _seats(voucher.group)))


# What waits


def changes_of(vouchers: Iterable[Voucher]) -> dict[UUID, tuple[Change, ...]]:
    """Voucher id → what a hand-over that waits would change. Three queries, however many wait."""
    moves = [one for one in vouchers if one.detail == queries.HANDOVER]
    if not moves:
        return {}
    rows = Balance.objects.filter(
        account__group__in={one.group_id for one in moves}, account__code__in=[CASH_BOX, OFFICER]
    )
    held: dict[Key, Decimal] = {
        (group, code, None if code == CASH_BOX else holder): amount
        for group, code, holder, amount in rows.values_list("account__group", "account__code", "holder", "amount")
    }
    names = _words(
        (one.group.organisation_id, officer) for one in moves for officer in (one.from_officer_id, one.to_officer_id)
    )
    return {one.pk: _moved(one, held, names) for one in moves}


def _moved(voucher: Voucher, held: dict[Key, Decimal], names: dict[Place, str]) -> tuple[Change, Change]:
    def change(place: str, officer: UUID | None, by: Decimal) -> Change:
        now = held.get((voucher.group_id, place, officer), ZERO)
        return Change(names[voucher.group.organisation_id, officer], now, now + by)

    return (
        change(voucher.from_place, voucher.from_officer_id, -voucher.amount),
        change(voucher.to_place, voucher.to_officer_id, voucher.amount),
    )
