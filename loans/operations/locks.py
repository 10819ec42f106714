"""The loan's row, held until the act ends: of two acts on one loan one comes after the other.

Taken after papers are drafted (or the paper that is reversed is locked) and before the member's row and the book.
"""

from loans.models import Loan


def locked(loan: Loan) -> Loan:
    """The loan as it is now, its row held."""
    rows = Loan.objects.select_for_update(of=("self",), no_key=True)
    joined = rows.select_related("group__organisation", "member__person__data_key", "member__group", "data_key")
    return joined.get(pk=loan.pk)
