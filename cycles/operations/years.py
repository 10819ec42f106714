"""Closing a fiscal year: what was earned and spent in it is carried to the retained surplus, and its months close."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from audit.operations import record
from core.errors import NotFound, Refusal
from core.money import ZERO
from core.periods import business_day
from cycles.models import ClosedYear, ClosingProposal
from cycles.operations.closing import alarmed, may_close, propose
from cycles.queries import years as queries
from cycles.rules.closing import RESULTS, Part, amount_of, closing_legs
from cycles.rules.years import FiscalYear
from groups.models import BankingGroup
from ledger.differences import Difference
from ledger.models import Entry, Voucher
from ledger.operations import BooksDiffer, close_month, hold_books
from ledger.queries import account_balances
from ledger.vouchers import Draft, InvalidTransition, draft, settle
from savings.operations.doors import log
from savings.operations.followers import Follower
from users.models import User

YEAR_CLOSE = Entry.Kind.YEAR_CLOSE.value


class YearNotOver(Refusal):
    code = "year_not_over"
    detail = _("The year is not over yet. Close it when its last day has passed.")


class EarlierYearOpen(Refusal):
    code = "earlier_year_open"
    detail = _("An earlier year is still open. Close that one first.")


class YearStays(InvalidTransition):
    detail = _(
        "The close of a year is not taken back. Put a mistake right by reversing the act itself: it counts today."
    )


def close_year(*, group: BankingGroup, year: int, by: User, at: dt.datetime) -> ClosedYear | ClosingProposal:
    """One entry dated on the year's last day carries its income and costs to 3010, then its months are closed; asked
    for by chair or treasurer, it is proposed. What is closed already is answered as it is.

    Refused: `forbidden`, `not_found` where no year of that name begins, `year_not_over`, `earlier_year_open` naming it,
    and `books_differ` as for a month.
    """
    here = may_close(by, group)
    span = queries.fiscal_year(group, year)
    if span is None:
        raise NotFound
    if found := queries.closed_year(group, year):
        return found
    if span.last >= business_day(at):
        raise YearNotOver
    if not here.is_service_admin:
        return propose(group=group, period=f"{year:04d}", by=by, at=at)
    with alarmed(group, at):
        return _closed(group, span, by, at)


def _closed(group: BankingGroup, span: FiscalYear, by: User, at: dt.datetime) -> ClosedYear:
    """Under the book's lock from here on. The paper is written after it: it is new, so nobody can be waiting for it."""
    hold_books([group])
    if found := queries.closed_year(group, span.year):
        return found
    earlier = queries.first_year_open(group, before=span.first)
    if earlier is not None:
        said = _("The year %(year)s is still open. Close that one first.") % {"year": earlier.year}
        raise EarlierYearOpen(said, fiscal_year=earlier.year)
    voucher = _carried(group, span, by, at)
    closed = ClosedYear.objects.create(
        group=group,
        fiscal_year=span.year,
        starts_on=span.first,
        ends_on=span.last,
        voucher=voucher,
        closed_by=by,
        closed_at=at,
    )
    close_month(group=group, month=span.last, at=at, actor=by)
    _log(closed, by, at)
    return closed


def _carried(group: BankingGroup, span: FiscalYear, by: User, at: dt.datetime) -> Voucher | None:
    """The paper and entry that leave nothing on income and costs; None where nothing is on them."""
    parts = queries.results_of(group, span.last)
    _must_be_all(group, span, parts)
    legs = closing_legs(parts)
    if not legs:
        return None
    paper = Draft(
        group=group,
        kind=YEAR_CLOSE,
        detail="",
        amount=amount_of(legs),
        recorded_by=by,
        at=at,
        on=span.last,
    )
    voucher, _new = draft(paper)
    log("voucher.recorded", voucher, by, at)
    return settle(voucher=voucher, legs=legs, at=at, actor=by)


def _must_be_all(group: BankingGroup, span: FiscalYear, parts: list[Part]) -> None:
    """The lines since the last closing of a year are all that the accounts hold at the end of this one."""
    held = account_balances(group, span.last, RESULTS)
    summed = queries.by_account(parts)
    apart = {code: held[code] - summed.get(code, ZERO) for code in held}
    found = [Difference("a result is not the sum of its lines", code, off) for code, off in apart.items() if off]
    if found:
        raise BooksDiffer(found)


def _log(closed: ClosedYear, by: User, at: dt.datetime) -> None:
    record(
        verb="year.closed",
        at=at,
        actor_id=by.pk,
        subject="closed_year",
        subject_id=closed.pk,
        group_id=closed.group_id,
        organisation_id=closed.group.organisation_id,
        fiscal_year=closed.fiscal_year,
        voucher=closed.voucher_id,
    )


def _stays(_voucher: Voucher) -> None:
    raise YearStays


FOLLOWERS = {YEAR_CLOSE: Follower(hold=_stays)}
