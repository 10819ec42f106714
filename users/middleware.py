"""Each answer in the reader's language."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers

from users.models import User


class PersonLocale:
    """The signed-in person's own language; at the door the cookie's, or what the browser asks for.

    API calls are signed in later, by their token: `BearerAuthentication` then switches to the person's language.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        language = _language_of(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language())
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response


def _language_of(request: HttpRequest) -> str:
    if isinstance(request.user, User) and translation.check_for_language(request.user.language):
        return request.user.language
    return translation.get_language_from_request(request)
