"""Pages of organisations for the system admin: all of them, one with its settings, and its staff."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import Refusal
from core.ids import new_id
from core.periods import now
from groups import operations
from groups.access import must_speak, organisation_for, staff_role_for
from groups.models import Organisation
from reports.forms import PageForm
from reports.group_forms import CONFIRM, OrganisationForm, SettingsForm, StaffForm
from reports.pages import organisations as pages
from reports.views.doors import PageRequest, page

UNFIT = 422


@require_http_methods(["GET", "POST"])
@page
def organisations(request: PageRequest) -> HttpResponse:
    must_speak(request.user, request.may)
    form = OrganisationForm(request.POST or None, initial={"offline_sync_id": new_id()})
    if request.method == "POST" and form.is_valid():
        try:
            made = pages.found(form, by=request.user, at=now())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("%(name)s is founded.") % {"name": made.name})
            return redirect("organisation-page", organisation_id=made.pk)
    shown = {"rows": pages.all_organisations(request.user, request.may), "form": form.focused()}
    status = UNFIT if request.method == "POST" else 200
    return render(request, "reports/groups/organisations.html", shown, status=status)


@require_http_methods(["GET", "POST"])
@page
def organisation(request: PageRequest, organisation_id: UUID) -> HttpResponse:
    kept = organisation_for(request.user, organisation_id, request.may)
    if request.method == "GET":
        return _shown(request, kept)
    form = SettingsForm(request.POST)
    if not form.is_valid() or request.POST.get("step") == "change":
        return _shown(request, kept, settings=form, status=UNFIT if not form.is_valid() else 200)
    if pages.rests_or_wakes(kept, form) and request.POST.get("step") != CONFIRM:
        return render(request, "reports/groups/rest.html", {"organisation": pages.view_of(kept), "form": form})
    try:
        operations.edit_organisation(organisation=kept, at=now(), by=request.user, **form.settings)
    except Refusal as refusal:
        form.refuse(refusal)
        return _shown(request, kept, settings=form, status=UNFIT)
    messages.success(request, _("The settings are saved."))
    return redirect("organisation-page", organisation_id=kept.pk)


@require_POST
@page
def staff(request: PageRequest, organisation_id: UUID) -> HttpResponse:
    kept = organisation_for(request.user, organisation_id, request.may)
    form = StaffForm(request.POST, prefix="staff")
    if form.is_valid():
        try:
            messages.success(request, pages.take_on(kept, form, by=request.user, at=now()))
            return redirect("organisation-page", organisation_id=kept.pk)
        except Refusal as refusal:
            form.refuse(refusal)
    return _shown(request, kept, staff=form, status=UNFIT)


@require_POST
@page
def end_staff(request: PageRequest, organisation_id: UUID, role_id: UUID) -> HttpResponse:
    role = staff_role_for(request.user, organisation_id, role_id, request.may)
    shown = pages.leaving(role)
    if request.POST.get("step") != CONFIRM:
        return render(request, "reports/groups/end_staff.html", {"role": role, "leaving": shown})
    operations.end_role(role=role, at=now(), by=request.user)
    messages.success(request, shown["sentence"])
    return redirect("organisation-page", organisation_id=organisation_id)


def _shown(
    request: PageRequest,
    kept: Organisation,
    *,
    settings: PageForm | None = None,
    staff: PageForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of an organisation, with whichever of its two forms was refused."""
    key = {"offline_sync_id": new_id()}
    shown = {
        "organisation": pages.view_of(kept),
        "settings": (settings or SettingsForm(initial=key | pages.settings_of(kept))).focused(),
        "staff": (staff or StaffForm(initial=key | {"role": "AUDITOR"}, prefix="staff")).focused(),
    }
    return render(request, "reports/groups/organisation.html", shown, status=status)
