"""What a review has shown of a loan is what confirming does: where other figures come out, nothing is done."""

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TypeVar

from django.utils.translation import gettext_lazy as _

from core.errors import Refusal
from core.money import ZERO
from loans import queries
from loans.models import Loan

T = TypeVar("T")
OWED = ("due", "left", "settlement")


class FiguresMoved(Refusal):
    code = "figures_moved"
    detail = _("The figures have changed since you looked. Look at them again, then confirm.")


def owed(loan: Loan, on: dt.date) -> dict[str, Decimal]:
    """What is due, what is left of the principal, and what would settle the loan."""
    state = queries.state_of(queries.loan_by_id(loan.pk), on)
    if state is None:
        return dict.fromkeys(OWED, ZERO)
    return dict(zip(OWED, (state.amount_due, state.outstanding, state.settlement), strict=True))


def written(before: Mapping[str, Decimal], after: Mapping[str, Decimal], *more: object) -> str:
    """The figures of one act as a form carries them from its review to its confirming."""
    figures = [f"{side[name]:.2f}" for side in (before, after) for name in OWED]
    return " ".join([*figures, *map(str, more)])


def as_seen(seen: str, loan: Loan, on: dt.date, act: Callable[[], T], more: Callable[[T], tuple[object, ...]]) -> T:
    """Do it, and refuse `figures_moved` where it changed anything but what was seen.

    It is judged after the act, whose locks nobody passes any more; the caller's transaction takes it back.
    """
    before = owed(loan, on)
    done = act()
    if written(before, owed(loan, on), *more(done)) != seen:
        raise FiguresMoved
    return done
