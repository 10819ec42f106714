"""A group's rules: proposed, adopted or declined. Each adoption is a new version, and the old ones stay as they were.

The rows of loan types and events are written first and their constitution last: once it is there, the guards let
nothing be added to it. The group's row is locked first, so that versions are counted one after the other.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.operations import record
from core.errors import Invalid, MakerIsChecker, Refusal
from core.periods import add_months, business_day
from groups import charter as charters
from groups.charter import Charter, Event, Terms
from groups.clauses import RULE_NAMES
from groups.comparison import compare
from groups.judges import must_stand
from groups.models import BankingGroup, Constitution, LoanTerms, LoanType, WelfareEvent
from groups.queries import charter_of, constitution_on
from users.models import User

MOST_MONTHS_AHEAD = 24
LONGEST_REASON = 500
DEFAULT_LOAN_TERMS = (
    Terms(LoanType.SHORT_TERM.value, LoanTerms.Method.FLAT.value, Decimal(10), 1, 3, Decimal("0.01")),
    Terms(LoanType.LONG_TERM.value, LoanTerms.Method.REDUCING.value, Decimal(12), 4, 36, Decimal("0.01")),
    Terms(LoanType.PROJECT.value, LoanTerms.Method.ANNUITY.value, Decimal(12), 1, 60, Decimal("0.01")),
)
DEFAULT_WELFARE = (
    Event("BEREAVEMENT", Decimal("10000.00"), 3),
    Event("BIRTH", Decimal("2000.00"), 3),
    Event("HOSPITAL", Decimal("5000.00"), 3),
    Event("OTHER", Decimal("2000.00"), 3),
)
Rows = Sequence[Mapping[str, Any]]


class NothingChanges(Refusal):
    code = "nothing_changes"
    detail = _("These are the rules that hold on that day already. Change at least one of them.")


class ProposalSettled(Refusal):
    code = "invalid_transition"
    status = 409
    detail = _("This proposal has been adopted or declined already.")


class ProposalOutdated(Refusal):
    code = "proposal_outdated"
    status = 409
    detail = _("The rules have changed since this was proposed. Decline it, and let it be proposed again on them.")


@transaction.atomic
def adopt_constitution(
    *,
    group: BankingGroup,
    effective_on: dt.date,
    at: dt.datetime,
    by: User,
    loan_terms: Rows | None = None,
    welfare_events: Rows | None = None,
    **rules: Any,
) -> Constitution:
    """The next version: the rules in force on its day with what is said changed.

    `loan_terms` changes the types it names; `welfare_events` is the whole list. The first version of a group starts
    from the defaults and may lie in the past. Refused: `invalid`, naming the field; `nothing_changes`; what a judge
    of another room refuses (`rate_above_cap`).
    """
    _hold(group)
    before = _in_force(group, effective_on)
    _must_be_ahead(effective_on, at, is_first=before is None)
    changed = _changed(before, rules, loan_terms, welfare_events)
    if before is not None:
        # What a group is founded with is nobody's choice yet; each loan is judged all the same.
        must_stand(group, changed, effective_on)
    version = _write(
        changed,
        group=group,
        status=Constitution.Status.ADOPTED,
        version=_next_number(group),
        effective_on=effective_on,
        adopted_by=by,
        adopted_at=at,
    )
    _record("constitution.adopted", version, at, by)
    return version


@transaction.atomic
def propose_constitution(
    *,
    group: BankingGroup,
    effective_on: dt.date,
    at: dt.datetime,
    by: User,
    loan_terms: Rows | None = None,
    welfare_events: Rows | None = None,
    **rules: Any,
) -> Constitution:
    """A text the service admin may adopt; it binds nobody. It takes the place of an open proposal of the same person.

    Refused: as adopting is.
    """
    _hold(group)
    before = _in_force(group, effective_on)
    _must_be_ahead(effective_on, at, is_first=before is None)
    changed = _changed(before, rules, loan_terms, welfare_events)
    must_stand(group, changed, effective_on)
    for older in Constitution.objects.filter(group=group, proposed_by=by, status=Constitution.Status.PROPOSED):
        _settle(older, status=Constitution.Status.DECLINED, adopted_by=by, adopted_at=at)
        _record("constitution.withdrawn", older, at, by)
    proposal = _write(
        changed,
        group=group,
        status=Constitution.Status.PROPOSED,
        effective_on=effective_on,
        proposed_by=by,
        proposed_at=at,
        proposed_upon=before.version if before else None,
    )
    _record("constitution.proposed", proposal, at, by)
    return proposal


@transaction.atomic
def adopt_proposal(
    *, proposal: Constitution, at: dt.datetime, by: User, effective_on: dt.date | None = None
) -> Constitution:
    """The proposal becomes the next version, from its own day or the one given; its text stays as proposed.

    Refused: `maker_is_checker` to her who proposed it; `invalid_transition` when it was settled before;
    `proposal_outdated` when other rules than those it changed are in force by then; `invalid` for a day gone by; what a
    judge of another room refuses.
    """
    group = proposal.group
    _hold(group)
    day = effective_on or proposal.effective_on
    _must_be_open(proposal)
    if proposal.proposed_by_id == by.pk:
        raise MakerIsChecker
    _must_be_ahead(day, at, is_first=False)
    before = _in_force(group, day)
    if before is not None and before.version != proposal.proposed_upon:
        raise ProposalOutdated
    must_stand(group, charter_of(proposal), day)
    _settle(
        proposal,
        status=Constitution.Status.ADOPTED,
        version=_next_number(group),
        effective_on=day,
        adopted_by=by,
        adopted_at=at,
    )
    _record("constitution.adopted", proposal, at, by)
    return proposal


@transaction.atomic
def decline_proposal(*, proposal: Constitution, reason: str, at: dt.datetime, by: User) -> Constitution:
    """The proposal is closed, with the reason sealed beside it. Refused: no reason; `invalid_transition`."""
    why = " ".join(reason.split())
    if not why or len(why) > LONGEST_REASON:
        raise Invalid(_("Say why, in up to 500 letters: whoever proposed it will read it."), field="reason")
    _hold(proposal.group)
    _must_be_open(proposal)
    proposal.reason = why
    sealed = proposal.reason_sealed
    _settle(proposal, status=Constitution.Status.DECLINED, adopted_by=by, adopted_at=at, reason_sealed=sealed)
    _record("constitution.declined", proposal, at, by)
    return proposal


def _hold(group: BankingGroup) -> None:
    BankingGroup.objects.select_for_update(of=("self",), no_key=True).get(pk=group.pk)


def _in_force(group: BankingGroup, day: dt.date) -> Constitution | None:
    if not Constitution.objects.adopted().filter(group=group).exists():
        return None
    return constitution_on(group, day)


def _must_be_ahead(day: dt.date, at: dt.datetime, *, is_first: bool) -> None:
    """What yesterday's rules decided stays decided; and nobody binds a table longer ahead than it can think."""
    today = business_day(at)
    if day < today and not is_first:
        raise Invalid(
            _("Rules change from today on, never backwards: choose today or a later day."), field="effective_on"
        )
    if day > add_months(today, MOST_MONTHS_AHEAD):
        raise Invalid(_("Choose a day within the next two years."), field="effective_on")


def _changed(
    before: Constitution | None, rules: Mapping[str, Any], loan_terms: Rows | None, welfare_events: Rows | None
) -> Charter:
    if before is None:
        return charters.amended(_default(), rules, loan_terms, welfare_events)
    was = charter_of(before)
    becomes = charters.amended(was, rules, loan_terms, welfare_events)
    if not compare(was, becomes):
        raise NothingChanges
    return becomes


def _default() -> Charter:
    """What the columns say by default, the terms of each type of loan, the usual events."""
    unsaid = Constitution()
    return Charter({name: getattr(unsaid, name) for name in RULE_NAMES}, DEFAULT_LOAN_TERMS, DEFAULT_WELFARE)


def _next_number(group: BankingGroup) -> int:
    newest = Constitution.objects.adopted().filter(group=group).order_by("-version").first()
    return 1 if newest is None else (newest.version or 0) + 1


def _write(text: Charter, **signed: Any) -> Constitution:
    """The parts first, the whole last: the guards seal what stands."""
    whole = Constitution(**text.rules, **signed)
    LoanTerms.objects.bulk_create([LoanTerms(constitution=whole, **vars(terms)) for terms in text.terms])
    WelfareEvent.objects.bulk_create([WelfareEvent(constitution=whole, **vars(event)) for event in text.events])
    whole.save(force_insert=True)
    return whole


def _must_be_open(proposal: Constitution) -> None:
    """Read again under the lock: the row in hand may be older than somebody's decision."""
    if not Constitution.objects.filter(pk=proposal.pk, status=Constitution.Status.PROPOSED).exists():
        raise ProposalSettled


def _settle(proposal: Constitution, **verdict: Any) -> None:
    Constitution.objects.filter(pk=proposal.pk).update(**verdict)
    proposal.refresh_from_db()


def _record(verb: str, row: Constitution, at: dt.datetime, by: User) -> None:
    record(
        verb=verb,
        at=at,
        actor_id=by.id,
        subject="constitution",
        subject_id=row.id,
        group_id=row.group_id,
        organisation_id=row.group.organisation_id,
        version=row.version,
    )
