"""The seal: the meeting read aloud, who says that it is right, and what is missing; then nobody changes it."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from core.money import ZERO, shown
from meetings import operations, seals
from meetings.models import Attendance, Meeting
from meetings.operations import MeetingNotOpen, MeetingSealed
from meetings.queries import MeetingView, meeting_by_id, view_of
from meetings.rules import HERE, MONEY_STEPS
from members.models import Member
from reports.pages import meeting_words, words
from reports.pages.loan_seen import FiguresMoved
from reports.pages.meeting_box import Lack, Line, box_of
from users.models import User
from users.submissions import Outcome, once

OPERATION = "pages.meeting-seal"


@dataclass(frozen=True)
class SealPage:
    """What is read aloud before the seal."""

    sentences: tuple[str, ...]
    steps: tuple[Line, ...]
    book: Decimal
    counted: Decimal | None
    difference: Decimal
    difference_word: str
    explanation: str
    lacks: tuple[Lack, ...]
    may_seal: bool
    seal_words: str
    seen: str


@dataclass(frozen=True)
class Sealed:
    """The seal of a meeting on its page."""

    is_intact: bool
    title: str
    words: str
    code: str
    check_href: str
    minutes_href: str


def must_be_open(meeting: Meeting) -> None:
    """Refuses `meeting_sealed` and `meeting_not_open` before anything is asked; the verb has the last word."""
    if meeting.status == Meeting.Status.SEALED:
        raise MeetingSealed
    if meeting.status != Meeting.Status.OPEN:
        raise MeetingNotOpen


def page_of(meeting: Meeting, on: dt.date) -> SealPage:
    view = view_of(meeting, on)
    box = box_of(view)
    return SealPage(
        sentences=tuple(_sentences(view)),
        steps=tuple(
            Line(str(meeting_words.STEPS[step.step]), step.total or ZERO, is_signed=False)
            for step in view.steps
            if step.step in MONEY_STEPS
        ),
        book=box.should_be,
        counted=box.counted,
        difference=box.difference,
        difference_word=box.difference_word,
        explanation=view.explanation,
        lacks=tuple(lack for lack in box.lacks if lack.code != "NOT_CONFIRMED"),
        may_seal=box.may_seal,
        seal_words=box.seal_words,
        seen=_seen(view),
    )


def _sentences(view: MeetingView) -> Iterable[str]:
    came = view.attendance
    yield _("%(here)d here, %(late)d late, %(excused)d excused, %(absent)d absent; the quorum is %(quorum)d.") % {
        "here": came.present,
        "late": came.late,
        "excused": came.excused,
        "absent": came.absent,
        "quorum": view.quorum.needed,
    }
    if view.opening_count:
        yield _("%(amount)s lay in the box at the opening.") % {"amount": shown(view.opening_count.counted)}


def _seen(view: MeetingView) -> str:
    """The figures that were read aloud, as the form carries them to the seal."""
    totals = " ".join(f"{step.total:.2f}" for step in view.steps if step.total is not None)
    return f"{view.book_cash:.2f} {totals}"[:200]


def present(meeting: Meeting) -> list[tuple[str, str]]:
    """Who may say that what was read aloud is right: who was at the table."""
    marks = Attendance.objects.filter(meeting=meeting, status__in=HERE).select_related("member__person__data_key")
    return [(str(mark.member_id), mark.member.person.name) for mark in marks.order_by("member__number")]


def seal(
    meeting: Meeting,
    confirming: Sequence[UUID],
    *,
    notes: str,
    seen: str,
    key: str,
    by: User,
    at: dt.datetime,
    on: dt.date,
) -> Outcome[Meeting]:
    """Do it, once. Refused: `figures_moved` where something came to the table since it was read aloud."""
    heard = list(Member.objects.filter(group=meeting.group_id, pk__in=confirming).order_by("number"))

    def act() -> tuple[UUID, Meeting]:
        done = operations.seal(meeting=meeting, by=by, at=at, confirmed_by=heard, notes=notes)
        if _seen(view_of(meeting_by_id(done.pk), on)) != seen:
            raise FiguresMoved
        return done.pk, done

    body = {"meeting": str(meeting.pk), "confirmed_by": sorted(map(str, confirming)), "notes": notes}
    return once(user=by, operation=OPERATION, key=key, body=body, act=act, load=meeting_by_id)


def sealed(meeting: Meeting) -> Sealed | None:
    """The seal, looked at again; None for a meeting that is not sealed."""
    if meeting.sealed_at is None or meeting.sealed_by is None:
        return None
    said = {"name": meeting.sealed_by.name, "time": meeting_words.clock(meeting.sealed_at)}
    is_intact = seals.is_intact(meeting)
    told = _("%(name)s sealed it at %(time)s. The code was sent to every member. Mistakes are put right later.") % said
    return Sealed(
        is_intact=is_intact,
        title=_("Sealed on %(day)s: nothing of this meeting changes any more.")
        % {"day": words.full_day(meeting.sealed_at.date())}
        if is_intact
        else _("The seal is broken: the books no longer say what was sealed."),
        words=told
        if is_intact
        else _("Something was changed behind the books. Keep the printed minutes and tell the service at once."),
        code=meeting.seal_code,
        check_href=reverse("check-code-page", args=[meeting.seal_code]),
        minutes_href=reverse("minutes-page", args=[meeting.pk]),
    )
