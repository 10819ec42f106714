"""Recording money in two steps, and the receipt: ask, show what changes, do it once."""

from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import Forbidden, Refusal
from core.ids import new_id
from core.periods import now, today
from groups.access import group_for
from groups.models import BankingGroup
from reports.forms import RecordForm
from reports.pages import group as pages
from reports.pages import record as recording
from reports.pages import reverse as reversing
from reports.views.doors import PageRequest, page
from users.submissions import IdempotencyMismatch

UNFIT = 422
FIRST_STEP = "change"


@require_http_methods(["GET", "POST"])
@page
def record(request: PageRequest, group_id: UUID) -> HttpResponse:
    group = group_for(request.user, group_id, request.may, own=True)
    if request.method == "GET" or request.POST.get("step") == FIRST_STEP:
        return _ask(request, group, _form(request, group))
    form = _form(request, group, bound=True)
    if not form.is_valid():
        return _ask(request, group, form, status=UNFIT)
    try:
        return (
            _confirm(request, group, form) if request.POST.get("step") == "confirm" else _review(request, group, form)
        )
    except Forbidden:
        raise
    except Refusal as refusal:
        return _ask(request, group, _refused(request, group, form, refusal), status=refusal.status)


@require_safe
@page
def receipt(request: PageRequest, voucher_id: UUID) -> HttpResponse:
    voucher = recording.paper_of(request.user, voucher_id)
    frame = pages.frame(voucher.group, request.user, here="receipt", here_name=_("Receipt"), on=today())
    may_reverse = reversing.may_reverse(voucher, request.user)
    shown = {"frame": frame, "receipt": recording.receipt_for(voucher), "may_reverse": may_reverse}
    return render(request, "reports/receipt.html", shown)


def _form(
    request: PageRequest, group: BankingGroup, *, bound: bool = False, data: QueryDict | None = None
) -> RecordForm:
    choices = recording.choices_for(group, request.user, today())
    if bound:
        return RecordForm(data or request.POST, members=choices.members, funds=choices.funds)
    usual = {"contribution_type": "REGULAR", "payment_method": "CASH", "contribution_date": today()}
    known = {name: request.GET[name] for name in ("member", "contribution_type") if name in request.GET}
    kept = {name: request.POST[name] for name in RecordForm.base_fields if name in request.POST}
    first = {"offline_sync_id": new_id(), **usual, **known, **kept}
    return RecordForm(initial=first, members=choices.members, funds=choices.funds)


def _refused(request: PageRequest, group: BankingGroup, form: RecordForm, refusal: Refusal) -> RecordForm:
    """The form with the refusal on it; a key that was used for something else is exchanged for a fresh one."""
    if isinstance(refusal, IdempotencyMismatch):
        fresh = request.POST.copy()
        fresh["offline_sync_id"] = str(new_id())
        form = _form(request, group, bound=True, data=fresh)
        form.is_valid()
        refusal = Refusal(_("This form was already confirmed with other figures. Look at the cash book, then go on."))
    form.refuse(refusal)
    return form


def _brought(group: BankingGroup, form: RecordForm) -> recording.Brought:
    given = form.cleaned_data
    return recording.Brought(
        member=recording.member_of(group, form.member_id),
        kind=given["contribution_type"],
        amount=given["amount"],
        method=given["payment_method"],
        receipt_number=given["transaction_id"],
        on=given["contribution_date"],
    )


def _ask(request: PageRequest, group: BankingGroup, form: RecordForm, status: int = 200) -> HttpResponse:
    on = today()
    frame = pages.frame(group, request.user, here="record", here_name=_("Record money"), on=on)
    shown = {"frame": frame, "form": form.focused(), "page": recording.choices_for(group, request.user, on)}
    return render(request, "reports/record.html", shown, status=status)


def _review(request: PageRequest, group: BankingGroup, form: RecordForm) -> HttpResponse:
    review = recording.review(_brought(group, form), by=request.user, at=now())
    frame = pages.frame(group, request.user, here="record", here_name=_("Record money"), on=today())
    return render(request, "reports/review.html", {"frame": frame, "form": form, "review": review})


def _confirm(request: PageRequest, group: BankingGroup, form: RecordForm) -> HttpResponse:
    key = form.cleaned_data["offline_sync_id"]
    done = recording.confirm(_brought(group, form), key=key, by=request.user, at=now())
    return redirect("receipt-page", voucher_id=done.row.pk)
