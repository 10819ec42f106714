"""An officer's post: registered, active, suspended, left. Her roles follow it at the next request."""

import datetime as dt
from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from core.errors import Invalid, Refusal
from core.phones import NotAPhone
from groups.models import BankingGroup, Organisation, RoleName
from groups.operations import OrganisationInactive, end_role, give_role
from ledger.operations import hold_books
from notifications.operations import write
from officers import queries
from officers.models import Officer, OfficerChange
from officers.operations.assignments import assign
from officers.operations.holding import must_be_in_no_paper, must_hold_no_cash, must_serve_no_group
from officers.operations.moves import locked, log, must_be
from users.models import User
from users.operations import invite, open_sign_in

Status = Officer.Status


class OfficerExists(Refusal):
    code = "officer_exists"
    status = 409
    detail = _("This person already is an officer of the organisation. Look in the list of officers.")


class CannotSignIn(Refusal):
    code = "sign_in_closed"
    detail = _("This officer's sign-in was closed, so nobody could use the post. Let the officer go.")


@transaction.atomic
def register_officer(
    *,
    name: str,
    phone: str,
    organisation: Organisation,
    by: User,
    at: dt.datetime,
    groups: Iterable[BankingGroup] = (),
) -> Officer:
    """A new officer, REGISTERED, and the groups she will serve once she is active. She is called as she is written
    here: whose number it is does not show. Whoever signs in with it already is told, anybody else is sent a code.

    Refused: `organisation_inactive`; `officer_exists` for a second running post in the organisation; `invalid` for a
    phone number that is none, a sign-in that was closed and groups of another organisation.
    """
    _must_be_awake(organisation)
    user = _sign_in(name, phone)
    post = Officer(user=user, organisation=organisation, name=name, registered_at=at, registered_by=by)
    _keep(post)
    log("officer.registered", post, by, at, user=user.pk)
    _tell(post, by, at)
    for group in groups:
        assign(officer=post, group=group, by=by, at=at)
    return post


def _must_be_awake(organisation: Organisation) -> None:
    if not organisation.is_active:
        raise OrganisationInactive


def _sign_in(name: str, phone: str) -> User:
    try:
        return open_sign_in(name=name, phone=phone)
    except NotAPhone as error:
        raise Invalid(_("Write a Kenyan mobile number, such as 0712345678."), field="phone") from error


def _keep(post: Officer) -> None:
    """The unique index decides between two who register her at once."""
    try:
        with transaction.atomic():
            post.save(force_insert=True)
    except IntegrityError as error:
        raise OfficerExists(field="phone") from error


def _tell(post: Officer, by: User, at: dt.datetime) -> None:
    """Nobody becomes an officer without hearing of it; each post is told once."""
    if not post.user.has_usable_password():
        invite(user=post.user, by=by, at=at)
        return
    role, where = RoleName.FIELD_OFFICER.label, post.organisation.name
    write(user=post.user, template="role_given", once=f"officer:{post.pk}", organisation=where, role=role)


@transaction.atomic
def activate(*, officer: Officer, by: User, at: dt.datetime, reason: str = "") -> Officer:
    """REGISTERED or SUSPENDED becomes ACTIVE, and she has her role in every group assigned to her.

    Refused: `maker_is_checker` to herself, `invalid_transition` from any other state, `organisation_inactive`, and
    `sign_in_closed` for somebody who could not use the post.
    """
    held = locked(officer, by)
    must_be(held, Status.REGISTERED, Status.SUSPENDED)
    _must_be_awake(held.organisation)
    if not held.user.is_active:
        raise CannotSignIn
    for group in queries.groups_of(held):
        give_role(user=held.user, role=RoleName.FIELD_OFFICER, group=group, at=at, by=by)
    return _moved(held, Status.ACTIVE, by, at, reason)


@transaction.atomic
def suspend(*, officer: Officer, by: User, at: dt.datetime, reason: str = "") -> Officer:
    """ACTIVE becomes SUSPENDED: her roles end at once, her assignments stay for the day she is active again.

    Cash in her hands stays hers by the books until the treasurer takes it into the box. Refused: `maker_is_checker`
    to herself, `invalid_transition` from any other state.
    """
    held = locked(officer, by)
    must_be(held, Status.ACTIVE)
    for role in queries.roles_of(held):
        end_role(role=role, at=at, by=by)
    return _moved(held, Status.SUSPENDED, by, at, reason)


@transaction.atomic
def exit_officer(*, officer: Officer, by: User, at: dt.datetime, reason: str = "") -> Officer:
    """She leaves: EXITED, for good. Coming back is a new post.

    Her groups were taken from her before, and with them her roles, so nothing comes into her hands any more; the
    books in which they are named are held while we read what is left. Refused: `maker_is_checker` to herself,
    `invalid_transition` twice, `groups_not_handed_over`, `cash_not_handed_over`, `papers_wait`.
    """
    held = locked(officer, by)
    must_be(held, Status.REGISTERED, Status.ACTIVE, Status.SUSPENDED)
    must_serve_no_group(held)
    hold_books(queries.held_groups(held))
    # A paper that is being settled is cash a moment later: whoever looks at cash first may miss both.
    must_be_in_no_paper(held)
    must_hold_no_cash(held)
    held.exited_at = at
    return _moved(held, Status.EXITED, by, at, reason)


_VERBS = {Status.ACTIVE: "officer.activated", Status.SUSPENDED: "officer.suspended", Status.EXITED: "officer.exited"}


def _moved(officer: Officer, to: Officer.Status, by: User, at: dt.datetime, reason: str) -> Officer:
    """The new state, the row that says who made the move and why (sealed), and the act."""
    officer.status = to
    officer.save(update_fields=["status", "exited_at"])
    change = OfficerChange(officer=officer, status=to, by=by, at=at, data_key=officer.user.data_key)
    change.reason = reason.strip()
    change.save(force_insert=True)
    log(_VERBS[to], officer, by, at)
    return officer
