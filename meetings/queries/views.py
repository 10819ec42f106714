"""What a meeting comes to: who came, what was counted, which steps were taken, what its minutes lack."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from django.db.models import F, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.fields import MoneyField
from core.money import ZERO, shown
from groups.models import Constitution
from groups.queries import in_force
from ledger.models import Balance, DayTotal
from ledger.rules import CASH_BOX
from meetings import rules
from meetings.models import Attendance, CashCount, Meeting
from meetings.queries.counts import CountView, counts_of
from meetings.queries.expected import Expected, expected_at
from meetings.queries.papers import Totals, totals_of, waiting_of
from meetings.rules import Progress, Step
from members.models import Member

Moment, Status = CashCount.Moment, Meeting.Status


@dataclass(frozen=True)
class Marks:
    """How many were marked in each way; the rate in percent, None where nobody counts."""

    present: int
    late: int
    excused: int
    absent: int
    rate: Decimal | None


@dataclass(frozen=True)
class Quorum:
    """How many of the members must be at the table, and how many are."""

    members: int
    needed: int
    here: int

    @property
    def is_reached(self) -> bool:
        return self.here >= self.needed


@dataclass(frozen=True)
class StepView:
    """One step at the table; `total` in shillings, None for steps that move and count none."""

    step: Step
    status: Progress
    total: Decimal | None


@dataclass(frozen=True)
class Confirmation:
    """Who heard the figures and said that they are right."""

    member_id: UUID
    name: str


@dataclass(frozen=True)
class Missing:
    """Something that stands on the minutes as lacking, as a word and as a sentence."""

    code: str
    text: str


@dataclass(frozen=True)
class MeetingView:
    """One meeting with all that its page, its minutes and the API say of it.

    `book_cash` is the box by the book before counted differences were posted, so that book and difference make what was
    counted. `difference` is what the closing counts posted together, those that were taken back left out, and what the
    newest found without it being posted so far; below zero is missing.
    """

    meeting: Meeting
    attendance: Marks
    opening_count: CountView | None
    closing_count: CountView | None
    book_cash: Decimal
    counted_cash: Decimal | None
    difference: Decimal | None
    explanation: str
    steps: tuple[StepView, ...]
    expected: tuple[Expected, ...]
    confirmed_by: tuple[Confirmation, ...]
    quorum: Quorum
    missing: tuple[Missing, ...]


def view_of(meeting: Meeting, on: dt.date) -> MeetingView:
    """One meeting, seen on a day, with what is expected of each member."""
    return _views([meeting], on, {meeting.pk: expected_at(meeting)})[0]


def views_of(meetings: Sequence[Meeting], on: dt.date) -> list[MeetingView]:
    """Several meetings in the given order, without what is expected. The same queries for any number of them."""
    return _views(meetings, on, {})


@dataclass(frozen=True)
class _Facts:
    """What the views of several meetings are made of, each read once."""

    marks: Mapping[UUID, list[Attendance]]
    counts: Mapping[UUID, list[CountView]]
    totals: Mapping[UUID, Totals]
    waiting: Mapping[UUID, int]
    members: Mapping[UUID, set[UUID]]
    constitutions: Mapping[UUID, Constitution]
    boxes: Mapping[UUID, Decimal]


def _views(
    meetings: Sequence[Meeting], on: dt.date, expected: Mapping[UUID, tuple[Expected, ...]]
) -> list[MeetingView]:
    counts = counts_of(meetings)
    facts = _Facts(
        marks=_marks(meetings),
        counts=counts,
        totals=totals_of(meetings),
        waiting=waiting_of(meetings),
        members=_members(meetings),
        constitutions=_constitutions(meetings),
        boxes=_boxes(meetings, counts),
    )
    return [_view(meeting, facts, on, expected.get(meeting.pk, ())) for meeting in meetings]


def _view(meeting: Meeting, facts: _Facts, on: dt.date, expected: tuple[Expected, ...]) -> MeetingView:
    key = meeting.pk
    marks, cash = facts.marks.get(key, []), cash_of(facts.counts.get(key, []))
    is_sealed = meeting.status == Status.SEALED
    book = meeting.book_cash if is_sealed else facts.boxes[key] - cash.posted
    confirmed = tuple(Confirmation(mark.member_id, mark.member.person.name) for mark in marks if mark.has_confirmed)
    quorum = _quorum(facts, meeting, marks)
    view = MeetingView(
        meeting=meeting,
        attendance=_counted(marks),
        opening_count=cash.opening,
        closing_count=cash.closing,
        book_cash=book,
        counted_cash=cash.closing.counted if cash.closing else None,
        difference=cash.difference if cash.closing else None,
        explanation=cash.explanation,
        steps=_steps(meeting, marks, cash, facts.totals.get(key, {})),
        expected=expected,
        confirmed_by=confirmed,
        quorum=quorum,
        missing=(),
    )
    missing = _missing(view, unmarked=quorum.members - len(marks), waiting=facts.waiting.get(key, 0), on=on)
    return replace(view, missing=tuple(missing))


# The box


@dataclass(frozen=True)
class Cash:
    """The counts of one meeting: the newest of each moment, what the closing ones posted together, and what the
    newest of them found that is not posted."""

    opening: CountView | None = None
    closing: CountView | None = None
    posted: Decimal = ZERO
    waiting: Decimal = ZERO
    explanation: str = ""

    @property
    def difference(self) -> Decimal:
        """What was found, whether it is posted or not."""
        return self.posted + self.waiting

    def day_of(self, meeting: Meeting) -> dt.date:
        """The day of the book that was counted against: a later one where the month of the meeting was closed."""
        return self.closing.on if self.closing else meeting.meeting_date


def cash_of(counts: Sequence[CountView]) -> Cash:
    """Counts in their order, as one meeting sums them up."""
    opening = [count for count in counts if count.moment == Moment.OPENING]
    closing = [count for count in counts if count.moment == Moment.CLOSING]
    said = [count.explanation for count in closing if count.explanation]
    return Cash(
        opening=opening[-1] if opening else None,
        closing=closing[-1] if closing else None,
        posted=sum((count.difference for count in closing if not (count.is_undone or count.is_unposted)), ZERO),
        waiting=closing[-1].difference if closing and closing[-1].is_unposted else ZERO,
        explanation=said[-1] if said else "",
    )


def _boxes(meetings: Iterable[Meeting], counts: Mapping[UUID, list[CountView]]) -> dict[UUID, Decimal]:
    """Meeting id → the cash box by the book at the end of its day, or of the day it was counted for, of those that are
    not sealed. Two queries."""
    live = [meeting for meeting in meetings if meeting.status != Status.SEALED]
    if not live:
        return {}
    of_box = {"account__code": CASH_BOX, "account__group__in": {meeting.group_id for meeting in live}}
    now = dict(Balance.objects.filter(**of_box).values_list("account__group").annotate(total=Sum("amount")).order_by())
    ends = {meeting.pk: cash_of(counts.get(meeting.pk, [])).day_of(meeting) for meeting in live}
    first = min(ends.values())
    days = DayTotal.objects.filter(**of_box, booked_on__gt=first).annotate(
        net=Sum(F("debit") - F("credit"), output_field=MoneyField())
    )
    later = list(days.values_list("account__group", "booked_on", "net"))
    return {
        meeting.pk: now.get(meeting.group_id, ZERO)
        - sum((net for group, day, net in later if group == meeting.group_id and day > ends[meeting.pk]), ZERO)
        for meeting in live
    }


# Who came


def _marks(meetings: Iterable[Meeting]) -> dict[UUID, list[Attendance]]:
    found: dict[UUID, list[Attendance]] = defaultdict(list)
    rows = Attendance.objects.filter(meeting__in=[meeting.pk for meeting in meetings])
    for mark in rows.select_related("member__person").order_by("member__number"):
        found[mark.meeting_id].append(mark)
    return found


def _counted(marks: Iterable[Attendance]) -> Marks:
    times = Counter(str(mark.status) for mark in marks)
    return Marks(
        present=times[rules.PRESENT],
        late=times[rules.LATE],
        excused=times[rules.EXCUSED],
        absent=times[rules.ABSENT],
        rate=rules.rate(times),
    )


def _members(meetings: Iterable[Meeting]) -> dict[UUID, set[UUID]]:
    """Meeting id → who belonged to the group on its day. One query."""
    days = [(meeting.pk, meeting.group_id, meeting.meeting_date) for meeting in meetings]
    rows = Member.objects.filter(group__in={group for _meeting, group, _day in days})
    fields = list(rows.values_list("pk", "group_id", "joined_on", "left_on", "is_active"))
    return {
        meeting: {
            member
            for member, hers, joined, left, is_active in fields
            if hers == group and joined <= day and (is_active or (left is not None and left >= day))
        }
        for meeting, group, day in days
    }


def _constitutions(meetings: Iterable[Meeting]) -> dict[UUID, Constitution]:
    """Meeting id → the rules of its day. One query."""
    versions: dict[UUID, list[Constitution]] = defaultdict(list)
    groups = {meeting.group_id for meeting in meetings}
    for version in Constitution.objects.adopted().filter(group__in=groups).order_by("version"):
        versions[version.group_id].append(version)
    return {meeting.pk: in_force(versions[meeting.group_id], meeting.meeting_date) for meeting in meetings}


def _quorum(facts: _Facts, meeting: Meeting, marks: Iterable[Attendance]) -> Quorum:
    marked = list(marks)
    members = facts.members[meeting.pk] | {mark.member_id for mark in marked}
    percent = facts.constitutions[meeting.pk].quorum_percent
    here = sum(mark.status in rules.HERE for mark in marked)
    return Quorum(members=len(members), needed=rules.quorum(len(members), percent), here=here)


# The steps


def _steps(meeting: Meeting, marks: Sequence[Attendance], cash: Cash, totals: Totals) -> tuple[StepView, ...]:
    is_sealed = meeting.status == Status.SEALED
    done = {
        Step.ROLL_CALL: bool(marks),
        Step.OPENING_COUNT: cash.opening is not None,
        **{step: totals.get(step, ZERO) > 0 for step in rules.MONEY_STEPS},
        Step.CLOSING_COUNT: cash.closing is not None,
        Step.READ_ALOUD: any(mark.has_confirmed for mark in marks),
        Step.SEAL: is_sealed,
    }
    sums: dict[Step, Decimal | None] = {
        Step.OPENING_COUNT: cash.opening.counted if cash.opening else None,
        **{step: totals.get(step, ZERO) for step in rules.MONEY_STEPS},
        Step.CLOSING_COUNT: cash.closing.counted if cash.closing else None,
    }
    undone = Progress.SKIPPED if is_sealed else Progress.OPEN
    return tuple(StepView(step, Progress.DONE if done[step] else undone, sums.get(step)) for step in Step)


# What the minutes lack


def _missing(view: MeetingView, *, unmarked: int, waiting: int, on: dt.date) -> list[Missing]:
    if view.meeting.status == Status.SCHEDULED:
        late = view.meeting.meeting_date < on
        return [Missing("NOT_HELD", _("It was planned for a day that has passed, and was not opened."))] if late else []
    found = [*_of_roll_call(view, unmarked), *_of_box(view)]
    if waiting:
        said = ngettext(
            "%(count)d paper of this meeting waits for somebody's yes.",
            "%(count)d papers of this meeting wait for somebody's yes.",
            waiting,
        )
        found.append(Missing("PAPERS_WAIT", said % {"count": waiting}))
    if not view.confirmed_by:
        found.append(Missing("NOT_CONFIRMED", _("Nobody confirmed that the figures were read aloud.")))
    return found


def _of_roll_call(view: MeetingView, unmarked: int) -> list[Missing]:
    if unmarked == view.quorum.members:
        return [Missing("ROLL_CALL", _("The roll was not called."))]
    found = []
    if not view.quorum.is_reached:
        said = _("The quorum was not reached: %(here)d of %(needed)d members were here.")
        found.append(Missing("QUORUM", said % {"here": view.quorum.here, "needed": view.quorum.needed}))
    if unmarked:
        said = ngettext("%(count)d member was not marked.", "%(count)d members were not marked.", unmarked)
        found.append(Missing("NOT_MARKED", said % {"count": unmarked}))
    return found


def _of_box(view: MeetingView) -> list[Missing]:
    if view.closing_count is None or view.counted_cash is None or view.difference is None:
        return [Missing("CLOSING_COUNT", _("The cash was not counted at the end."))]
    found = []
    if view.difference and not view.explanation:
        said = _("Nobody explained the difference of KES %(amount)s.")
        found.append(Missing("NOT_EXPLAINED", said % {"amount": shown(view.difference)}))
    if moved := view.book_cash + view.difference - view.counted_cash:
        said = _("After the last count KES %(amount)s came into the box or left it.")
        found.append(Missing("AFTER_COUNT", said % {"amount": shown(moved)}))
    return found
