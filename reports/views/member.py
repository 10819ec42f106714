"""A member's page, and the form by which somebody becomes one."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import Refusal
from core.files import count_files
from core.periods import now, today
from groups.access import group_for
from groups.models import BankingGroup
from members.access import member_for
from reports.pages import group as pages
from reports.pages import member as members
from reports.pages import people_register as registering
from reports.pages.people_who import who_is
from reports.people_forms import ADD, PersonForm, RegisterForm
from reports.views.doors import PageRequest, page
from users.views import status_of, waiting

UNFIT = 422


@require_safe
@page
def member(request: PageRequest, member_id: UUID) -> HttpResponse:
    shown, on = member_for(request.user, member_id, request.may), today()
    frame = pages.frame(shown.group, request.user, here="member", here_name=shown.person.name, on=on)
    hers = members.page_of(shown, request.user, on, request.GET.get("page", "1"))
    who = who_is(shown, request.user, now(), whole="whole" in request.GET)
    return render(request, "reports/member.html", {"frame": frame, "member": hers, "who": who})


@require_http_methods(["GET", "POST"])
@page
def register(request: PageRequest, group_id: UUID) -> HttpResponse:
    group = group_for(request.user, group_id, request.may)
    if request.method == "GET":
        return _form(request, group, RegisterForm())
    if request.POST.get("step") == ADD:
        return _form(request, group, RegisterForm.with_another_row(request.POST, request.FILES))
    form = RegisterForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            return _registered(request, group, form)
        except Refusal as refusal:
            form.refuse(refusal)
            return waiting(_form(request, group, form, status=status_of(refusal)), refusal)
    return _form(request, group, form, status=UNFIT)


def _registered(request: PageRequest, group: BankingGroup, form: RegisterForm) -> HttpResponse:
    count_files(sender=request.user.pk, files=form.files_sent, at=now())
    told, papers, key = form.particulars(), form.papers(), form.cleaned_data["offline_sync_id"]
    made = registering.register(group, told, papers, key=key, by=request.user, at=now()).row
    said = _("%(name)s is registered as member number %(number)d.")
    messages.success(request, said % {"name": made.person.name, "number": made.number})
    for look in registering.second_looks(told):
        messages.warning(request, look)
    return redirect("member-page", member_id=made.pk)


def _form(request: PageRequest, group: BankingGroup, form: PersonForm, status: int = 200) -> HttpResponse:
    frame = pages.frame(group, request.user, here="register", here_name=_("Register a member"), on=today())
    return render(request, "reports/register.html", {"frame": frame, "form": form.focused()}, status=status)
