"""Role rows as Django's admin sees them: the system admin may enter and look. No other permission exists there."""

from typing import Any

from groups.models import GroupRole, RoleName
from users.models import User

ENTER = "admin.enter"


class RoleBackend:
    """Answers `has_perm` from the role rows; authenticates nobody."""

    grants_admin = True

    def authenticate(self, request: Any, **credentials: Any) -> None:
        return None

    def has_perm(self, user: User, perm: str, obj: Any = None) -> bool:
        if not user.is_active or not (perm == ENTER or perm.partition(".")[2].startswith("view")):
            return False
        return GroupRole.objects.filter(user=user, role=RoleName.SYSTEM_ADMIN, until__isnull=True).exists()
