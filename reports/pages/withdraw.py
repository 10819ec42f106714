"""A member's savings paid out to her: how much at most, what would change, and the paper that waits for a second yes.

The request is rehearsed with its confirmation, as far as it is known where the cash would come from.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from core.money import shown
from ledger.models import Voucher
from ledger.places import BOX
from ledger.queries import cash_by_place, member_balances, trf_sheet
from ledger.rules import PLACES
from meetings.models import Meeting
from members.models import Member
from reports.pages import words
from reports.pages.meeting_head import title_of
from reports.pages.movement import lacks, may_say_yes
from reports.pages.record import Change
from savings import queries
from savings.operations import request_withdrawal
from savings.rules import FUNDS
from users.models import User
from users.submissions import Outcome, once

OPERATION = "pages.withdraw"
SAVINGS = FUNDS["REGULAR"].account


@dataclass(frozen=True)
class Asking:
    """A withdrawal as it was typed."""

    amount: Decimal
    method: str
    receipt_number: str
    meeting: Meeting | None
    on: dt.date

    def body(self, member: Member) -> dict[str, Any]:
        """What makes two sendings the same."""
        return {
            "member": str(member.pk),
            "amount": f"{self.amount:.2f}",
            "method": self.method,
            "receipt": self.receipt_number,
            "meeting": str(self.meeting.pk if self.meeting else ""),
        }


@dataclass(frozen=True)
class Review:
    """What would happen, before it does."""

    sentence: str
    amount_words: str
    facts: tuple[tuple[str, str], ...]
    waits_for: str
    lacking: str
    changes: tuple[Change, ...]


def most(member: Member, on: dt.date) -> str:
    """At most so much, of what she has."""
    has = queries.summary(member, on)
    told = _("At most %(amount)s now; she has %(savings)s of savings.")
    return told % {"amount": shown(has.withdrawable), "savings": shown(has.balances["PERSONAL"])}


def review(member: Member, asking: Asking, *, by: User, at: dt.datetime) -> Review:
    """Rehearse the request and its confirmation. Refused: whatever the request refuses."""
    before = _figures(member, asking.on)
    with transaction.atomic():
        voucher = _ask(member, asking, by, at)
        waits_for = may_say_yes(voucher)
        lacking = lacks(voucher, by=by, at=at, hands=BOX)
        after = _figures(member, asking.on)
        transaction.set_rollback(True)
    said = _("%(name)s asks for %(amount)s of her savings.")
    return Review(
        sentence=said % {"name": member.person.name, "amount": shown(asking.amount)},
        amount_words=shown(asking.amount),
        facts=tuple(_facts(asking, voucher)),
        waits_for=waits_for,
        lacking=lacking,
        changes=tuple(_changes(member, voucher, before, after)),
    )


def confirm(member: Member, asking: Asking, *, key: str, by: User, at: dt.datetime) -> Outcome[Voucher]:
    """Ask for it, once: the same form sent again gives the first outcome."""

    def act() -> tuple[UUID, Voucher]:
        voucher = _ask(member, asking, by, at)
        return voucher.pk, voucher

    body = asking.body(member)
    return once(user=by, operation=OPERATION, key=key, body=body, act=act, load=queries.voucher_by_id)


def _ask(member: Member, asking: Asking, by: User, at: dt.datetime) -> Voucher:
    return request_withdrawal(
        member=member,
        amount=asking.amount,
        by=by,
        at=at,
        on=asking.on,
        method=asking.method,
        receipt_number=asking.receipt_number,
        meeting_id=asking.meeting.pk if asking.meeting else None,
    )


def _facts(asking: Asking, voucher: Voucher) -> Iterable[tuple[str, str]]:
    yield _("How"), words.how(voucher)
    if voucher.from_place:
        yield _("From"), str(words.PLACE_WORDS[PLACES[voucher.from_place]])
    else:
        yield _("From"), _("the cash of whoever confirms it")
    if asking.meeting:
        yield _("At the table"), title_of(asking.meeting)
    yield _("Date"), words.full_day(asking.on)


def _figures(member: Member, on: dt.date) -> dict[str, Decimal]:
    return {
        "savings": member_balances(member.group, [member])[member.pk][SAVINGS],
        "withdrawable": queries.summary(member, on).withdrawable,
        "fund": trf_sheet(group=member.group, on=on, members=()).trf,
        **cash_by_place(member.group),
    }


def _changes(
    member: Member, voucher: Voucher, before: dict[str, Decimal], after: dict[str, Decimal]
) -> Iterable[Change]:
    """Her figures always; the cash only where it is known from which place it would come."""
    name = {"name": words.first_name(member.person.name)}
    yield Change(_("%(name)s: savings") % name, before["savings"], after["savings"])
    yield Change(_("%(name)s can withdraw") % name, before["withdrawable"], after["withdrawable"])
    yield Change(_("Total revolving fund (TRF)"), before["fund"], after["fund"])
    for place, word in words.PLACE_WORDS.items():
        if voucher.from_place and before[place] != after[place]:
            yield Change(str(word), before[place], after[place])
