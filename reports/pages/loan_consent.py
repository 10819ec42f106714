"""Who has said yes to a loan or to a change of it, who is missing, and what the reader's own yes would change."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from loans.models import Capacity, LoanApproval, Status
from loans.rules.approvals import Sitting, Yes
from reports.pages.loan_asks import lacking_words
from users.models import User

AS: dict[str, Promise] = {
    Capacity.FIELD_OFFICER: gettext_lazy("as field officer"),
    Capacity.CHAIR: gettext_lazy("as chair"),
    Capacity.COMMITTEE: gettext_lazy("for the committee"),
    Capacity.SYSTEM_ADMIN: gettext_lazy("as system admin"),
}


@dataclass(frozen=True)
class Said:
    """One yes. It stops counting when its giver gives the seat up."""

    name: str
    seat: str
    at: dt.datetime
    notes: str
    counts: bool


@dataclass(frozen=True)
class Effect:
    """What one yes changes: a word now and after, or an amount."""

    word: str
    before: str
    after: str

    @property
    def is_same(self) -> bool:
        return self.before == self.after


@dataclass(frozen=True)
class Deciding:
    """The reader's own decision: in what seat, and what would be different after it."""

    title: str
    effects: tuple[Effect, ...]
    may_approve: bool
    may_reject: bool


@dataclass(frozen=True)
class Consent:
    title: str
    said: tuple[Said, ...]
    lacks: tuple[str, ...]
    deciding: Deciding | None


def consent_of(sitting: Sitting, approvals: Iterable[LoanApproval], user: User, *, reads_notes: bool) -> Consent:
    """The state of the yeses to something that waits."""
    still = lacking(sitting)
    counted = {yes.user for yes in sitting.standing}
    said = tuple(said_by(approvals, counted, reads_notes=reads_notes))
    given = len(sitting.places) - still
    return Consent(
        title=_("Who has said yes: %(given)d of %(all)d") % {"given": given, "all": len(sitting.places)},
        said=said,
        lacks=tuple(lacking_words(sitting.missing)),
        deciding=_deciding(sitting, user, still),
    )


def given(approvals: Iterable[LoanApproval], *, reads_notes: bool) -> Consent:
    """The yeses of something that waits no longer."""
    said = tuple(said_by(approvals, None, reads_notes=reads_notes))
    return Consent(_("Who said yes"), said, (), None)


def said_by(approvals: Iterable[LoanApproval], counted: set[UUID] | None, *, reads_notes: bool) -> Iterable[Said]:
    for one in approvals:
        yield Said(
            name=one.approver.name,
            seat=str(AS[one.capacity]),
            at=one.at,
            notes=(one.notes or "") if reads_notes else "",
            counts=counted is None or one.approver_id in counted,
        )


def lacking(sitting: Sitting) -> int:
    """How many yeses are still needed."""
    return sum(one.need - one.have for one in sitting.missing)


def _deciding(sitting: Sitting, user: User, still: int) -> Deciding | None:
    capacity = sitting.capacity_of(user.pk)
    may_reject = sitting.may_reject(user.pk)
    if capacity is None:
        # Where a seat given up left nothing missing, any decider's yes completes it.
        completes = may_reject and sitting.is_complete
        return Deciding(_("You can still say no"), (), may_approve=completes, may_reject=True) if may_reject else None
    after = sitting.after(Yes(user.pk, capacity))
    left = lacking(after)
    becomes = Status.PENDING.label if left else Status.APPROVED.label
    return Deciding(
        title=_("Your decision %(seat)s") % {"seat": AS[capacity]},
        effects=(
            Effect(_("Approvals still missing"), str(still), str(left)),
            Effect(_("Loan"), str(Status.PENDING.label), str(becomes)),
        ),
        may_approve=True,
        may_reject=may_reject,
    )
