"""The verbs on people and memberships: register, join a second group, make a sign-in, invite. All leave an act.

What identifies a person is sealed under her own key; the acts name ids only.
"""

import datetime as dt
import secrets
import uuid
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from audit.operations import record
from core.encryption import digest
from core.errors import Invalid, NotFound, Refusal
from core.ids import new_id
from groups.models import BankingGroup, RoleName
from groups.operations import GroupSuspended, give_role
from members.models import Member, NextOfKin, Person
from members.rules import ACCOUNT_DIGITS, Kin, Particulars, account_number, tidied
from users import operations as users
from users.models import DataKey, User, phone_digest


class IdNumberTaken(Refusal):
    code = "id_number_taken"
    status = 409
    detail = _(
        "Somebody with this ID number is already registered. Check the number; if she wants to join a second group, "
        "the service admin adds her there."
    )


class AlreadyMember(Refusal):
    code = "already_member"
    status = 409
    detail = _("She already has a member number in this group.")


class MemberInactive(Refusal):
    code = "member_inactive"
    detail = _("She has left the group or is not active, so this cannot be done for her.")


class PhoneTaken(Refusal):
    code = "phone_taken"
    status = 409
    detail = _("Another member signs in with this phone number. Each person needs a number of her own.")


@transaction.atomic
def register(
    *,
    group: BankingGroup,
    particulars: Particulars,
    at: dt.datetime,
    on: dt.date,
    by: User,
    id: uuid.UUID | None = None,
) -> Member:
    """A person new to the organisation becomes a member: the next number in the group, her kin beside her.

    Refused: data that cannot be kept (`invalid`), an ID number the organisation knows (`id_number_taken`), a group
    that is not active (`group_suspended`).
    """
    clean = tidied(particulars, on)
    locked = _open_group(group)
    person = _new_person(locked, clean)
    _keep_kin(person, clean.kin)
    member = _next_member(locked, person, on, id)
    _record("member.registered", member, at, by, number=member.number)
    return member


@transaction.atomic
def join(
    *, group: BankingGroup, person: Person, at: dt.datetime, on: dt.date, by: User, id: uuid.UUID | None = None
) -> Member:
    """A person the organisation knows becomes a member of a second group, with its next number.

    Refused: a person of another organisation (`not_found`), a membership she already has there (`already_member`), a
    group that is not active (`group_suspended`).
    """
    if person.organisation_id != group.organisation_id:
        raise NotFound
    locked = _open_group(group)
    if Member.objects.filter(group=locked, person=person).exists():
        raise AlreadyMember
    member = _next_member(locked, person, on, id)
    if person.user:
        give_role(user=person.user, role=RoleName.MEMBER, group=locked, at=at, by=by)
    _record("member.joined", member, at, by, number=member.number)
    return member


@transaction.atomic
def make_sign_in(*, member: Member, at: dt.datetime, by: User | None) -> User:
    """Her sign-in and her role as a member of the group; done twice, it changes nothing.

    Somebody who already signs in with her phone number, in any organisation, is the same human being and is linked. A
    new sign-in has a key of its own and no password until she activates it. Refused: `member_inactive`;
    `phone_taken` when another person of the organisation signs in with the number.
    """
    if not member.is_active:
        raise MemberInactive
    person = Person.objects.select_for_update(of=("self",)).select_related("user", "data_key").get(pk=member.person_id)
    user = person.user or _linked(person)
    give_role(user=user, role=RoleName.MEMBER, group=member.group, at=at, by=by)
    member.person.user = user
    return user


@transaction.atomic
def invite(*, member: Member, by: User, at: dt.datetime) -> User:
    """Sends her a code with which she chooses a password, after making her sign-in where there is none.

    Who signs in already needs no code and gets none: she may use her own password here too. Refused as `make_sign_in`
    refuses.
    """
    user = make_sign_in(member=member, at=at, by=by)
    if not user.has_usable_password():
        users.invite(user=user, by=by, at=at)
    _record("member.invited", member, at, by)
    return user


def note_identity_read(*, member: Member, by: User, at: dt.datetime) -> None:
    """Leaves an act that says who was shown her whole ID number."""
    _record("member.identity_read", member, at, by)


def _open_group(group: BankingGroup) -> BankingGroup:
    """The group under its lock: member numbers are given one at a time, and entries need not wait for that."""
    locked = BankingGroup.objects.select_for_update(no_key=True).get(pk=group.pk)
    if locked.status != BankingGroup.Status.ACTIVE:
        raise GroupSuspended(_("This group takes nobody in until the service admin activates it again."))
    return locked


def _new_person(group: BankingGroup, clean: Particulars) -> Person:
    """The digest's unique index decides, so that two phones at once register one person."""
    person = Person(
        organisation_id=group.organisation_id,
        data_key=DataKey.make(),
        name=clean.name,
        id_number_digest=digest("id_number", clean.id_number),
        phone_digest=phone_digest(clean.phone),
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


def _keep_kin(person: Person, kin: tuple[Kin, ...]) -> None:
    rows = []
    for place, one in enumerate(kin, start=1):
        row = NextOfKin(person=person, data_key=person.data_key, place=place)
        row.name, row.relationship, row.phone, row.id_number = one.name, one.relationship, one.phone, one.id_number
        rows.append(row)
    NextOfKin.objects.bulk_create(rows)


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


def _linked(person: Person) -> User:
    """Whoever signs in with her number, now joined to her; one user belongs to one person in an organisation."""
    user = users.open_sign_in(name=person.name, phone=person.phone)
    person.user = user
    try:
        with transaction.atomic():
            person.save(update_fields=["user"])
    except IntegrityError as error:
        raise PhoneTaken(field="phone") from error
    return user


def _record(verb: str, member: Member, at: dt.datetime, by: User | None, **facts: Any) -> None:
    record(
        verb=verb,
        at=at,
        actor_id=by.id if by else None,
        subject="member",
        subject_id=member.id,
        group_id=member.group_id,
        organisation_id=member.group.organisation_id,
        **facts,
    )
