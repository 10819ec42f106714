"""How lists of campaigns are narrowed and ordered."""

from django_filters import rest_framework as filters

from campaigns.models import GroupCampaign
from core.api.filters import Ordering


class CampaignFilters(filters.FilterSet):
    search = filters.CharFilter(field_name="name", lookup_expr="icontains", max_length=120)
    ordering = Ordering(fields=[("name", "name"), ("starts_on", "start_date"), ("ends_on", "end_date")])


class GroupCampaignFilters(filters.FilterSet):
    status = filters.ChoiceFilter(choices=GroupCampaign.Status.choices)
    search = filters.CharFilter(field_name="campaign__name", lookup_expr="icontains", max_length=120)
    ordering = Ordering(fields=[("assigned_at", "assigned_at"), ("voting_deadline", "voting_deadline")])
