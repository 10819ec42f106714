"""The shapes of documents and of the verdict on them over HTTP, in and out."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from members.models import IdentityDocument, IdVerification

MEDIA_TYPES = ["image/jpeg", "image/png", "application/pdf"]


class DocumentIn(serializers.Serializer[Any]):
    """What a form brings. The file's own name and type mean nothing here: its content decides."""

    kind = serializers.ChoiceField(IdentityDocument.Kind.choices)
    file = serializers.FileField(help_text=_("JPEG, PNG or PDF, at most 8 MB; it is drawn anew without metadata."))
    offline_sync_id = serializers.CharField(required=False, max_length=100, help_text=_("Names the submission."))


class DocumentOut(serializers.Serializer[Any]):
    """A document that was kept; `url` answers the picture itself."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(IdentityDocument.Kind.choices)
    media_type = serializers.ChoiceField(MEDIA_TYPES)
    bytes = serializers.IntegerField()
    pages = serializers.IntegerField()
    uploaded_by = serializers.UUIDField(source="uploaded_by_id")
    uploaded_at = serializers.DateTimeField()
    url = serializers.SerializerMethodField()

    def get_url(self, document: IdentityDocument) -> str:
        return reverse("member-document", args=[self.context["member_id"], document.pk])


class VerifyIn(serializers.Serializer[Any]):
    """Without a document: the newest front of her ID card, else the back."""

    document = serializers.UUIDField(required=False, allow_null=True)
    method = serializers.ChoiceField(IdVerification.Method.choices, default=IdVerification.Method.DOCUMENT)
