"""Pages around a member's papers: the list, an upload, the picture itself, and the comparison with the number."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import NotFound, Refusal
from core.files import count_files
from core.ids import new_id
from core.periods import now
from members.access import member_for
from members.models import Member
from members.operations.documents import show_document
from members.papers import document_of
from reports.documents import as_file
from reports.pages import people_papers as papers
from reports.people_forms import UploadForm, VerifyForm, cleaned_picture
from reports.views.doors import PageRequest, page
from reports.views.people import UNFIT, about
from users.views import status_of, waiting


@require_http_methods(["GET", "POST"])
@page
def documents(request: PageRequest, member_id: UUID) -> HttpResponse:
    member = member_for(request.user, member_id, request.may)
    if request.method != "POST":
        first = {"offline_sync_id": new_id(), "kind": request.GET.get("kind", "")}
        return _documents(request, member, UploadForm(initial=first))
    form = UploadForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            return _kept(request, member, form)
        except Refusal as refusal:
            form.refuse(refusal)
            return waiting(_documents(request, member, form, status=status_of(refusal)), refusal)
    return _documents(request, member, form, status=UNFIT)


def _kept(request: PageRequest, member: Member, form: UploadForm) -> HttpResponse:
    count_files(sender=request.user.pk, files=1, at=now())
    picture, told = cleaned_picture(form, "file"), form.cleaned_data
    if picture is not None:
        papers.keep(member, told["kind"], picture, key=told["offline_sync_id"], by=request.user, at=now())
    messages.success(request, _("The picture is kept, drawn anew and sealed under her own key."))
    return redirect("documents-page", member_id=member.pk)


def _documents(request: PageRequest, member: Member, form: UploadForm, status: int = 200) -> HttpResponse:
    shown = about(request, member, _("Documents"), form=form.focused(), papers=papers.papers_of(member, request.user))
    return render(request, "reports/people/documents.html", shown, status=status)


@require_safe
@page
def document(request: PageRequest, member_id: UUID, document_id: UUID) -> HttpResponse:
    """The picture or paper itself, exactly as the API answers it; the log keeps who looked."""
    member = member_for(request.user, member_id, request.may)
    kept = document_of(member.person, document_id)
    return as_file(kept, show_document(member=member, document=kept, by=request.user, at=now()))


@require_http_methods(["GET", "POST"])
@page
def verify(request: PageRequest, member_id: UUID) -> HttpResponse:
    member = member_for(request.user, member_id, request.may)
    if request.method == "GET":
        return _verify_form(request, member, None)
    form = VerifyForm(request.POST)
    if form.is_valid():
        try:
            return _verified(request, member, form)
        except NotFound:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
    return _verify_form(request, member, form, status=UNFIT)


def _verified(request: PageRequest, member: Member, form: VerifyForm) -> HttpResponse:
    told = form.cleaned_data
    papers.verify(member, told["document"], told["method"], by=request.user, at=now())
    messages.success(request, _("%(name)s is verified.") % {"name": member.person.name})
    return redirect("member-page", member_id=member.pk)


def _verify_form(request: PageRequest, member: Member, form: VerifyForm | None, status: int = 200) -> HttpResponse:
    check = papers.check_of(member, request.user, now(), request.GET.get("document", ""))
    first = {"offline_sync_id": new_id(), "document": check.paper.id if check.paper else ""}
    shown = about(request, member, _("Verify"), form=(form or VerifyForm(initial=first)).focused(), check=check)
    return render(request, "reports/people/verify.html", shown, status=status)
