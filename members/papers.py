"""Reading what shows who somebody is: her documents, and whether her ID number has been verified."""

import uuid
from collections.abc import Iterable

from django.db.models import F, QuerySet

from core.errors import NotFound
from members.models import IdentityDocument, IdVerification, Person


def documents_of(person: Person) -> QuerySet[IdentityDocument]:
    """Everything that was uploaded about her, newest first."""
    return IdentityDocument.objects.filter(person=person).order_by("-uploaded_at", "-id")


def document_of(person: Person, document_id: uuid.UUID) -> IdentityDocument:
    """One of her documents; `not_found` when it is somebody else's or nobody's."""
    document = documents_of(person).select_related("data_key").filter(pk=document_id).first()
    if document is None:
        raise NotFound
    return document


def document_by_id(document_id: uuid.UUID) -> IdentityDocument:
    """For ids that this program has kept itself."""
    return IdentityDocument.objects.get(pk=document_id)


def newest_documents(person: Person) -> dict[str, IdentityDocument]:
    """Kind → the newest one, which counts; kinds she has none of are absent. One query."""
    newest: dict[str, IdentityDocument] = {}
    for document in documents_of(person):
        newest.setdefault(document.kind, document)
    return newest


def counting() -> QuerySet[IdVerification]:
    """The verifications that have not ended and were about the number the person has now."""
    return IdVerification.objects.filter(ended_at__isnull=True, id_number_digest=F("person__id_number_digest"))


def verified_people(person_ids: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Those of them whose ID number is verified. One query."""
    return set(counting().filter(person__in=list(person_ids)).values_list("person_id", flat=True))


def verification_of(person: Person) -> IdVerification | None:
    """The verification that counts for her."""
    return counting().filter(person=person).order_by("at", "id").first()
