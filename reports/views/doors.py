"""What every page view passes through: refusals become pages that say what to do next."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django_htmx.middleware import HtmxDetails

from core.errors import Refusal
from users.models import User


class PageRequest(HttpRequest):
    """A request of somebody who has signed in, with the word that the policy file gives the route."""

    user: User  # the gate lets nobody else through
    may: str
    htmx: HtmxDetails


PageView = Callable[..., HttpResponse]
OWN_PAGES = {400, 403, 404}


def page(view: PageView) -> PageView:
    """Answers a refusal that the view lets through with a page of its own status."""

    @wraps(view)
    def answered(request: PageRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Refusal as refusal:
            return refused(request, refusal)

    return answered


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    template = f"errors/{refusal.status}.html" if refusal.status in OWN_PAGES else "errors/refused.html"
    words = {"detail": refusal.detail, "status": refusal.status}
    return render(request, template, words, status=refusal.status)
