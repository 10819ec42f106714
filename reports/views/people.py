"""Pages that change what is written about a member: her particulars, her office, her sign-in, her groups."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import Forbidden, Refusal
from core.ids import new_id
from core.periods import now, today
from groups.access import group_for
from groups.models import BankingGroup
from members import operations
from members.access import member_for
from members.models import Member
from reports.pages import group as pages
from reports.pages import people_edit as editing
from reports.pages import people_join as joining
from reports.pages import people_offices as offices
from reports.people_forms import ADD, CHANGE, CONFIRM, SEARCH, EditForm, JoinForm, OfficeForm
from reports.views.doors import PageRequest, page

UNFIT = 422


def about(request: PageRequest, member: Member, here: str, **shown: object) -> dict[str, object]:
    """What every page about a member shows: the group around it, and who it is."""
    frame = pages.frame(member.group, request.user, here="member", here_name=here, on=today())
    return {"frame": frame, "member": member, "name": member.person.name, **shown}


# Her particulars


@require_http_methods(["GET", "POST"])
@page
def edit(request: PageRequest, member_id: UUID) -> HttpResponse:
    member = member_for(request.user, member_id, request.may)
    if request.method == "GET":
        return _edit_form(request, member, editing.blank(member, request.user, now()))
    if request.POST.get("step") == ADD:
        form = editing.fitted(EditForm.with_another_row(request.POST), member, request.user)
        return _edit_form(request, member, form)
    form = editing.fitted(EditForm(request.POST), member, request.user)
    if form.is_valid():
        try:
            return _edited(request, member, form)
        except Refusal as refusal:
            form.refuse(refusal)
    return _edit_form(request, member, form, status=UNFIT)


def _edited(request: PageRequest, member: Member, form: EditForm) -> HttpResponse:
    for said in editing.edit(member, form, by=request.user, at=now()):
        messages.success(request, said)
    return redirect("member-page", member_id=member.pk)


def _edit_form(request: PageRequest, member: Member, form: EditForm, status: int = 200) -> HttpResponse:
    shown = about(request, member, _("Edit"), form=form.focused())
    return render(request, "reports/people/edit.html", shown, status=status)


# Her office


@require_http_methods(["GET", "POST"])
@page
def office(request: PageRequest, member_id: UUID) -> HttpResponse:
    member = member_for(request.user, member_id, request.may)
    if request.method == "GET":
        return _office_form(request, member, _office_asked(request, bound=False))
    form = _office_asked(request, bound=request.POST.get("step") != CHANGE)
    if not form.is_bound:
        return _office_form(request, member, form)
    try:
        return _office_answer(request, member, form)
    except Forbidden:
        raise
    except Refusal as refusal:
        form.refuse(refusal)
        return _office_form(request, member, form, status=UNFIT)


def _office_answer(request: PageRequest, member: Member, form: OfficeForm) -> HttpResponse:
    """Assigned in two steps by whoever assigns; proposed in one by whoever proposes; refused to everybody else."""
    if not form.is_valid():
        return _office_form(request, member, form, status=UNFIT)
    told, may = form.cleaned_data, offices.office_page(member, request.user)
    if may.assigns and request.POST.get("step") != CONFIRM:
        review = offices.review(member, told["office"], by=request.user, at=now())
        shown = about(request, member, _("Office"), form=form, review=review)
        return render(request, "reports/people/office_review.html", shown)
    if not (may.assigns or may.proposes):
        raise Forbidden
    act = offices.give if may.assigns else offices.propose
    messages.success(request, act(member, told["office"], key=told["offline_sync_id"], by=request.user, at=now()))
    return redirect("member-page" if may.assigns else "office-page", member_id=member.pk)


def _office_asked(request: PageRequest, *, bound: bool) -> OfficeForm:
    first = {"offline_sync_id": new_id(), "office": request.POST.get("office", "")}
    if bound:
        return OfficeForm(request.POST, offices=offices.choices())
    return OfficeForm(initial=first, offices=offices.choices())


def _office_form(request: PageRequest, member: Member, form: OfficeForm, status: int = 200) -> HttpResponse:
    shown = offices.office_page(member, request.user)
    page_shown = about(request, member, _("Office"), form=form.focused(), page=shown)
    return render(request, "reports/people/office.html", page_shown, status=status)


@require_POST
@page
def proposal(request: PageRequest, proposal_id: UUID) -> HttpResponse:
    proposed = offices.proposal_to_decide(request.user, proposal_id, request.may)
    try:
        yes = request.POST.get("action") == "adopt"
        messages.success(request, offices.decide(proposed, yes=yes, by=request.user, at=now()))
    except Refusal as refusal:
        messages.error(request, str(refusal.detail))
    return redirect("office-page", member_id=proposed.member_id)


# Her sign-in


@require_POST
@page
def invite(request: PageRequest, member_id: UUID) -> HttpResponse:
    member = member_for(request.user, member_id, request.may)
    try:
        operations.invite(member=member, by=request.user, at=now())
    except Refusal as refusal:
        messages.error(request, str(refusal.detail))
        return redirect("member-page", member_id=member.pk)
    said = _(
        "%(name)s is invited. Unless she has a password already, a code is on its way to her phone: with it she "
        "chooses one at the sign-in page, within seven days. Nobody else should see the code."
    )
    messages.success(request, said % {"name": member.person.name})
    return redirect("member-page", member_id=member.pk)


# Another group


@require_http_methods(["GET", "POST"])
@page
def join(request: PageRequest, group_id: UUID) -> HttpResponse:
    """What is searched for may be a number of hers, so it is sent as a form and stands in no address."""
    group = group_for(request.user, group_id, request.may)
    if request.POST.get("step") == SEARCH:
        return _join_search(request, group, request.POST.get("search", ""))
    asked = JoinForm(request.POST if request.method == "POST" else request.GET)
    if request.method == "POST" and asked.is_valid():
        return _joined(request, group, asked)
    if "person" in request.GET and "person" not in asked.errors:
        return _join_review(request, group, asked.cleaned_data["person"])
    return _join_search(request, group, "", status=UNFIT if request.method == "POST" else 200)


def _join_search(request: PageRequest, group: BankingGroup, asked: str, status: int = 200) -> HttpResponse:
    shown = {"frame": _joining(request, group), "found": joining.find(group, request.user, asked)}
    return render(request, "reports/people/join.html", shown, status=status)


def _joined(request: PageRequest, group: BankingGroup, form: JoinForm) -> HttpResponse:
    person = joining.person_in_reach(group, request.user, form.cleaned_data["person"])
    key = form.cleaned_data["offline_sync_id"]
    made = joining.join(group, person, key=key, by=request.user, at=now()).row
    said = _("%(name)s is a member of %(group)s now, with number %(number)d.")
    messages.success(request, said % {"name": person.name, "group": group.name, "number": made.number})
    return redirect("member-page", member_id=made.pk)


def _join_review(request: PageRequest, group: BankingGroup, person_id: UUID) -> HttpResponse:
    person = joining.person_in_reach(group, request.user, person_id)
    form = JoinForm(initial={"person": person.pk, "offline_sync_id": new_id()})
    known = joining.candidate(person, group, request.user)
    shown = {"frame": _joining(request, group), "form": form, "person": known}
    return render(request, "reports/people/join_review.html", shown)


def _joining(request: PageRequest, group: BankingGroup) -> pages.Frame:
    here = _("A member of another group joins")
    return pages.frame(group, request.user, here="join", here_name=here, on=today())
