"""Her sign-in: made when she needs one, the code with which she chooses a password, and the number it goes by.

Nobody takes over a sign-in by writing another phone number beside a name: a sign-in that anybody uses, or that holds
more than a plain membership, moves by the service admin's word only, and then everything old ends.
"""

import datetime as dt

from django.db import IntegrityError, transaction

from groups.access import standing
from groups.models import GroupRole, RoleName
from groups.operations import give_role
from groups.permissions import Reach
from members.models import Member, Person
from members.operations.acts import record_act
from members.operations.locks import locked_member
from members.operations.refusals import MemberInactive, PhoneTaken
from users import operations as users
from users.lent import holds_a_post
from users.models import User, phone_digest


@transaction.atomic
def make_sign_in(*, member: Member, at: dt.datetime, by: User | None) -> User:
    """Her sign-in and her role as a member of the group; done twice, it changes nothing.

    Somebody who already signs in with her phone number, in any organisation, is the same human being and is linked. A
    new sign-in has a key of its own and no password until she activates it. Refused: `member_inactive`;
    `phone_taken` when another person of the organisation signs in with the number.
    """
    hers = locked_member(member)
    if not hers.is_active:
        raise MemberInactive
    user = hers.person.user or _linked(hers.person)
    give_role(user=user, role=RoleName.MEMBER, group=hers.group, at=at, by=by)
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
    record_act("member.invited", member, at, by)
    return user


def follow_phone(*, member: Member, phone: str, by: User, at: dt.datetime) -> bool:
    """Whether her sign-in follows her to a new phone number; the caller holds the person's lock and keeps the number.

    A sign-in that nobody has activated and that is nothing but a member's own here follows at once. For the service
    admin also one that is in use, or holds an office: its password, sessions and codes end. It never follows when it
    also belongs to somebody's staff, to another organisation, or was there before this person was registered. Refused:
    a number that another sign-in has (`phone_taken`).
    """
    user = member.person.user
    _must_be_free(member.person, phone)
    if user is None or user.phone_digest == phone_digest(phone):
        return False
    admin = standing(by, member.group).may("offices:assign") is Reach.ALL
    if not (_is_within(member, user) and (admin or _is_plain(user))):
        return False
    try:
        return users.move_number(user=user, phone=phone, by=by, at=at, only_new=not admin)
    except users.NumberTaken as error:
        raise PhoneTaken(field="phone") from error


def follow_name(member: Member) -> None:
    """Her sign-in bears her name, where it is hers alone."""
    user = member.person.user
    if user is not None and _is_within(member, user):
        User.objects.filter(pk=user.pk).update(name=member.person.name)


def _must_be_free(person: Person, phone: str) -> None:
    """Before she signs in, a number is only refused where somebody of her own organisation is known to use it.

    Whether a number signs in elsewhere is nobody's business; whoever it is, she may be the same human being.
    """
    others = User.objects.filter(phone_digest=phone_digest(phone))
    if person.user_id is None:
        others = others.filter(people__organisation=person.organisation_id)
    if any(other.pk != person.user_id for other in others):
        raise PhoneTaken(field="phone")


def _is_within(member: Member, user: User) -> bool:
    """Made for this person, and never anything but a member, an office holder or, once, an officer of groups here."""
    roles = GroupRole.objects.filter(user=user)
    return not (
        user.created_at < member.person.created_at
        or Person.objects.filter(user=user).exclude(pk=member.person_id).exists()
        or roles.exclude(group__organisation=member.group.organisation_id).exists()
        or roles.filter(role=RoleName.FIELD_OFFICER, until__isnull=True).exists()
        or holds_a_post(user)
    )


def _is_plain(user: User) -> bool:
    """Neither office nor staff role, now or ever: losing it to a stranger would lose her own book and nothing else."""
    return not GroupRole.objects.filter(user=user).exclude(role=RoleName.MEMBER).exists()


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
