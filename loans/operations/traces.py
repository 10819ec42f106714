"""The traces of an act that decides about a loan: the audit row, the word to the borrower and to who decides next."""

import datetime as dt
from uuid import UUID

from audit.operations import record
from core.money import shown
from groups.access import standing
from loans.models import Loan
from loans.rules.approvals import Sitting
from notifications.operations import write
from users.models import User


def log(verb: str, loan: Loan, by: User, at: dt.datetime, **facts: object) -> None:
    """Ids, type and amount, nothing that names a person; marked where a service admin acts for offices nobody holds."""
    record(
        verb=verb,
        at=at,
        actor_id=by.pk,
        subject="loan",
        subject_id=loan.pk,
        group_id=loan.group_id,
        organisation_id=loan.group.organisation_id,
        in_place_of_office=standing(by, loan.group).in_place_of_office,
        loan_type=loan.loan_type,
        amount=loan.amount,
        **facts,
    )


def tell_borrower(loan: Loan, template: str) -> None:
    """One message, if she signs in."""
    user = loan.member.person.user
    if user is not None:
        _tell(loan, user, template)


def call_deciders(loan: Loan, sitting: Sitting) -> None:
    """Everybody whose yes would count next hears, once, that a decision waits."""
    ids: list[UUID] = [one.user for one, _capacity in sitting.called]
    for user in User.objects.filter(pk__in=ids).select_related("data_key"):
        _tell(loan, user, "loan_waits")


def _tell(loan: Loan, user: User, template: str) -> None:
    write(
        user=user,
        template=template,
        once=f"{template}:{loan.pk}:{user.pk}",
        group_id=loan.group_id,
        group=loan.group.name,
        loan=loan.loan_number,
        amount=shown(loan.amount),
    )
