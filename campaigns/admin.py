"""Campaigns in Django's admin: for looking. Why money was given back stays sealed."""

from django.contrib import admin

from campaigns.models import GroupCampaign, TargetCampaign, Vote
from core.admin import ReadOnlyAdmin


@admin.register(TargetCampaign)
class TargetCampaignAdmin(ReadOnlyAdmin):
    list_display = ("name", "organisation", "target_amount", "starts_on", "ends_on")
    list_filter = ("organisation",)
    list_select_related = ("organisation",)
    search_fields = ("name",)
    ordering = ("-id",)


@admin.register(GroupCampaign)
class GroupCampaignAdmin(ReadOnlyAdmin):
    list_display = ("campaign", "group", "status", "voting_deadline", "decided_at", "completed_at")
    list_filter = ("status", "group__organisation")
    list_select_related = ("campaign", "group")
    search_fields = ("campaign__name", "group__name", "group__group_code")
    ordering = ("-id",)
    exclude = ("data_key", "reason_sealed")


@admin.register(Vote)
class VoteAdmin(ReadOnlyAdmin):
    """That somebody voted and when; not what she said."""

    show_full_result_count = False
    list_display = ("group_campaign", "member", "cast_by", "cast_at")
    list_select_related = ("group_campaign", "member__person", "cast_by")
    search_fields = ("member__person__name", "group_campaign__group__name")
    ordering = ("-id",)
    exclude = ("choice",)
