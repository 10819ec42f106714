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
    "cash-counts": {"POST": "cash:count"},
    "period-close": {"POST": "periods:close"},
    "year-close": {"POST": "periods:close"},
    "transaction-receipt-pdf": {"GET": "transactions:read"},
    "receipt-code": {"GET": OPEN},
    # Dividends and share-out
    "dividends": {"GET": "reports:read", "POST": "dividends:preview"},
    "dividend-year": {"GET": "reports:read"},
    "dividend-approve": {"POST": "dividends:approve"},
    "dividend-declare": {"POST": "dividends:declare"},
    "dividend-pay": {"POST": "dividends:pay"},
    "dividend-statements-pdf": {"GET": "reports:read"},
    "share-outs": {"GET": "reports:read", "POST": "dividends:preview"},
    "share-out-year": {"GET": "reports:read"},
    "share-out-approve": {"POST": "dividends:approve"},
    "share-out-declare": {"POST": "dividends:declare"},
    "share-out-pay": {"POST": "dividends:pay"},
    "share-out-statements-pdf": {"GET": "reports:read"},
    # Meetings and fines
    "meetings": {"GET": "meetings:read", "POST": "meetings:run"},
    "attendance": {"POST": "meetings:run"},
    "meeting-detail": {"GET": "meetings:read"},
    "meeting-open": {"POST": "meetings:run"},
    "meeting-count": {"POST": "meetings:run"},
    "meeting-seal": {"POST": "meetings:run"},
    "meeting-collections": {"POST": "transactions:create"},
    "meeting-minutes-pdf": {"GET": "meetings:read"},
    "member-fines": {"GET": "transactions:read", "POST": "fines:impose"},
    "fine-waive": {"POST": "fines:waive"},
    # Campaigns
    "target-campaigns": {"GET": "campaigns:read", "POST": "campaigns:create"},
    "group-campaigns": {"GET": "campaigns:read"},
    "campaign-assign": {"POST": "campaigns:assign"},
    "campaign-vote": {"POST": "campaigns:vote"},
    "campaign-contribute": {"POST": "transactions:create"},
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
    "reverse-page": {"GET": "transactions:reverse", "POST": "transactions:reverse"},
    # Payouts are spoken with `funds:pay`, and the operation asks for it.
    "movement-page": {"GET": "transactions:create", "POST": "transactions:create"},
    "withdraw-page": {"GET": "transactions:create", "POST": "transactions:create"},
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
    # Meetings, fines, codes
    "meetings-page": {"GET": "meetings:read", "POST": "meetings:run"},
    "meeting-page": {"GET": "meetings:read"},
    "meeting-open-page": {"POST": "meetings:run"},
    "meeting-roll-page": {"GET": "meetings:run", "POST": "meetings:run"},
    "meeting-count-page": {"GET": "meetings:run", "POST": "meetings:run"},
    "meeting-collect-page": {"GET": "transactions:create", "POST": "transactions:create"},
    "meeting-seal-page": {"GET": "meetings:run", "POST": "meetings:run"},
    "minutes-page": {"GET": "meetings:read"},
    "fines-page": {"GET": "transactions:read"},
    "fine-impose-page": {"GET": "fines:impose", "POST": "fines:impose"},
    "fine-waive-page": {"GET": "fines:waive", "POST": "fines:waive"},
    "cash-count-page": {"GET": "cash:count", "POST": "cash:count"},
    "check-code-page": {"GET": OPEN},
    "receipt-paper-page": {"GET": "transactions:read"},
    # Campaigns
    "campaigns-page": {"GET": "campaigns:read"},
    "new-campaign-page": {"GET": "campaigns:create", "POST": "campaigns:create"},
    "campaign-page": {"GET": "campaigns:read"},
    "campaign-assign-page": {"POST": "campaigns:assign"},
    "group-campaigns-page": {"GET": "campaigns:read"},
    "group-campaign-page": {"GET": "campaigns:read"},
    "campaign-vote-page": {"POST": "campaigns:vote"},
    "campaign-contribute-page": {"GET": "transactions:create", "POST": "transactions:create"},
    "campaign-return-page": {"GET": "campaigns:assign", "POST": "campaigns:assign"},
    # The year
    "closing-page": {"GET": "reports:read", "POST": "periods:close"},
    "year-ends-page": {"GET": "reports:read", "POST": "dividends:preview"},
    "year-end-page": {"GET": "reports:read"},
    "year-end-approve-page": {"POST": "dividends:approve"},
    "year-end-declare-page": {"GET": "dividends:declare", "POST": "dividends:declare"},
    "year-end-pay-page": {"GET": "dividends:pay", "POST": "dividends:pay"},
    "year-end-statements-page": {"GET": "reports:read"},
    "share-out-simulator-page": {"GET": "dividends:preview"},
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
