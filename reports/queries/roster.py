"""The members of a group with office and balances, as far as the viewer may see them."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.contrib.auth.models import AnonymousUser

from core.identity import last_three
from groups.models import BankingGroup
from groups.permissions import Reach
from groups.queries import offices_of
from loans.models import Loan, Status
from meetings.queries import rates
from members.access import is_own
from members.models import IdentityDocument, IdVerification, Member, NextOfKin
from members.papers import newest_documents, verification_of, verified_people
from members.queries import next_of_kin
from savings.fines import NO_FINES, open_by_member
from savings.queries import fund_balances
from users.models import User

Kind = IdentityDocument.Kind


@dataclass(frozen=True)
class NextDue:
    """The oldest unpaid instalment of a loan she has: when it falls or fell due, and what is left of it."""

    date: dt.date
    amount: Decimal


@dataclass(frozen=True)
class RosterRow:
    """One member. `balances` is None where the viewer sees only id, name, number, office and whether she is active."""

    member: Member
    office: str | None
    balances: dict[str, Decimal] | None
    verified: bool
    next_due: NextDue | None
    # In percent; None where no meeting counts, and where the row is not whole.
    attendance_rate: Decimal | None
    # How many are outstanding.
    open_fines: int | None

    @property
    def is_whole(self) -> bool:
        return self.balances is not None

    @property
    def person_id(self) -> UUID | None:
        return self.member.person_id if self.is_whole else None

    @property
    def account_number(self) -> str | None:
        return self.member.account_number if self.is_whole else None

    @property
    def id_verified(self) -> bool | None:
        return self.verified if self.is_whole else None

    @property
    def phone(self) -> str | None:
        return self.member.person.phone if self.is_whole else None

    @property
    def registration_date(self) -> dt.date | None:
        return self.member.joined_on if self.is_whole else None


@dataclass(frozen=True)
class KinDetail:
    """Somebody to turn to; the ID number shown as far as the member's own is."""

    id: UUID
    name: str
    relationship: str
    phone: str
    id_number: str


@dataclass(frozen=True)
class MemberDetail(RosterRow):
    """A row with what was asked at registration; all of it None where the viewer does not see the whole row."""

    id_number: str | None
    date_of_birth: str | None
    next_of_kin: tuple[KinDetail, ...] | None
    id_verification: IdVerification | None
    # Document ids, only where the viewer may look at papers.
    photo: UUID | None = None
    id_document: UUID | None = None


def roster(
    *, group: BankingGroup, members: Sequence[Member], viewer: User | AnonymousUser, reach: Reach | None
) -> list[RosterRow]:
    """A row for each of these members of the group. Seven queries, however many members.

    `reach` is how far `members:read` goes for the viewer: short of ALL, only her own row is whole.
    """
    offices = offices_of(group)
    whole = [one for one in members if reach is Reach.ALL or is_own(viewer, one)]
    balances, verified = fund_balances(group, whole), verified_people(one.person_id for one in whole)
    dues, attended, fines = _next_dues(group, whole), rates(whole), _open_fines(whole)
    return [
        RosterRow(
            member=one,
            office=_office(one, offices),
            balances=balances.get(one.pk),
            verified=one.person_id in verified,
            next_due=dues.get(one.pk),
            attendance_rate=attended.get(one.pk),
            open_fines=fines.get(one.pk),
        )
        for one in members
    ]


def _open_fines(members: Sequence[Member]) -> dict[UUID, int]:
    """Member id → how many of her fines are outstanding. Two queries, however many members."""
    known = open_by_member(members)
    return {one.pk: known.get(one.pk, NO_FINES).count for one in members}


def _next_dues(group: BankingGroup, members: Sequence[Member]) -> dict[UUID, NextDue]:
    """Member id → what she owes next, of all her running loans the oldest. One query, however many members."""
    running = Loan.objects.filter(group=group, status=Status.DISBURSED, oldest_due_on__isnull=False)
    hers = running.filter(member__in=[one.pk for one in members]).order_by("-oldest_due_on", "-id")
    rows = hers.values_list("member_id", "oldest_due_on", "oldest_due_amount")
    return {member: NextDue(day, amount) for member, day, amount in rows if day}


def detail(
    *,
    member: Member,
    viewer: User | AnonymousUser,
    reach: Reach | None,
    identity: bool = False,
    papers: bool = False,
) -> MemberDetail:
    """One member, whole or limited as in `roster`; ID numbers by their last three digits unless `identity`.

    With `papers`, also which documents show her face and the front of her ID card.
    """
    [row] = roster(group=member.group, members=[member], viewer=viewer, reach=reach)
    if not row.is_whole:
        return MemberDetail(**vars(row), id_number=None, date_of_birth=None, next_of_kin=None, id_verification=None)
    person = member.person
    newest = newest_documents(person) if papers else {}
    return MemberDetail(
        **vars(row),
        id_number=_shown(person.id_number, identity),
        date_of_birth=person.date_of_birth or None,
        next_of_kin=tuple(_kin(one, identity) for one in next_of_kin(person)),
        id_verification=verification_of(person) if row.verified else None,
        photo=_id_of(newest.get(Kind.PHOTO)),
        id_document=_id_of(newest.get(Kind.ID_FRONT)),
    )


def _kin(row: NextOfKin, identity: bool) -> KinDetail:
    return KinDetail(row.pk, row.name, row.relationship, row.phone, _shown(row.id_number, identity))


def _id_of(document: IdentityDocument | None) -> UUID | None:
    return document.pk if document else None


def _office(member: Member, offices: dict[UUID, str]) -> str | None:
    user = member.person.user_id
    return offices.get(user) if user else None


def _shown(id_number: str, identity: bool) -> str:
    return id_number if identity else last_three(id_number)
