"""The verbs on organisations and groups: found them, adopt their rules, give and end roles. All leave an act."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from audit.operations import record
from core.errors import Invalid, Refusal
from groups.models import (
    OFFICES,
    BankingGroup,
    Constitution,
    GroupRole,
    LoanTerms,
    LoanType,
    Organisation,
    RoleName,
    WelfareEvent,
)
from users.models import DataKey, User

DEFAULT_LOAN_TERMS = (
    (LoanType.SHORT_TERM, LoanTerms.Method.FLAT, Decimal(10), 1, 3),
    (LoanType.LONG_TERM, LoanTerms.Method.REDUCING, Decimal(12), 4, 36),
    (LoanType.PROJECT, LoanTerms.Method.ANNUITY, Decimal(12), 1, 60),
)
DEFAULT_WELFARE = (
    ("BEREAVEMENT", Decimal("10000.00"), 3),
    ("HOSPITAL", Decimal("5000.00"), 3),
    ("BIRTH", Decimal("2000.00"), 3),
    ("OTHER", Decimal("2000.00"), 3),
)


class GroupSuspended(Refusal):
    code = "group_suspended"
    detail = _("This group is suspended: it takes no money until the service admin activates it again.")


class OfficeTaken(Refusal):
    code = "office_taken"
    status = 409
    detail = _("Somebody holds this office. End it first.")


@transaction.atomic
def create_organisation(*, name: str, at: dt.datetime, by: User | None) -> Organisation:
    """A new organisation, without groups or staff. Refused: a name already taken (`invalid`)."""
    if Organisation.objects.filter(name=name).exists():
        raise Invalid(_("An organisation of this name exists."), field="name")
    organisation = Organisation.objects.create(name=name)
    record(
        verb="organisation.created",
        at=at,
        actor_id=by.id if by else None,
        subject="organisation",
        subject_id=organisation.id,
        organisation_id=organisation.id,
    )
    return organisation


@transaction.atomic
def create_group(*, organisation: Organisation, at: dt.datetime, by: User, **fields: Any) -> BankingGroup:
    """A new active group with the default constitution, effective from its registration date.

    Refused: a group code already taken (`invalid`).
    """
    if BankingGroup.objects.filter(group_code=fields["group_code"]).exists():
        raise Invalid(_("A group with this code exists. Choose another code."), field="group_code")
    group = BankingGroup.objects.create(organisation=organisation, data_key=DataKey.make(), **fields)
    record(
        verb="group.created",
        at=at,
        actor_id=by.id,
        subject="group",
        subject_id=group.id,
        group_id=group.id,
        organisation_id=organisation.id,
    )
    adopt_constitution(group=group, effective_on=group.registration_date, at=at, by=by)
    return group


@transaction.atomic
def adopt_constitution(
    *, group: BankingGroup, effective_on: dt.date, at: dt.datetime, by: User, **rules: Any
) -> Constitution:
    """The next version: the newest one's rules with `rules` changed. Loan terms and welfare events are carried over."""
    BankingGroup.objects.select_for_update(no_key=True).get(pk=group.pk)
    last = Constitution.objects.adopted().filter(group=group).order_by("-version").first()
    carried = {} if last is None else _rules_of(last)
    version = Constitution.objects.create(
        group=group,
        version=1 if last is None else (last.version or 0) + 1,
        effective_on=effective_on,
        adopted_by=by,
        adopted_at=at,
        **(carried | rules),
    )
    _carry_over(last, version)
    record(
        verb="constitution.adopted",
        at=at,
        actor_id=by.id,
        subject="constitution",
        subject_id=version.id,
        group_id=group.id,
        organisation_id=group.organisation_id,
        version=version.version,
    )
    return version


def _rules_of(constitution: Constitution) -> dict[str, Any]:
    own = {"id", "group", "status", "version", "effective_on", "proposed_by", "proposed_at", "adopted_by", "adopted_at"}
    names = [field.name for field in Constitution._meta.concrete_fields if field.name not in own]
    return {name: getattr(constitution, name) for name in names}


def _carry_over(last: Constitution | None, version: Constitution) -> None:
    if last is None:
        terms = [
            LoanTerms(loan_type=t, method=m, rate_percent=r, shortest_months=s, longest_months=g)
            for t, m, r, s, g in DEFAULT_LOAN_TERMS
        ]
        events = [WelfareEvent(event=e, maximum=m, months_of_membership=n) for e, m, n in DEFAULT_WELFARE]
    else:
        terms = [
            LoanTerms(
                loan_type=t.loan_type,
                method=t.method,
                rate_percent=t.rate_percent,
                shortest_months=t.shortest_months,
                longest_months=t.longest_months,
                rounding_unit=t.rounding_unit,
            )
            for t in last.loan_terms.all()
        ]
        events = [
            WelfareEvent(event=e.event, maximum=e.maximum, months_of_membership=e.months_of_membership)
            for e in last.welfare_events.all()
        ]
    for term in terms:
        term.constitution = version
    for event in events:
        event.constitution = version
    LoanTerms.objects.bulk_create(terms)
    WelfareEvent.objects.bulk_create(events)


@transaction.atomic
def give_role(
    *,
    user: User,
    role: RoleName,
    at: dt.datetime,
    by: User | None,
    group: BankingGroup | None = None,
    organisation: Organisation | None = None,
) -> GroupRole:
    """A role from now on. Giving it twice changes nothing; a second office in the same group replaces the first.

    Refused: an office somebody else holds (`office_taken`).
    """
    scope = {"user": user, "group": group, "organisation": organisation, "until__isnull": True}
    held = GroupRole.objects.filter(role=role, **scope)
    if running := held.first():
        return running
    if role in OFFICES:
        for other in GroupRole.objects.filter(role__in=OFFICES, **scope):
            end_role(role=other, at=at, by=by)
    try:
        with transaction.atomic():
            given = GroupRole.objects.create(
                user=user, role=role, group=group, organisation=organisation, since=at, given_by=by
            )
    except IntegrityError as error:
        # The same role given twice at the same moment is no quarrel over an office.
        if running := held.first():
            return running
        raise OfficeTaken from error
    _record_role("role.given", given, at, by)
    return given


@transaction.atomic
def end_role(*, role: GroupRole, at: dt.datetime, by: User | None) -> None:
    """The role ends now; its row stays. The next request already goes without it. Ended twice, the first end counts."""
    if not GroupRole.objects.filter(pk=role.pk, until__isnull=True).update(until=at):
        return
    role.until = at
    _record_role("role.ended", role, at, by)


def _record_role(verb: str, role: GroupRole, at: dt.datetime, by: User | None) -> None:
    record(
        verb=verb,
        at=at,
        actor_id=by.id if by else None,
        subject="user",
        subject_id=role.user_id,
        group_id=role.group_id,
        organisation_id=role.group.organisation_id if role.group else role.organisation_id,
        role=str(role.role),
    )


def must_take_money(group: BankingGroup) -> None:
    """Refuses `group_suspended` unless the group is active: no money at the door of a suspended group."""
    if group.status != BankingGroup.Status.ACTIVE:
        raise GroupSuspended
