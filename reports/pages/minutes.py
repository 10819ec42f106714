"""The minutes of a meeting, as they are printed: who came, what lay in the box, what was done, and the seal over it.

Whoever may read the group's transactions reads a line for each member and what was written down in words; a plain
member the totals and her own line.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.money import ZERO, shown
from core.periods import NAIROBI
from groups.access import standing
from groups.permissions import Reach
from meetings.models import Attendance, Meeting
from meetings.queries import Bringing, CountView, Marks, MeetingView, lines_of, view_of
from meetings.rules import MONEY_STEPS
from members.models import Member
from reports.pages import words
from reports.pages.meeting_words import STEPS, clock, long_day
from reports.pages.paper_head import PaperHead, head_of
from reports.papers import Paper
from savings import fines
from savings.models import Fine
from users.models import User


@dataclass(frozen=True)
class Row:
    """One member: how she is marked and what she brought."""

    number: int
    name: str
    mark: str
    savings: Decimal
    welfare: Decimal
    fine: Decimal
    loan: Decimal
    total: Decimal
    has_confirmed: bool


@dataclass(frozen=True)
class PiecesRow:
    """One note or coin in both counts; None where that count was not made."""

    worth: Decimal
    opening: int | None
    closing: int | None


@dataclass(frozen=True)
class BoxRow:
    """A figure of the box at the opening and at the closing."""

    word: str
    opening: Decimal | None
    closing: Decimal | None


@dataclass(frozen=True)
class StepRow:
    word: str
    amount: Decimal


@dataclass(frozen=True)
class FineRow:
    number: int
    name: str
    why: str
    amount: Decimal
    said: str


@dataclass(frozen=True)
class Minutes:
    head: PaperHead
    is_sealed: bool
    is_planned: bool
    is_whole: bool
    code: str
    sealed: str
    seal_head: str
    seal_entries: int
    day: str
    venue: str
    who: tuple[str, ...]
    marks: Marks
    came: str
    quorum: str
    rows: tuple[Row, ...]
    total: Row
    pieces: tuple[PiecesRow, ...]
    box: tuple[BoxRow, ...]
    difference: str
    explanation: str
    steps: tuple[StepRow, ...]
    fines: tuple[FineRow, ...]
    missing: tuple[str, ...]
    notes: str
    confirmed: tuple[str, ...]


def minutes_paper(meeting: Meeting, reader: User, at: dt.datetime, *, host: str) -> Paper:
    name = f"{meeting.group.group_code}-minutes-{meeting.meeting_date:%Y-%m-%d}"
    plain = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in name)
    return Paper("paper/minutes.html", minutes_of(meeting, reader, at, host=host), plain)


def minutes_of(meeting: Meeting, reader: User, at: dt.datetime, *, host: str) -> Minutes:
    """The meeting as it stands at this instant, for this reader."""
    view = view_of(meeting, at.astimezone(NAIROBI).date())
    reads_all = standing(reader, meeting.group).may("transactions:read") is Reach.ALL
    lines = lines_of(meeting)
    return Minutes(
        head=head_of(meeting.group, at, host=host),
        is_sealed=meeting.status == Meeting.Status.SEALED,
        is_planned=meeting.status == Meeting.Status.SCHEDULED,
        is_whole=reads_all,
        code=meeting.seal_code,
        sealed=_sealed(meeting),
        seal_head=meeting.head_hash,
        seal_entries=meeting.entries or 0,
        day=long_day(meeting.meeting_date),
        venue=meeting.venue,
        who=tuple(_who(meeting)),
        marks=view.attendance,
        came=_came(view.attendance),
        quorum=_quorum(view),
        rows=tuple(_row(line) for line in lines if reads_all or _is_hers(line.member, reader)),
        total=_total(lines),
        pieces=tuple(_pieces(view)),
        box=tuple(_box(view)),
        difference=_difference(view.difference),
        explanation=view.explanation if reads_all else "",
        steps=tuple(_steps(view)),
        fines=tuple(_fine(fine) for fine in _fines(meeting) if reads_all or _is_hers(fine.member, reader)),
        missing=tuple(lack.text for lack in view.missing),
        notes=meeting.notes if reads_all else "",
        confirmed=tuple(each.name for each in view.confirmed_by),
    )


def _is_hers(member: Member, reader: User) -> bool:
    return member.person.user_id == reader.pk


def _sealed(meeting: Meeting) -> str:
    if meeting.sealed_at is None or meeting.sealed_by is None:
        return ""
    facts = {"name": meeting.sealed_by.name, "day": _day_of(meeting.sealed_at), "hour": clock(meeting.sealed_at)}
    return _("Sealed by %(name)s on %(day)s at %(hour)s.") % facts


def _day_of(instant: dt.datetime) -> str:
    return words.full_day(instant.astimezone(NAIROBI).date())


def _who(meeting: Meeting) -> Iterable[str]:
    if meeting.opened_by and meeting.opened_at:
        facts = {"name": meeting.opened_by.name, "day": _day_of(meeting.opened_at), "hour": clock(meeting.opened_at)}
        yield _("Opened and led by %(name)s, %(day)s at %(hour)s.") % facts
    if meeting.is_extraordinary:
        yield _("An extraordinary meeting, outside the plan.")


def _came(marks: Marks) -> str:
    """Who came in one sentence, with the rate."""
    here = marks.present + marks.late
    said = ngettext("%(count)d member was at the table", "%(count)d members were at the table", here) % {"count": here}
    parts = [said]
    if marks.late:
        parts.append(_("%(count)d of them late") % {"count": marks.late})
    if marks.excused:
        parts.append(_("%(count)d excused") % {"count": marks.excused})
    if marks.absent:
        parts.append(_("%(count)d absent") % {"count": marks.absent})
    if marks.rate is not None:
        parts.append(_("attendance %(rate)s %%") % {"rate": marks.rate})
    return ", ".join(parts) + "."


def _quorum(view: MeetingView) -> str:
    facts = {"needed": view.quorum.needed, "members": view.quorum.members, "here": view.quorum.here}
    if view.quorum.is_reached:
        return _("The quorum was reached: %(here)d came, %(needed)d of %(members)d members are needed.") % facts
    return _("The quorum was not reached: %(here)d came, %(needed)d of %(members)d members are needed.") % facts


# Who brought what


def _row(line: Bringing) -> Row:
    return Row(
        number=line.member.number,
        name=line.member.person.name,
        mark=str(Attendance.Status(line.status).label) if line.status else _("not marked"),
        savings=line.savings,
        welfare=line.welfare,
        fine=line.fine,
        loan=line.loan,
        total=line.brought,
        has_confirmed=line.has_confirmed,
    )


def _total(lines: Sequence[Bringing]) -> Row:
    """All of them together, whoever reads it."""
    return Row(
        number=len(lines),
        name="",
        mark="",
        savings=sum((line.savings for line in lines), ZERO),
        welfare=sum((line.welfare for line in lines), ZERO),
        fine=sum((line.fine for line in lines), ZERO),
        loan=sum((line.loan for line in lines), ZERO),
        total=sum((line.brought for line in lines), ZERO),
        has_confirmed=False,
    )


def _steps(view: MeetingView) -> Iterable[StepRow]:
    totals = {step.step: step.total for step in view.steps}
    return (StepRow(str(STEPS[step]), totals.get(step) or ZERO) for step in MONEY_STEPS)


def _fines(meeting: Meeting) -> QuerySet[Fine]:
    return fines.shown().filter(group=meeting.group_id, meeting_id=meeting.pk).order_by("member__number", "imposed_at")


def _fine(fine: Fine) -> FineRow:
    return FineRow(
        number=fine.member.number,
        name=fine.member.person.name,
        why=str(Fine.Cause(fine.cause).label),
        amount=fine.amount,
        said=str(Fine.Status(fine.status).label),
    )


# The box


def _pieces(view: MeetingView) -> Iterable[PiecesRow]:
    opening, closing = view.opening_count, view.closing_count
    seen = {*(opening.denominations if opening else ()), *(closing.denominations if closing else ())}
    for worth in sorted(seen, reverse=True):
        yield PiecesRow(worth, _of(opening, worth), _of(closing, worth))


def _of(count: CountView | None, worth: Decimal) -> int | None:
    return count.denominations.get(worth, 0) if count else None


def _box(view: MeetingView) -> Iterable[BoxRow]:
    opening, closing = view.opening_count, view.closing_count
    yield BoxRow(_("Counted"), opening.counted if opening else None, closing.counted if closing else None)
    yield BoxRow(_("By the book"), opening.book if opening else None, view.book_cash)
    yield BoxRow(_("Difference"), opening.difference if opening else None, view.difference)


def _difference(difference: Decimal | None) -> str:
    if difference is None:
        return _("The cash was not counted at the end.")
    if difference < 0:
        return _("At the closing %(amount)s is missing; it is booked as an entry of its own.") % {
            "amount": shown(-difference)
        }
    if difference > 0:
        return _("At the closing %(amount)s is too much; it is booked as an entry of its own.") % {
            "amount": shown(difference)
        }
    return _("What was counted at the closing is what the book says.")
