"""What the lists of groups and members can be narrowed and ordered by."""

from django.db.models import Q, QuerySet
from django_filters import rest_framework as filters

from core.api.filters import Ordering
from groups.models import ORGANISATION_ROLES, BankingGroup, GroupRole, Organisation
from members.models import IdentityDocument, Member


class GroupFilter(filters.FilterSet):
    status = filters.ChoiceFilter(choices=BankingGroup.Status.choices)
    county = filters.CharFilter(lookup_expr="iexact")
    search = filters.CharFilter(method="by_words")
    ordering = Ordering(fields=("name", "registration_date"))

    class Meta:
        model = BankingGroup
        fields: list[str] = []

    def by_words(self, queryset: QuerySet[BankingGroup], name: str, value: str) -> QuerySet[BankingGroup]:
        """Part of the name, of the code, or of where the group meets."""
        places = Q(county__icontains=value) | Q(village__icontains=value) | Q(meeting_venue__icontains=value)
        return queryset.filter(Q(name__icontains=value) | Q(group_code__icontains=value) | places)


class AdminGroupFilter(GroupFilter):
    organisation = filters.UUIDFilter(field_name="organisation_id")


class OrganisationFilter(filters.FilterSet):
    is_active = filters.TypedChoiceFilter(
        choices=[("true", "true"), ("false", "false")], coerce=lambda word: word == "true"
    )
    search = filters.CharFilter(field_name="name", lookup_expr="icontains")
    ordering = Ordering(fields=("name", "created_at"))

    class Meta:
        model = Organisation
        fields: list[str] = []


class StaffFilter(filters.FilterSet):
    role = filters.ChoiceFilter(choices=[(role.value, role.label) for role in ORGANISATION_ROLES])
    search = filters.CharFilter(field_name="user__name", lookup_expr="icontains")
    ordering = Ordering(fields=("since", ("user__name", "name")))

    class Meta:
        model = GroupRole
        fields: list[str] = []


class MemberFilter(filters.FilterSet):
    is_active = filters.TypedChoiceFilter(
        choices=[("true", "true"), ("false", "false")], coerce=lambda word: word == "true"
    )
    search = filters.CharFilter(method="by_words")
    ordering = Ordering(
        fields=(("number", "member_number"), ("person__name", "member_name"), ("joined_on", "joined_on"))
    )

    class Meta:
        model = Member
        fields: list[str] = []

    def by_words(self, queryset: QuerySet[Member], name: str, value: str) -> QuerySet[Member]:
        """Part of the name, or the member number."""
        found = Q(person__name__icontains=value)
        if value.isascii() and value.isdigit() and len(value) <= 6:
            found |= Q(number=int(value))
        return queryset.filter(found)


class DocumentFilter(filters.FilterSet):
    kind = filters.ChoiceFilter(choices=IdentityDocument.Kind.choices)
    ordering = Ordering(fields=("uploaded_at",))

    class Meta:
        model = IdentityDocument
        fields: list[str] = []
