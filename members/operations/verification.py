"""Somebody other than the uploader compares the ID number with a document: an event, which another number ends."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import Invalid, MakerIsChecker, NotFound, Refusal
from members.models import IdentityDocument, IdVerification, Member, Person
from members.operations.acts import record_act
from members.operations.locks import locked_member
from members.operations.refusals import MemberInactive
from members.papers import newest_documents, verification_of
from members.queries import is_same_human
from users.models import User

PROOFS = (IdentityDocument.Kind.ID_FRONT, IdentityDocument.Kind.ID_BACK)


class NoIdDocument(Refusal):
    code = "no_id_document"
    detail = _("There is no picture of her ID card to compare with. Upload one; somebody else then verifies it.")


class AlreadyVerified(Refusal):
    code = "already_verified"
    status = 409
    detail = _("Her ID number is verified already. Nothing more is needed.")


@transaction.atomic
def verify_id(
    *, member: Member, document: IdentityDocument | None, method: str, by: User, at: dt.datetime
) -> IdVerification:
    """Her number stands on this document (the newest front of her ID card, else the back, where none is named).

    Said again by the same person, the first word stands. Refused: who has left the group (`member_inactive`); no
    document to compare with (`no_id_document`), one of another person (`not_found`), one that shows no number
    (`invalid`); the uploader, whoever last changed her number or her particulars, and she herself (`maker_is_checker`);
    a number that another person has verified (`already_verified`).
    """
    hers = locked_member(member)
    if hers.left_on is not None:
        raise MemberInactive
    person = hers.person
    compared = _proof(person, document)
    standing_one = verification_of(person)
    if standing_one and standing_one.by_id == by.pk:
        return standing_one
    writers = {compared.uploaded_by_id, person.identity_changed_by_id, person.id_number_changed_by_id}
    if by.pk in writers or is_same_human(person, by):
        raise MakerIsChecker
    if standing_one:
        raise AlreadyVerified
    end_verification(person, at)
    verified = IdVerification.objects.create(
        person=person, document=compared, method=method, id_number_digest=person.id_number_digest, by=by, at=at
    )
    record_act("member.id_verified", hers, at, by, document=compared.pk, method=method)
    return verified


def end_verification(person: Person, at: dt.datetime) -> None:
    """From now on she counts as unverified, until somebody compares again. The event itself stays."""
    IdVerification.objects.filter(person=person, ended_at__isnull=True).update(ended_at=at)


def _proof(person: Person, document: IdentityDocument | None) -> IdentityDocument:
    if document is None:
        newest = newest_documents(person)
        document = next((newest[kind] for kind in PROOFS if kind in newest), None)
        if document is None:
            raise NoIdDocument
    if document.person_id != person.pk:
        raise NotFound
    if document.kind not in PROOFS:
        raise Invalid(_("Choose a picture of her ID card: this one shows no number."), field="document")
    return document
