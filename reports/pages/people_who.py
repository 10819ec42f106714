"""Who a member is, as far as the reader may see it, and what the reader can do for her now."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from core.identity import last_three
from core.periods import business_day
from groups.access import Standing, standing
from groups.permissions import Reach
from members.access import is_own
from members.models import IdentityDocument, IdVerification, Member
from members.operations import note_identity_read
from members.papers import newest_documents, verification_of
from members.queries import next_of_kin
from reports.pages import words
from users.models import User

PHOTO, ID_FRONT = IdentityDocument.Kind.PHOTO, IdentityDocument.Kind.ID_FRONT


@dataclass(frozen=True)
class Deed:
    """Something that can be done now; `is_post` where one press does it."""

    word: str
    href: str
    is_post: bool = False


@dataclass(frozen=True)
class KinLine:
    name: str
    relationship: str
    phone: str


@dataclass(frozen=True)
class Who:
    photo_href: str
    number: int
    account: str
    phone: str
    id_number: str
    whole_href: str
    is_whole: bool
    joined_on: dt.date
    status: str
    is_verified: bool
    verified_words: str
    kin: tuple[KinLine, ...]
    deeds: tuple[Deed, ...]


def who_is(member: Member, user: User, at: dt.datetime, *, whole: bool) -> Who:
    """Her particulars for a page. A whole ID number is shown on demand, and that it was shown is written down."""
    here = standing(user, member.group)
    may_see_whole = here.may("members:identity") is Reach.ALL
    is_whole = whole and may_see_whole
    if is_whole:
        note_identity_read(member=member, by=user, at=at)
    papers, found = newest_documents(member.person), verification_of(member.person)
    page = reverse("member-page", args=[member.pk])
    return Who(
        photo_href=_photo(member, papers) if may(here, "documents:read") else "",
        number=member.number,
        account=spelled(member.account_number),
        phone=phone_words(member.person.phone),
        id_number=member.person.id_number if is_whole else last_three(member.person.id_number),
        whole_href="" if is_whole or not may_see_whole else f"{page}?whole",
        is_whole=is_whole,
        joined_on=member.joined_on,
        status=_status(member),
        is_verified=found is not None,
        verified_words=verified_words(found, has_paper=ID_FRONT in papers),
        kin=_kin(member) if may(here, "members:edit") or is_own(user, member) else (),
        deeds=tuple(_deeds(member, here, is_verified=found is not None)),
    )


def may(here: Standing, word: str) -> bool:
    return here.may(word) is Reach.ALL


def spelled(account_number: str) -> str:
    """An account number in groups of four, as it is read aloud."""
    return " ".join(account_number[start : start + 4] for start in range(0, len(account_number), 4))


def phone_words(phone: str) -> str:
    """0712 345 678, as people say it."""
    local = f"0{phone[3:]}" if phone.startswith("254") else phone
    return f"{local[:4]} {local[4:7]} {local[7:]}".strip()


def verified_words(found: IdVerification | None, *, has_paper: bool) -> str:
    if found is not None:
        said = _("Verified by %(name)s on %(day)s. %(method)s.")
        day = words.full_day(business_day(found.at))
        return said % {"name": found.by.name, "day": day, "method": found.get_method_display()}
    if has_paper:
        return _("Somebody who did not upload the picture compares it with the number.")
    return _("There is no photo of the ID card yet.")


def _photo(member: Member, papers: dict[str, IdentityDocument]) -> str:
    photo = papers.get(PHOTO)
    is_picture = photo is not None and photo.media_type.startswith("image/")
    return reverse("document-page", args=[member.pk, photo.pk]) if photo and is_picture else ""


def _status(member: Member) -> str:
    if member.left_on:
        return _("Left on %(day)s") % {"day": words.full_day(member.left_on)}
    return _("Active") if member.is_active else _("Not active: nothing is recorded for her until she is again")


def _kin(member: Member) -> tuple[KinLine, ...]:
    rows = next_of_kin(member.person)
    return tuple(KinLine(row.name, row.relationship, phone_words(row.phone) if row.phone else "") for row in rows)


def _deeds(member: Member, here: Standing, *, is_verified: bool) -> Iterable[Deed]:
    def href(name: str) -> str:
        return reverse(name, args=[member.pk])

    if may(here, "members:edit"):
        yield Deed(_("Edit"), href("edit-member-page"))
    if may(here, "documents:read"):
        yield Deed(_("Documents"), href("documents-page"))
    if may(here, "members:verify-id") and not is_verified:
        yield Deed(_("Verify the ID number"), href("verify-id-page"))
    if may(here, "members:edit") and member.is_active:
        yield Deed(_("Office"), href("office-page"))
    if may(here, "members:invite") and member.is_active:
        yield Deed(_("Invite to sign in"), href("invite-page"), is_post=True)
    if may(here, "members:leave") and not member.left_on:
        yield Deed(_("She leaves the group"), href("leave-page"))
