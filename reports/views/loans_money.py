"""Paying a loan out and taking a repayment, each in two steps: ask, show what changes, do it once."""

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
from reports.loan_forms import CHANGE, CONFIRM, MoneyForm, PayOutForm, RepayForm
from reports.pages import group as pages
from reports.pages import loan_money as money
from reports.pages.loan_seen import FiguresMoved
from reports.views.doors import PageRequest, page
from users.submissions import IdempotencyMismatch

UNFIT = 422
USUAL = {"payment_method": "CASH"}


@require_http_methods(["GET", "POST"])
@page
def pay_out(request: PageRequest, loan_id: UUID) -> HttpResponse:
    loan = loan_for(request.user, loan_id, request.may)
    if request.method == "GET" or request.POST.get("step") == CHANGE:
        money.must_be_approved(loan)
        first = {"disbursed_on": today(), **USUAL}
        return _ask_pay_out(request, loan, PayOutForm(initial=_kept(request, PayOutForm, first)))
    form = PayOutForm(request.POST)
    if not form.is_valid():
        return _ask_pay_out(request, loan, form, status=UNFIT)
    try:
        return (_paid_out if request.POST.get("step") == CONFIRM else _review_pay_out)(request, loan, form)
    except Forbidden:
        raise
    except Refusal as refusal:
        return _ask_pay_out(request, loan, _refused(PayOutForm, request.POST, form, refusal), status=refusal.status)


def _ask_pay_out(request: PageRequest, loan: Loan, form: MoneyForm, status: int = 200) -> HttpResponse:
    return _show(request, loan, "pay_out", _("Pay out"), status, form=form.focused())


def _review_pay_out(
    request: PageRequest, loan: Loan, form: MoneyForm, moved: FiguresMoved | None = None
) -> HttpResponse:
    review = money.review_pay_out(loan, _paying(form, "disbursed_on"), by=request.user, at=now())
    shown = {"form": PayOutForm(_with_seen(request, review)), "review": review, "moved": moved.detail if moved else ""}
    return _show(request, loan, "pay_out_review", _("Pay out"), moved.status if moved else 200, **shown)


def _paid_out(request: PageRequest, loan: Loan, form: MoneyForm) -> HttpResponse:
    key = form.cleaned_data["offline_sync_id"]
    seen = form.cleaned_data["seen"]
    try:
        money.pay_out(loan, _paying(form, "disbursed_on"), seen=seen, key=key, by=request.user, at=now())
    except FiguresMoved as moved:
        return _review_pay_out(request, loan, form, moved)
    messages.success(request, _("Paid out and in the books."))
    return redirect("loan-page", loan_id=loan.pk)


@require_http_methods(["GET", "POST"])
@page
def repay(request: PageRequest, loan_id: UUID) -> HttpResponse:
    loan = loan_for(request.user, loan_id, request.may)
    if request.method == "GET" or request.POST.get("step") == CHANGE:
        suggested = {"amount": f"{money.repay_page(loan, today()).suggested:.2f}", "payment_date": today()}
        return _ask_repay(request, loan, RepayForm(initial=_kept(request, RepayForm, {**suggested, **USUAL})))
    form = RepayForm(request.POST)
    if not form.is_valid():
        return _ask_repay(request, loan, form, status=UNFIT)
    try:
        return (_repaid if request.POST.get("step") == CONFIRM else _review_repay)(request, loan, form)
    except Forbidden:
        raise
    except Refusal as refusal:
        return _ask_repay(request, loan, _refused(RepayForm, request.POST, form, refusal), status=refusal.status)


def _ask_repay(request: PageRequest, loan: Loan, form: MoneyForm, status: int = 200) -> HttpResponse:
    shown = {"form": form.focused(), "page": money.repay_page(loan, today())}
    return _show(request, loan, "repay", _("Repayment"), status, **shown)


def _review_repay(request: PageRequest, loan: Loan, form: MoneyForm, moved: FiguresMoved | None = None) -> HttpResponse:
    review = money.review_repayment(loan, _bringing(form), by=request.user, at=now())
    shown = {"form": RepayForm(_with_seen(request, review)), "review": review, "moved": moved.detail if moved else ""}
    return _show(request, loan, "repay_review", _("Repayment"), moved.status if moved else 200, **shown)


def _repaid(request: PageRequest, loan: Loan, form: MoneyForm) -> HttpResponse:
    key = form.cleaned_data["offline_sync_id"]
    seen = form.cleaned_data["seen"]
    try:
        done = money.repay(loan, _bringing(form), seen=seen, key=key, by=request.user, at=now()).row
    except FiguresMoved as moved:
        return _review_repay(request, loan, form, moved)
    return redirect("receipt-page", voucher_id=done.voucher_id)


def _with_seen(request: PageRequest, review: money.Review) -> QueryDict:
    """What was typed, with the figures that are shown for it."""
    typed = request.POST.copy()
    typed["seen"] = review.seen
    return typed


def _kept(request: PageRequest, form: type[MoneyForm], usual: dict[str, object]) -> dict[str, object]:
    """What was typed before, for somebody who goes back to it."""
    kept = {name: request.POST[name] for name in form.base_fields if name in request.POST}
    return {"offline_sync_id": new_id(), **usual, **kept}


def _refused(kind: type[MoneyForm], data: QueryDict, form: MoneyForm, refusal: Refusal) -> MoneyForm:
    """The form with the refusal on it; a key that was used for something else is exchanged for a fresh one."""
    if isinstance(refusal, IdempotencyMismatch):
        fresh = data.copy()
        fresh["offline_sync_id"] = str(new_id())
        form = kind(fresh)
        form.is_valid()
        refusal = Refusal(_("This form was already confirmed with other figures. Look at the loan, then go on."))
    form.refuse(refusal)
    return form


def _paying(form: MoneyForm, day: str) -> money.Paying:
    given = form.cleaned_data
    return money.Paying(method=given["payment_method"], receipt_number=given["transaction_id"], on=given[day])


def _bringing(form: MoneyForm) -> money.Bringing:
    return money.Bringing(amount=form.cleaned_data["amount"], paying=_paying(form, "payment_date"))


def _show(request: PageRequest, loan: Loan, name: str, here: str, status: int = 200, **shown: object) -> HttpResponse:
    frame = pages.frame(loan.group, request.user, here="loan", here_name=here, on=today())
    return render(request, f"reports/loans/{name}.html", {"frame": frame, "loan": loan, **shown}, status=status)
