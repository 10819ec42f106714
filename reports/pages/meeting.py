"""One meeting on its page: the steps as a strip, what comes next, the box by the book, what was brought, the roll."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from core.ids import new_id
from core.money import ZERO, shown
from groups.access import standing
from groups.permissions import Reach
from meetings.models import Attendance, Meeting
from meetings.queries import MeetingView, StepView, newest_sealed, view_of
from meetings.rules import HERE, MONEY_STEPS, Progress, Step
from members.models import Member
from reports.meeting_forms import CountForm
from reports.pages import meeting_count as counting
from reports.pages import meeting_roll as rolls
from reports.pages import meeting_words, words
from reports.pages.loan_words import Pill
from reports.pages.meeting_box import Box, box_of
from reports.pages.meeting_brought import Allowed, Brought, brought_to
from reports.pages.meeting_head import title_of
from reports.pages.meeting_next import Minutes, Next, minutes_of, next_of
from reports.pages.meeting_seal import Sealed, sealed
from users.models import User

Status = Meeting.Status
# What the address bar may ask for in the middle of the page, while the meeting is open.
PANELS = ("roll", "opening", "collect", "closing", "seal")
PANEL_OF: dict[Step, str] = {
    Step.ROLL_CALL: "roll",
    Step.OPENING_COUNT: "opening",
    **dict.fromkeys((Step.WELFARE, Step.SAVINGS, Step.FINES, Step.REPAYMENTS), "collect"),
    Step.SEAL: "seal",
}


@dataclass(frozen=True)
class StepWords:
    word: str
    note: str
    state: str
    is_current: bool
    href: str


@dataclass(frozen=True)
class MeetingPage:
    id: UUID
    href: str
    day_words: str
    title: str
    sub: str
    last_day: str
    last_code: str
    state: Pill
    pills: tuple[Pill, ...]
    figure_word: str
    figure: Decimal
    is_open: bool
    may_run: bool
    panel: str
    opens_because: str
    steps: tuple[StepWords, ...]
    roll: rolls.RollPage | None
    count: counting.CountPage | None
    next: Next | None
    minutes: Minutes | None
    box: Box | None
    brought: Brought | None
    seal: Sealed | None
    seal_href: str
    closing_href: str


@dataclass(frozen=True)
class _Seen:
    """One meeting as one person sees it."""

    view: MeetingView
    user: User
    may: Callable[[str], Reach | None]
    marks: Mapping[UUID, Attendance]

    @property
    def meeting(self) -> Meeting:
        return self.view.meeting

    @property
    def runs(self) -> bool:
        return self.may("meetings:run") is Reach.ALL

    @property
    def reads(self) -> bool:
        """A member sees of what others brought no more than what is read aloud of all together."""
        return self.may("transactions:read") is Reach.ALL

    @property
    def allowed(self) -> Allowed:
        return Allowed(collect=self.works, correct=self.may("transactions:reverse") is Reach.ALL)

    @property
    def works(self) -> bool:
        return self.runs and self.meeting.status == Status.OPEN


def page_of(meeting: Meeting, user: User, on: dt.date, asked: Mapping[str, str]) -> MeetingPage:
    """The page as this person sees it; `asked` names the step she wants in the middle of it."""
    seen = _Seen(view_of(meeting, on), user, standing(user, meeting.group).may, rolls.marks_of(meeting))
    panel, last = _panel(seen, asked.get("step", "")), newest_sealed(meeting.group)
    members, imposed, box = rolls.members_of(meeting), rolls.fines_of(meeting), box_of(seen.view)
    fined: dict[UUID, Decimal] = defaultdict(lambda: ZERO)
    for fine in imposed:
        fined[fine.member_id] += fine.amount
    is_sealed = meeting.status == Status.SEALED
    before = last if last and last.pk != meeting.pk and not is_sealed else None
    roll_form = rolls.form_for(members, seen.marks, all_here=asked.get("begin") == "here") if seen.works else None
    address = reverse("meeting-page", args=[meeting.pk])
    begun = meeting.status != Status.SCHEDULED
    return MeetingPage(
        id=meeting.pk,
        href=address,
        day_words=words.full_day(meeting.meeting_date),
        title=title_of(meeting),
        sub=" · ".join(_sub(seen.view)),
        last_day=words.day(before.meeting_date) if before else "",
        last_code=before.seal_code if before else "",
        state=meeting_words.state_of(meeting),
        pills=(Pill("", "today", _("Extraordinary")),) if meeting.is_extraordinary else (),
        figure_word=_("Counted in the box") if is_sealed else _("Should be in the box"),
        figure=meeting.counted_cash if is_sealed else seen.view.book_cash,
        is_open=meeting.status == Status.OPEN,
        may_run=seen.runs,
        panel=panel,
        opens_because=_opens_because(seen, on),
        steps=tuple(_steps(seen, panel, address)) if begun else (),
        roll=rolls.page_of(meeting, _shown_to(seen, members), seen.marks, imposed, roll_form) if begun else None,
        count=_count(meeting, panel, before),
        next=next_of(seen.view, members, seen.marks) if panel == "collect" else None,
        minutes=minutes_of(seen.view, reads=seen.reads) if not panel else None,
        box=box if begun else None,
        brought=brought_to(meeting, fined, looked_at=asked.get("member", ""), allowed=seen.allowed)
        if begun and seen.reads
        else None,
        seal=sealed(meeting),
        seal_href=reverse("meeting-seal-page", args=[meeting.pk]) if seen.works else "",
        closing_href=f"{address}?step=closing#panel",
    )


def _shown_to(seen: _Seen, members: Iterable[Member]) -> list[Member]:
    """Everybody's mark to whoever reads the group's papers, and her own to a member."""
    return [each for each in members if seen.reads or each.person.user_id == seen.user.pk]


def _sub(view: MeetingView) -> Iterable[str]:
    meeting, quorum = view.meeting, view.quorum
    if meeting.opened_at and meeting.opened_by:
        said = {"time": meeting_words.clock(meeting.opened_at), "name": meeting.opened_by.name}
        yield _("Opened %(time)s by %(name)s") % said
    if meeting.venue:
        yield meeting.venue
    yield _("quorum %(needed)d, here %(here)d") % {"needed": quorum.needed, "here": quorum.here}


def _panel(seen: _Seen, asked: str) -> str:
    """What stands in the middle: what was asked for, or else what comes next; nothing to do for whoever only reads."""
    if seen.runs and seen.meeting.status == Status.SCHEDULED:
        return "open"
    if not seen.works:
        return ""
    if asked in PANELS:
        return asked
    done = {step.step for step in seen.view.steps if step.status == Progress.DONE}
    if Step.ROLL_CALL not in done:
        return "roll"
    if Step.CLOSING_COUNT in done:
        return "seal"
    return "collect" if Step.OPENING_COUNT in done else "opening"


def _opens_because(seen: _Seen, on: dt.date) -> str:
    """Why it is not opened now; empty where it can be."""
    if seen.meeting.meeting_date > on:
        day = meeting_words.long_day(seen.meeting.meeting_date)
        return _("It is planned for %(day)s and is opened on that day.") % {"day": day}
    return ""


def _steps(seen: _Seen, panel: str, address: str) -> Iterable[StepWords]:
    """Nine steps: the closing count, reading aloud and the seal are one. Members bring four kinds in one go."""
    here = sum(mark.status in HERE for mark in seen.marks.values())
    is_counted = any(step.step == Step.CLOSING_COUNT and step.status == Progress.DONE for step in seen.view.steps)
    for step in seen.view.steps:
        if step.step in {Step.CLOSING_COUNT, Step.READ_ALOUD}:
            continue
        where = PANEL_OF.get(step.step, "")
        if step.step == Step.SEAL and (not is_counted or panel == "closing"):
            where = "closing"
        is_now = bool(panel) and panel == where
        state = "now" if is_now else "done" if step.status == Progress.DONE else ""
        note = _note(step, here, len(seen.marks), is_over=is_counted or not seen.works)
        yield StepWords(
            word=str(meeting_words.STEPS[step.step]),
            note=_("now") if is_now and not step.total else note,
            state=state,
            is_current=is_now and (where != "collect" or step.step == Step.WELFARE),
            href=_way(seen, step.step, where, address) if seen.works else "",
        )


def _way(seen: _Seen, step: Step, where: str, address: str) -> str:
    """Where a step is taken: on this page, for loans and costs on theirs."""
    if step == Step.LOANS:
        return reverse("group-loans-page", args=[seen.meeting.group_id])
    if step == Step.EXPENSES and seen.may("transactions:create") is Reach.ALL:
        return f"{reverse('movement-page', args=[seen.meeting.group_id])}?meeting={seen.meeting.pk}"
    return f"{address}?step={where}#{'roll' if where == 'roll' else 'panel'}" if where else ""


def _note(step: StepView, here: int, marked: int, *, is_over: bool) -> str:
    if step.step == Step.ROLL_CALL:
        return _("%(here)d of %(marked)d here") % {"here": here, "marked": marked} if marked else _("not yet")
    if step.total is not None and (step.total or step.step not in MONEY_STEPS):
        return shown(step.total)
    if step.step in MONEY_STEPS and is_over:
        return _("none today")
    return "" if step.status == Progress.DONE else _("not yet")


def _count(meeting: Meeting, panel: str, last: Meeting | None) -> counting.CountPage | None:
    moment = counting.MOMENTS.get(panel)
    if moment is None:
        return None
    recall = ""
    if last and panel == "opening":
        told = _("At the end of the last meeting, on %(day)s, %(amount)s lay in the box.")
        recall = told % {"day": words.day(last.meeting_date), "amount": shown(last.counted_cash)}
    form = CountForm(initial={"offline_sync_id": new_id()})
    return counting.page_of(counting.Counting(meeting.group, meeting, moment), form, recall)
