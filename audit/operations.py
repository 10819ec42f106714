"""The one way to write into the log of acts."""

from datetime import datetime
from uuid import UUID

from audit.models import Act
from audit.origin import current_address


def record(
    *,
    verb: str,
    at: datetime,
    actor_id: UUID | None,
    subject: str = "",
    subject_id: UUID | None = None,
    group_id: UUID | None = None,
    organisation_id: UUID | None = None,
    in_place_of_office: bool = False,
    **facts: object,
) -> Act:
    """One row, in the caller's transaction, so that an act and its trace stand or fall together.

    `facts` are ids, amounts, dates and words of the programme, never names, numbers of people or codes; whatever JSON
    does not know is kept as text. The address is that of the request being answered.
    """
    return Act.objects.create(
        verb=verb,
        at=at,
        actor_id=actor_id,
        subject=subject,
        subject_id=subject_id,
        group_id=group_id,
        organisation_id=organisation_id,
        in_place_of_office=in_place_of_office,
        address=current_address(),
        facts={name: _plain(value) for name, value in facts.items()},
    )


def _plain(value: object) -> object:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, dict):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    return str(value)
