"""The claim on a receipt number, as the table itself holds it: one live claim a number in an organisation."""

import pytest
from django.db import IntegrityError, transaction

from core.money import kes
from ledger.models import ReceiptClaim, Voucher
from ledger.tests.builders import NOON, TODAY, Table, make_group
from users.models import DataKey


def claim(table: Table, number: str, *, method: str = "MPESA", **more: object) -> ReceiptClaim:
    voucher = Voucher.objects.create(
        group=table.group, kind="CONTRIBUTION", amount=kes("1.00"), booked_on=TODAY, recorded_by=table.tom,
        recorded_at=NOON, data_key=DataKey.make(), method=method, receipt_number=number,
    )  # fmt: skip
    words = {"organisation": table.group.organisation, "group": table.group, "voucher": voucher} | more
    return ReceiptClaim.objects.create(method=method, number=number, **words)


@pytest.mark.parametrize("method", ["MPESA", "BANK"])
def test_a_receipt_of_mpesa_is_not_claimed_again_whichever_way_it_comes(table: Table, method: str) -> None:
    claim(table, "SJK12AB")
    with pytest.raises(IntegrityError), transaction.atomic():
        claim(table, "SJK12AB", method=method)
    assert claim(table, "SJK12AC", method=method)


def test_what_was_set_free_is_claimed_again(table: Table) -> None:
    claim(table, "SJK12AB", freed_at=NOON)
    claim(table, "SJK12AB", freed_at=NOON)
    assert claim(table, "SJK12AB", method="BANK").freed_at is None


def test_another_organisation_has_numbers_of_its_own(table: Table) -> None:
    claim(table, "SJK12AB")
    assert claim(table, "SJK12AB", organisation=make_group("Baraka").organisation)
