"""Campaigns of organisations: all that somebody sees, a new one, one with its groups, and asking one more."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns.access import campaign_for
from campaigns.models import TargetCampaign
from core.errors import Forbidden, Refusal
from core.ids import new_id
from core.periods import now, today
from groups.access import must_speak
from reports.campaign_forms import AssignForm, NewCampaignForm
from reports.pages import campaigns as pages
from reports.views.doors import PageRequest, page

UNFIT = 422


@require_safe
@page
def campaigns(request: PageRequest) -> HttpResponse:
    asked = request.GET.get("page", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
    shown = pages.all_of(request.user, number, today())
    return render(request, "reports/campaigns/campaigns.html", {"page": shown})


@require_http_methods(["GET", "POST"])
@page
def new(request: PageRequest) -> HttpResponse:
    must_speak(request.user, request.may)
    organisations = pages.organisations_to_found_in(request.user)
    if request.method == "GET":
        first = {"offline_sync_id": new_id(), "start_date": today()}
        return _new(request, NewCampaignForm(initial=first, organisations=organisations))
    form = NewCampaignForm(request.POST, organisations=organisations)
    if form.is_valid():
        try:
            return _created(request, form)
        except Refusal as refusal:
            form.refuse(refusal)
    return _new(request, form.focused(), status=UNFIT)


def _created(request: PageRequest, form: NewCampaignForm) -> HttpResponse:
    made = pages.create(form, by=request.user, at=now())
    messages.success(request, _("%(name)s is written down. Now ask the groups.") % {"name": made.name})
    return redirect("campaign-page", campaign_id=made.pk)


def _new(request: PageRequest, form: NewCampaignForm, status: int = 200) -> HttpResponse:
    return render(request, "reports/campaigns/new.html", {"form": form}, status=status)


@require_safe
@page
def campaign(request: PageRequest, campaign_id: UUID) -> HttpResponse:
    kept = campaign_for(request.user, campaign_id, request.may)
    return _shown(request, kept, AssignForm(initial={"offline_sync_id": new_id()}, groups=pages.groups_to_ask(kept)))


@require_POST
@page
def assign(request: PageRequest, campaign_id: UUID) -> HttpResponse:
    kept = campaign_for(request.user, campaign_id, request.may)
    form = AssignForm(request.POST, groups=pages.groups_to_ask(kept))
    if not form.is_valid():
        return _shown(request, kept, form, status=UNFIT)
    try:
        row = pages.assign(kept, form, by=request.user, at=now())
    except Forbidden:
        raise
    except Refusal as refusal:
        form.refuse(refusal)
        return _shown(request, kept, form, status=refusal.status)
    messages.success(request, _("%(group)s is asked. Its members have been told.") % {"group": row.group.name})
    return redirect("campaign-page", campaign_id=kept.pk)


def _shown(request: PageRequest, kept: TargetCampaign, form: AssignForm, status: int = 200) -> HttpResponse:
    shown = {"campaign": kept, "page": pages.page_of(kept, request.user), "form": form.focused()}
    return render(request, "reports/campaigns/campaign.html", shown, status=status)
