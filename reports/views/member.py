"""A member's page, and the form by which somebody becomes one."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import Refusal
from core.ids import new_id
from core.periods import now, today
from groups.access import group_for
from groups.models import BankingGroup
from members.access import member_for
from reports.forms import RegisterForm
from reports.pages import group as pages
from reports.pages import member as members
from reports.views.doors import PageRequest, page

UNFIT = 422


@require_safe
@page
def member(request: PageRequest, member_id: UUID) -> HttpResponse:
    shown, on = member_for(request.user, member_id, request.may), today()
    frame = pages.frame(shown.group, request.user, here="member", here_name=shown.person.name, on=on)
    hers = members.page_of(shown, request.user, on, request.GET.get("page", "1"))
    return render(request, "reports/member.html", {"frame": frame, "member": hers})


@require_http_methods(["GET", "POST"])
@page
def register(request: PageRequest, group_id: UUID) -> HttpResponse:
    group = group_for(request.user, group_id, request.may)
    if request.method == "GET":
        return _form(request, group, RegisterForm(initial={"offline_sync_id": new_id()}))
    form = RegisterForm(request.POST)
    if form.is_valid():
        try:
            return _registered(request, group, form)
        except Refusal as refusal:
            form.refuse(refusal)
    return _form(request, group, form, status=UNFIT)


def _registered(request: PageRequest, group: BankingGroup, form: RegisterForm) -> HttpResponse:
    key = form.cleaned_data["offline_sync_id"]
    made = members.register(group, form.particulars(), key=key, by=request.user, at=now(), on=today()).row
    said = _("%(name)s is registered as member number %(number)d.")
    messages.success(request, said % {"name": made.person.name, "number": made.number})
    return redirect("member-page", member_id=made.pk)


def _form(request: PageRequest, group: BankingGroup, form: RegisterForm, status: int = 200) -> HttpResponse:
    frame = pages.frame(group, request.user, here="register", here_name=_("Register a member"), on=today())
    return render(request, "reports/register.html", {"frame": frame, "form": form.focused()}, status=status)
