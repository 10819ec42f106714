"""Pages of officers: all of them, one of them, a new one, and her moves in two steps."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import NotFound, Refusal
from core.ids import new_id
from core.periods import now
from groups.access import organisations_where
from officers import operations
from officers.access import groups_named, must_speak_somewhere, officer_for, organisation_named
from officers.models import Officer
from officers.queries import groups_of, officer_by_id
from reports.officer_forms import CONFIRM, EditOfficerForm, GroupsForm, MoveForm, RegisterOfficerForm
from reports.pages import officers as pages
from reports.views.doors import PageRequest, page
from users.submissions import once

UNFIT = 422
MANAGE = "officers:manage"
VERBS: dict[str, Callable[..., Officer]] = {
    "activate": operations.activate,
    "suspend": operations.suspend,
    "exit": operations.exit_officer,
}


@require_safe
@page
def officers(request: PageRequest) -> HttpResponse:
    must_speak_somewhere(request.user, request.may)
    shown = pages.listing(request.user, request.may, request.GET, now())
    manages = organisations_where(request.user, MANAGE).exists()
    return render(request, "reports/officers/officers.html", {"page": shown, "manages": manages})


@require_safe
@page
def officer(request: PageRequest, officer_id: UUID) -> HttpResponse:
    return _shown(request, officer_for(request.user, officer_id, request.may))


def _shown(request: PageRequest, officer: Officer, groups: GroupsForm | None = None, status: int = 200) -> HttpResponse:
    shown = pages.page_of(officer, request.user, now())
    form = groups or _groups_form(officer) if shown.may_serve else None
    return render(request, "reports/officers/officer.html", {"page": shown, "form": form}, status=status)


@require_http_methods(["GET", "POST"])
@page
def register(request: PageRequest) -> HttpResponse:
    must_speak_somewhere(request.user, request.may)
    mine = organisations_where(request.user, request.may).order_by("name")
    if request.method == "GET":
        return _register_form(request, RegisterOfficerForm(initial={"offline_sync_id": new_id()}, organisations=mine))
    form = RegisterOfficerForm(request.POST, organisations=mine)
    if form.is_valid():
        try:
            return _registered(request, form)
        except Refusal as refusal:
            form.refuse(refusal)
    return _register_form(request, form, status=UNFIT)


def _register_form(request: PageRequest, form: RegisterOfficerForm, status: int = 200) -> HttpResponse:
    return render(request, "reports/officers/register.html", {"form": form.focused()}, status=status)


def _registered(request: PageRequest, form: RegisterOfficerForm) -> HttpResponse:
    given = form.cleaned_data
    who = {"name": given["name"], "phone": given["phone"]}
    organisation = organisation_named(request.user, form.organisation_id, request.may)

    def act() -> tuple[UUID, Officer]:
        made = operations.register_officer(**who, organisation=organisation, by=request.user, at=now())
        return made.pk, made

    body = who | {"organisation": str(organisation.pk)}
    key = given["offline_sync_id"]
    made = once(user=request.user, operation="pages.officer", key=key, body=body, act=act, load=officer_by_id).row
    messages.success(request, _("%(name)s is registered. Give groups, then activate.") % {"name": made.name})
    return redirect("officer-page", officer_id=made.pk)


@require_http_methods(["GET", "POST"])
@page
def edit(request: PageRequest, officer_id: UUID) -> HttpResponse:
    officer = officer_for(request.user, officer_id, request.may)
    if request.method == "GET":
        return _edit_form(request, officer, EditOfficerForm(initial=pages.written(officer)))
    form = EditOfficerForm(request.POST)
    if form.is_valid():
        try:
            operations.edit(officer=officer, by=request.user, at=now(), **form.cleaned_data)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The particulars are saved."))
            return redirect("officer-page", officer_id=officer.pk)
    return _edit_form(request, officer, form, status=UNFIT)


def _edit_form(request: PageRequest, officer: Officer, form: EditOfficerForm, status: int = 200) -> HttpResponse:
    shown = {"officer": officer, "form": form.focused()}
    return render(request, "reports/officers/edit.html", shown, status=status)


@require_POST
@page
def status(request: PageRequest, officer_id: UUID) -> HttpResponse:
    officer = officer_for(request.user, officer_id, request.may)
    verb = request.POST.get("verb", "")
    if verb not in VERBS:
        raise NotFound
    form = MoveForm(request.POST if request.POST.get("step") == CONFIRM else None)
    if not form.is_valid():
        return _move_form(request, officer, verb, form, status=UNFIT if form.is_bound else 200)
    try:
        VERBS[verb](officer=officer, by=request.user, at=now(), reason=form.cleaned_data["reason"])
    except Refusal as refusal:
        form.refuse(str(refusal.detail))
        return _move_form(request, officer, verb, form, status=refusal.status)
    messages.success(request, str(pages.DONE[verb]) % {"name": officer.name})
    return redirect("officer-page", officer_id=officer.pk)


def _move_form(request: PageRequest, officer: Officer, verb: str, form: MoveForm, status: int = 200) -> HttpResponse:
    shown = {"officer": officer, "review": pages.review_of(officer, verb), "form": form.focused()}
    return render(request, "reports/officers/move.html", shown, status=status)


@require_POST
@page
def groups(request: PageRequest, officer_id: UUID) -> HttpResponse:
    officer = officer_for(request.user, officer_id, request.may)
    form = _groups_form(officer, request)
    if not form.is_valid() or request.POST.get("step") == "change":
        return _shown(request, officer, form, status=200 if form.is_valid() else UNFIT)
    wanted = groups_named(request.user, form.chosen, request.may)
    review = {"officer": officer, "review": pages.groups_review(officer, wanted), "refused": ""}
    if request.POST.get("step") != CONFIRM:
        return render(request, "reports/officers/groups.html", review)
    try:
        operations.edit(officer=officer, by=request.user, at=now(), groups=wanted)
    except Refusal as refusal:
        review["refused"] = str(refusal.detail)
        return render(request, "reports/officers/groups.html", review, status=refusal.status)
    messages.success(request, _("The groups of %(name)s are changed.") % {"name": officer.name})
    return redirect("officer-page", officer_id=officer.pk)


def _groups_form(officer: Officer, request: PageRequest | None = None) -> GroupsForm:
    served = [str(group.pk) for group in groups_of(officer)]
    choices = pages.groups_to_choose(officer)
    return GroupsForm(request.POST if request else None, initial={"groups": served}, groups=choices)
