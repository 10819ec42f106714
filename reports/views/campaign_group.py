"""Campaigns of a group: what it was asked about, one of them with its vote, and the vote itself."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from campaigns import operations
from campaigns.access import group_campaign_for
from campaigns.models import GroupCampaign
from core.errors import Forbidden, Refusal
from core.periods import now, today
from groups.access import group_for
from members.access import member_for
from reports.campaign_forms import VoteForm
from reports.pages import campaign_group as pages
from reports.pages import group as group_pages
from reports.views.doors import PageRequest, page

UNFIT = 422


@require_safe
@page
def in_group(request: PageRequest, group_id: UUID) -> HttpResponse:
    group = group_for(request.user, group_id, request.may)
    frame = group_pages.frame(group, request.user, here="campaigns", here_name=_("Campaigns"), on=today())
    shown = {"frame": frame, "rows": pages.list_of(group, request.user)}
    return render(request, "reports/campaigns/group.html", shown)


@require_safe
@page
def one(request: PageRequest, group_id: UUID, group_campaign_id: UUID) -> HttpResponse:
    row = group_campaign_for(request.user, group_id, group_campaign_id, request.may)
    return _shown(request, row, VoteForm(members=pages.voters(row, request.user)))


@require_POST
@page
def vote(request: PageRequest, group_id: UUID, group_campaign_id: UUID) -> HttpResponse:
    row = group_campaign_for(request.user, group_id, group_campaign_id, request.may, own=True)
    form = VoteForm(request.POST, members=pages.voters(row, request.user))
    if not form.is_valid():
        return _shown(request, row, form, status=UNFIT)
    try:
        _cast(request, row, form)
    except Forbidden:
        raise
    except Refusal as refusal:
        form.refuse(refusal)
        fresh = group_campaign_for(request.user, group_id, group_campaign_id, request.may, own=True)
        return _shown(request, fresh, form, status=refusal.status)
    messages.success(request, _("The vote is counted."))
    return redirect("group-campaign-page", group_id=group_id, group_campaign_id=row.pk)


def _cast(request: PageRequest, row: GroupCampaign, form: VoteForm) -> None:
    voter = member_for(request.user, form.member_id, request.may) if form.member_id else None
    choice = form.cleaned_data["vote"]
    operations.vote(group_campaign=row, choice=choice, by=request.user, at=now(), member=voter)


def _shown(request: PageRequest, row: GroupCampaign, form: VoteForm, status: int = 200) -> HttpResponse:
    frame = group_pages.frame(row.group, request.user, here="campaign", here_name=row.campaign.name, on=today())
    shown = {"frame": frame, "page": pages.page_of(row, request.user), "form": form.focused()}
    return render(request, "reports/campaigns/one.html", shown, status=status)
