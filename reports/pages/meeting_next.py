"""What comes next at the table: who has not brought anything yet, and what is due of her. And a meeting in facts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.money import shown
from meetings.models import Attendance, Meeting
from meetings.queries import MeetingView
from meetings.rules import HERE
from members.models import Member
from reports.pages import words
from reports.pages.meeting_brought import papers_of
from reports.pages.meeting_count import difference_word

DUE_WORDS: dict[str, Promise] = {
    "REGULAR": gettext_lazy("Savings, the rest of the month’s minimum"),
    "FINE": gettext_lazy("Fines"),
    "LOAN_REPAYMENT": gettext_lazy("Loan, due by today"),
}


@dataclass(frozen=True)
class Due:
    kind: str
    word: str
    amount: Decimal


@dataclass(frozen=True)
class Next:
    """Who brings next. Without a name everybody who is here has been."""

    progress: str
    name: str
    sentence: str
    href: str
    due_words: str
    due: tuple[Due, ...]
    count_href: str


@dataclass(frozen=True)
class Fact:
    word: str
    said: str


@dataclass(frozen=True)
class Minutes:
    """A meeting in facts, for whoever reads it."""

    title: str
    facts: tuple[Fact, ...]
    lacks: tuple[str, ...]


def due_of(view: MeetingView, member: UUID) -> tuple[Due, ...]:
    """What the table expects of her today."""
    lines = next((each.lines for each in view.expected if each.member_id == member), ())
    return tuple(Due(line.kind, str(DUE_WORDS[line.kind]), line.amount) for line in lines)


def in_turn(members: Iterable[Member], marks: Mapping[UUID, Attendance]) -> list[Member]:
    """Who is here and may bring money, in the order of the roll."""
    return [each for each in members if each.is_active and each.pk in marks and marks[each.pk].status in HERE]


def next_after(meeting: Meeting, here: Sequence[Member], after: UUID | None) -> Member | None:
    """The next in turn behind `after` who has brought nothing yet, around the table."""
    brought = papers_of(meeting)
    start = next((place + 1 for place, each in enumerate(here) if each.pk == after), 0)
    turn = [*here[start:], *here[:start]]
    return next((each for each in turn if each.pk not in brought and each.pk != after), None)


def next_of(view: MeetingView, members: Iterable[Member], marks: Mapping[UUID, Attendance]) -> Next:
    meeting, here = view.meeting, in_turn(members, marks)
    brought = papers_of(meeting)
    coming = next_after(meeting, here, None)
    count_href = f"{reverse('meeting-page', args=[meeting.pk])}?step=closing#panel"
    been = sum(each.pk in brought for each in here)
    progress = _("%(been)d of %(here)d who are here have been") % {"been": been, "here": len(here)} if here else ""
    if coming is None:
        return Next(progress, "", "", "", "", (), count_href)
    return Next(
        progress=progress,
        name=words.first_name(coming.person.name),
        sentence=_("%(name)s is next.") % {"name": coming.person.name},
        href=reverse("meeting-collect-page", args=[meeting.pk, coming.pk]),
        due_words=_("What is due of %(name)s") % {"name": words.first_name(coming.person.name)},
        due=due_of(view, coming.pk),
        count_href=count_href,
    )


def minutes_of(view: MeetingView, *, reads: bool) -> Minutes:
    """What is said of a meeting to whoever has nothing to do at its table; notes to those who read the papers."""
    return Minutes(
        title=_("The meeting in short"),
        facts=tuple(_facts(view, reads=reads)),
        lacks=tuple(each.text for each in view.missing),
    )


def _facts(view: MeetingView, *, reads: bool) -> Iterable[Fact]:
    came, quorum = view.attendance, view.quorum
    if view.meeting.status == Meeting.Status.SCHEDULED:
        yield Fact(_("Place"), view.meeting.venue or _("not said"))
        return
    told = _("%(here)d here, %(late)d late, %(excused)d excused, %(absent)d absent")
    said = {"here": came.present, "late": came.late, "excused": came.excused, "absent": came.absent}
    yield Fact(_("Who came"), told % said)
    yield Fact(_("Quorum"), _("%(here)d of %(needed)d needed") % {"here": quorum.here, "needed": quorum.needed})
    if view.opening_count:
        yield Fact(_("Opening cash"), shown(view.opening_count.counted))
    if view.counted_cash is not None and view.difference is not None:
        yield Fact(_("Should be, by the book"), shown(view.book_cash))
        yield Fact(_("Counted"), shown(view.counted_cash))
        yield Fact(difference_word(view.difference), shown(view.difference))
    if view.explanation and reads:
        yield Fact(_("Explained"), view.explanation)
    if view.confirmed_by:
        yield Fact(_("Confirmed by"), ", ".join(each.name for each in view.confirmed_by))
    if view.meeting.notes and reads:
        yield Fact(_("Said and agreed"), view.meeting.notes)
