"""Money of campaigns, each in two steps: ask, show what changes, do it once."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from campaigns.access import group_campaign_for
from campaigns.models import GroupCampaign
from campaigns.operations import CampaignNotOpen, NothingToGiveBack
from core.errors import Forbidden, Refusal
from core.ids import new_id
from core.periods import now, today
from reports.campaign_forms import CHANGE, CONFIRM, BringForm, GiveBackForm
from reports.pages import campaign_group, campaign_money
from reports.pages import group as group_pages
from reports.pages.loan_seen import FiguresMoved
from reports.pages.record import member_of
from reports.views.doors import PageRequest, page
from users.submissions import IdempotencyMismatch

UNFIT = 422


@require_http_methods(["GET", "POST"])
@page
def contribute(request: PageRequest, group_id: UUID, group_campaign_id: UUID) -> HttpResponse:
    row = group_campaign_for(request.user, group_id, group_campaign_id, request.may, own=True)
    if request.method == "GET" or request.POST.get("step") == CHANGE:
        return _ask_money(request, row, _blank_money(request, row))
    form = _money_form(request, row, request.POST)
    if not form.is_valid():
        return _ask_money(request, row, form, status=UNFIT)
    try:
        return (_brought if request.POST.get("step") == CONFIRM else _review_money)(request, row, form)
    except Forbidden:
        raise
    except Refusal as refusal:
        if isinstance(refusal, IdempotencyMismatch):
            form = _money_form(request, row, _with_fresh_key(request))
        form.refuse(refusal)
        return _ask_money(request, row, form, status=refusal.status)


def _money_form(request: PageRequest, row: GroupCampaign, data: QueryDict) -> BringForm:
    return BringForm(data, members=campaign_money.givers(row, request.user))


def _blank_money(request: PageRequest, row: GroupCampaign) -> BringForm:
    """Empty, or with what was typed before, for somebody who goes back to it."""
    if row.status != GroupCampaign.Status.ACCEPTED:
        raise CampaignNotOpen
    usual: dict[str, object] = {
        "offline_sync_id": new_id(),
        "payment_method": "CASH",
        "contribution_date": min(today(), row.campaign.ends_on),
    }
    if row.campaign.amount_per_member:
        usual["amount"] = f"{row.campaign.amount_per_member:.2f}"
    kept = {name: request.POST[name] for name in BringForm.base_fields if name in request.POST}
    return BringForm(initial=usual | kept, members=campaign_money.givers(row, request.user))


def _ask_money(request: PageRequest, row: GroupCampaign, form: BringForm, status: int = 200) -> HttpResponse:
    return _show(request, row, "contribute", _("Bring money"), status, form=form.focused())


def _review_money(request: PageRequest, row: GroupCampaign, form: BringForm) -> HttpResponse:
    review = campaign_money.review_bringing(row, _bringing(row, form), by=request.user, at=now())
    return _show(request, row, "contribute_review", _("Bring money"), form=form, review=review)


def _brought(request: PageRequest, row: GroupCampaign, form: BringForm) -> HttpResponse:
    key = form.cleaned_data["offline_sync_id"]
    paper = campaign_money.bring(row, _bringing(row, form), key=key, by=request.user, at=now()).row
    return redirect("receipt-page", voucher_id=paper.pk)


def _bringing(row: GroupCampaign, form: BringForm) -> campaign_money.Bringing:
    given = form.cleaned_data
    return campaign_money.Bringing(
        member=member_of(row.group, form.member_id),
        amount=given["amount"],
        method=given["payment_method"],
        receipt_number=given["transaction_id"],
        on=given["contribution_date"],
    )


@require_http_methods(["GET", "POST"])
@page
def give_back(request: PageRequest, group_id: UUID, group_campaign_id: UUID) -> HttpResponse:
    row = group_campaign_for(request.user, group_id, group_campaign_id, request.may)
    if request.method == "GET" or request.POST.get("step") == CHANGE:
        return _ask_return(request, row, _blank_return(request, row))
    form = GiveBackForm(request.POST)
    if not form.is_valid():
        return _ask_return(request, row, form, status=UNFIT)
    try:
        return (_given_back if request.POST.get("step") == CONFIRM else _review_return)(request, row, form)
    except Forbidden:
        raise
    except Refusal as refusal:
        if isinstance(refusal, IdempotencyMismatch):
            form = GiveBackForm(_with_fresh_key(request))
        form.refuse(refusal)
        return _ask_return(request, row, form, status=refusal.status)


def _blank_return(request: PageRequest, row: GroupCampaign) -> GiveBackForm:
    if not campaign_group.page_of(row, request.user).return_href:
        raise NothingToGiveBack
    return GiveBackForm(initial={"offline_sync_id": new_id(), "reason": request.POST.get("reason", "")})


def _ask_return(request: PageRequest, row: GroupCampaign, form: GiveBackForm, status: int = 200) -> HttpResponse:
    return _show(request, row, "give_back", _("Give back"), status, form=form.focused())


def _review_return(
    request: PageRequest, row: GroupCampaign, form: GiveBackForm, moved: FiguresMoved | None = None
) -> HttpResponse:
    reason = form.cleaned_data["reason"]
    review = campaign_money.review_return(row, reason, by=request.user, at=now())
    typed = request.POST.copy()
    typed["seen"] = review.seen
    shown: dict[str, object] = {"form": GiveBackForm(typed), "review": review, "moved": moved.detail if moved else ""}
    return _show(request, row, "give_back_review", _("Give back"), moved.status if moved else 200, **shown)


def _given_back(request: PageRequest, row: GroupCampaign, form: GiveBackForm) -> HttpResponse:
    given = form.cleaned_data
    seen, key = given["seen"], given["offline_sync_id"]
    try:
        campaign_money.give_back(row, given["reason"], seen=seen, key=key, by=request.user, at=now())
    except FiguresMoved as moved:
        return _review_return(request, row, form, moved)
    messages.success(request, _("What was left is in the savings of those who brought it."))
    return redirect("group-campaign-page", group_id=row.group_id, group_campaign_id=row.pk)


def _with_fresh_key(request: PageRequest) -> QueryDict:
    """What was typed, under a key of its own: the first was used for something else."""
    typed = request.POST.copy()
    typed["offline_sync_id"] = str(new_id())
    return typed


def _show(
    request: PageRequest, row: GroupCampaign, name: str, here: str, status: int = 200, **shown: object
) -> HttpResponse:
    frame = group_pages.frame(row.group, request.user, here="campaign", here_name=here, on=today())
    told = {"frame": frame, "page": campaign_group.page_of(row, request.user), **shown}
    return render(request, f"reports/campaigns/{name}.html", told, status=status)
