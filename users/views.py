"""Pages around the door: sign in and out, a first or a forgotten password, the language."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from core.errors import Refusal
from core.ips import caller_address
from core.periods import now
from users import operations
from users.asked import forget_phone, remember_phone, remembered_phone
from users.forms import ActivateForm, DoorForm, ForgottenForm, SignInForm
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
            return waiting(self._page(request, form, status=status_of(refusal)), refusal)
        login(request, signed_in.user, backend=BACKEND)
        return HttpResponseRedirect(next_address(request, settings.LOGIN_REDIRECT_URL))

    def _page(self, request: HttpRequest, form: SignInForm, status: int = 200) -> HttpResponse:
        context = {"form": form.focused(), "next": next_address(request, settings.LOGIN_REDIRECT_URL)}
        return render(request, "users/sign_in.html", context, status=status)


@method_decorator([sensitive_post_parameters("code", "password", "again"), never_cache], name="dispatch")
@method_decorator(transaction.non_atomic_requests, name="dispatch")
class Activate(View):
    """The same verb as the API's; then she is signed in with the password she has just chosen.

    `?new` says "forgotten" instead of "first". Neither number nor code ever stand in an address.
    """

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, ActivateForm(initial={"phone": remembered_phone(request)}))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ActivateForm(request.POST)
        if not form.is_valid():
            return self._page(request, form, status=REFUSED)
        chosen = {name: form.cleaned_data[name] for name in ("phone", "password")}
        try:
            operations.activate(**chosen, code=form.cleaned_data["code"], address=caller_address(request), at=now())
        except Refusal as refusal:
            form.refuse(refusal)
            return waiting(self._page(request, form, status=status_of(refusal)), refusal)
        entered = self._enter(request, chosen)
        forget_phone(entered)
        return entered

    def _enter(self, request: HttpRequest, chosen: dict[str, str]) -> HttpResponse:
        """Through the door as everybody, with a new session key; where she guessed too often before, she waits."""
        try:
            signed_in = operations.sign_in(**chosen, address=caller_address(request), at=now(), keep_session=False)
        except Refusal:
            messages.success(request, _("Your password is chosen. Sign in with it."))
            return redirect(settings.LOGIN_URL)
        login(request, signed_in.user, backend=BACKEND)
        messages.success(request, _("Your password is chosen, and you are signed in."))
        return redirect(settings.LOGIN_REDIRECT_URL)

    def _page(self, request: HttpRequest, form: ActivateForm, status: int = 200) -> HttpResponse:
        context = {"form": form.focused(), "is_new": "new" in request.GET}
        return render(request, "users/activate.html", context, status=status)


@method_decorator(never_cache, name="dispatch")
@method_decorator(transaction.non_atomic_requests, name="dispatch")
class Forgotten(View):
    """Asks for a code. One answer for every number: whether somebody signs in with it is nobody's business here."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, ForgottenForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ForgottenForm(request.POST)
        if not form.is_valid():
            return self._page(request, form, status=REFUSED)
        phone = form.cleaned_data["phone"]
        operations.ask_reset(phone=phone, address=caller_address(request), at=now())
        messages.success(
            request, _("If somebody signs in with this number, a code is on its way. It is good for 15 minutes.")
        )
        onward = HttpResponseRedirect(f"{reverse('activate-page')}?new=yes")
        remember_phone(onward, request, phone)
        return onward

    def _page(self, request: HttpRequest, form: DoorForm, status: int = 200) -> HttpResponse:
        return render(request, "users/forgotten.html", {"form": form.focused()}, status=status)


def status_of(refusal: Refusal) -> int:
    return REFUSED if refusal.facts.get("retry_after") is None else refusal.status


def waiting(response: HttpResponse, refusal: Refusal) -> HttpResponse:
    """The answer, with how long to wait where that is what was refused."""
    wait = refusal.facts.get("retry_after")
    if wait is not None:
        response["Retry-After"] = str(wait)
    return response


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
