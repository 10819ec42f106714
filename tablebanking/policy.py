"""The policy file: every route, every method, exactly one word.

`open`: nobody needs to sign in. `herself`: any signed-in person, about herself. Every other word is granted to roles
and offices by `groups.permissions.GRANTS`, and the view asks for it with `request.may`. A route that is missing here
is not served and fails the suite. HEAD and OPTIONS go with GET, or with what the route has.
"""

from core.api.permissions import OPEN

HERSELF = "herself"

Methods = dict[str, str]

API: dict[str, Methods] = {
    # Sign-in
    "auth-login": {"POST": OPEN},
    "auth-refresh": {"POST": OPEN},
    "auth-logout": {"POST": OPEN},
    "auth-activate": {"POST": OPEN},
    "auth-reset": {"POST": OPEN},
    "auth-me": {"GET": HERSELF},
    "auth-password": {"POST": HERSELF},
    # Health and the contract
    "healthz": {"GET": OPEN},
    "readyz": {"GET": OPEN},
    "schema": {"GET": OPEN},
    "docs": {"GET": OPEN},
    # Groups and members
    "organisations": {"GET": "organisations:manage", "POST": "organisations:manage"},
    "organisation-detail": {"GET": "organisations:manage", "PATCH": "organisations:manage"},
    "organisation-staff": {"GET": "organisations:manage", "POST": "organisations:manage"},
    "organisation-staff-detail": {"DELETE": "organisations:manage"},
    "places": {"GET": HERSELF},
    "savings-groups": {"GET": "groups:read", "POST": "groups:create"},
    "groups": {"GET": "groups:read", "POST": "groups:create"},
    "savings-group-detail": {"GET": "groups:read", "PATCH": "groups:edit"},
    "group-detail": {"GET": "groups:read", "PATCH": "groups:edit"},
    "constitution": {"GET": "constitution:read", "POST": "constitution:propose"},
    "admin-groups": {"GET": "admin:read"},
    "admin-group-actions": {"POST": "groups:suspend"},
    "savings-group-members": {"GET": "members:read", "POST": "members:create"},
    "group-members": {"GET": "members:read", "POST": "members:create"},
    "savings-groups-group-members": {"GET": "members:read", "POST": "members:create"},
    "savings-group-member": {"PUT": "members:edit", "PATCH": "members:edit"},
    "members": {"POST": "members:create"},
    "member-detail": {"GET": "members:read", "PATCH": "members:edit"},
    "member-invite": {"POST": "members:invite"},
    "member-leave": {"POST": "members:leave"},
    "member-documents": {"GET": "documents:read", "POST": "members:edit"},
    "member-document": {"GET": "documents:read"},
    "member-verify-id": {"POST": "members:verify-id"},
    "member-statement": {"GET": "transactions:read"},
    "savings-summary": {"GET": "transactions:read"},
    # Officers
    "officers": {"GET": "officers:read", "POST": "officers:manage"},
    "officer-detail": {"GET": "officers:read", "PATCH": "officers:manage"},
    "officer-suspend": {"POST": "officers:manage"},
    "officer-activate": {"POST": "officers:manage"},
    "officer-exit": {"POST": "officers:manage"},
    "officer-track": {"GET": "officers:read", "POST": "officer:track"},
    "active-locations": {"GET": "officers:read"},
    # Mine
    "my-membership": {"GET": HERSELF},
    "my-savings": {"GET": HERSELF},
    "my-transactions": {"GET": HERSELF},
    "my-loans": {"GET": HERSELF},
    "my-attendance": {"GET": HERSELF},
    # Money
    "savings-record": {"POST": "transactions:create"},
    "transactions": {"GET": "transactions:read", "POST": "transactions:create"},
    "transaction-detail": {"GET": "transactions:read"},
    "group-transactions": {"GET": "transactions:read"},
    "savings-groups-transaction-verify": {"POST": "transactions:verify"},
    "transaction-verify": {"POST": "transactions:verify"},
    "transaction-reverse": {"POST": "transactions:reverse"},
    "cash-movements": {"POST": "cash:move"},
    "financial-summary": {"GET": "reports:read"},
    "cash-ledger": {"GET": "reports:read"},
    "cashbook": {"GET": "reports:read"},
    "trf-balance": {"GET": "reports:read"},
    "trial-balance": {"GET": "reports:read"},
    "income-statement": {"GET": "reports:read"},
    "balance-sheet": {"GET": "reports:read"},
    "verify-chain": {"GET": "reports:read"},
    # Loans
    "loan-assessment": {"POST": "loans:read"},
    "loan-eligibility": {"POST": "loans:read"},
    "loans-apply": {"POST": "loans:apply"},
    "loans": {"GET": "loans:read", "POST": "loans:apply"},
    "group-loans": {"GET": "loans:read"},
    "loan-detail": {"GET": "loans:read"},
    "loan-approve": {"POST": "loans:approve"},
    "loan-reject": {"POST": "loans:approve"},
    "loan-cancel": {"POST": "loans:apply"},
    "loan-disburse": {"POST": "loans:disburse"},
    "loan-repayment": {"POST": "loans:repay"},
    "loan-write-off": {"POST": "loans:write-off"},
    "loan-reschedule": {"POST": "loans:reschedule"},
    "repayment-reverse": {"POST": "transactions:reverse"},
    "loan-statement-pdf": {"GET": "loans:read"},
    "loan-key-facts-pdf": {"GET": "loans:read"},
}

PAGES: dict[str, Methods] = {
    "sign-in": {"GET": OPEN, "POST": OPEN},
    "sign-out": {"POST": OPEN},
    "language": {"POST": OPEN},
    "activate-page": {"GET": OPEN, "POST": OPEN},
    "forgotten-page": {"GET": OPEN, "POST": OPEN},
    "home": {"GET": HERSELF},
    "groups-page": {"GET": "reports:read"},
    "waiting-page": {"GET": HERSELF},
    "group-page": {"GET": "reports:read"},
    "members-page": {"GET": "members:read"},
    "register-page": {"GET": "members:create", "POST": "members:create"},
    "cash-book-page": {"GET": "reports:read"},
    "group-waiting-page": {"GET": "transactions:read"},
    "books-page": {"GET": "reports:read"},
    "record-page": {"GET": "transactions:create", "POST": "transactions:create"},
    "receipt-page": {"GET": "transactions:read"},
    "decide-page": {"POST": "transactions:verify"},
    "member-page": {"GET": "transactions:read"},
    "hand-over-page": {"GET": "cash:move", "POST": "cash:move"},
    # Organisations, groups and their rules
    "organisations-page": {"GET": "organisations:manage", "POST": "organisations:manage"},
    "organisation-page": {"GET": "organisations:manage", "POST": "organisations:manage"},
    "staff-page": {"POST": "organisations:manage"},
    "staff-end-page": {"POST": "organisations:manage"},
    "new-group-page": {"GET": "groups:create", "POST": "groups:create"},
    "edit-group-page": {"GET": "groups:edit", "POST": "groups:edit"},
    "group-status-page": {"GET": "groups:suspend", "POST": "groups:suspend"},
    "constitution-page": {"GET": "constitution:read"},
    "constitution-compare-page": {"GET": "constitution:read"},
    "constitution-propose-page": {"GET": "constitution:propose", "POST": "constitution:propose"},
    "constitution-proposal-page": {"GET": "constitution:read", "POST": "constitution:adopt"},
    # Members
    "edit-member-page": {"GET": "members:edit", "POST": "members:edit"},
    "documents-page": {"GET": "documents:read", "POST": "members:edit"},
    "document-page": {"GET": "documents:read"},
    "verify-id-page": {"GET": "members:verify-id", "POST": "members:verify-id"},
    "office-page": {"GET": "members:edit", "POST": "members:edit"},
    "office-proposal-page": {"POST": "offices:assign"},
    "invite-page": {"POST": "members:invite"},
    "join-page": {"GET": "members:create", "POST": "members:create"},
    "leave-page": {"GET": "members:leave", "POST": "members:leave"},
    # Loans
    "loans-page": {"GET": "loans:read"},
    "group-loans-page": {"GET": "loans:read"},
    "arrears-page": {"GET": "loans:read"},
    "apply-loan-page": {"GET": "loans:apply", "POST": "loans:apply"},
    "loan-page": {"GET": "loans:read"},
    "loan-decide-page": {"POST": "loans:approve"},
    "loan-cancel-page": {"POST": "loans:apply"},
    "loan-pay-out-page": {"GET": "loans:disburse", "POST": "loans:disburse"},
    "loan-repay-page": {"GET": "loans:repay", "POST": "loans:repay"},
    "loan-change-page": {"GET": "loans:write-off", "POST": "loans:write-off"},
    "loan-statement-page": {"GET": "loans:read"},
    "loan-key-facts-page": {"GET": "loans:read"},
    # Officers
    "officers-page": {"GET": "officers:read"},
    "register-officer-page": {"GET": "officers:manage", "POST": "officers:manage"},
    "officer-page": {"GET": "officers:read"},
    "officer-edit-page": {"GET": "officers:manage", "POST": "officers:manage"},
    "officer-status-page": {"POST": "officers:manage"},
    "officer-groups-page": {"POST": "officers:manage"},
}

# Django's own admin: its site asks the role rows at each page (`tablebanking.admin_site`).
ADMIN = "admin"


def word_for(route: str, method: str) -> str | None:
    """The word of a route and method; None where the route is not declared.

    A method the route does not have gets the word of one that it has: the view answers 405 to whoever may be there.
    """
    if route.partition(":")[0] == ADMIN:
        return ADMIN
    methods = API.get(route) or PAGES.get(route)
    if methods is None:
        return None
    return methods.get(method) or methods.get("GET") or next(iter(methods.values()))
