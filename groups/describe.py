"""Who a signed-in person is, as the sign-in answer tells her phone: her strongest role, her groups, her offices."""

from typing import Any

from groups.models import OFFICES, GroupRole, RoleName
from users.models import User

GROUP_OFFICER = "GROUP_OFFICER"
_ABOVE_OFFICES = (RoleName.SYSTEM_ADMIN, RoleName.SERVICE_ADMIN, RoleName.AUDITOR, RoleName.FIELD_OFFICER)


def strongest(roles: set[str]) -> str:
    """One word for all roles of a person: an office holder shows as GROUP_OFFICER, whoever holds nothing as MEMBER."""
    for role in _ABOVE_OFFICES:
        if role in roles:
            return role.value
    return GROUP_OFFICER if roles.intersection(OFFICES) else RoleName.MEMBER.value


def describe_user(user: User) -> dict[str, Any]:
    """The user block of the sign-in answer, from the role rows of now."""
    held = list(
        GroupRole.objects.filter(user=user, until__isnull=True).order_by("since", "id").values_list("role", "group_id")
    )
    return {
        "id": str(user.pk),
        "name": user.name,
        "phone": user.phone,
        "language": user.language,
        "role": strongest({role for role, _ in held}),
        "assigned_groups": [str(group) for role, group in held if role == RoleName.FIELD_OFFICER],
        "offices": [{"group_id": str(group), "office": role} for role, group in held if role in OFFICES],
    }
