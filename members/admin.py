"""People and memberships as records. What identifies a person is not shown here to anybody, and neither are her kin."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from members.models import Member, Person


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
