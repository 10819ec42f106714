"""Pages around the door: sign in, sign out, choose a language."""

from django.conf import settings
from django.contrib.auth import login, logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from core.errors import Refusal
from core.ips import caller_address
from core.periods import now
from users import operations
from users.forms import SignInForm
from users.operations.language import choose_language
from users.operations.sessions import leave_console

BACKEND = "django.contrib.auth.backends.ModelBackend"
REFUSED = 422


def next_address(request: HttpRequest, otherwise: str) -> str:
    """Where to go on: the page that was asked for, if it is one of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    hosts = {request.get_host()}
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts=hosts, require_https=request.is_secure())
    return wanted if safe else resolve_url(otherwise)


@method_decorator([sensitive_post_parameters("password"), never_cache], name="dispatch")
@method_decorator(transaction.non_atomic_requests, name="dispatch")
class SignIn(View):
    """The same verb as the API's, ending in Django's own session."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            return redirect(next_address(request, settings.LOGIN_REDIRECT_URL))
        return self._page(request, SignInForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = SignInForm(request.POST)
        if not form.is_valid():
            return self._page(request, form, status=REFUSED)
        try:
            signed_in = operations.sign_in(
                **form.cleaned_data, address=caller_address(request), at=now(), keep_session=False
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal.detail))
            return self._refused(request, form, refusal)
        login(request, signed_in.user, backend=BACKEND)
        return HttpResponseRedirect(next_address(request, settings.LOGIN_REDIRECT_URL))

    def _refused(self, request: HttpRequest, form: SignInForm, refusal: Refusal) -> HttpResponse:
        wait = refusal.facts.get("retry_after")
        response = self._page(request, form, status=REFUSED if wait is None else refusal.status)
        if wait is not None:
            response["Retry-After"] = str(wait)
        return response

    def _page(self, request: HttpRequest, form: SignInForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "next": next_address(request, settings.LOGIN_REDIRECT_URL)}
        return render(request, "users/sign_in.html", context, status=status)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        leave_console(user=request.user, at=now())
    logout(request)
    return redirect(settings.LOGOUT_REDIRECT_URL)


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Keep the chosen language: with the person who is signed in, and in a cookie for the door."""
    response = HttpResponseRedirect(next_address(request, settings.LOGIN_REDIRECT_URL))
    chosen = request.POST.get("language", "")
    if chosen in dict(settings.LANGUAGES) and check_for_language(chosen):
        if request.user.is_authenticated:
            choose_language(user=request.user, language=chosen)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen,
            max_age=365 * 86400,
            samesite="Lax",
            httponly=True,
            secure=request.is_secure(),
        )
    return response
