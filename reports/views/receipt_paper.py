"""A receipt on paper: a page that a browser prints, and with `?as=pdf` the same as a file."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.periods import now
from reports.pages.receipt_paper import receipt_paper
from reports.papers import as_pdf
from reports.views.doors import PageRequest, page
from savings.access import voucher_for


@require_safe
@page
def receipt(request: PageRequest, voucher_id: UUID) -> HttpResponse:
    voucher = voucher_for(request.user, voucher_id, request.may)
    paper = receipt_paper(voucher, now(), host=request.get_host())
    if request.GET.get("as") == "pdf":
        return as_pdf(paper, reader=request.user.pk)
    return render(request, paper.template, {"paper": paper.content, "voucher_id": voucher_id})
