"""Documents over HTTP: uploaded as a form, listed, looked at by those who may, and compared by somebody else."""

import hashlib
import uuid
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api.parsers import StrictJSONParser
from core.api.permissions import asked_word
from core.api.uploads import one_file
from core.files import clean, count_files
from core.periods import now
from ledger.api.questions import NoQuestion
from members.access import member_for
from members.models import IdentityDocument
from members.operations.documents import keep_document, show_document
from members.operations.verification import verify_id
from members.papers import document_by_id, document_of, documents_of
from reports.api.document_shapes import MEDIA_TYPES, DocumentIn, DocumentOut, VerifyIn
from reports.api.filters import DocumentFilter
from reports.api.member_shapes import MemberDetailOut
from reports.api.members import caller, seen_by
from reports.documents import as_file
from users.api.idempotency import answer_once


class Documents(GenericAPIView[IdentityDocument]):
    """What was uploaded about a member, newest first. The member herself reads none of it here."""

    queryset = IdentityDocument.objects.none()
    serializer_class = DocumentOut
    filterset_class = DocumentFilter
    parser_classes = [MultiPartParser]

    @extend_schema(responses=DocumentOut(many=True), summary=_("Documents of a member"))
    def get(self, request: Request, member_id: uuid.UUID) -> Response:
        member = member_for(request.user, member_id, asked_word(request))
        page = self.paginate_queryset(self.filter_queryset(documents_of(member.person))) or []
        return self.get_paginated_response(DocumentOut(page, many=True, context={"member_id": member.pk}).data)

    @extend_schema(request=DocumentIn, responses={201: DocumentOut}, summary=_("Upload a picture or paper"))
    def post(self, request: Request, member_id: uuid.UUID) -> Response:
        user, member = caller(request), member_for(request.user, member_id, asked_word(request))
        data, asked = one_file(request), DocumentIn(data=request.data)
        asked.is_valid(raise_exception=True)
        count_files(sender=user.pk, files=1, at=now())
        kind, washed = asked.validated_data["kind"], clean(data)

        def act() -> tuple[uuid.UUID, IdentityDocument]:
            kept = keep_document(member=member, kind=kind, clean=washed, by=user, at=now())
            return kept.pk, kept

        def shown(document: IdentityDocument) -> Any:
            return DocumentOut(document, context={"member_id": member.pk}).data

        sent, where = {"kind": kind, "file": hashlib.sha256(data).hexdigest()}, {"member_id": member.pk}
        return answer_once(request, "members.document", where, act, document_by_id, shown, stands_for_body=sent)


class Document(APIView):
    """The picture or paper itself. The log keeps who looked at whose."""

    parser_classes: list[type[BaseParser]] = []

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """It is what it is, whatever the caller accepts; refusals are problem documents."""
        return super().perform_content_negotiation(request, force=True)

    @extend_schema(
        responses={(200, media_type): OpenApiTypes.BINARY for media_type in MEDIA_TYPES},
        summary=_("One document, as a file"),
    )
    def get(self, request: Request, member_id: uuid.UUID, document_id: uuid.UUID) -> HttpResponse:
        user, member = caller(request), member_for(request.user, member_id, asked_word(request))
        NoQuestion.read(request)
        document = document_of(member.person, document_id)
        return as_file(document, show_document(member=member, document=document, by=user, at=now()))


class VerifyId(APIView):
    """Her ID number has been compared with a document, by somebody who neither uploaded it nor is she."""

    parser_classes = [StrictJSONParser]

    @extend_schema(request=VerifyIn, responses=MemberDetailOut, summary=_("Verify a member's ID number"))
    def post(self, request: Request, member_id: uuid.UUID) -> Response:
        user, member = caller(request), member_for(request.user, member_id, asked_word(request))
        asked = VerifyIn(data=request.data)
        asked.is_valid(raise_exception=True)
        named = asked.validated_data.get("document")
        document = document_of(member.person, named) if named else None
        verify_id(member=member, document=document, method=asked.validated_data["method"], by=user, at=now())
        return Response(MemberDetailOut(seen_by(user, member)).data)
