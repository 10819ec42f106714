"""Anybody checks the code of a receipt or of a meeting's seal, without signing in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from core.errors import Refusal
from core.ips import caller_address
from core.periods import now
from meetings.look_ups import count_look_up
from reports.pages import codes as pages

NO_INDEX = "noindex, nofollow"


@require_safe
def check(request: HttpRequest, code: str = "") -> HttpResponse:
    if not code and request.GET.get("code", "").strip("/ "):
        return redirect("check-code-page", code=pages.in_an_address(request.GET["code"]))
    if not code:
        return _page(request, pages.CodePage(code=""))
    try:
        count_look_up(address=caller_address(request), at=now())
    except Refusal as refusal:
        answer = _page(request, pages.CodePage(code=code, refused=str(refusal.detail)), refusal.status)
        answer["Retry-After"] = str(refusal.facts["retry_after"])
        return answer
    found = pages.page_of(code)
    return _page(request, found, 200 if found.matches else 404)


def _page(request: HttpRequest, shown: pages.CodePage, status: int = 200) -> HttpResponse:
    answer = render(request, "reports/codes/check.html", {"page": shown}, status=status)
    answer["X-Robots-Tag"] = NO_INDEX
    answer["Cache-Control"] = "no-store"
    return answer
