"""Taking people in: somebody new to the organisation, or somebody it knows into a second group.

What identifies a person is sealed under her own key; the acts name ids only.
"""

import datetime as dt
import secrets
import uuid
from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from core.encryption import digest
from core.errors import Invalid, NotFound
from core.files import Clean
from core.ids import new_id
from groups.models import BankingGroup, RoleName
from groups.operations import GroupSuspended, give_role
from members.models import Member, Person
from members.operations.acts import record_act
from members.operations.documents import keep_document
from members.operations.kin import keep_kin
from members.operations.leaving import return_to_group
from members.operations.locks import locked_person
from members.operations.refusals import AlreadyMember, IdNumberTaken
from members.rules import ACCOUNT_DIGITS, Particulars, account_number, tidied
from users.models import DataKey, User, phone_digest


@transaction.atomic
def register(
    *,
    group: BankingGroup,
    particulars: Particulars,
    at: dt.datetime,
    on: dt.date,
    by: User,
    id: uuid.UUID | None = None,
    papers: Sequence[tuple[str, Clean]] = (),
) -> Member:
    """A person new to the organisation becomes a member: the next number in the group, her kin and papers beside her.

    `papers` are pairs of a kind of `IdentityDocument` and its clean file, brought by `by`. Refused: data that cannot be
    kept (`invalid`), an ID number the organisation knows (`id_number_taken`), a group that is not active
    (`group_suspended`).
    """
    clean = tidied(particulars, on)
    locked = _open_group(group)
    person = _new_person(locked, clean, by)
    keep_kin(person, clean.kin, by)
    member = _next_member(locked, person, on, id)
    record_act("member.registered", member, at, by, number=member.number)
    for kind, paper in papers:
        keep_document(member=member, kind=kind, clean=paper, by=by, at=at)
    return member


@transaction.atomic
def join(
    *, group: BankingGroup, person: Person, at: dt.datetime, on: dt.date, by: User, id: uuid.UUID | None = None
) -> Member:
    """A person the organisation knows becomes a member of a second group, with its next number.

    Who left this very group and comes back has her old number again, and joined today. Refused: a person of another
    organisation (`not_found`), a membership she already has there (`already_member`), a group that is not active
    (`group_suspended`).
    """
    if person.organisation_id != group.organisation_id:
        raise NotFound
    locked = _open_group(group)
    known = locked_person(person)
    before = Member.objects.filter(group=locked, person=known).first()
    if before is not None and before.left_on is None:
        raise AlreadyMember
    if before is not None:
        return return_to_group(member=before, at=at, by=by, joined_on=on)
    member = _next_member(locked, known, on, id)
    if known.user:
        give_role(user=known.user, role=RoleName.MEMBER, group=locked, at=at, by=by)
    record_act("member.joined", member, at, by, number=member.number)
    return member


def _open_group(group: BankingGroup) -> BankingGroup:
    """The group under its lock: member numbers are given one at a time, and entries need not wait for that."""
    rows = BankingGroup.objects.select_for_update(of=("self",), no_key=True).select_related("organisation")
    locked = rows.get(pk=group.pk)
    if locked.status != BankingGroup.Status.ACTIVE or not locked.organisation.is_active:
        raise GroupSuspended(_("This group takes nobody in until it, and its organisation, are activated again."))
    return locked


def _new_person(group: BankingGroup, clean: Particulars, by: User) -> Person:
    """The digest's unique index decides, so that two phones at once register one person."""
    person = Person(
        organisation_id=group.organisation_id,
        data_key=DataKey.make(),
        name=clean.name,
        id_number_digest=digest("id_number", clean.id_number),
        phone_digest=phone_digest(clean.phone),
        phone_written_by=by,
    )
    person.id_number = clean.id_number
    person.phone = clean.phone
    person.date_of_birth = clean.date_of_birth.isoformat()
    try:
        with transaction.atomic():
            person.save(force_insert=True)
    except IntegrityError as error:
        raise IdNumberTaken(field="id_number") from error
    return person


def _next_member(group: BankingGroup, person: Person, on: dt.date, id: uuid.UUID | None) -> Member:
    if id is not None and Member.objects.filter(pk=id).exists():
        raise Invalid(_("This id already names a member."), field="id")
    last = Member.objects.filter(group=group).aggregate(last=Max("number"))["last"]
    member = Member(id=id or new_id(), group=group, person=person, number=(last or 0) + 1, joined_on=on)
    return _with_account_number(member)


def _with_account_number(member: Member) -> Member:
    """Drawn, not counted, so that it says nothing about how many members there are; drawn again where it is taken."""
    while True:
        member.account_number = account_number(secrets.randbelow(10**ACCOUNT_DIGITS))
        if not Member.objects.filter(account_number=member.account_number).exists():
            member.save(force_insert=True)
            return member
