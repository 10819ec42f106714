"""What every list that may be narrowed to a group or member asks first."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from groups.access import group_for
from members.access import member_for


def must_know_named(request: Request, *, group: str, member: str) -> None:
    """An id of a stranger's row in the query is not found, just as in the path. `group` and `member` are the words that
    name them there."""
    if group_id := _named(request, group):
        group_for(request.user, group_id, "groups:read")
    if member_id := _named(request, member):
        member_for(request.user, member_id, "groups:read", own=True)


def _named(request: Request, name: str) -> UUID | None:
    """The id in the query; the filters let blanks through as if nothing was asked."""
    asked = request.query_params.get(name)
    try:
        return None if asked is None else UUID(asked)
    except ValueError as error:
        raise ValidationError({name: _("This is not an id.")}) from error
