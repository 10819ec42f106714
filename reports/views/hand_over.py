"""Cash handed over in two steps: ask, show what changes once the receiver confirms, record it once."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.errors import Forbidden, Refusal
from core.ids import new_id
from core.periods import now, today
from groups.access import group_for
from groups.models import BankingGroup
from reports.officer_forms import CHANGE, CONFIRM, HandOverForm
from reports.pages import group as pages
from reports.pages import hand_over as handing
from reports.views.doors import PageRequest, page
from users.submissions import IdempotencyMismatch

UNFIT = 422


@require_http_methods(["GET", "POST"])
@page
def hand_over(request: PageRequest, group_id: UUID) -> HttpResponse:
    group = group_for(request.user, group_id, request.may)
    choices = handing.choices_for(group, request.user)
    if request.method == "GET" or request.POST.get("step") == CHANGE:
        return _ask(request, group, choices, _form(request, choices))
    form = HandOverForm(request.POST, sources=choices.sources, targets=choices.targets)
    if not form.is_valid():
        return _ask(request, group, choices, form, status=UNFIT)
    try:
        return _confirm(request, group, form) if request.POST.get("step") == CONFIRM else _review(request, group, form)
    except Forbidden:
        raise
    except Refusal as refusal:
        return _ask(request, group, choices, _refused(request, choices, form, refusal), status=refusal.status)


def _form(request: PageRequest, choices: handing.Choices) -> HandOverForm:
    usual = {"source": choices.sources[0][0], "to": choices.targets[0][0]}
    kept = {name: request.POST[name] for name in HandOverForm.base_fields if name in request.POST}
    first = {"offline_sync_id": new_id(), **usual, **kept}
    return HandOverForm(initial=first, sources=choices.sources, targets=choices.targets)


def _refused(request: PageRequest, choices: handing.Choices, form: HandOverForm, refusal: Refusal) -> HandOverForm:
    """The form with the refusal on it; a key that was used for something else is exchanged for a fresh one."""
    if isinstance(refusal, IdempotencyMismatch):
        fresh = request.POST.copy()
        fresh["offline_sync_id"] = str(new_id())
        form = HandOverForm(fresh, sources=choices.sources, targets=choices.targets)
        form.is_valid()
        refusal = Refusal(_("This form was already confirmed with other figures. Look at what waits, then go on."))
    form.refuse(refusal)
    return form


def _given(form: HandOverForm) -> handing.Given:
    given = form.cleaned_data
    return handing.Given(source=given["source"], to=given["to"], amount=given["amount"], reason=given["reason"])


def _ask(
    request: PageRequest, group: BankingGroup, choices: handing.Choices, form: HandOverForm, status: int = 200
) -> HttpResponse:
    frame = pages.frame(group, request.user, here="hand-over", here_name=_("Hand cash over"), on=today())
    shown = {"frame": frame, "form": form.focused(), "page": choices}
    return render(request, "reports/officers/hand_over.html", shown, status=status)


def _review(request: PageRequest, group: BankingGroup, form: HandOverForm) -> HttpResponse:
    review = handing.review(group, _given(form), by=request.user, at=now(), on=today())
    frame = pages.frame(group, request.user, here="hand-over", here_name=_("Hand cash over"), on=today())
    shown = {"frame": frame, "form": form, "review": review}
    return render(request, "reports/officers/hand_over_review.html", shown)


def _confirm(request: PageRequest, group: BankingGroup, form: HandOverForm) -> HttpResponse:
    key = form.cleaned_data["offline_sync_id"]
    done = handing.confirm(group, _given(form), key=key, by=request.user, at=now(), on=today())
    said = _("Recorded. It moves when %(names)s confirms that the cash arrived.")
    messages.success(request, said % {"names": handing.confirmers_of(done.row) or _("the receiver")})
    return redirect("group-waiting-page", group_id=group.pk)
