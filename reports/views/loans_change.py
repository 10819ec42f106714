"""A write-off or a rescheduling, in two steps: why, then what one more yes would change, then the yes."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.errors import Forbidden, Refusal
from core.ids import new_id
from core.periods import now, today
from loans.access import loan_for
from loans.models import Loan
from reports.loan_forms import CHANGE, CONFIRM, REJECT, ChangeForm
from reports.pages import group as pages
from reports.pages import loan_change as changing
from reports.pages.loan_seen import FiguresMoved
from reports.views.doors import PageRequest, page
from reports.views.loans_end import turn_down
from users.submissions import IdempotencyMismatch

UNFIT = 422


@require_http_methods(["GET", "POST"])
@page
def change(request: PageRequest, loan_id: UUID) -> HttpResponse:
    loan = loan_for(request.user, loan_id, request.may)
    if request.POST.get("act") == REJECT:
        return turn_down(request, loan)
    kind = changing.kind_of(request.POST or request.GET)
    if request.method == "GET" or request.POST.get("step") == CHANGE:
        return _ask(request, loan, kind, _blank(request, loan, kind))
    form = _bound(loan, kind, request.POST)
    if not form.is_valid():
        return _ask(request, loan, kind, form, status=UNFIT)
    try:
        return (_confirm if request.POST.get("step") == CONFIRM else _review)(request, loan, form)
    except Forbidden:
        raise
    except Refusal as refusal:
        return _ask(request, loan, kind, _refused(request, loan, form, refusal), status=refusal.status)


def _blank(request: PageRequest, loan: Loan, kind: str) -> ChangeForm:
    """Empty, or as it was asked for before, or with what was typed before."""
    page_now = changing.change_page(loan, kind, today())
    asked = {"duration_months": page_now.waiting.months} if page_now.waiting else {}
    kept = {name: request.POST[name] for name in ChangeForm.base_fields if name in request.POST}
    first = {"offline_sync_id": new_id(), "kind": kind, **asked, **kept}
    return ChangeForm(initial=first, needs_reason=page_now.waiting is None)


def _bound(loan: Loan, kind: str, data: QueryDict) -> ChangeForm:
    return ChangeForm(data, needs_reason=changing.waiting_change(loan, kind) is None)


def _refused(request: PageRequest, loan: Loan, form: ChangeForm, refusal: Refusal) -> ChangeForm:
    """The form with the refusal on it; a key that was used for something else is exchanged for a fresh one."""
    if isinstance(refusal, IdempotencyMismatch):
        fresh = request.POST.copy()
        fresh["offline_sync_id"] = str(new_id())
        form = _bound(loan, form.cleaned_data["kind"], fresh)
        form.is_valid()
        refusal = Refusal(_("This form was already confirmed with other words. Look at the loan, then go on."))
    form.refuse(refusal)
    return form


def _asked(form: ChangeForm) -> changing.Asked:
    given = form.cleaned_data
    return changing.Asked(kind=given["kind"], months=given["duration_months"] or 0, reason=given["reason"])


def _ask(request: PageRequest, loan: Loan, kind: str, form: ChangeForm, status: int = 200) -> HttpResponse:
    shown = {"form": form.focused(), "page": changing.change_page(loan, kind, today())}
    return _show(request, loan, "change", status, **shown)


def _review(request: PageRequest, loan: Loan, form: ChangeForm, moved: FiguresMoved | None = None) -> HttpResponse:
    review = changing.review(loan, _asked(form), by=request.user, at=now())
    kind, typed = form.cleaned_data["kind"], request.POST.copy()
    typed["seen"] = review.seen
    shown = {"form": _bound(loan, kind, typed), "review": review, "page": changing.change_page(loan, kind, today())}
    said = moved.detail if moved else ""
    return _show(request, loan, "change_review", moved.status if moved else 200, moved=said, **shown)


def _confirm(request: PageRequest, loan: Loan, form: ChangeForm) -> HttpResponse:
    key, seen = form.cleaned_data["offline_sync_id"], form.cleaned_data["seen"]
    try:
        done = changing.confirm(loan, _asked(form), seen=seen, key=key, by=request.user, at=now()).row
    except FiguresMoved as moved:
        return _review(request, loan, form, moved)
    messages.success(request, changing.told_of(done))
    return redirect("loan-page", loan_id=loan.pk)


def _show(request: PageRequest, loan: Loan, name: str, status: int = 200, **shown: object) -> HttpResponse:
    frame = pages.frame(loan.group, request.user, here="loan", here_name=_("Change"), on=today())
    return render(request, f"reports/loans/{name}.html", {"frame": frame, "loan": loan, **shown}, status=status)
