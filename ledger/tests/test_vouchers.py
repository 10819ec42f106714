"""The papers behind the entries: written once, settled once, their receipts used once."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from core.ids import new_id
from core.money import kes
from groups.models import RoleName
from groups.operations import give_role
from ledger import vouchers
from ledger.models import Entry, ReceiptClaim, Voucher
from ledger.operations import AlreadyReversed, InsufficientCash
from ledger.places import BOX, Hands, Place, held_by, place_of
from ledger.queries.balances import balance
from ledger.rules import Leg, credit, debit
from ledger.tests.builders import NOON, TODAY, Table, make_group, make_member
from ledger.verify import check_books
from ledger.vouchers import AlreadyVerified, Draft, InvalidTransition, NotAReceipt, ReceiptAlreadyUsed, draft
from users.tests.people import in_parallel

HUNDRED = kes("100")
LATER = NOON + dt.timedelta(days=1)


def paper(table: Table, **more: object) -> Draft:
    """Alice brings a hundred in cash; Tom writes it down."""
    written = Draft(
        group=table.group, kind="CONTRIBUTION", detail="REGULAR", amount=HUNDRED, recorded_by=table.tom, at=NOON,
        on=TODAY, member=table.alice, method="CASH", to=BOX,
    )  # fmt: skip
    return replace(written, **more)  # type: ignore[arg-type]  # each test names its own fields


def legs(table: Table, amount: Decimal = HUNDRED) -> list[Leg]:
    return [
        debit("1010", amount, head="regular_savings"),
        credit("2010", amount, member=table.alice.pk),
    ]


def settled(table: Table, **more: object) -> Voucher:
    voucher, _new = draft(paper(table, **more))
    return vouchers.settle(voucher=voucher, legs=legs(table), at=NOON, actor=table.tom)


# Draft


def test_a_draft_waits_and_moves_nothing(table: Table) -> None:
    voucher, is_new = draft(paper(table, reason="At the market"))
    kept = Voucher.objects.get()
    assert (is_new, kept.status, kept.entry, kept.verified_at) == (True, "PENDING", None, None)
    assert (kept.recorded_by, kept.recorded_at, kept.booked_on) == (table.tom, NOON, TODAY)
    assert (kept.from_place, kept.to_place, kept.to_officer) == ("", "1010", None)
    assert (voucher.reason, kept.reason) == ("At the market", "At the market")
    assert b"market" not in bytes(kept.reason_sealed)
    assert not Entry.objects.exists()


def test_a_reason_is_sealed_under_the_members_key_or_the_groups(table: Table) -> None:
    assert draft(paper(table))[0].data_key == table.alice.person.data_key
    assert draft(paper(table, member=None))[0].data_key == table.group.data_key


def test_places_in_officers_hands_name_the_officer(table: Table) -> None:
    voucher, _new = draft(paper(table, source=held_by(table.faith.pk), to=Place("1020")))
    kept = Voucher.objects.get(pk=voucher.pk)
    assert (kept.from_place, kept.from_officer, kept.to_place, kept.to_officer) == ("1040", table.faith, "1020", None)


# Settle and reject


def test_settling_posts_one_entry_in_the_vouchers_name(table: Table) -> None:
    voucher = settled(table)
    kept = Voucher.objects.get()
    assert kept.entry
    assert (kept.status, kept.verified_at, kept.verified_by) == ("VERIFIED", NOON, None)
    assert (kept.entry.key, kept.entry.kind, kept.entry.booked_on) == (f"{voucher.pk}:0", "CONTRIBUTION", TODAY)
    assert balance(table.group, "2010", table.alice.pk) == HUNDRED
    assert check_books(table.group) == []


def test_who_checked_it_stands_on_it(table: Table) -> None:
    voucher, _new = draft(paper(table))
    vouchers.settle(voucher=voucher, legs=legs(table), at=LATER, actor=table.faith, verified_by=table.faith)
    kept = Voucher.objects.get()
    assert (kept.verified_by, kept.verified_at) == (table.faith, LATER)
    assert kept.entry
    assert kept.entry.actor == table.faith


def test_a_voucher_is_settled_once(table: Table) -> None:
    voucher = settled(table)
    with pytest.raises(AlreadyVerified):
        vouchers.settle(voucher=voucher, legs=legs(table), at=NOON, actor=table.tom)
    with pytest.raises(AlreadyVerified):
        vouchers.reject(voucher=voucher, by=table.faith, at=NOON, reason="No")


def test_what_the_books_refuse_stays_waiting(table: Table) -> None:
    voucher, _new = draft(paper(table, kind="EXPENSE", member=None))
    out = [debit("5010", HUNDRED), credit("1010", HUNDRED, head="expense")]
    with pytest.raises(InsufficientCash):
        vouchers.settle(voucher=voucher, legs=out, at=NOON, actor=table.tom)
    assert Voucher.objects.get().status == "PENDING"


def test_facts_are_posted_even_where_the_loan_fund_falls_short(table: Table) -> None:
    """All the cash is the social fund's; what is not there when it is counted is missing all the same."""
    brought, _new = draft(paper(table, detail="WELFARE"))
    welfare = [debit("1010", HUNDRED, head="welfare"), credit("2020", HUNDRED, member=table.alice.pk)]
    vouchers.settle(voucher=brought, legs=welfare, at=NOON, actor=table.tom)
    voucher, _new = draft(paper(table, kind="COUNT", detail="SHORT", member=None, amount=kes("40")))
    short = [debit("5090", kes("40")), credit("1010", kes("40"), head="cash_short")]
    vouchers.settle(voucher=voucher, legs=short, at=NOON, actor=table.tom)
    assert balance(table.group, "1010") == kes("60")


def test_a_rejected_voucher_keeps_the_verdict_and_frees_the_receipt(table: Table) -> None:
    voucher, _new = draft(paper(table, method="MPESA", receipt_number="R1"))
    vouchers.reject(voucher=voucher, by=table.faith, at=LATER, reason="Never came")
    kept = Voucher.objects.get()
    assert (kept.status, kept.verified_by, kept.verdict, kept.entry) == ("REJECTED", table.faith, "Never came", None)
    assert ReceiptClaim.objects.get().freed_at == LATER
    with pytest.raises(InvalidTransition):
        vouchers.reject(voucher=kept, by=table.faith, at=LATER, reason="No")
    with pytest.raises(InvalidTransition):
        vouchers.settle(voucher=kept, legs=legs(table), at=LATER, actor=table.faith)
    with pytest.raises(InvalidTransition):
        vouchers.reverse(voucher=kept, by=table.faith, at=LATER, reason="No")


def test_the_database_holds_what_a_settled_paper_says(table: Table) -> None:
    voucher = settled(table)
    changes: list[dict[str, Any]] = [
        {"amount": kes("1")},
        {"status": "PENDING"},
        {"booked_on": TODAY - dt.timedelta(days=1)},
    ]
    for change in changes:
        with pytest.raises(IntegrityError), transaction.atomic():
            Voucher.objects.filter(pk=voucher.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Voucher.objects.filter(pk=voucher.pk).delete()


def test_who_takes_her_own_paper_back_has_not_checked_it(table: Table) -> None:
    voucher, _new = draft(paper(table))
    vouchers.reject(voucher=voucher, by=table.tom, at=LATER, reason="Not now")
    kept = Voucher.objects.get()
    assert (kept.status, kept.verified_by, kept.verified_at) == ("REJECTED", None, LATER)


# Reverse


def test_a_reversal_is_a_paper_of_its_own(table: Table) -> None:
    first = settled(table)
    second = vouchers.reverse(voucher=first, by=table.faith, at=LATER, reason="Twice")
    assert second.entry
    assert (second.kind, second.detail, second.amount, second.member) == ("REVERSAL", "REGULAR", HUNDRED, table.alice)
    assert (second.booked_on, second.entry.reverses_id) == (TODAY + dt.timedelta(days=1), first.entry_id)
    assert (second.from_place, second.to_place, second.reason) == ("1010", "", "Twice")
    assert balance(table.group, "1010") == kes("0")
    assert check_books(table.group) == []
    with pytest.raises(AlreadyReversed):
        vouchers.reverse(voucher=first, by=table.tom, at=LATER, reason="Again")
    with pytest.raises(InvalidTransition):
        vouchers.reverse(voucher=second, by=table.tom, at=LATER, reason="Back")


def test_what_waits_is_not_reversed(table: Table) -> None:
    with pytest.raises(InvalidTransition):
        vouchers.reverse(voucher=draft(paper(table))[0], by=table.tom, at=LATER, reason="No")


# Receipts


def test_blanks_and_small_letters_do_not_make_another_receipt(table: Table) -> None:
    assert vouchers.normalised_receipt(" sjk-12.\tab ") == "SJK12AB"
    assert vouchers.normalised_receipt("ＳＪＫ１２\u2013AB") == "SJK12AB"
    assert vouchers.normalised_receipt("  ") == ""
    first, _new = draft(paper(table, method="MPESA", receipt_number=" sjk 12ab"))
    again, is_new = draft(paper(table, method="MPESA", receipt_number="SJK12AB", recorded_by=table.faith))
    assert (again.pk, is_new) == (first.pk, False)
    assert Voucher.objects.count() == ReceiptClaim.objects.count() == 1


@pytest.mark.parametrize(
    "number", ["ß" * 40, "ß", "SJK/12", "SJK١٢", "SJKı2", "A" * 41, "---", "\ufdfa" * 3, "S\u200bJK"]
)
def test_what_is_no_receipt_number_is_refused(table: Table, number: str) -> None:
    with pytest.raises(NotAReceipt) as refused:
        draft(paper(table, method="MPESA", receipt_number=number))
    assert (refused.value.code, refused.value.status, refused.value.field) == ("invalid", 400, "transaction_id")
    assert not Voucher.objects.exists()


def test_one_number_is_one_payment_whichever_way_it_came(table: Table) -> None:
    first, _new = draft(paper(table, method="MPESA", receipt_number="SJK12AB"))
    assert draft(paper(table, method="BANK", receipt_number="SJK12AB")) == (first, False)
    with pytest.raises(ReceiptAlreadyUsed):
        draft(paper(table, method="BANK", receipt_number="SJK12AB", member=table.beth))
    assert Voucher.objects.count() == ReceiptClaim.objects.count() == 1


def test_a_plain_member_is_not_told_whose_receipt_it_was(table: Table) -> None:
    draft(paper(table, method="MPESA", receipt_number="R1"))
    give_role(user=table.faith, role=RoleName.MEMBER, group=table.group, at=NOON, by=None)
    with pytest.raises(ReceiptAlreadyUsed) as refused:
        draft(paper(table, method="MPESA", receipt_number="R1", member=table.beth, recorded_by=table.faith))
    assert not any(character.isdigit() for character in str(refused.value.detail))


@pytest.mark.parametrize("change", ["amount", "member", "detail", "kind", "subject_id"])
def test_anything_else_under_the_same_receipt_is_refused(table: Table, change: str) -> None:
    give_role(user=table.tom, role=RoleName.TREASURER, group=table.group, at=NOON, by=None)
    draft(paper(table, method="BANK", receipt_number="R1"))
    other = {
        "amount": kes("101"), "member": table.beth, "detail": "ECD", "kind": "REPAYMENT", "subject_id": new_id(),
    }  # fmt: skip
    with pytest.raises(ReceiptAlreadyUsed) as refused:
        draft(paper(table, method="BANK", receipt_number="R1", **{change: other[change]}))
    assert (refused.value.code, refused.value.status, refused.value.field) == (
        "receipt_already_used", 422, "transaction_id",
    )  # fmt: skip
    assert "100.00" in str(refused.value.detail)
    assert Voucher.objects.count() == 1


def test_another_group_of_the_organisation_is_told_only_that_it_was_used(table: Table) -> None:
    give_role(user=table.tom, role=RoleName.TREASURER, group=table.group, at=NOON, by=None)
    draft(paper(table, method="BANK", receipt_number="R1"))
    baraka = make_group("Baraka")
    baraka.organisation = table.group.organisation
    baraka.save()
    jane = make_member(baraka, "Jane", 1)
    with pytest.raises(ReceiptAlreadyUsed) as refused:
        draft(paper(table, group=baraka, member=jane, method="BANK", receipt_number="R1"))
    assert "100" not in str(refused.value.detail)


def test_a_number_on_cash_is_a_note(table: Table) -> None:
    assert draft(paper(table, receipt_number="7"))[1]
    assert draft(paper(table, receipt_number="7"))[1]
    assert not ReceiptClaim.objects.exists()


def test_a_reversal_frees_the_receipt(table: Table) -> None:
    first = settled(table, method="MPESA", receipt_number="R1")
    vouchers.reverse(voucher=first, by=table.faith, at=LATER, reason="Beth's")
    assert draft(paper(table, member=table.beth, method="MPESA", receipt_number="R1"))[1]


def test_who_took_a_receipt_back_may_write_it_down_as_nobodys(table: Table) -> None:
    first = settled(table, method="MPESA", receipt_number="R1")
    vouchers.reverse(voucher=first, by=table.faith, at=LATER, reason="Nobody knows whose")
    with pytest.raises(vouchers.TakenBackByYou):
        draft(paper(table, member=table.beth, recorded_by=table.faith, method="MPESA", receipt_number="R1"))
    assert draft(paper(table, member=None, recorded_by=table.faith, method="MPESA", receipt_number="R1"))[1]


def test_a_mark_stands_once_until_it_is_reversed(table: Table) -> None:
    first = vouchers.draft_once(paper(table), "YEAR:2026")
    assert first
    assert vouchers.draft_once(paper(table), "YEAR:2026") is None
    assert vouchers.draft_once(paper(table), "YEAR:2027")
    vouchers.settle(voucher=first, legs=legs(table), at=NOON, actor=table.tom)
    vouchers.reverse(voucher=first, by=table.faith, at=LATER, reason="Wrong")
    assert vouchers.draft_once(paper(table), "YEAR:2026")


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_one_receipt_at_once_from_many_hands_is_one_paper() -> None:
    table = Table()
    works = [lambda: draft(paper(table, method="MPESA", receipt_number="R1"))] * 12
    results = in_parallel(works)
    assert len(results) == 12
    assert sum(is_new for _voucher, is_new in results) == 1
    assert len({voucher.pk for voucher, _new in results}) == Voucher.objects.count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_one_receipt_for_two_members_at_once_is_one_members() -> None:
    table = Table()
    papers = [paper(table, member=member, method="MPESA", receipt_number="R1") for member in (table.alice, table.beth)]
    results = in_parallel([lambda one=one: draft(one) for one in papers * 4])  # type: ignore[misc]  # bound per turn
    assert sum(isinstance(result, ReceiptAlreadyUsed) for result in results) == 4
    assert Voucher.objects.count() == 1


# Places


def test_words_for_places() -> None:
    assert [Place(account).word for account in ("1010", "1020", "1030", "1040")] == [
        "CASH_BOX", "BANK", "MPESA", "OFFICER",
    ]  # fmt: skip
    joseph, grace = Hands(new_id(), holds_office=False), Hands(new_id(), holds_office=True)
    assert place_of("CASH", joseph) == held_by(joseph.user)
    assert place_of("CASH", joseph, at_the_table=True) == place_of("CASH", grace) == BOX
    assert (place_of("MPESA", grace), place_of("BANK", joseph)) == (Place("1030"), Place("1020"))
