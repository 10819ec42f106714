"""Lines that one member brought together share one receipt number, and free it together."""

import pytest

from core.ids import new_id
from core.money import kes
from ledger import vouchers
from ledger.models import ReceiptClaim, Voucher
from ledger.tests.builders import NOON, TODAY, Table, saving
from ledger.verify import check_books
from ledger.vouchers import Draft, ReceiptAlreadyUsed, draft, settle

pytestmark = pytest.mark.django_db
RECEIPT = "SKQ1TOGETHER"


def lines(table: Table, count: int = 2) -> list[Voucher]:
    """So many lines of a hundred each, of one bundle, posted."""
    bundle = new_id()
    made = []
    for _line in range(count):
        waiting, is_new = draft(paper(table, bundle_id=bundle))
        assert is_new
        made.append(settle(voucher=waiting, legs=saving(table.alice, kes("100")), at=NOON, actor=table.tom))
    return made


def paper(table: Table, **more: object) -> Draft:
    words = {"kind": "CONTRIBUTION", "detail": "REGULAR", "member": table.alice, "method": "MPESA"} | more
    return Draft(
        group=table.group, amount=kes("100"), recorded_by=table.tom, at=NOON, on=TODAY, receipt_number=RECEIPT,
        **words,  # type: ignore[arg-type]
    )  # fmt: skip


def test_one_number_pays_for_all_lines_of_a_bundle(table: Table) -> None:
    first, second = lines(table)
    assert [claim.voucher_id for claim in ReceiptClaim.objects.filter(number=RECEIPT)] == [first.pk]
    assert second.receipt_number == RECEIPT
    assert check_books(table.group) == []


def test_another_bundle_cannot_use_the_number(table: Table) -> None:
    lines(table)
    other = paper(table, bundle_id=new_id(), detail="WELFARE")
    with pytest.raises(ReceiptAlreadyUsed):
        draft(other)


def test_the_number_is_free_when_the_last_line_is_taken_back(table: Table) -> None:
    first, second = lines(table)
    vouchers.reverse(voucher=first, by=table.faith, at=NOON, reason="Another member's")
    assert ReceiptClaim.objects.filter(number=RECEIPT, freed_at__isnull=True).exists()
    assert check_books(table.group) == []
    vouchers.reverse(voucher=second, by=table.faith, at=NOON, reason="Another member's")
    assert not ReceiptClaim.objects.filter(number=RECEIPT, freed_at__isnull=True).exists()
    assert check_books(table.group) == []


def test_a_line_that_waits_keeps_the_number(table: Table) -> None:
    bundle = new_id()
    first, _new = draft(paper(table, bundle_id=bundle))
    waiting, _new = draft(paper(table, bundle_id=bundle))
    vouchers.reject(voucher=first, by=table.faith, at=NOON, reason="Not hers")
    assert ReceiptClaim.objects.filter(number=RECEIPT, freed_at__isnull=True).exists()
    vouchers.reject(voucher=waiting, by=table.faith, at=NOON, reason="Not hers")
    assert not ReceiptClaim.objects.filter(number=RECEIPT, freed_at__isnull=True).exists()
