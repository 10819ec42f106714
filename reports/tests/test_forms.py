"""What people type: read strictly, answered in words, beside the field it is about."""

import uuid
from typing import Any

import pytest
from django.utils.translation import gettext_lazy as _

from core.errors import Refusal
from core.money import kes
from reports.forms import RecordForm

ALICE = str(uuid.uuid4())
MEMBERS = [(ALICE, "4. Alice Wambui"), (str(uuid.uuid4()), "5. Peter Kamau")]
ALL_FUNDS = ["REGULAR", "WELFARE", "ECD", "PROJECT"]


def record(**typed: Any) -> RecordForm:
    usual = {
        "member": ALICE,
        "contribution_type": "REGULAR",
        "amount": "137.50",
        "payment_method": "CASH",
        "contribution_date": "2026-11-20",
        "offline_sync_id": "a-key",
    }
    return RecordForm(usual | typed, members=MEMBERS, funds=ALL_FUNDS)


@pytest.mark.parametrize(
    ("typed", "read"),
    [("137.50", "137.50"), ("1,200", "1200.00"), ("KES 500", "500.00"), (" 12 000.5 ", "12000.50"), ("kes7", "7.00")],
)
def test_an_amount_is_read_as_people_write_it(typed: str, read: str) -> None:
    form = record(amount=typed)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["amount"] == kes(read)


@pytest.mark.parametrize(
    "typed",
    ["", "0", "0.00", "-5", "137.505", "1e5", "NaN", "Infinity", "12.3.4", "one", "٥٠٠", "1000000000", ".", "9" * 30],
)
def test_what_is_no_amount_is_refused_in_words(typed: str) -> None:
    form = record(amount=typed)
    assert not form.is_valid()
    assert list(form.errors) == ["amount"]


def test_money_by_mpesa_or_bank_needs_its_receipt_number_and_cash_has_none() -> None:
    for method in ("MPESA", "BANK"):
        form = record(payment_method=method)
        assert list(form.errors) == ["transaction_id"]
    assert record(payment_method="MPESA", transaction_id=" ska4t7 ").is_valid()
    by_phone = record(payment_method="MPESA", transaction_id=" ska4t7 ")
    by_phone.is_valid()
    assert by_phone.cleaned_data["transaction_id"] == "SKA4T7"
    cash = record(transaction_id="LEFTOVER")
    cash.is_valid()
    assert cash.cleaned_data["transaction_id"] == ""


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("member", str(uuid.UUID(int=7))),
        ("member", "alice"),
        ("contribution_type", "FINE"),
        ("payment_method", "GOLD"),
        ("contribution_date", "20th"),
        ("offline_sync_id", ""),
    ],
)
def test_what_was_not_offered_is_refused(field: str, typed: str) -> None:
    assert field in record(**{field: typed}).errors


def test_funds_that_are_not_offered_cannot_be_chosen() -> None:
    form = RecordForm(record().data, members=MEMBERS, funds=["PROJECT"])
    assert "contribution_type" in form.errors


def test_nobody_has_to_be_chosen_where_there_is_one_person() -> None:
    alone = str(RecordForm(members=MEMBERS[:1], funds=ALL_FUNDS)["member"])
    among_others = str(RecordForm(members=MEMBERS, funds=ALL_FUNDS)["member"])
    assert alone.count("<option") == 1
    assert among_others.count("<option") == 3
    assert "Choose a member" in among_others


def test_the_first_wrong_field_takes_the_cursor_and_only_that_one() -> None:
    form = record(amount="x", contribution_date="y")
    form.focused()
    assert [name for name, field in form.fields.items() if field.widget.attrs.get("autofocus")] == ["amount"]
    assert [field.name for field in form.wrong_fields] == ["amount", "contribution_date"]


def test_a_refusal_stands_beside_its_field_or_on_top() -> None:
    form = record()
    assert form.is_valid()
    form.refuse(Refusal(_("Already used."), field="transaction_id"))
    form.refuse(Refusal(_("The month is closed.")))
    form.refuse(Refusal(_("Of a field that is not asked."), field="meeting_id"))
    assert form.errors["transaction_id"] == ["Already used."]
    assert form.non_field_errors() == ["The month is closed.", "Of a field that is not asked."]
