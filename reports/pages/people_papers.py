"""A member's papers on the pages: what was uploaded, by whom, and the comparison of the number with a picture."""

import datetime as dt
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from django.db.models import Q
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.files import Clean
from core.identity import last_three
from core.periods import business_day
from groups.access import standing
from groups.models import GroupRole, RoleName
from groups.permissions import GRANTS, Reach
from members.models import IdentityDocument, IdVerification, Member
from members.operations import note_identity_read
from members.operations.documents import keep_document
from members.operations.verification import PROOFS, verify_id
from members.papers import document_by_id, document_of, documents_of, newest_documents, verification_of
from members.queries import is_same_human
from reports.pages import words
from reports.pages.people_who import may, verified_words
from users.models import User
from users.submissions import Outcome, once

VERIFY = "members:verify-id"
OPERATION = "pages.document"


@dataclass(frozen=True)
class Paper:
    """One thing that was uploaded; `counts` where it is the newest of its kind."""

    id: UUID
    kind: str
    href: str
    is_picture: bool
    size: str
    who: str
    counts: bool


@dataclass(frozen=True)
class Papers:
    rows: tuple[Paper, ...]
    is_verified: bool
    verified_words: str
    verify_href: str


@dataclass(frozen=True)
class Check:
    """What is compared with what: the picture on one side, what was written on the other."""

    paper: Paper | None
    name: str
    born_on: dt.date | None
    id_number: str
    is_whole: bool
    is_verified: bool
    verified_words: str
    because: str
    upload_href: str


def papers_of(member: Member, user: User) -> Papers:
    """Everything that was uploaded about her, the newest first."""
    rows = list(documents_of(member.person).select_related("uploaded_by"))
    newest = {row.kind: row.pk for row in reversed(rows)}
    found, may_verify = verification_of(member.person), may(standing(user, member.group), VERIFY)
    return Papers(
        rows=tuple(_paper(row, member, counts=newest[row.kind] == row.pk) for row in rows),
        is_verified=found is not None,
        verified_words=verified_words(found, has_paper=bool({*PROOFS} & newest.keys())),
        verify_href=reverse("verify-id-page", args=[member.pk]) if may_verify and not found else "",
    )


def keep(member: Member, kind: str, clean: Clean, *, key: str, by: User, at: dt.datetime) -> Outcome[IdentityDocument]:
    """One more paper, once: the same form sent again keeps it once."""

    def act() -> tuple[UUID, IdentityDocument]:
        kept = keep_document(member=member, kind=kind, clean=clean, by=by, at=at)
        return kept.pk, kept

    body = {"member": str(member.pk), "kind": kind, "file": sha256(clean.data).hexdigest()}
    return once(user=by, operation=OPERATION, key=key, body=body, act=act, load=document_by_id)


def check_of(member: Member, user: User, at: dt.datetime, asked: str = "") -> Check:
    """The newest picture of her ID card (or the one asked for) beside what was written about her.

    Who may see the whole number sees it here, and the log keeps that.
    """
    person, proof = member.person, _proof(member, asked)
    found, whole = verification_of(person), may(standing(user, member.group), "members:identity")
    if whole:
        note_identity_read(member=member, by=user, at=at)
    return Check(
        paper=_paper(proof, member, counts=True) if proof else None,
        name=person.name,
        born_on=dt.date.fromisoformat(person.date_of_birth) if person.date_of_birth else None,
        id_number=person.id_number if whole else last_three(person.id_number),
        is_whole=whole,
        is_verified=found is not None,
        verified_words=verified_words(found, has_paper=proof is not None),
        because=_because(member, proof, user),
        upload_href=reverse("documents-page", args=[member.pk]),
    )


def verify(member: Member, document_id: UUID, method: str, *, by: User, at: dt.datetime) -> IdVerification:
    """She is who the picture says. Refused: whatever the operation refuses."""
    document = document_of(member.person, document_id)
    return verify_id(member=member, document=document, method=method, by=by, at=at)


def _proof(member: Member, asked: str) -> IdentityDocument | None:
    newest = newest_documents(member.person)
    shown = [newest[kind] for kind in PROOFS if kind in newest]
    named = [row for row in shown if str(row.pk) == asked]
    first = (named or shown)[:1]
    return documents_of(member.person).select_related("uploaded_by").filter(pk__in=[row.pk for row in first]).first()


def _paper(row: IdentityDocument, member: Member, *, counts: bool) -> Paper:
    pages = ngettext("%(pages)d page", "%(pages)d pages", row.pages) % {"pages": row.pages}
    size = filesizeformat(row.bytes)
    day = words.full_day(business_day(row.uploaded_at))
    return Paper(
        id=row.pk,
        kind=row.get_kind_display(),
        href=reverse("document-page", args=[member.pk, row.pk]),
        is_picture=row.media_type.startswith("image/"),
        size=size if row.media_type.startswith("image/") else f"PDF, {pages}, {size}",
        who=_("by %(name)s on %(day)s") % {"name": row.uploaded_by.name, "day": day},
        counts=counts,
    )


def _because(member: Member, proof: IdentityDocument | None, user: User) -> str:
    """Why the reader does not verify her, and who may; empty when she may. The operation has the last word."""
    if proof is None:
        return ""
    if is_same_human(member.person, user):
        why = _("Nobody verifies herself.")
    elif proof.uploaded_by_id == user.pk:
        why = _("You uploaded this picture yourself, so somebody else compares it.")
    elif user.pk in _writers(member):
        why = _("You changed her particulars yourself, so somebody else compares them.")
    else:
        return ""
    others = _others(member, {user.pk, proof.uploaded_by_id, member.person.user_id, *_writers(member)})
    return f"{why} {others}"


def _writers(member: Member) -> set[UUID | None]:
    """Who last put right her name, her day of birth or her number."""
    return {member.person.identity_changed_by_id, member.person.id_number_changed_by_id}


def _others(member: Member, but: set[UUID | None]) -> str:
    """Who may verify her: those whose office or work gives them the word, without those who had a hand in it."""
    granted = [role for role, reach in GRANTS[VERIFY].items() if reach is Reach.ALL]
    here = Q(group=member.group_id) | Q(organisation=member.group.organisation_id)
    rows = GroupRole.objects.filter(here, role__in=granted, until__isnull=True).exclude(user__in=but - {None})
    named = [
        f"{row.user.name} ({RoleName(row.role).label})" for row in rows.select_related("user").order_by("since", "id")
    ]
    if not named:
        return _("At the moment there is nobody else who may; ask the service admin to give somebody an office.")
    return _("These may: %(names)s.") % {"names": ", ".join(named)}
