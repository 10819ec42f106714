"""Statements of what a year shares out: the run on the first page, then one for each member that explains her part.

Readers of the books get all of them, a plain member the run and her own.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from core.periods import business_day
from cycles.models import Run
from cycles.queries import runs as queries
from cycles.queries.runs import PartView, RunView
from reports.pages import year_words
from reports.pages.paper_head import PaperHead, head_of
from reports.pages.year_runs import RunPage, reads_all, run_page, slug_of
from reports.papers import Paper
from users.models import User


@dataclass(frozen=True)
class MemberStatement:
    """One member's page: what she is measured by, how her part follows, and what became of it."""

    number: int
    name: str
    basis: Decimal
    percentage: Decimal
    amount: Decimal
    explained: str
    became: str


@dataclass(frozen=True)
class Statements:
    head: PaperHead
    run: RunPage
    status: str
    percentages: Decimal
    members: tuple[MemberStatement, ...]


def statements_paper(run: Run, reader: User, at: dt.datetime, *, host: str) -> Paper:
    name = f"{slug_of(run)}-{run.fiscal_year}-statements-{business_day(at):%Y-%m-%d}"
    return Paper("paper/statements.html", statements_of(run, reader, at, host=host), name)


def statements_of(run: Run, reader: User, at: dt.datetime, *, host: str) -> Statements:
    view, whole = queries.view_of(run), reads_all(reader, run.group)
    page = run_page(run, reader, business_day(at))
    return Statements(
        head=head_of(run.group, at, host=host),
        run=page,
        status=page.state.word,
        percentages=sum((part.percentage for part in view.parts), Decimal("0.00")),
        members=tuple(_member(view, part) for part in view.parts if whole or part.user_id == reader.pk),
    )


def _member(view: RunView, part: PartView) -> MemberStatement:
    return MemberStatement(
        number=part.member_number,
        name=part.member_name,
        basis=part.basis,
        percentage=part.percentage,
        amount=part.amount,
        explained=year_words.explained(view, part),
        became=year_words.outcome_words(view, part),
    )
