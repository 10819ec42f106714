"""What the server answers when no view did: problem documents to programs, pages to people."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from core.api.problems import problem
from core.errors import Forbidden, NotFound


def _answer(request: HttpRequest, status: int, code: str, detail: str) -> HttpResponse:
    if f"{request.path}/".startswith("/api/"):
        return problem(status, code, detail)
    return render(request, f"errors/{status}.html", {"detail": detail}, status=status)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, 404, "not_found", str(NotFound.detail))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, 403, "forbidden", str(Forbidden.detail))


def too_large(request: HttpRequest) -> HttpResponse:
    return _answer(request, 413, "too_large", _("This is more than can be sent at once. Send it in smaller parts."))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, 400, "invalid", _("The request could not be read. Go back and send it again."))


def server_error(request: HttpRequest) -> HttpResponse:
    """Our own fault. Says that nothing was recorded: every act is one transaction."""
    return _answer(request, 500, "error", _("Something went wrong on our side. Nothing was recorded; try again."))
