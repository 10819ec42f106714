"""Agreeing to a run, declaring it, paying its parts: each rehearsed before it is done.

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
from django.utils.translation import ngettext

from core.errors import NotFound
from core.money import ZERO, shown
from cycles import operations
from cycles.models import Run
from cycles.operations import Handing
from cycles.queries import runs as queries
from cycles.queries.runs import RunView
from groups.models import BankingGroup
from ledger.models import Voucher
from ledger.queries import account_balances, cash_by_place
from ledger.rules import CHART
from members.models import Member
from reports.pages import words, year_words
from reports.pages.record import Change
from savings.queries import voucher_by_id
from users.models import User
from users.submissions import once

ALL, KEEP = "all", "KEEP"
SURPLUS, PAYABLE, SAVINGS = "3010", "2060", "2010"
T = TypeVar("T")


@dataclass(frozen=True)
class Review:
    """What would happen, before it does; `amount` is what confirming is about, `seen` what a form carries of it."""

    sentence: str
    notes: tuple[str, ...]
    changes: tuple[Change, ...]
    amount_words: str
    seen: str


@dataclass(frozen=True)
class Paying:
    """Whom somebody pays, and how: one member, or all that are left."""

    member: Member | None
    how: Handing

    def body(self, run: Run) -> dict[str, Any]:
        """What makes two sendings the same."""
        return {
            "run": str(run.pk),
            "member": str(self.member.pk) if self.member else ALL,
            "method": self.how.method,
            "receipt": self.how.receipt_number,
            "keep": self.how.keep,
        }


def rehearsed(group: BankingGroup, act: Callable[[], T]) -> tuple[T, tuple[Change, ...]]:
    """Run the act, read the figures before and after, and undo it."""
    before = _figures(group)
    with transaction.atomic():
        done = act()
        after = _figures(group)
        transaction.set_rollback(True)
    return done, tuple(Change(word, before[word], after[word]) for word in after if before[word] != after[word])


def _figures(group: BankingGroup) -> dict[str, Decimal]:
    held = account_balances(group, None, (SURPLUS, PAYABLE, SAVINGS))
    places = dict.fromkeys(words.PLACE_WORDS, ZERO) | cash_by_place(group)
    return {str(CHART[code].name): held[code] for code in (SURPLUS, PAYABLE, SAVINGS)} | {
        str(words.PLACE_WORDS[place]): amount for place, amount in places.items()
    }


# Agreeing


def review_yes(run: Run, *, by: User, at: dt.datetime) -> Review:
    """Refused: whatever `approve` refuses."""
    done, changes = rehearsed(run.group, lambda: queries.view_of(_approved(run, by, at)))
    notes = [_("Nothing moves in the books: it is a yes to these figures.")]
    if done.missing:
        lack = done.missing[0]
        said = _("After yours it still waits for: %(capacity)s (%(names)s).")
        names = words.either(lack.may_act) or _("nobody holds that office now")
        notes.append(said % {"capacity": year_words.CAPACITIES[lack.capacity], "names": names})
    else:
        notes.append(_("Yours is the last yes: then it can be declared."))
    return Review(
        sentence=_("You agree that %(title)s shares out %(amount)s.")
        % {"title": year_words.title(run), "amount": shown(run.distributable)},
        notes=tuple(notes),
        changes=changes,
        amount_words=shown(run.distributable),
        seen=_seen(run),
    )


def _approved(run: Run, by: User, at: dt.datetime) -> Run:
    operations.approve(run=run, by=by, at=at)
    return queries.run_by_id(run.pk)


def say_yes(run: Run, *, seen: str, key: str, by: User, at: dt.datetime) -> RunView:
    """Refused also when the figures are not those that were looked at."""

    def act() -> tuple[UUID, Run]:
        _must_be_seen(run, seen)
        return run.pk, _approved(run, by, at)

    body = {"run": str(run.pk), "seen": seen}
    done = once(user=by, operation="pages.year-yes", key=key, body=body, act=act, load=queries.run_by_id)
    return queries.view_of(done.row)


def _seen(run: Run) -> str:
    return f"{run.computed_at.isoformat()} {run.distributable:.2f}"


def _must_be_seen(run: Run, seen: str) -> None:
    if _seen(run) != seen:
        raise operations.FiguresChanged


# Declaring


def review_declaration(run: Run, *, by: User, at: dt.datetime) -> Review:
    """Refused: whatever `declare` refuses."""
    _done, changes = rehearsed(run.group, lambda: operations.declare(run=run, by=by, at=at))
    count = len(queries.view_of(run).parts)
    note = ngettext(
        "From then on the group owes %(count)d member her part. No cash moves yet.",
        "From then on the group owes %(count)d members their parts. No cash moves yet.",
        count,
    )
    return Review(
        sentence=_("%(title)s is declared: %(amount)s.")
        % {"title": year_words.title(run), "amount": shown(run.distributable)},
        notes=(note % {"count": count},),
        changes=changes,
        amount_words=shown(run.distributable),
        seen=_seen(run),
    )


def declare(run: Run, *, seen: str, key: str, by: User, at: dt.datetime) -> RunView:
    def act() -> tuple[UUID, Run]:
        _must_be_seen(run, seen)
        operations.declare(run=run, by=by, at=at)
        return run.pk, queries.run_by_id(run.pk)

    body = {"run": str(run.pk), "seen": seen}
    done = once(user=by, operation="pages.year-declare", key=key, body=body, act=act, load=queries.run_by_id)
    return queries.view_of(done.row)


# Paying


def open_choices(run: Run) -> list[tuple[str, str]]:
    """Who is still to be paid, each with her part."""
    parts = queries.open_parts(run)
    named = [
        (str(part.member_id), f"{part.member.number}. {part.member.person.name}: {shown(part.amount)}")
        for part in parts
    ]
    everybody = ngettext("All that are left: %(count)d member", "All that are left: %(count)d members", len(named))
    return [*named, (ALL, everybody % {"count": len(named)})]


def member_of(run: Run, asked: str) -> Member | None:
    """Who was chosen; None for all that are left."""
    if asked == ALL:
        return None
    part = next((part for part in queries.open_parts(run) if str(part.member_id) == asked), None)
    if part is None:
        raise NotFound
    return part.member


def review_payment(run: Run, paying: Paying, *, by: User, at: dt.datetime) -> Review:
    """Refused: whatever `pay` and `pay_all` refuse."""
    before = {part.member_id: part for part in queries.view_of(run).parts if part.outcome == "OPEN"}

    def act() -> RunView:
        if paying.member is None:
            operations.hold_everybody(run, paying.how.meeting_id)
            operations.pay_all(run=run, how=paying.how, by=by, at=at)
        else:
            operations.pay(run=run, member=paying.member, how=paying.how, by=by, at=at)
        return queries.view_of(queries.run_by_id(run.pk))

    view, changes = rehearsed(run.group, act)
    settled = [part for part in view.parts if part.member_id in before and part.outcome != "OPEN"]
    left_out = [part.member_name for part in view.parts if part.outcome == "OPEN"] if paying.member is None else []
    shares = sum((part.amount for part in settled), ZERO)
    cash = _cash_out(changes)
    return Review(
        sentence=_pay_sentence(run, paying, len(settled), shares),
        notes=tuple(_pay_notes(run, paying, left_out)),
        changes=changes,
        amount_words=shown(shares if paying.how.keep else cash),
        seen=f"{shares:.2f} {cash:.2f}",
    )


def _cash_out(changes: tuple[Change, ...]) -> Decimal:
    places = {str(word) for word in words.PLACE_WORDS.values()}
    return sum((change.before - change.after for change in changes if change.word in places), ZERO)


def _pay_sentence(run: Run, paying: Paying, count: int, shares: Decimal) -> str:
    facts = {"amount": shown(shares), "title": year_words.title(run), "count": count}
    if paying.member is not None:
        facts["name"] = paying.member.person.name
        if paying.how.keep:
            return _("%(name)s keeps %(amount)s of %(title)s as savings.") % facts
        return _("%(name)s is paid her %(amount)s of %(title)s.") % facts
    if paying.how.keep:
        said = ngettext(
            "%(count)d member keeps %(amount)s as savings.", "%(count)d members keep %(amount)s as savings.", count
        )
    else:
        said = ngettext("%(count)d member is paid %(amount)s.", "%(count)d members are paid %(amount)s.", count)
    return said % facts


def _pay_notes(run: Run, paying: Paying, left_out: list[str]) -> list[str]:
    notes = []
    if run.kind == Run.Kind.SHARE_OUT and not paying.how.keep:
        notes.append(_("With her share all that is her own is paid, less her fines and what her loans take."))
    if left_out:
        notes.append(_("Left out, and paid by somebody else: %(names)s.") % {"names": ", ".join(left_out)})
    return notes


def pay(run: Run, paying: Paying, *, seen: str, key: str, by: User, at: dt.datetime) -> Voucher | None:
    """One member once, by its key; all that are left, each by herself, so that whoever is stopped may go on."""
    if paying.member is None:
        if review_payment(run, paying, by=by, at=at).seen != seen:
            raise operations.FiguresChanged
        operations.pay_all(run=run, how=paying.how, by=by, at=at)
        return None
    member = paying.member

    def act() -> tuple[UUID, Voucher]:
        before = _figures(run.group)
        voucher = operations.pay(run=run, member=member, how=paying.how, by=by, at=at)
        after = _figures(run.group)
        changes = tuple(Change(word, before[word], after[word]) for word in after)
        part = next(part for part in queries.view_of(queries.run_by_id(run.pk)).parts if part.member_id == member.pk)
        if f"{part.amount:.2f} {_cash_out(changes):.2f}" != seen:
            raise operations.FiguresChanged
        return voucher.pk, voucher

    done = once(
        user=by,
        operation="pages.year-pay",
        key=key,
        body=paying.body(run) | {"seen": seen},
        act=act,
        load=voucher_by_id,
    )
    return done.row
