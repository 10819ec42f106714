"""What the verbs on an officer share: her row held, nobody moving herself, and the trace of the move."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from audit.operations import record
from core.errors import MakerIsChecker, Refusal
from officers.models import Officer
from users.models import User


class InvalidTransition(Refusal):
    code = "invalid_transition"
    status = 409
    detail = _("This cannot be done with an officer in that state. The officer's page says what can.")


class NotHerself(MakerIsChecker):
    detail = _("Somebody else must do this: nobody changes their own post.")


def locked(officer: Officer, by: User) -> Officer:
    """The officer as she is now, her row held until the transaction ends. Refused: `maker_is_checker` to herself."""
    rows = Officer.objects.select_for_update(of=("self",), no_key=True)
    held = rows.select_related("organisation", "user__data_key").get(pk=officer.pk)
    if held.user_id == by.pk:
        raise NotHerself
    return held


def must_be(officer: Officer, *allowed: Officer.Status) -> None:
    """Refuses `invalid_transition` for an officer in any other state."""
    if officer.status not in allowed:
        raise InvalidTransition


def log(verb: str, officer: Officer, by: User, at: dt.datetime, **facts: Any) -> None:
    """The audit row of an act on an officer."""
    record(
        verb=verb,
        at=at,
        actor_id=by.pk,
        subject="officer",
        subject_id=officer.pk,
        organisation_id=officer.organisation_id,
        **facts,
    )
