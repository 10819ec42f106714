"""Papers that show who a member is, and the verdict on them, below api/."""

from django.urls import path

from reports.api import documents

urlpatterns = [
    path("members/<uuid:member_id>/documents", documents.Documents.as_view(), name="member-documents"),
    path("members/<uuid:member_id>/documents/<uuid:document_id>", documents.Document.as_view(), name="member-document"),
    path("members/<uuid:member_id>/verify-id", documents.VerifyId.as_view(), name="member-verify-id"),
]
