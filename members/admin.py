"""People and memberships as records. What identifies a person is not shown here to anybody, and neither are her kin.

Documents are rows here, never pictures.
"""

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from members.models import IdentityDocument, IdVerification, Member, OfficeProposal, Person


@admin.register(Person)
class PersonAdmin(ReadOnlyAdmin):
    list_display = ["name", "organisation", "has_sign_in", "created_at"]
    list_filter = ["organisation"]
    list_select_related = ["organisation"]
    search_fields = ["name"]
    ordering = ["name"]
    fields = ["id", "name", "organisation", "user", "created_at"]

    @admin.display(boolean=True)
    def has_sign_in(self, person: Person) -> bool:
        return person.user_id is not None


@admin.register(Member)
class MemberAdmin(ReadOnlyAdmin):
    list_display = ["person", "group", "number", "joined_on", "left_on", "is_active"]
    list_filter = ["is_active", "group__organisation"]
    list_select_related = ["person", "group"]
    search_fields = ["person__name", "group__name", "group__group_code"]
    ordering = ["group__name", "number"]


@admin.register(IdentityDocument)
class IdentityDocumentAdmin(ReadOnlyAdmin):
    list_display = ["person", "kind", "media_type", "bytes", "pages", "uploaded_by", "uploaded_at"]
    list_filter = ["kind", "media_type", "person__organisation"]
    list_select_related = ["person", "uploaded_by"]
    search_fields = ["person__name"]
    ordering = ["-uploaded_at"]
    fields = ["id", "person", "kind", "media_type", "bytes", "pages", "uploaded_by", "uploaded_at"]


@admin.register(IdVerification)
class IdVerificationAdmin(ReadOnlyAdmin):
    list_display = ["person", "method", "by", "at", "ended_at"]
    list_filter = ["method", "person__organisation"]
    list_select_related = ["person", "by"]
    search_fields = ["person__name"]
    ordering = ["-at"]
    fields = ["id", "person", "document", "method", "by", "at", "ended_at"]


@admin.register(OfficeProposal)
class OfficeProposalAdmin(ReadOnlyAdmin):
    list_display = ["member", "office", "status", "proposed_by", "proposed_at", "decided_by"]
    list_filter = ["status", "office", "member__group__organisation"]
    list_select_related = ["member", "proposed_by", "decided_by"]
    search_fields = ["member__person__name", "member__group__name"]
    ordering = ["-proposed_at"]
