"""The verbs on organisations and groups: found them, adopt their rules, give and end roles. All leave an act."""

from groups.operations.constitutions import adopt_constitution
from groups.operations.groups import GroupSuspended, create_group, must_take_money
from groups.operations.organisations import create_organisation
from groups.operations.roles import OfficeTaken, end_role, give_role

__all__ = [
    "GroupSuspended",
    "OfficeTaken",
    "adopt_constitution",
    "create_group",
    "create_organisation",
    "end_role",
    "give_role",
    "must_take_money",
]
