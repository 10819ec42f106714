"""The pages of a group's rules: read, compare, propose or adopt in two steps, settle a proposal."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import Forbidden, Refusal
from core.ids import new_id
from core.periods import now, today
from groups.access import constitution_for, group_for
from groups.models import BankingGroup, Constitution
from reports.constitution_forms import ConstitutionForm, VerdictForm
from reports.pages import constitution as rules
from reports.pages import group as pages
from reports.views.doors import PageRequest, page
from users.submissions import IdempotencyMismatch

UNFIT = 422
FIRST_STEP = "change"


@require_safe
@page
def constitution(request: PageRequest, group_id: UUID) -> HttpResponse:
    group = group_for(request.user, group_id, request.may)
    return _show(request, group, "constitution", page=rules.rules_page(group, request.user, today()))


@require_safe
@page
def comparison(request: PageRequest, group_id: UUID) -> HttpResponse:
    group = group_for(request.user, group_id, request.may)
    return _show(request, group, "compare", page=rules.comparison(group, request.GET.dict(), today()))


@require_http_methods(["GET", "POST"])
@page
def propose(request: PageRequest, group_id: UUID) -> HttpResponse:
    group = group_for(request.user, group_id, request.may)
    if request.method == "GET" or request.POST.get("step") == FIRST_STEP:
        return _ask(request, group, _form(request, group))
    form = _form(request, group, bound=True)
    if not form.is_valid():
        return _ask(request, group, form, status=UNFIT)
    try:
        return (_confirm if request.POST.get("step") == "confirm" else _review)(request, group, form)
    except Forbidden:
        raise
    except Refusal as refusal:
        return _ask(request, group, _refused(form, refusal), status=refusal.status)


@require_http_methods(["GET", "POST"])
@page
def proposal(request: PageRequest, group_id: UUID, proposal_id: UUID) -> HttpResponse:
    group = group_for(request.user, group_id, request.may)
    row = constitution_for(group, proposal_id)
    if request.method == "GET":
        return _show_proposal(request, row, VerdictForm.of(row.effective_on, new_id()))
    form = VerdictForm.of(row.effective_on, new_id(), request.POST)
    if not form.is_valid():
        return _show_proposal(request, row, form, status=UNFIT)
    try:
        return _settle(request, row, form)
    except Refusal as refusal:
        form.refuse(refusal)
        return _show_proposal(request, row, form, status=refusal.status)


def _show(request: PageRequest, group: BankingGroup, name: str, status: int = 200, **shown: object) -> HttpResponse:
    frame = pages.frame(group, request.user, here="rules", here_name=_("Rules"), on=today())
    return render(request, f"reports/constitution/{name}.html", {"frame": frame, **shown}, status=status)


def _form(request: PageRequest, group: BankingGroup, *, bound: bool = False) -> ConstitutionForm:
    holds = rules.holds_now(group, today())
    if bound:
        return ConstitutionForm(request.POST.dict(), holds=holds)
    kept = {name: value for name, value in request.POST.dict().items() if name != "csrfmiddlewaretoken"}
    first = {"offline_sync_id": new_id(), "effective_on": today(), **kept}
    return ConstitutionForm(initial=first, holds=holds)


def _ask(request: PageRequest, group: BankingGroup, form: ConstitutionForm, status: int = 200) -> HttpResponse:
    adopts, coming = rules.may_adopt(group, request.user), rules.coming(group, today())
    return _show(request, group, "propose", status, form=form.focused(), adopts=adopts, coming=coming)


def _refused(form: ConstitutionForm, refusal: Refusal) -> ConstitutionForm:
    """The form with the refusal on it; a key that was used for something else is exchanged for a fresh one."""
    if isinstance(refusal, IdempotencyMismatch):
        form.data = {**form.data, "offline_sync_id": str(new_id())}
        refusal = Refusal(_("This form was already confirmed with other rules. Look at the rules, then go on."))
    form.refuse(refusal)
    return form


def _review(request: PageRequest, group: BankingGroup, form: ConstitutionForm) -> HttpResponse:
    review = rules.review(group, form.text(), by=request.user, at=now(), on=today())
    return _show(request, group, "review", form=form, review=review)


def _confirm(request: PageRequest, group: BankingGroup, form: ConstitutionForm) -> HttpResponse:
    key = form.cleaned_data["offline_sync_id"]
    done = rules.confirm(group, form.text(), key=key, by=request.user, at=now()).row
    messages.success(request, rules.told_of(done))
    return redirect("constitution-page", group_id=group.pk)


def _show_proposal(request: PageRequest, row: Constitution, form: VerdictForm, status: int = 200) -> HttpResponse:
    shown = rules.proposal_page(row, request.user, today())
    return _show(request, row.group, "proposal", status, page=shown, form=form.focused())


def _settle(request: PageRequest, row: Constitution, form: VerdictForm) -> HttpResponse:
    adopts = request.POST.get("action") == "adopt"
    messages.success(request, rules.settle(row, form.cleaned_data, adopts=adopts, by=request.user, at=now()))
    return redirect("constitution-page", group_id=row.group_id)
