"""What a year shares out: looked at, agreed, declared, paid member by member; and the trial before the vote."""

from decimal import Decimal
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import Forbidden, Refusal
from core.ids import new_id
from core.periods import now, today
from cycles.models import Run
from groups.access import group_for
from groups.models import BankingGroup
from reports.pages import group as group_pages
from reports.pages import year_money as money
from reports.pages import year_runs as pages
from reports.pages import year_trial as trials
from reports.views.doors import PageRequest, page
from reports.year_forms import CONFIRM, LookForm, StepForm, TrialForm

UNFIT = 422
WHOLE = Decimal(100)


@require_http_methods(["GET", "POST"])
@page
def year_ends(request: PageRequest, group_id: UUID) -> HttpResponse:
    group = group_for(request.user, group_id, request.may, own=request.method == "GET")
    shown = pages.runs_page(group, request.user, today())
    if request.method == "GET":
        first = {"kind": request.GET.get("kind", "DIVIDEND"), "fiscal_year": request.GET.get("year", "")}
        return _ends(request, group, shown, LookForm(initial=first, years=shown.years))
    return _looked(request, group, shown, LookForm(request.POST, years=shown.years))


def _looked(request: PageRequest, group: BankingGroup, shown: pages.RunsPage, form: LookForm) -> HttpResponse:
    if not form.is_valid():
        return _ends(request, group, shown, form, status=UNFIT)
    given = form.cleaned_data
    try:
        run = pages.look(group, given["kind"], int(given["fiscal_year"]), by=request.user, at=now())
    except Forbidden:
        raise
    except Refusal as refusal:
        form.refuse(refusal)
        return _ends(request, group, shown, form, status=refusal.status)
    return redirect(pages.href(run))


def _ends(
    request: PageRequest, group: BankingGroup, shown: pages.RunsPage, form: LookForm, status: int = 200
) -> HttpResponse:
    return _page(request, group, "runs", _("Year"), status, page=shown, form=form.focused())


@require_safe
@page
def year_end(request: PageRequest, group_id: UUID, kind: str, year: int) -> HttpResponse:
    run = pages.run_for(request.user, group_id, kind, year, request.may)
    shown = pages.run_page(run, request.user, today())
    return _page(request, run.group, "run", shown.title, page=shown, key=new_id())


@require_POST
@page
def approve(request: PageRequest, group_id: UUID, kind: str, year: int) -> HttpResponse:
    run = pages.run_for(request.user, group_id, kind, year, request.may)
    form = StepForm(request.POST)
    if not form.is_valid():
        return _back(request, run, Refusal(_("Nothing has been confirmed yet. Look at the figures and try again.")))
    try:
        return (_agreed if request.POST.get("step") == CONFIRM else _review_yes)(request, run, form)
    except Forbidden:
        raise
    except Refusal as refusal:
        return _back(request, run, refusal)


def _review_yes(request: PageRequest, run: Run, form: StepForm) -> HttpResponse:
    review = money.review_yes(run, by=request.user, at=now())
    return _review(request, run, review, form, "year-end-approve-page", _("Say yes"))


def _agreed(request: PageRequest, run: Run, form: StepForm) -> HttpResponse:
    given = form.cleaned_data
    done = money.say_yes(run, seen=given["seen"], key=given["offline_sync_id"], by=request.user, at=now())
    messages.success(request, _("Agreed: it waits for one more yes.") if done.missing else _("Agreed by both."))
    return redirect(pages.href(run))


@require_http_methods(["GET", "POST"])
@page
def declare(request: PageRequest, group_id: UUID, kind: str, year: int) -> HttpResponse:
    run = pages.run_for(request.user, group_id, kind, year, request.may)
    form = StepForm(request.POST) if request.method == "POST" else StepForm({"offline_sync_id": str(new_id())})
    try:
        if form.is_valid() and request.POST.get("step") == CONFIRM:
            return _declared(request, run, form)
        review = money.review_declaration(run, by=request.user, at=now())
    except Forbidden:
        raise
    except Refusal as refusal:
        return _back(request, run, refusal)
    return _review(request, run, review, form, "year-end-declare-page", _("Declare"))


def _declared(request: PageRequest, run: Run, form: StepForm) -> HttpResponse:
    given = form.cleaned_data
    money.declare(run, seen=given["seen"], key=given["offline_sync_id"], by=request.user, at=now())
    messages.success(request, _("Declared: each part can be paid now, or kept as savings."))
    return redirect(pages.href(run))


def _review(request: PageRequest, run: Run, review: money.Review, form: StepForm, act: str, word: str) -> HttpResponse:
    return _page(
        request,
        run.group,
        "step_review",
        word,
        review=review,
        act=pages.href(run, act),
        back=pages.href(run),
        word=word,
        key=form["offline_sync_id"].value() or new_id(),
    )


def _back(request: PageRequest, run: Run, refusal: Refusal) -> HttpResponse:
    """The run as it stands now, with what was refused on top of it."""
    fresh = pages.run_for(request.user, run.group_id, pages.slug_of(run), run.fiscal_year, "reports:read")
    shown = pages.run_page(fresh, request.user, today())
    return _page(
        request, run.group, "run", shown.title, refusal.status, page=shown, key=new_id(), refused=refusal.detail
    )


@require_safe
@page
def simulator(request: PageRequest, group_id: UUID) -> HttpResponse:
    group, on = group_for(request.user, group_id, request.may), today()
    form = TrialForm(request.GET, years=pages.years_for(group, on))
    given = form.cleaned_data if form.is_valid() else {}
    asked = int(given["year"]) if given.get("year") else None
    percent = given.get("percent")
    shown = trials.trial_page(
        group, asked, on, surplus=given.get("surplus"), percent=WHOLE if percent is None else percent
    )
    return _page(request, group, "simulator", _("Try a share-out"), page=shown, form=form)


def _page(
    request: PageRequest, group: BankingGroup, name: str, here: str, status: int = 200, **shown: object
) -> HttpResponse:
    frame = group_pages.frame(group, request.user, here="year", here_name=here, on=today())
    return render(request, f"reports/years/{name}.html", {"frame": frame, **shown}, status=status)
