"""The meetings of a group in a list: what comes next, and what each came to."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from core.money import ZERO
from groups.access import standing
from groups.models import BankingGroup
from groups.permissions import Reach
from meetings.models import Meeting
from meetings.queries import MeetingView, shown, views_of
from meetings.rules import BROUGHT
from reports.pages import meeting_words, words
from reports.pages.loan_words import Pill
from users.models import User

ROWS_A_PAGE = 20
Status = Meeting.Status


@dataclass(frozen=True)
class Row:
    href: str
    day: str
    venue: str
    state: Pill
    code: str
    came: str
    brought: Decimal
    difference: Decimal | None


@dataclass(frozen=True)
class Coming:
    """The meeting that is open, or the next one planned."""

    title: str
    words: str
    state: Pill
    verb: str
    href: str
    is_today: bool


@dataclass(frozen=True)
class MeetingsPage:
    next: Coming | None
    rows: tuple[Row, ...]
    count_href: str
    may_plan: bool
    first_day: dt.date
    venue: str
    page: int
    pages: int
    newer: int | None
    older: int | None


def page_of(group: BankingGroup, user: User, on: dt.date, number: str) -> MeetingsPage:
    """The meetings of a group, the newest first, with the one that comes next on top."""
    may, hers = standing(user, group).may, shown().filter(group=group)
    coming = _coming(hers, on)
    page = Paginator(hers.exclude(pk=coming.pk) if coming else hers, ROWS_A_PAGE).get_page(number)
    return MeetingsPage(
        next=_next(coming, on, runs=may("meetings:run") is Reach.ALL) if coming else None,
        rows=tuple(_row(view) for view in views_of(list(page.object_list), on)),
        count_href=reverse("cash-count-page", args=[group.pk]) if may("cash:count") is Reach.ALL else "",
        may_plan=may("meetings:run") is Reach.ALL,
        first_day=_next_day(group, on),
        venue=group.meeting_venue,
        page=page.number,
        pages=page.paginator.num_pages,
        newer=page.previous_page_number() if page.has_previous() else None,
        older=page.next_page_number() if page.has_next() else None,
    )


def _coming(hers: QuerySet[Meeting], on: dt.date) -> Meeting | None:
    """What is open now, the newest of several; or else what is planned next, today included."""
    running = hers.filter(status=Status.OPEN).first()
    planned = hers.filter(status=Status.SCHEDULED, meeting_date__gte=on).order_by("meeting_date")
    return running or planned.first()


def _next(meeting: Meeting, on: dt.date, *, runs: bool) -> Coming:
    is_open, is_today = meeting.status == Status.OPEN, meeting.meeting_date <= on
    day = meeting_words.long_day(meeting.meeting_date)
    verb = _("Look at it")
    if runs and is_today:
        verb = _("Go on with the meeting") if is_open else _("Open the meeting")
    return Coming(
        title=_("Open now: %(day)s") % {"day": day} if is_open else _("Next: %(day)s") % {"day": day},
        words=meeting.venue or _("No place is named."),
        state=meeting_words.state_of(meeting),
        verb=verb,
        href=reverse("meeting-page", args=[meeting.pk]),
        is_today=runs and is_today,
    )


def _next_day(group: BankingGroup, on: dt.date) -> dt.date:
    """The next day on which the group usually meets."""
    days = list(BankingGroup.Weekday.values)
    ahead = (days.index(group.meeting_day) - on.weekday()) % len(days) if group.meeting_day in days else 0
    return on + dt.timedelta(days=ahead or len(days))


def _row(view: MeetingView) -> Row:
    meeting, came = view.meeting, view.attendance
    rate = f"{came.rate:.0f} %" if came.rate is not None else ""
    return Row(
        href=reverse("meeting-page", args=[meeting.pk]),
        day=words.full_day(meeting.meeting_date),
        venue=meeting.venue,
        state=meeting_words.state_of(meeting),
        code=meeting.seal_code,
        came=rate,
        brought=sum((step.total or ZERO for step in view.steps if step.step in BROUGHT), ZERO),
        difference=view.difference,
    )
