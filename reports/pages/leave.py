"""Leaving by a page: what she owns, what would change, and the act itself.

The review is a rehearsal: the very operation runs, its figures are read, and everything is rolled back.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.money import ZERO, shown
from cycles.models import Leaving
from cycles.operations import Departure, leave
from cycles.queries import leaving as queries
from cycles.rules import leaving as rules
from groups.access import standing
from groups.models import RoleName
from groups.permissions import Reach
from groups.queries import offices_of
from ledger.queries import cash_by_place, trf_sheet
from loans.models import Loan
from members.models import Member
from members.queries import next_of_kin, office_of
from reports.pages import words
from reports.pages.record import Change
from users.models import User
from users.submissions import Outcome, once

OPERATION = "pages.leave"
OWN_WORDS: dict[str, Promise] = {
    "2010": gettext_lazy("Savings"),
    "2030": gettext_lazy("ECD"),
    "2040": gettext_lazy("Project"),
    "2060": gettext_lazy("Dividends"),
}


@dataclass(frozen=True)
class Part:
    """One of her balances, in words."""

    word: str
    amount: Decimal


@dataclass(frozen=True)
class LeavePage:
    """What stands beside the form: what she owns, and what has to be done before she can go."""

    parts: tuple[Part, ...]
    total: Decimal
    hurdles: tuple[str, ...]


@dataclass(frozen=True)
class Review:
    """What would happen, before it does."""

    sentence: str
    parts: tuple[Part, ...]
    paid_out: Decimal
    amount_words: str
    changes: tuple[Change, ...]
    ends: tuple[str, ...]


def kin_choices(member: Member) -> list[tuple[str, str]]:
    return [(str(kin.pk), f"{kin.name}, {kin.relationship}") for kin in next_of_kin(member.person)]


def leave_page(member: Member, by: User, *, on: dt.date) -> LeavePage:
    standing_now = queries.standing_on(member, on)
    owed = _owed((each.loan, each.amount) for each in standing_now.owed)
    parts = (*_parts(standing_now.parts), *_fined(standing_now.fines), *owed)
    return LeavePage(parts, sum((part.amount for part in parts), ZERO), tuple(_hurdles(member, standing_now.short, by)))


def _parts(owned: dict[str, Decimal]) -> tuple[Part, ...]:
    return tuple(Part(str(OWN_WORDS[code]), amount) for code, amount in owned.items())


def _fined(taken: Iterable[queries.FineOwed]) -> tuple[Part, ...]:
    """What her fines take of it, below zero; each by the day it is of."""
    return tuple(
        Part(_("Fine of %(day)s") % {"day": date_format(each.fine.imposed_on)}, -each.amount) for each in taken
    )


def _owed(taken: Iterable[tuple[Loan, Decimal]]) -> tuple[Part, ...]:
    """What her loans take of it, below zero."""
    return tuple(Part(_("Loan %(loan)s") % {"loan": loan.loan_number}, -amount) for loan, amount in taken)


def _hurdles(member: Member, owing: Decimal, by: User) -> list[str]:
    said = []
    if office_of(member) and standing(by, member.group).may("offices:assign") is not Reach.ALL:
        said.append(_("She holds an office. The service admin ends it first."))
    if owing > 0:
        said.append(_("She owes %(amount)s more than she has. She stays until it is paid.") % {"amount": shown(owing)})
    if queries.papers_waiting(member).exists():
        said.append(_("Money that names her still waits. Confirm or reject it first."))
    if queries.loans_waiting(member).exists():
        said.append(_("A loan of hers waits. Decide about it or cancel it first."))
    return said


def review(member: Member, departure: Departure, *, by: User, at: dt.datetime) -> Review:
    """Rehearse the act and say what it changes. Refused: whatever the operation refuses."""
    owned, before = rules.owned(queries.held_for(member)), _figures(member, departure.on)
    ends = tuple(_ends(member))
    with transaction.atomic():
        leaving = leave(member=member, departure=departure, by=by, at=at)
        after = _figures(member, departure.on)
        settled, paid_out = queries.settled_by(leaving), queries.paid_out(leaving)
        fines = queries.fines_settled_by(leaving)
        transaction.set_rollback(True)
    return Review(
        sentence=_sentence(member, departure),
        parts=(*_parts(owned), *_fined(fines), *_owed(settled)),
        paid_out=paid_out,
        amount_words=shown(paid_out),
        changes=tuple(
            Change(str(word), before[figure], after[figure])
            for figure, word in {**words.PLACE_WORDS, "fund": _("Total revolving fund (TRF)")}.items()
            if before[figure] != after[figure]
        ),
        ends=ends,
    )


def _sentence(member: Member, departure: Departure) -> str:
    name = member.person.name
    if not departure.has_died:
        return _("%(name)s leaves %(group)s.") % {"name": name, "group": member.group.name}
    if departure.paid_to is None:
        return _("%(name)s has died.") % {"name": name}
    return _("%(name)s has died; %(kin)s is paid.") % {"name": name, "kin": departure.paid_to.name}


def _ends(member: Member) -> list[str]:
    """What she is in the group no longer; read before the rehearsal ends it."""
    office = offices_of(member.group).get(member.person.user_id) if member.person.user_id else None
    said = [_("Her membership, number %(number)d") % {"number": member.number}]
    if office:
        said.append(_("Her office: %(office)s") % {"office": RoleName(office).label})
    if member.person.user_id:
        said.append(_("What she sees of the group when she signs in"))
    return said


def _figures(member: Member, on: dt.date) -> dict[str, Decimal]:
    sheet = trf_sheet(group=member.group, on=on, members=())
    return dict.fromkeys(words.PLACE_WORDS, ZERO) | cash_by_place(member.group) | {"fund": sheet.trf}


def confirm(member: Member, departure: Departure, *, key: str, by: User, at: dt.datetime) -> Outcome[Leaving]:
    """Do it, once: the same form sent again gives the first outcome."""

    def act() -> tuple[UUID, Leaving]:
        leaving = leave(member=member, departure=departure, by=by, at=at)
        return leaving.pk, leaving

    body = _body(member, departure)
    return once(user=by, operation=OPERATION, key=key, body=body, act=act, load=queries.leaving_by_id)


def _body(member: Member, departure: Departure) -> dict[str, Any]:
    """What makes two sendings the same."""
    return {
        "member": str(member.pk),
        "kind": departure.kind,
        "on": departure.on.isoformat(),
        "method": departure.method,
        "receipt": departure.receipt_number,
        "paid_to": str(departure.paid_to.pk) if departure.paid_to else "",
        "reason": departure.reason,
        "expected": "" if departure.expected is None else f"{departure.expected:.2f}",
    }
