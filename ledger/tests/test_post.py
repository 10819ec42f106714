"""Posting: what stands in the books afterwards, and what is refused."""

from ledger.models import Balance, Book, DayTotal
from ledger.tests.builders import Table


def test_alice_saves_and_every_figure_follows(table: Table) -> None:
    entry = table.save("137.50")
    book = Book.objects.get(group=table.group)
    assert (book.entries, book.last_hash) == (1, entry.hash)
    assert {row.account.code: str(row.amount) for row in Balance.objects.all()} == {"1010": "137.50", "2010": "-137.50"}
    assert [(str(row.debit), str(row.credit)) for row in DayTotal.objects.order_by("account__code")] == [
        ("137.50", "0.00"), ("0.00", "137.50"),
    ]  # fmt: skip
