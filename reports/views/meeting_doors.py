"""What the forms of a meeting and of fines share: a refusal on the form, and a fresh key where one was used before."""

from typing import TypeVar

from django.utils.translation import gettext as _

from core.errors import Refusal
from core.ids import new_id
from reports.forms import PageForm
from users.submissions import IdempotencyMismatch

F = TypeVar("F", bound=PageForm)


def refused_form(form: F, refusal: Refusal) -> F:
    """The form with the refusal on it; a key that was used for something else is exchanged for a fresh one."""
    if isinstance(refusal, IdempotencyMismatch):
        form.data = {**form.data, "offline_sync_id": str(new_id())}
        refusal = Refusal(_("This form was already confirmed with other figures. Look at what was booked, then go on."))
    form.refuse(refusal)
    return form
