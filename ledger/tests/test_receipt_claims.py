"""The claim on a receipt number, as its table holds it: one live claim a number, set free once, never changed."""

# ruff: noqa: S608 - the statements are made of this file's own words

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from core.ids import new_id
from core.money import kes
from ledger.models import ReceiptClaim, Voucher
from ledger.tests.builders import NOON, TODAY, Table, make_group
from ledger.tests.raw import on_postgresql, refused, run
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


def test_a_live_claim_is_set_free_once_and_then_stays(table: Table) -> None:
    first = ReceiptClaim.objects.filter(pk=claim(table, "SJK12AB").pk)
    assert first.update(freed_at=NOON) == 1
    for change in ({"freed_at": None}, {"freed_at": NOON + dt.timedelta(days=1)}, {"freed_at": NOON}):
        with refused("ledger_claim_kept"):
            first.update(**change)


OTHERS: dict[str, object] = {
    "id": new_id(), "organisation_id": new_id(), "group_id": new_id(), "method": "BANK", "number": "SJK12AC",
    "voucher_id": new_id(),
}  # fmt: skip


def test_every_column_of_a_claim_is_open_or_frozen() -> None:
    assert {field.column for field in ReceiptClaim._meta.concrete_fields} == OTHERS.keys() | {"freed_at"}


@pytest.mark.parametrize("column", OTHERS)
def test_a_claim_keeps_what_it_says_also_while_it_is_set_free(table: Table, column: str) -> None:
    row = ReceiptClaim.objects.filter(pk=claim(table, "SJK12AB").pk)
    for freeing in ({}, {"freed_at": NOON}):
        with refused("ledger_claim_kept"):
            row.update(**{column: OTHERS[column]}, **freeing)


def test_a_claim_is_not_written_over_by_its_like(table: Table) -> None:
    """REPLACE on SQLite, DO UPDATE on PostgreSQL: the way to take a number from the one who holds it."""
    held = claim(table, "SJK12AB")
    columns = "organisation_id, group_id, method, number, voucher_id"
    fresh = "gen_random_uuid()" if on_postgresql else "1"
    taken = f"(id, {columns}) SELECT {fresh}, {columns} FROM ledger_receiptclaim"
    on_conflict = "ON CONFLICT (organisation_id, number) WHERE freed_at IS NULL DO UPDATE SET id = excluded.id"
    with refused("ledger_claim_kept"):
        if on_postgresql:
            run(f"INSERT INTO ledger_receiptclaim {taken} {on_conflict}")
        else:
            run(f"INSERT OR REPLACE INTO ledger_receiptclaim {taken}")
    assert ReceiptClaim.objects.get() == held
