"""How loans are said on the pages: what is asked, how it stands, who still has to say yes, how it is paid back."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from groups.models import LoanTerms, LoanType
from loans.models import Capacity, Loan, LoanChange, Status
from reports.pages import words

TYPES: dict[str, Promise] = {
    LoanType.SHORT_TERM: gettext_lazy("Short-term loan"),
    LoanType.LONG_TERM: gettext_lazy("Long-term loan"),
    LoanType.PROJECT: gettext_lazy("Project loan"),
}
TYPES_OUT: dict[str, Promise] = {
    LoanType.SHORT_TERM: gettext_lazy("Short-term loans"),
    LoanType.LONG_TERM: gettext_lazy("Long-term loans"),
    LoanType.PROJECT: gettext_lazy("Project loans"),
}
ASKS: dict[str, Promise] = {
    LoanType.SHORT_TERM: gettext_lazy("%(name)s asks for a short-term loan"),
    LoanType.LONG_TERM: gettext_lazy("%(name)s asks for a long-term loan"),
    LoanType.PROJECT: gettext_lazy("%(name)s asks for a project loan"),
}
HAS: dict[str, Promise] = {
    LoanType.SHORT_TERM: gettext_lazy("%(name)s: short-term loan"),
    LoanType.LONG_TERM: gettext_lazy("%(name)s: long-term loan"),
    LoanType.PROJECT: gettext_lazy("%(name)s: project loan"),
}
METHODS: dict[str, Promise] = {
    LoanTerms.Method.FLAT: gettext_lazy("once for the whole term"),
    LoanTerms.Method.REDUCING: gettext_lazy("a year, on the balance left"),
    LoanTerms.Method.ANNUITY: gettext_lazy("a year, on the balance left, in equal instalments"),
}
MISSING: dict[str, Promise] = {
    Capacity.FIELD_OFFICER: gettext_lazy("The field officer is missing: %(who)s"),
    Capacity.CHAIR: gettext_lazy("The chair is missing: %(who)s"),
    Capacity.COMMITTEE: gettext_lazy("Office holders are missing, %(have)d of %(need)d: %(who)s"),
    Capacity.SYSTEM_ADMIN: gettext_lazy("The system admin is missing: %(who)s"),
}
CHANGES: dict[str, Promise] = {
    LoanChange.Kind.WRITE_OFF: gettext_lazy("Write-off asked for"),
    LoanChange.Kind.RESCHEDULE: gettext_lazy("Rescheduling asked for"),
}
RULES: dict[str, Promise] = {
    "savings_history": gettext_lazy("Saves every month"),
    "savings_multiple": gettext_lazy("Asks for no more than the savings allow"),
    "open_loan": gettext_lazy("Has no other open loan"),
    "active_member": gettext_lazy("Active member of an active group"),
    "witnesses": gettext_lazy("Witnesses who are active members"),
    "fund": gettext_lazy("The fund covers it"),
}
SCORES: tuple[tuple[str, int, Promise], ...] = (
    ("consistency", 40, gettext_lazy("Saves steadily")),
    ("repayment", 30, gettext_lazy("Repaid before")),
    ("attendance", 20, gettext_lazy("Comes to meetings")),
    ("tenure", 10, gettext_lazy("Time in the group")),
)
RISKS: dict[str, tuple[str, Promise]] = {
    "LOW": ("good", gettext_lazy("Low risk, %(score)s of 100")),
    "MEDIUM": ("warn", gettext_lazy("Medium risk, %(score)s of 100")),
    "HIGH": ("bad", gettext_lazy("High risk, %(score)s of 100")),
}


@dataclass(frozen=True)
class Pill:
    """A state: its tone, its icon and its word."""

    tone: str
    icon: str
    word: str


def months(count: int) -> str:
    return ngettext("%(count)d month", "%(count)d months", count) % {"count": count}


def days_late(days: int) -> str:
    return ngettext("%(days)d day late", "%(days)d days late", days) % {"days": days}


def percent(value: Decimal | None) -> str:
    """12 %, 9.99 %, or a word where there is none."""
    if value is None:
        return _("cannot be said")
    return _("%(number)s %%") % {"number": bare(value)}


def bare(value: Decimal) -> str:
    """A number without the noughts that say nothing: 12, 9.99."""
    return format(value.normalize(), "f")


def bucket(first: int, last: int | None) -> str:
    """Current, or from so many to so many days late."""
    if first == 0:
        return _("Nothing late")
    if last is None:
        return _("More than %(days)d days") % {"days": first - 1}
    return _("%(first)d to %(last)d days") % {"first": first, "last": last}


def state_of(loan: Loan, days: int = 0, lacking: int = 0) -> Pill:
    """How the loan stands, in a word."""
    match loan.status:
        case Status.PENDING:
            if not lacking:
                return Pill("warn", "waiting", _("Waiting"))
            said = ngettext("Waiting: %(count)d approval missing", "Waiting: %(count)d approvals missing", lacking)
            return Pill("warn", "waiting", said % {"count": lacking})
        case Status.APPROVED:
            return Pill("good", "tick", _("Approved, not paid out"))
        case Status.DISBURSED:
            if days:
                return Pill("bad", "warn", days_late(days))
            return Pill("good", "tick", _("Running, nothing late"))
        case Status.COMPLETED:
            return Pill("good", "tick", _("Repaid"))
        case Status.WRITTEN_OFF:
            return Pill("bad", "cross", _("Written off"))
        case Status.REJECTED:
            return Pill("bad", "cross", _("Rejected"))
        case _:
            return Pill("", "cross", _("Cancelled"))


def due_words(due: dt.date, count: int) -> str:
    """The month under a bar; with its year where there are more than twelve."""
    return words.short_month(due) if count <= 12 else f"{words.short_month(due)} {due:%y}"
