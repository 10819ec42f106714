"""Putting right what was written about a person: what the form starts with, what is sent on, what came of it."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.periods import business_day
from groups.access import standing
from members import operations
from members.models import Member
from members.operations.sign_ins import Followed
from members.queries import next_of_kin
from members.rules import Changes
from reports.pages.people_who import may, phone_words
from reports.people_forms import KIN_PARTS, EditForm
from users.models import User

FIELD_WORDS: dict[str, Promise] = {
    "member_name": gettext_lazy("name"),
    "id_number": gettext_lazy("ID number"),
    "date_of_birth": gettext_lazy("date of birth"),
    "phone": gettext_lazy("phone"),
    "next_of_kin": gettext_lazy("next of kin"),
}
IDENTITY = {"member_name", "id_number", "date_of_birth"}


def blank(member: Member, user: User, at: dt.datetime) -> EditForm:
    """The form with what is known. A whole ID number is shown only to who may see it, and that is written down."""
    if whole := _sees_whole(member, user):
        operations.note_identity_read(member=member, by=user, at=at)
    person, kin = member.person, next_of_kin(member.person)
    known: dict[str, Any] = {
        "member_name": person.name,
        "id_number": person.id_number if whole else "",
        "date_of_birth": person.date_of_birth,
        "phone": phone_words(person.phone),
    }
    for place, one in enumerate(kin):
        told = (one.name, one.relationship, phone_words(one.phone), one.id_number if whole else "")
        known |= {f"kin_{place}_{part}": word for part, word in zip(KIN_PARTS, told, strict=True)}
    return fitted(EditForm(initial=known, rows=max(len(kin), 1)), member, user)


def fitted(form: EditForm, member: Member, user: User) -> EditForm:
    """The form as this reader may fill it in."""
    return form if _sees_whole(member, user) else form.keeping(member.person.id_number)


def _sees_whole(member: Member, user: User) -> bool:
    return may(standing(user, member.group), "members:identity")


def _changes(form: EditForm, member: Member, user: User) -> Changes:
    """What was typed. A number the reader was not shown, her own or a kin's, stays as it is where it is empty."""
    given, kin = form.cleaned_data, form.kin()
    if not _sees_whole(member, user):
        known = {one.name: one.id_number for one in next_of_kin(member.person)}
        kin = tuple(replace(one, id_number=one.id_number or known.get(one.name, "")) for one in kin)
    return Changes(
        name=given["member_name"],
        id_number=given["id_number"] or None,
        phone=given["phone"],
        date_of_birth=given["date_of_birth"],
        kin=kin,
    )


def edit(member: Member, form: EditForm, *, by: User, at: dt.datetime) -> tuple[str, ...]:
    """Change what differs; what came of it in sentences. Refused: whatever the operation refuses."""
    changes = _changes(form, member, by)
    done = operations.edit_member(member=member, changes=changes, by=by, at=at, on=business_day(at))
    knows = may(standing(by, member.group), "offices:assign")
    return tuple(_said(done.fields, done.sign_in if knows else None))


def _said(fields: Iterable[str], sign_in: Followed | None) -> Iterable[str]:
    """With None the reader is not told what became of her sign-in: it would tell what other numbers sign in."""
    changed = [str(FIELD_WORDS[name]) for name in FIELD_WORDS if name in fields]
    if not changed:
        yield _("Nothing differs from what was written before; nothing was changed.")
        return
    yield _("Changed: %(fields)s.") % {"fields": ", ".join(changed)}
    if IDENTITY & set(fields):
        yield _("She counts as not verified until somebody else compares the number with a picture again.")
    if sign_in is Followed.MOVED:
        yield _("She signs in with the new number from now on. Invite her, so that she gets a code there.")
    elif sign_in is Followed.DETACHED:
        yield _("The sign-in with the old number opens her book no more. Invite her by the new one.")
    elif sign_in is None and "phone" in fields:
        yield _("If she has not chosen a password yet, invite her again.")
