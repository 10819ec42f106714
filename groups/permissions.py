"""The permission table: which words each role and office may speak, in one place, without wildcards.

Reach says how far: ALL the rows in scope, or OWN rows only. Routes name their word in `tablebanking.policy`.
"""

from enum import StrEnum

from groups.models import RoleName

R = RoleName


class Reach(StrEnum):
    ALL = "ALL"
    OWN = "OWN"


CHAIR, SECRETARY, TREASURER, COMMITTEE = R.CHAIR, R.SECRETARY, R.TREASURER, R.COMMITTEE
OFFICER, SERVICE, SYSTEM, AUDITOR, MEMBER = R.FIELD_OFFICER, R.SERVICE_ADMIN, R.SYSTEM_ADMIN, R.AUDITOR, R.MEMBER
OFFICE_HOLDERS = frozenset({CHAIR, SECRETARY, TREASURER, COMMITTEE})
TABLE = OFFICE_HOLDERS | {OFFICER}
READERS = TABLE | {SERVICE, SYSTEM, AUDITOR}
EVERYONE = READERS | {MEMBER}


def _grant(
    everything: frozenset[RoleName] | set[RoleName], own: frozenset[RoleName] | set[RoleName] = frozenset()
) -> dict[str, Reach]:
    return {role.value: Reach.OWN for role in own} | {role.value: Reach.ALL for role in everything}


GRANTS: dict[str, dict[str, Reach]] = {
    "groups:read": _grant(EVERYONE),
    "meetings:read": _grant(EVERYONE),
    "campaigns:read": _grant(EVERYONE),
    "constitution:read": _grant(EVERYONE),
    "members:read": _grant(READERS, own={MEMBER}),
    "members:create": _grant({CHAIR, SECRETARY, TREASURER, OFFICER, SERVICE}),
    "members:edit": _grant({CHAIR, SECRETARY, TREASURER, OFFICER, SERVICE}),
    "members:identity": _grant({SECRETARY, OFFICER, SERVICE}),
    "members:verify-id": _grant({CHAIR, SECRETARY, TREASURER, OFFICER, SERVICE}),
    "documents:read": _grant({CHAIR, SECRETARY, TREASURER, OFFICER, SERVICE}),
    "members:invite": _grant({CHAIR, SECRETARY, TREASURER, OFFICER, SERVICE}),
    "members:leave": _grant({CHAIR, SECRETARY, TREASURER, OFFICER, SERVICE}),
    "members:export": _grant({SERVICE}, own={MEMBER}),
    "members:erase": _grant({SERVICE}),
    "offices:assign": _grant({SERVICE}),
    "transactions:read": _grant(READERS, own={MEMBER}),
    # A member's OWN reach here: the proof of the chain and the TRF sheet of her group.
    "reports:read": _grant(READERS, own={MEMBER}),
    "transactions:create": _grant(TABLE, own={MEMBER}),
    "transactions:verify": _grant(TABLE),
    "transactions:reverse": _grant({CHAIR, TREASURER, OFFICER, SERVICE}),
    # The service admin only brings opening balances; the operation says so.
    "cash:move": _grant({TREASURER, OFFICER, SERVICE}),
    "funds:pay": _grant(OFFICE_HOLDERS),
    "cash:count": _grant({TREASURER, OFFICER}),
    "meetings:run": _grant(TABLE),
    "fines:impose": _grant(TABLE),
    # Not by who imposed it: the operation says so.
    "fines:waive": _grant({CHAIR, TREASURER, OFFICER}),
    "campaigns:create": _grant({SERVICE, SYSTEM}),
    "campaigns:assign": _grant({SERVICE, SYSTEM}),
    # Each active member her own; the secretary takes down at an open table what others say.
    "campaigns:vote": _grant({SECRETARY}, own={MEMBER, CHAIR, TREASURER, COMMITTEE}),
    # Chair and treasurer propose, and the service admin closes: the operation says which of the two an act is.
    "periods:close": _grant({CHAIR, TREASURER, SERVICE}),
    "dividends:preview": _grant({CHAIR, TREASURER, OFFICER, SERVICE}),
    "dividends:approve": _grant({CHAIR, TREASURER}),
    "dividends:declare": _grant({TREASURER, SERVICE}),
    "dividends:pay": _grant({TREASURER, OFFICER}),
    "loans:apply": _grant(TABLE, own={MEMBER}),
    # Assessment and eligibility too.
    "loans:read": _grant(READERS, own={MEMBER}),
    # In what capacity, and whether it is still needed, the operation says.
    "loans:approve": _grant(TABLE | {SERVICE, SYSTEM}),
    "loans:disburse": _grant({TREASURER, OFFICER, SERVICE}),
    "loans:repay": _grant(TABLE),
    "loans:write-off": _grant(TABLE | {SERVICE, SYSTEM}),
    "loans:reschedule": _grant(TABLE | {SERVICE, SYSTEM}),
    "groups:create": _grant({SERVICE, SYSTEM}),
    "groups:edit": _grant({SERVICE, SYSTEM}),
    "groups:suspend": _grant({SERVICE, SYSTEM}),
    # Chair and treasurer propose, and the service admin adopts: the operation says which of the two an act is.
    "constitution:propose": _grant({CHAIR, TREASURER, SERVICE}),
    "constitution:adopt": _grant({SERVICE}),
    "officers:manage": _grant({SERVICE, SYSTEM}),
    "officers:read": _grant({SERVICE, SYSTEM, AUDITOR}, own={OFFICER}),
    "officer:track": _grant(set(), own={OFFICER}),
    "admin:read": _grant({SERVICE, SYSTEM, AUDITOR}),
    "organisations:manage": _grant({SYSTEM}),
    "audit:read": _grant({SYSTEM, AUDITOR, SERVICE}),
}
