"""From a user and an id to a loan or to whom it names, or a refusal: strangers find nothing, the under-privileged are
told so."""

import uuid
from collections.abc import Iterable
from typing import TypeVar

from django.contrib.auth.models import AnonymousUser

from core.errors import NotFound
from groups.models import BankingGroup
from loans import queries
from loans.models import Loan
from members.access import must_reach
from members.models import IdentityDocument, Member
from members.papers import documents_of
from savings.access import saver_for
from users.models import User

T = TypeVar("T")


def loan_for(user: User | AnonymousUser, loan_id: uuid.UUID, may: str) -> Loan:
    """The loan, for somebody who may speak `may` in its group: `not_found` to strangers, `forbidden` otherwise.

    To another member it is a stranger's row, whatever she asks to do with it.
    """
    loan = queries.shown().filter(pk=loan_id).first()
    if loan is None:
        raise NotFound
    must_reach(user, loan.group, loan.member, may, sight="loans:read")
    return loan


def borrower_for(
    user: User | AnonymousUser, member_id: uuid.UUID | None, may: str, *, group_id: uuid.UUID | None = None
) -> Member | None:
    """The member somebody asks a loan for: the one named, or her own membership; None when that leaves a choice.

    `not_found` for a stranger, also when the two ids do not belong together; `forbidden` to whoever may ask for
    herself only.
    """
    return saver_for(user, member_id=member_id, group_id=group_id, may=may)


def witnesses_for(group: BankingGroup, ids: Iterable[uuid.UUID]) -> list[Member]:
    """The members of a group that was fetched before, each once, in the order named. Refused: `not_found` for anybody
    who never belonged to it."""
    wanted = list(dict.fromkeys(ids))
    rows = Member.objects.filter(group=group, pk__in=wanted).select_related("person__data_key")
    return _each_of(wanted, {member.pk: member for member in rows})


def documents_for(member: Member, ids: Iterable[uuid.UUID]) -> list[IdentityDocument]:
    """Papers of a member who was fetched before, each once. Refused: `not_found` for anybody else's."""
    wanted = list(dict.fromkeys(ids))
    return _each_of(wanted, {paper.pk: paper for paper in documents_of(member.person).filter(pk__in=wanted)})


def _each_of(wanted: list[uuid.UUID], found: dict[uuid.UUID, T]) -> list[T]:
    if len(found) < len(wanted):
        raise NotFound
    return [found[each] for each in wanted]
