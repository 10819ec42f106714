"""Asking for a loan in two steps: what is asked, every rule and the price of it, then the asking itself."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.errors import Forbidden, NotFound, Refusal
from core.ids import new_id
from core.periods import now, today
from groups.access import group_for
from groups.models import BankingGroup
from loans.operations import NotEligible
from reports.loan_forms import CHANGE, CONFIRM, ApplyForm
from reports.pages import group as pages
from reports.pages import loan_apply as applying
from reports.views.doors import PageRequest, page
from users.submissions import IdempotencyMismatch

UNFIT = 422


@require_http_methods(["GET", "POST"])
@page
def apply(request: PageRequest, group_id: UUID) -> HttpResponse:
    group = group_for(request.user, group_id, request.may, own=True)
    if request.method == "GET" or request.POST.get("step") == CHANGE:
        return _ask(request, group, _blank(request, group))
    form = _bound(request, group, request.POST)
    if not form.is_valid():
        return _ask(request, group, form, status=UNFIT)
    try:
        return (_confirm if request.POST.get("step") == CONFIRM else _review)(request, group, form)
    except (Forbidden, NotFound):
        raise
    except Refusal as refusal:
        return _ask(request, group, _refused(request, group, form, refusal), status=refusal.status)


def _choices(request: PageRequest, group: BankingGroup) -> dict[str, applying.Choices]:
    shown = applying.choices_for(group, request.user, today())
    return {"members": shown.members, "types": shown.types, "witnesses": shown.witnesses}


def _bound(request: PageRequest, group: BankingGroup, data: QueryDict) -> ApplyForm:
    return ApplyForm(data, **_choices(request, group))


def _blank(request: PageRequest, group: BankingGroup) -> ApplyForm:
    """Empty, or with what was typed before, for somebody who goes back to it."""
    usual = {"offline_sync_id": new_id(), "member": request.GET.get("member", ""), "loan_type": "SHORT_TERM"}
    kept: dict[str, object] = {name: request.POST[name] for name in ApplyForm.base_fields if name in request.POST}
    if "witnesses" in kept:
        kept["witnesses"] = request.POST.getlist("witnesses")
    return ApplyForm(initial={**usual, **kept}, **_choices(request, group))


def _refused(request: PageRequest, group: BankingGroup, form: ApplyForm, refusal: Refusal) -> ApplyForm:
    """The form with the refusal on it; a key that was used for something else is exchanged for a fresh one."""
    if isinstance(refusal, IdempotencyMismatch):
        fresh = request.POST.copy()
        fresh["offline_sync_id"] = str(new_id())
        form = _bound(request, group, fresh)
        form.is_valid()
        refusal = Refusal(_("This form was already sent with another loan. Look at the group’s loans, then go on."))
    if not isinstance(refusal, NotEligible):
        form.refuse(refusal)
        return form
    for failed in refusal.errors:
        field = "member" if failed["field"] == "member_id" else failed["field"]
        form.refuse(Refusal(failed["detail"], field=field))
    return form


def _ask(request: PageRequest, group: BankingGroup, form: ApplyForm, status: int = 200) -> HttpResponse:
    shown = {"form": form.focused(), "page": applying.choices_for(group, request.user, today())}
    return _show(request, group, "apply", status, **shown)


def _review(request: PageRequest, group: BankingGroup, form: ApplyForm) -> HttpResponse:
    member = applying.borrower_of(group, request.user, form.member_id)
    asked = applying.application(group, form.cleaned_data, form.witness_ids)
    review = applying.review(member, asked, by=request.user, at=now())
    return _show(request, group, "apply_review", 200, form=form, review=review)


def _confirm(request: PageRequest, group: BankingGroup, form: ApplyForm) -> HttpResponse:
    member = applying.borrower_of(group, request.user, form.member_id)
    asked = applying.application(group, form.cleaned_data, form.witness_ids)
    key = form.cleaned_data["offline_sync_id"]
    loan = applying.ask(member, asked, key=key, by=request.user, at=now()).row
    messages.success(request, _("Asked. Those whose yes is needed are told; show the borrower the key facts first."))
    return redirect("loan-page", loan_id=loan.pk)


def _show(request: PageRequest, group: BankingGroup, name: str, status: int, **shown: object) -> HttpResponse:
    frame = pages.frame(group, request.user, here="loan", here_name=_("Ask for a loan"), on=today())
    return render(request, f"reports/loans/{name}.html", {"frame": frame, **shown}, status=status)
