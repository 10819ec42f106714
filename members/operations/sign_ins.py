"""Her sign-in: made when she needs one, the code with which she chooses a password, and the number it goes by.

Nobody takes over a sign-in by writing another phone number beside a name: a sign-in that anybody uses, or that holds
more than a plain membership, moves by the service admin's word only, and then everything old ends. Where it is not hers
to move, the service admin's word parts her from it.
"""

import datetime as dt
from enum import Enum

from django.db import IntegrityError, transaction
from django.db.models import Q

from groups.access import standing
from groups.models import OFFICES, GroupRole, RoleName
from groups.operations import end_role, give_role
from groups.permissions import Reach
from members.models import Member, Person
from members.operations.acts import record_act
from members.operations.locks import locked_member
from members.operations.refusals import MemberInactive, PhoneTaken
from notifications.operations import write
from users import operations as users
from users.lent import holds_a_post
from users.models import User, phone_digest


class Followed(Enum):
    """What became of her sign-in when her phone number changed."""

    NOT = "it is what it was"
    MOVED = "it goes by the new number"
    DETACHED = "it is no longer hers"


@transaction.atomic
def make_sign_in(*, member: Member, at: dt.datetime, by: User | None) -> User:
    """Her sign-in and her role as a member of the group; done twice, it changes nothing.

    Somebody who already signs in with her phone number, in any organisation, is the same human being and is linked; she
    is told so, in case the number was written wrongly. A new sign-in has a key of its own and no password until she
    activates it. Refused: `member_inactive`; a number that another person of the organisation who signs in uses
    (`phone_taken`); a sign-in that was closed (`invalid`).
    """
    hers = locked_member(member)
    if not hers.is_active:
        raise MemberInactive
    linked = hers.person.user
    user = linked or _linked(hers.person)
    role = give_role(user=user, role=RoleName.MEMBER, group=hers.group, at=at, by=by)
    if linked is None and user.has_usable_password():
        # Once for each time she is linked: the role that begins with it carries the message's name.
        write(user=user, template="member_added", once=f"member:{role.pk}", group=hers.group.name)
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


def follow_phone(*, member: Member, phone: str, by: User, at: dt.datetime) -> Followed:
    """Whether her sign-in follows her to a new phone number; the caller holds the person's lock and keeps the number.

    A sign-in that nobody has activated and that is nothing but a member's own here follows at once. For the service
    admin also one that is in use, or holds an office: its password, sessions and codes end. It never follows when it
    also belongs to somebody's staff, to another organisation, or was there before this person was registered, nor to a
    number that somebody elsewhere signs in with: then the service admin's word parts her from it. Refused: a number
    that another person of the organisation who signs in uses (`phone_taken`).
    """
    _must_be_free(member.person, phone)
    if member.person.user is None:
        return Followed.NOT
    user = users.hold_sign_in(member.person.user)
    if user.phone_digest == phone_digest(phone):
        return Followed.NOT
    admin = standing(by, member.group).may("offices:assign") is Reach.ALL
    if _is_within(member, user) and (admin or _is_plain(user)) and _moved(member, user, phone, by, at, admin=admin):
        return Followed.MOVED
    # Nobody corrects her own number by parting from herself.
    if not admin or user.pk == by.pk:
        return Followed.NOT
    _detach(member, user, by, at)
    return Followed.DETACHED


def follow_name(member: Member) -> None:
    """Her sign-in bears her name, where it is hers alone."""
    if member.person.user is None:
        return
    user = users.hold_sign_in(member.person.user)
    if _is_within(member, user):
        User.objects.filter(pk=user.pk).update(name=member.person.name)


def _moved(member: Member, user: User, phone: str, by: User, at: dt.datetime, *, admin: bool) -> bool:
    """Not to a number that signs in elsewhere. Who is known here may have taken it at this very moment."""
    try:
        return users.move_number(user=user, phone=phone, by=by, at=at, only_new=not admin)
    except users.NumberTaken:
        _must_be_free(member.person, phone)
        return False


def _detach(member: Member, user: User, by: User, at: dt.datetime) -> None:
    """The sign-in reads her book no more and holds none of her offices; she may be invited by her new number."""
    person = member.person
    hers = GroupRole.objects.filter(user=user, group__members__person=person, until__isnull=True)
    for role in hers.filter(role__in=[RoleName.MEMBER, *OFFICES]):
        end_role(role=role, at=at, by=by)
    person.user = None
    person.save(update_fields=["user"])
    record_act("member.sign_in_detached", member, at, by, user=user.pk)


def _must_be_free(person: Person, phone: str) -> None:
    """A number is only refused where somebody of her own organisation who signs in is known to use it.

    To sign in or to be called: could the two be told apart here, so could a number that signs in elsewhere, and that is
    nobody's business; whoever it is, she may be the same human being.
    """
    used = Q(phone_digest=phone_digest(phone)) | Q(user__phone_digest=phone_digest(phone))
    others = Person.objects.filter(used, organisation=person.organisation_id, user__isnull=False)
    if others.exclude(pk=person.pk).exists():
        raise PhoneTaken(field="phone")


def _is_within(member: Member, user: User) -> bool:
    """Made for this person, and never anything but a member, an office holder or, once, an officer of groups here.

    Judged under the sign-in's lock: whoever links it elsewhere waits for that as well.
    """
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
    """Whoever signs in with her number, now joined to her; one user belongs to one person in an organisation.

    The sign-in is locked from here on, so that the number by which it was found is its own until this is done.
    """
    _must_be_free(person, person.phone)
    user = users.open_sign_in(name=person.name, phone=person.phone)
    person.user = user
    try:
        with transaction.atomic():
            person.save(update_fields=["user"])
    except IntegrityError as error:
        raise PhoneTaken(field="phone") from error
    return user
