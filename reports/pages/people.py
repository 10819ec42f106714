"""Who somebody is, in one line: the strongest role and where it is held."""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from groups.models import GroupRole, RoleName

# The strongest first: one word says what somebody is.
RANK = [
    RoleName.SYSTEM_ADMIN,
    RoleName.SERVICE_ADMIN,
    RoleName.AUDITOR,
    RoleName.FIELD_OFFICER,
    RoleName.CHAIR,
    RoleName.TREASURER,
    RoleName.SECRETARY,
    RoleName.COMMITTEE,
    RoleName.MEMBER,
]
DECIDES = frozenset(RANK) - {RoleName.SYSTEM_ADMIN, RoleName.SERVICE_ADMIN, RoleName.AUDITOR, RoleName.MEMBER}
ROLE_OF: dict[str, Promise] = {
    "SERVICE_ADMIN": gettext_lazy("Service admin of %(where)s"),
    "AUDITOR": gettext_lazy("Auditor of %(where)s"),
    "FIELD_OFFICER": gettext_lazy("Field officer of %(where)s"),
    "CHAIR": gettext_lazy("Chair of %(where)s"),
    "TREASURER": gettext_lazy("Treasurer of %(where)s"),
    "SECRETARY": gettext_lazy("Secretary of %(where)s"),
    "COMMITTEE": gettext_lazy("Committee of %(where)s"),
    "MEMBER": gettext_lazy("Member of %(where)s"),
}


def role_words(roles: Iterable[GroupRole]) -> str:
    """The strongest role and where it is held: "Chair of Umoja"."""
    held = sorted(roles, key=lambda row: RANK.index(RoleName(row.role)))
    if not held:
        return _("No role yet")
    strongest = held[0].role
    if strongest == RoleName.SYSTEM_ADMIN:
        return _("System admin")
    where = [str(row.organisation or row.group) for row in held if row.role == strongest]
    return str(ROLE_OF[strongest]) % {"where": ", ".join(sorted(where))}
