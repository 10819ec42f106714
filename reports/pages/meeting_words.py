"""How a meeting is said: its state, its steps, the marks of its roll."""

import datetime as dt

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.periods import NAIROBI
from meetings.models import Attendance, Meeting
from reports.pages.loan_words import Pill

Mark, Status = Attendance.Status, Meeting.Status

STEPS: dict[str, Promise] = {
    "ROLL_CALL": gettext_lazy("Roll call"),
    "OPENING_COUNT": gettext_lazy("Opening cash"),
    "WELFARE": gettext_lazy("Welfare"),
    "SAVINGS": gettext_lazy("Savings"),
    "FINES": gettext_lazy("Fines"),
    "REPAYMENTS": gettext_lazy("Repayments"),
    "EXPENSES": gettext_lazy("Expenses"),
    "LOANS": gettext_lazy("Loans"),
    "SEAL": gettext_lazy("Count and seal"),
}
MARKS: dict[str, tuple[str, str]] = {
    Mark.PRESENT: ("good", "tick"),
    Mark.LATE: ("warn", "waiting"),
    Mark.EXCUSED: ("", "waiting"),
    Mark.ABSENT: ("bad", "cross"),
}
# Said of a person: other languages say "late" otherwise of an instalment.
MARK_WORDS: dict[str, Promise] = {
    Mark.PRESENT: pgettext_lazy("roll call", "Here"),
    Mark.LATE: pgettext_lazy("roll call", "Late"),
    Mark.EXCUSED: pgettext_lazy("roll call", "Excused"),
    Mark.ABSENT: pgettext_lazy("roll call", "Absent"),
}


def mark(status: str) -> Pill:
    """How she is marked, in a word."""
    return Pill(*MARKS[status], str(MARK_WORDS[status]))


def state_of(meeting: Meeting) -> Pill:
    if meeting.status == Status.SEALED:
        return Pill("good", "lock", _("Sealed"))
    if meeting.status == Status.OPEN:
        return Pill("warn", "waiting", _("Open"))
    return Pill("", "today", _("Planned"))


def long_day(day: dt.date) -> str:
    """Friday 20 November 2026."""
    return date_format(day, "l j F Y")


def clock(instant: dt.datetime) -> str:
    """The hour on the wall at the table: 14:06."""
    return instant.astimezone(NAIROBI).strftime("%H:%M")
