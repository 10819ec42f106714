"""What is overdue of the loans on a group's TRF sheet, by the line it stands beside."""

import datetime as dt
from decimal import Decimal

from groups.models import BankingGroup
from loans.portfolio import overdue_by_type

# The lines of loans on the sheet, by type.
LINE_OF = {"SHORT_TERM": "short_term_loans", "LONG_TERM": "long_term_loans", "PROJECT": "project_loans"}


def overdue_by_line(group: BankingGroup, on: dt.date) -> dict[str, Decimal]:
    """Head of the sheet → the principal of these loans that is overdue at the close of a day."""
    return {LINE_OF[kind]: amount for kind, amount in overdue_by_type(group, on).items()}
