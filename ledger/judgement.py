"""Whether an act may take what it takes: no place of cash and no fund below zero, judged before anything is written.

Which fund does an entry take money out of? Every one that it makes smaller. A withdrawal lowers the cash and no
money held for others, so it takes from the loan fund (and from her savings); a welfare payout lowers cash and social
fund alike, so it takes from the social fund alone; a contribution makes nothing smaller and is never refused. The same
reading serves reversals, transfers between funds and acts not thought of yet. A fund that is short for another reason
does not stop an act that leaves it as it was or makes it larger.
"""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from core.errors import Refusal
from core.money import ZERO, shown
from ledger.position import MEMBER_FUNDS, SUBJECT_FUNDS, WHOLE_FUNDS, Holding, Position
from ledger.rules import CHART, PLACES, Leg


class InsufficientCash(Refusal):
    code = "insufficient_cash"
    detail = _("There is not enough cash in that place.")


class InsufficientFund(Refusal):
    code = "insufficient_fund"
    detail = _("The fund this comes from does not hold enough.")


def change(legs: Iterable[Leg], on: dt.date, *, pooled: bool) -> Position:
    """What an act alone does to places and funds."""
    moved = Position(pooled=pooled)
    moved.move(legs, on)
    return moved


def takes_out(legs: Iterable[Leg], on: dt.date) -> bool:
    """Whether the act makes any place or fund smaller, whichever way the constitution pools; else all is well."""
    lines = list(legs)
    apart, pooled = change(lines, on, pooled=False), change(lines, on, pooled=True)
    return bool(
        _places_lowered(apart)
        or _funds_lowered(apart)
        or apart.project_cash < 0
        or min(apart.loan_fund_cash, pooled.loan_fund_cash) < 0
    )


def judge(position: Position, legs: Iterable[Leg], on: dt.date, *, is_fact: bool) -> None:
    """Move the position by these legs; refuse what runs short. A fact may leave the loan and project fund short."""
    lines = list(legs)
    moved = change(lines, on, pooled=position.pooled)
    position.move(lines, on)
    for place in _places_lowered(moved):
        lowest, when = position.lowest(place, on)
        if lowest < 0:
            asked = -moved.held[place]
            raise _short_of_cash(place[0], lowest + asked, asked, when)
    for name, left, taken in _funds_lowered(moved, position):
        if left < 0:
            raise _short_of_fund(name, left + taken, taken)
    if not is_fact:
        _judge_lending(position, moved)


def _judge_lending(position: Position, moved: Position) -> None:
    taken = -moved.loan_fund_cash
    if taken > 0 and position.loan_fund_cash < 0:
        raise _short_of_fund(_t("Loan fund"), position.loan_fund_cash + taken, taken)
    taken = -moved.project_cash
    if not position.pooled and taken > 0:
        left = position.project_cash - max(ZERO, -position.loan_fund_cash)
        if left < 0:
            raise _short_of_fund(_t("Project fund"), left + taken, taken)


def _places_lowered(moved: Position) -> list[Holding]:
    return [place for place, amount in moved.held.items() if place[0] in PLACES and amount < 0]


def _funds_lowered(moved: Position, position: Position | None = None) -> list[tuple[str, Decimal, Decimal]]:
    """Name, what is left in `position`, and what was taken, of each fund that is owed to somebody and shrank."""
    at = position or moved
    return [
        *(
            (str(CHART[code].name), -at.held[code, holder], amount)
            for (code, holder), amount in moved.held.items()
            if code in MEMBER_FUNDS and amount > 0
        ),
        *(
            (str(CHART[code].name), -at.named[code, name], amount)
            for (code, name), amount in moved.named.items()
            if code in SUBJECT_FUNDS and amount > 0
        ),
        *(
            (str(CHART[code].name), -at.totals[code], moved.totals[code])
            for code in sorted(WHOLE_FUNDS)
            if moved.totals[code] > 0
        ),
    ]


def _short_of_cash(code: str, holds: Decimal, asked: Decimal, when: dt.date | None) -> InsufficientCash:
    figures = {"place": CHART[code].name, "holds": shown(holds), "asked": shown(asked)}
    if when is None:
        return InsufficientCash(_t("%(place)s holds %(holds)s; %(asked)s was asked.") % figures)
    said = _t("At the close of %(day)s %(place)s held %(holds)s; %(asked)s was asked.")
    return InsufficientCash(said % {**figures, "day": date_format(when)})


def _short_of_fund(name: str, holds: Decimal, asked: Decimal) -> InsufficientFund:
    figures = {"fund": name, "holds": shown(holds), "asked": shown(asked)}
    return InsufficientFund(_t("%(fund)s: %(holds)s is there; %(asked)s was asked.") % figures)
