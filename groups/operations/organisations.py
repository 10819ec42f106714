"""Founding an organisation."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.operations import record
from core.errors import Invalid
from groups.models import Organisation
from users.models import User


@transaction.atomic
def create_organisation(*, name: str, at: dt.datetime, by: User | None) -> Organisation:
    """A new organisation, without groups or staff. Refused: a name already taken (`invalid`)."""
    if Organisation.objects.filter(name=name).exists():
        raise Invalid(_("An organisation of this name exists."), field="name")
    organisation = Organisation.objects.create(name=name)
    record(
        verb="organisation.created",
        at=at,
        actor_id=by.id if by else None,
        subject="organisation",
        subject_id=organisation.id,
        organisation_id=organisation.id,
    )
    return organisation
