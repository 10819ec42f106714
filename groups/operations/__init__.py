"""The verbs on organisations and groups: found them, adopt their rules, give and end roles. All leave an act."""

from groups.operations.constitutions import (
    NothingChanges,
    ProposalOutdated,
    ProposalSettled,
    adopt_constitution,
    adopt_proposal,
    decline_proposal,
    propose_constitution,
)
from groups.operations.groups import (
    GroupSuspended,
    activate_group,
    create_group,
    edit_group,
    must_take_money,
    suspend_group,
)
from groups.operations.organisations import OrganisationInactive, create_organisation, edit_organisation
from groups.operations.roles import OfficeTaken, end_role, give_role
from groups.operations.staff import appoint

__all__ = [
    "GroupSuspended",
    "NothingChanges",
    "OfficeTaken",
    "OrganisationInactive",
    "ProposalOutdated",
    "ProposalSettled",
    "activate_group",
    "adopt_constitution",
    "adopt_proposal",
    "appoint",
    "create_group",
    "create_organisation",
    "decline_proposal",
    "edit_group",
    "edit_organisation",
    "end_role",
    "give_role",
    "must_take_money",
    "propose_constitution",
    "suspend_group",
]
