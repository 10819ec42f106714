"""The rows of the books say in a word which one they are, as logs and the admin show them."""

from core.money import kes
from ledger.models import (
    Account,
    Approval,
    Balance,
    Book,
    ClosedPeriod,
    ClosingBalance,
    DayTotal,
    Line,
    ReceiptClaim,
    Voucher,
)
from ledger.operations import close_month
from ledger.tests.builders import NOON, TODAY, Table
from users.models import DataKey


def test_every_row_names_itself(table: Table) -> None:
    entry = table.save("1.00")
    group = table.group.pk
    savings = Account.objects.get(group=group, code="2010")
    period = close_month(group=table.group, month=NOON.date().replace(month=1), at=NOON, actor=table.tom)
    voucher = Voucher.objects.create(
        group=table.group, kind="CONTRIBUTION", amount=kes("1.00"), booked_on=TODAY, recorded_by=table.tom,
        recorded_at=NOON, data_key=DataKey.make(),
    )  # fmt: skip
    line = Line.objects.get(account=savings)
    named = {
        str(Book.objects.get()): f"{group}: 1",
        str(savings): "2010",
        str(entry): f"{group} 1",
        str(line): str(line.pk),
        str(Balance.objects.get(account=savings)): str(table.alice.pk),
        str(DayTotal.objects.get(account=savings)): "2026-03-20",
        str(ClosedPeriod.objects.get()): f"{group} 2026-01",
        str(ClosingBalance(period=period, code="1010", amount=kes("1.00"))): "1010",
        str(voucher): f"CONTRIBUTION {voucher.pk}",
        str(Approval(voucher=voucher, approver=table.faith, at=NOON)): f"{voucher.pk} {table.faith.pk}",
        str(ReceiptClaim(number="QX12")): "QX12",
    }
    assert period == ClosedPeriod.objects.get()
    assert list(named) == list(named.values())
