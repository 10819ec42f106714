"""Paying what was declared, member by member or all that are left: ask, show what changes, do it once."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.errors import Forbidden, Refusal
from core.ids import new_id
from core.periods import now, today
from cycles.models import Run
from cycles.operations import Handing
from reports.pages import group as group_pages
from reports.pages import year_money as money
from reports.pages import year_runs as pages
from reports.views.doors import PageRequest, page
from reports.year_forms import CONFIRM, KEEP, PayPartForm
from users.submissions import IdempotencyMismatch

UNFIT = 422
CHANGE = "change"


@require_http_methods(["GET", "POST"])
@page
def pay(request: PageRequest, group_id: UUID, kind: str, year: int) -> HttpResponse:
    run = pages.run_for(request.user, group_id, kind, year, request.may)
    who = money.open_choices(run)
    if request.method == "GET" or request.POST.get("step") == CHANGE:
        return _ask(request, run, PayPartForm(initial=_kept(request), who=who))
    form = PayPartForm(request.POST, who=who)
    if not form.is_valid():
        return _ask(request, run, form, status=UNFIT)
    try:
        return (_paid if request.POST.get("step") == CONFIRM else _review)(request, run, form)
    except Forbidden:
        raise
    except Refusal as refusal:
        return _ask(request, run, _refused(request.POST, form, who, refusal), status=refusal.status)


def _kept(request: PageRequest) -> dict[str, object]:
    """What was typed before, for somebody who goes back to it."""
    kept = {name: request.POST[name] for name in PayPartForm.base_fields if name in request.POST}
    usual = {"offline_sync_id": new_id(), "payment_method": "CASH", "who": request.GET.get("member", "")}
    return usual | kept


def _refused(data: QueryDict, form: PayPartForm, who: list[tuple[str, str]], refusal: Refusal) -> PayPartForm:
    """The form with the refusal on it; a key that was used for something else is exchanged for a fresh one."""
    if isinstance(refusal, IdempotencyMismatch):
        fresh = data.copy()
        fresh["offline_sync_id"] = str(new_id())
        form = PayPartForm(fresh, who=who)
        form.is_valid()
        refusal = Refusal(_("This form was already confirmed with other figures. Look at the list, then go on."))
    form.refuse(refusal)
    return form


def _paying(run: Run, form: PayPartForm) -> money.Paying:
    given = form.cleaned_data
    keep = given["payment_method"] == KEEP
    how = Handing(method="CASH" if keep else given["payment_method"], receipt_number=given["transaction_id"], keep=keep)
    return money.Paying(money.member_of(run, given["who"]), how)


def _ask(request: PageRequest, run: Run, form: PayPartForm, status: int = 200) -> HttpResponse:
    return _page(request, run, "pay", status, form=form.focused(), page=pages.run_page(run, request.user, today()))


def _review(request: PageRequest, run: Run, form: PayPartForm) -> HttpResponse:
    review = money.review_payment(run, _paying(run, form), by=request.user, at=now())
    seen = request.POST.copy()
    seen["seen"] = review.seen
    return _page(request, run, "pay_review", form=PayPartForm(seen, who=money.open_choices(run)), review=review)


def _paid(request: PageRequest, run: Run, form: PayPartForm) -> HttpResponse:
    given = form.cleaned_data
    key, seen = given["offline_sync_id"], given["seen"]
    done = money.pay(run, _paying(run, form), seen=seen, key=key, by=request.user, at=now())
    if done is not None:
        return redirect("receipt-page", voucher_id=done.pk)
    messages.success(request, _("Done, one entry for each member."))
    return redirect(pages.href(run))


def _page(request: PageRequest, run: Run, name: str, status: int = 200, **shown: object) -> HttpResponse:
    frame = group_pages.frame(run.group, request.user, here="year", here_name=_("Pay"), on=today())
    shown |= {"frame": frame, "run_href": pages.href(run)}
    return render(request, f"reports/years/{name}.html", shown, status=status)
