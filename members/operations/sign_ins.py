"""Her sign-in: made when she needs one, and the code with which she chooses a password."""

import datetime as dt

from django.db import IntegrityError, transaction

from groups.models import RoleName
from groups.operations import give_role
from members.models import Member, Person
from members.operations.acts import record_act
from members.operations.refusals import MemberInactive, PhoneTaken
from users import operations as users
from users.models import User


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
    record_act("member.invited", member, at, by)
    return user


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
