"""Organisations, groups, their rules and roles as records: looked at here, changed by the verbs in `operations`."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from groups.models import (
    BankingGroup,
    Constitution,
    GroupRole,
    LoanTerms,
    Organisation,
    StatusChange,
    WelfareEvent,
)


@admin.register(Organisation)
class OrganisationAdmin(ReadOnlyAdmin):
    list_display = ["name", "is_active", "interest_cap_yearly_percent", "created_at"]
    search_fields = ["name"]


@admin.register(BankingGroup)
class BankingGroupAdmin(ReadOnlyAdmin):
    list_display = ["name", "group_code", "organisation", "county", "meeting_day", "status", "registration_date"]
    list_filter = ["organisation", "status", "county"]
    list_select_related = ["organisation"]
    search_fields = ["name", "group_code"]
    ordering = ["name"]
    exclude = ["data_key"]


@admin.register(StatusChange)
class StatusChangeAdmin(ReadOnlyAdmin):
    """The reason stays sealed here; it is read on the group's own page, by those who may suspend it."""

    list_display = ["group", "status", "by", "at"]
    list_filter = ["status"]
    list_select_related = ["group", "by"]
    search_fields = ["group__name", "group__group_code"]
    ordering = ["-at"]
    exclude = ["data_key"]


@admin.register(Constitution)
class ConstitutionAdmin(ReadOnlyAdmin):
    list_display = ["group", "status", "version", "effective_on", "adopted_by", "adopted_at"]
    list_filter = ["group__organisation"]
    list_select_related = ["group", "adopted_by"]
    search_fields = ["group__name", "group__group_code"]
    ordering = ["group__name", "-version"]


@admin.register(LoanTerms)
class LoanTermsAdmin(ReadOnlyAdmin):
    list_display = ["constitution", "loan_type", "method", "rate_percent", "shortest_months", "longest_months"]
    list_filter = ["loan_type"]
    list_select_related = ["constitution"]


@admin.register(WelfareEvent)
class WelfareEventAdmin(ReadOnlyAdmin):
    list_display = ["constitution", "event", "maximum", "months_of_membership"]
    list_filter = ["event"]
    list_select_related = ["constitution"]


@admin.register(GroupRole)
class GroupRoleAdmin(ReadOnlyAdmin):
    list_display = ["user", "role", "group", "organisation", "since", "until", "given_by"]
    list_filter = ["role", ("until", admin.EmptyFieldListFilter)]
    list_select_related = ["user", "group", "organisation", "given_by"]
    search_fields = ["user__name", "group__name", "organisation__name"]
    ordering = ["-since"]
