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
    "savings-groups": {"GET": "groups:read"},
    "groups": {"GET": "groups:read"},
    "savings-group-detail": {"GET": "groups:read"},
    "group-detail": {"GET": "groups:read"},
    "savings-group-members": {"GET": "members:read"},
    "group-members": {"GET": "members:read"},
    "savings-groups-group-members": {"GET": "members:read"},
    "members": {"POST": "members:create"},
    "member-detail": {"GET": "members:read"},
    "member-invite": {"POST": "members:invite"},
    "savings-summary": {"GET": "transactions:read"},
    # Mine
    "my-membership": {"GET": HERSELF},
    "my-savings": {"GET": HERSELF},
    "my-transactions": {"GET": HERSELF},
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
}

PAGES: dict[str, Methods] = {
    "sign-in": {"GET": OPEN, "POST": OPEN},
    "sign-out": {"POST": OPEN},
    "language": {"POST": OPEN},
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
