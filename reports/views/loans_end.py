"""The yes and the no about a loan and about a change of it. A no asks why, shows what ends, and is then confirmed."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.errors import Forbidden, Refusal
from core.periods import now, today
from loans import operations
from loans.access import loan_for
from loans.models import Loan, Status
from reports.forms import AnsweredForm
from reports.loan_forms import APPROVE, CHANGE, CONFIRM, REJECT, CancelForm, DecideForm, TurnDownForm
from reports.pages import group as pages
from reports.pages import loan as one
from reports.pages import loan_end as ending
from reports.pages.loan_end import Ending
from reports.views.doors import PageRequest, page

UNFIT = 422


@require_POST
@page
def decide(request: PageRequest, loan_id: UUID) -> HttpResponse:
    asked = loan_for(request.user, loan_id, request.may)
    form = DecideForm(request.POST)
    if form.is_valid() and form.cleaned_data["action"] == APPROVE:
        return _approve(request, asked, form)

    def act() -> Loan:
        return operations.reject(loan=asked, by=request.user, at=now(), reason=form.cleaned_data["words"])

    return _end(request, asked, form, act, ending.rejecting)


@require_POST
@page
def cancel(request: PageRequest, loan_id: UUID) -> HttpResponse:
    asked = loan_for(request.user, loan_id, request.may)
    form = _cancel_form(request)

    def act() -> Loan:
        return operations.cancel(loan=asked, by=request.user, at=now(), reason=form.cleaned_data["reason"])

    return _end(request, asked, form, act, ending.cancelling)


def turn_down(request: PageRequest, loan: Loan) -> HttpResponse:
    """The change that waits is rejected."""
    form = _turn_down_form(request)

    def act() -> object:
        return operations.reject_change(loan=loan, by=request.user, at=now(), reason=form.cleaned_data["reason"])

    return _end(request, loan, form, act, ending.turning_down)


def _cancel_form(request: PageRequest | None = None) -> CancelForm:
    return CancelForm(request.POST if request else None, auto_id="cancel_%s")


def _turn_down_form(request: PageRequest | None = None) -> TurnDownForm:
    return TurnDownForm(request.POST if request else None, auto_id="change_%s", initial={"act": REJECT})


def _approve(request: PageRequest, loan: Loan, form: DecideForm) -> HttpResponse:
    try:
        done = operations.approve(loan=loan, by=request.user, at=now(), notes=form.cleaned_data["words"])
    except Forbidden:
        raise
    except Refusal as refusal:
        form.refuse(refusal)
        return show(request, loan, form, UNFIT)
    said = _("Your yes is kept. It waits for the others.")
    if done.status == Status.APPROVED:
        said = _("Approved. The treasurer or the field officer can pay it out.")
    messages.success(request, said)
    return redirect("loan-page", loan_id=loan.pk)


def _end(
    request: PageRequest, loan: Loan, form: AnsweredForm, act: Callable[[], object], end: Callable[[Loan], Ending]
) -> HttpResponse:
    if not form.is_valid():
        return show(request, loan, form, UNFIT)
    if request.POST.get("step") == CHANGE:
        return show(request, loan, form)
    try:
        return (_confirm if request.POST.get("step") == CONFIRM else _review)(request, loan, form, act, end(loan))
    except Forbidden:
        raise
    except Refusal as refusal:
        form.refuse(refusal)
        return show(request, loan, form, UNFIT)


def _review(
    request: PageRequest, loan: Loan, form: AnsweredForm, act: Callable[[], object], end: Ending
) -> HttpResponse:
    ending.rehearse(act)
    frame = pages.frame(loan.group, request.user, here="loan", here_name=_("Check and confirm"), on=today())
    shown = {"frame": frame, "loan": loan, "form": form, "review": end}
    return render(request, "reports/loans/end_review.html", shown)


def _confirm(
    request: PageRequest, loan: Loan, _form: AnsweredForm, act: Callable[[], object], end: Ending
) -> HttpResponse:
    act()
    messages.success(request, end.said)
    return redirect("loan-page", loan_id=loan.pk)


def show(request: PageRequest, loan: Loan, typed: AnsweredForm | None = None, status: int = 200) -> HttpResponse:
    """The page of a loan, with the form on it that somebody has typed into."""
    frame = pages.frame(loan.group, request.user, here="loan", here_name=loan.loan_number, on=today())
    told = one.page_of(loan, request.user, today())
    forms: dict[str, AnsweredForm] = {
        "decide_form": DecideForm(),
        "cancel_form": _cancel_form(),
        "turn_down_form": _turn_down_form(),
    }
    stray = None
    if typed is not None:
        forms |= {name: typed.focused() for name, blank in forms.items() if isinstance(typed, type(blank))}
        stray = None if _stands(told, typed) else typed
    return render(
        request, "reports/loans/loan.html", {"frame": frame, "loan": told, "stray": stray, **forms}, status=status
    )


def _stands(told: one.LoanPage, typed: AnsweredForm) -> bool:
    """Is there such a form on the page now? What came of the loan meanwhile may have taken it away."""
    if isinstance(typed, CancelForm):
        return told.may_cancel
    asked = told.changing.consent if isinstance(typed, TurnDownForm) and told.changing else told.consent
    return bool(asked and asked.deciding and (asked.deciding.may_reject or asked.deciding.may_approve))
