"""Putting right what was written about a person: name, ID number, day of birth, phone, next of kin.

Who she is is put right by others than herself, and is then verified anew. Her phone number is how she is called;
with what number she signs in is a matter of its own, see `members.operations.sign_ins`.
"""

import datetime as dt
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from core.encryption import digest
from core.errors import MakerIsChecker
from members.models import Member, Person
from members.operations.acts import record_act
from members.operations.kin import keep_kin
from members.operations.locks import locked_member
from members.operations.refusals import IdNumberTaken, MemberInactive
from members.operations.sign_ins import Followed, follow_name, follow_phone
from members.operations.verification import end_verification
from members.queries import is_same_human
from members.rules import Changes, tidied_changes
from users.models import User, phone_digest

IDENTITY = frozenset({"member_name", "id_number", "date_of_birth"})


class OwnIdentity(MakerIsChecker):
    detail = _("Nobody puts right her own name, ID number or day of birth. Ask another officer of the group.")


class OwnPhone(MakerIsChecker):
    detail = _("You sign in with this number yourself. Let somebody else invite you before the number is changed.")


@dataclass(frozen=True)
class Edited:
    """The member as she is now, the names of the fields that changed, and what became of her sign-in."""

    member: Member
    fields: tuple[str, ...]
    sign_in: Followed = Followed.NOT

    @property
    def sign_in_moved(self) -> bool:
        return self.sign_in is Followed.MOVED


@transaction.atomic
def edit_member(*, member: Member, changes: Changes, by: User, at: dt.datetime, on: dt.date) -> Edited:
    """Changes what differs, in all her groups at once; what is the same already changes nothing and ends nothing.

    Another name, ID number or day of birth ends the verification that stood. Refused: data that cannot be kept, or
    none at all (`invalid`), another person's ID number (`id_number_taken`) or phone number (`phone_taken`), one's own
    identity (`maker_is_checker`), who has left the group (`member_inactive`).
    """
    clean = tidied_changes(changes, on)
    hers = locked_member(member)
    if hers.left_on is not None:
        raise MemberInactive
    fields = _differing(hers.person, clean)
    _must_not_be_her_own(hers.person, fields, by)
    followed = Followed.NOT
    if "phone" in fields:
        followed = follow_phone(member=hers, phone=clean.phone or "", by=by, at=at)
    _keep(hers.person, clean, fields, by)
    if clean.kin is not None and keep_kin(hers.person, clean.kin, by):
        fields += ("next_of_kin",)
    if IDENTITY & set(fields):
        end_verification(hers.person, at)
    if "member_name" in fields:
        follow_name(hers)
    if fields:
        record_act("member.edited", hers, at, by, fields=fields)
    return Edited(hers, fields, followed)


def _differing(person: Person, clean: Changes) -> tuple[str, ...]:
    """The columns whose kept value is another one."""
    day = None if clean.date_of_birth is None else clean.date_of_birth.isoformat()
    pairs = {
        "member_name": (clean.name, person.name),
        "id_number": (clean.id_number, person.id_number),
        "date_of_birth": (day, person.date_of_birth),
        "phone": (clean.phone, person.phone),
    }
    return tuple(name for name, (wanted, kept) in pairs.items() if wanted is not None and wanted != kept)


def _must_not_be_her_own(person: Person, fields: tuple[str, ...], by: User) -> None:
    """Before she is linked to her sign-in her phone number alone says who she is: that too, others put right."""
    if not is_same_human(person, by):
        return
    if own := sorted(IDENTITY & set(fields)):
        raise OwnIdentity(field=own[0])
    if "phone" in fields and person.user_id != by.pk:
        raise OwnPhone(field="phone")


def _keep(person: Person, clean: Changes, fields: tuple[str, ...], by: User) -> None:
    """The ID number's unique index decides between two who write the same at once."""
    columns = []
    if "member_name" in fields:
        person.name = clean.name or ""
        columns += ["name"]
    if "id_number" in fields:
        person.id_number, person.id_number_digest = clean.id_number, digest("id_number", clean.id_number or "")
        person.id_number_changed_by = by
        columns += ["id_number_sealed", "id_number_digest", "id_number_changed_by"]
    if "date_of_birth" in fields:
        person.date_of_birth = clean.date_of_birth and clean.date_of_birth.isoformat()
        columns += ["date_of_birth_sealed"]
    if "phone" in fields:
        person.phone, person.phone_digest = clean.phone, phone_digest(clean.phone or "")
        person.phone_written_by = by
        columns += ["phone_sealed", "phone_digest", "phone_written_by"]
    if {"member_name", "date_of_birth"} & set(fields):
        person.identity_changed_by = by
        columns += ["identity_changed_by"]
    _save(person, columns)


def _save(person: Person, columns: list[str]) -> None:
    if not columns:
        return
    try:
        with transaction.atomic():
            person.save(update_fields=columns)
    except IntegrityError as error:
        raise IdNumberTaken(field="id_number") from error
