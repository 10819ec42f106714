"""Django's admin, for records: whoever enters needs the word from the role rows, and money is read-only there.

It has no sign-in of its own: one door, one lock-out. Passwords are changed where sessions are ended with them.
"""

from collections.abc import Iterable
from typing import Any, NoReturn

from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.auth.models import Group
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.admin import ReadOnlyAdmin


class ConsoleAdminSite(AdminSite):
    site_header = _("Table Banking records")
    site_title = _("Records")
    index_title = _("Records")

    def register(
        self,
        model_or_iterable: type[Model] | Iterable[type[Model]],
        admin_class: "type[ModelAdmin[Any]] | None" = None,
        **options: Any,
    ) -> None:
        """Whatever a library offers to edit here (the timetable of jobs, say) can be looked at and nothing else."""
        models = [model_or_iterable] if isinstance(model_or_iterable, type) else list(model_or_iterable)
        known = admin_class if admin_class and issubclass(admin_class, ReadOnlyAdmin) else ReadOnlyAdmin
        super().register([model for model in models if model is not Group], known, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and request.user.has_perm("admin.enter")

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> NoReturn:
        raise Http404
