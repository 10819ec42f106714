"""A mistake is taken back by a second entry: what that does, and what cannot be taken back."""

import datetime as dt

import pytest

from audit.models import Act
from core.errors import Invalid
from core.money import kes
from groups.models import BankingGroup
from ledger.models import Entry, ReceiptClaim, Voucher
from ledger.operations import AlreadyReversed, InsufficientCash
from ledger.vouchers import InvalidTransition, TakenBackByYou
from notifications.models import Message
from savings import operations
from savings.tests.chama import AT, TODAY, Chama

TOMORROW = AT + dt.timedelta(days=1)


def test_a_contribution_is_taken_back_on_the_day_it_is_noticed(chama: Chama) -> None:
    first = chama.brings("alice", "500", on=TODAY - dt.timedelta(days=3))
    second = chama.reverses("mary", first, at=TOMORROW)
    assert (second.kind, second.detail, second.status) == ("REVERSAL", "REGULAR", "VERIFIED")
    assert (second.reverses_id, second.amount, second.recorded_by) == (first.pk, kes("500"), chama.mary)
    assert second.booked_on == TODAY + dt.timedelta(days=1)
    assert second.entry
    assert second.entry.reverses_id == first.entry_id
    assert chama.holds("1010") == chama.holds("2010") == kes("0")
    assert chama.fresh(first).status == "VERIFIED"
    assert (chama.is_reversed(first), chama.is_reversed(second)) == (True, False)
    assert (second.from_place, second.to_place) == ("1010", "")
    assert chama.books_are_proven


def test_the_reason_is_kept_sealed_and_the_act_logged(chama: Chama) -> None:
    second = chama.reverses("mary", chama.brings("alice", "500"), "It was Peter's")
    assert chama.fresh(second).reason == "It was Peter's"
    assert Act.objects.get(verb="voucher.reversed").subject_id == second.pk
    assert "Peter" not in str(list(Act.objects.values()))
    assert Message.objects.filter(user=chama.alice).count() == 2


def test_twice_is_refused(chama: Chama) -> None:
    first = chama.brings("alice", "500")
    chama.reverses("mary", first)
    with pytest.raises(AlreadyReversed):
        chama.reverses("grace", first)
    assert Entry.objects.count() == 2


def test_only_what_moved_money_is_reversed_and_a_reversal_is_final(chama: Chama) -> None:
    waiting = chama.brings("alice", "500", by="alice")
    rejected = chama.brings("alice", "500", by="alice")
    operations.reject(voucher=rejected, by=chama.grace, at=AT, reason="No")
    reversal = chama.reverses("mary", chama.brings("alice", "500"))
    for voucher in [waiting, rejected, reversal]:
        with pytest.raises(InvalidTransition) as refused:
            chama.reverses("mary", voucher)
        assert refused.value.status == 409


def test_a_reversal_says_why(chama: Chama) -> None:
    with pytest.raises(Invalid):
        chama.reverses("mary", chama.brings("alice", "500"), " ")


def test_money_that_has_left_again_cannot_be_taken_back(chama: Chama) -> None:
    first = chama.brings("alice", "500")
    chama.moves("EXPENSE", "100")
    with pytest.raises(InsufficientCash):
        chama.reverses("mary", first)
    assert not Voucher.objects.filter(kind="REVERSAL").exists()


def test_the_receipt_is_free_again(chama: Chama) -> None:
    wrong = chama.brings("alice", "500", method="MPESA", receipt_number="SJK12AB")
    chama.reverses("mary", wrong)
    right = chama.brings("peter", "500", method="MPESA", receipt_number="SJK12AB")
    assert ReceiptClaim.objects.get(freed_at__isnull=True).voucher_id == right.pk
    assert chama.books_are_proven


def test_who_took_a_receipt_back_gives_it_to_nobody_else(chama: Chama) -> None:
    wrong = chama.brings("alice", "500", method="MPESA", receipt_number="SJK12AB")
    chama.reverses("mary", wrong)
    for name, amount in [("peter", "500"), ("lucy", "40")]:
        with pytest.raises(TakenBackByYou) as refused:
            chama.brings(name, amount, method="MPESA", receipt_number="sjk-12ab", by="mary")
        assert (refused.value.code, refused.value.field) == ("receipt_already_used", "transaction_id")
    assert not ReceiptClaim.objects.filter(freed_at__isnull=True).exists()
    put_right = chama.brings("alice", "50", method="MPESA", receipt_number="SJK12AB", by="mary")
    assert put_right.status == "VERIFIED"
    assert chama.books_are_proven


def test_a_suspended_group_puts_mistakes_right(chama: Chama) -> None:
    first = chama.brings("alice", "500")
    BankingGroup.objects.filter(pk=chama.umoja.pk).update(status="SUSPENDED")
    assert chama.reverses("daniel", first).status == "VERIFIED"


def test_hand_overs_payouts_and_expenses_are_reversed_too(chama: Chama) -> None:
    chama.brings("peter", "5000", kind="WELFARE")
    chama.brings("peter", "5000", by="joseph")
    before = {code: chama.holds(code) for code in ("1010", "1020", "1040", "2020", "5010")}
    acts = [
        chama.verifies("grace", chama.moves("HANDOVER", "900", by="joseph")),
        chama.verifies("mary", chama.moves("WELFARE_PAYOUT", "900", member=chama.members["alice"])),
        chama.moves("EXPENSE", "50"),
        chama.moves("BANKING", "70"),
    ]
    for act in reversed(acts):
        chama.reverses("joseph" if act.detail == "HANDOVER" else "grace", act)
    assert {code: chama.holds(code) for code in before} == before
    assert chama.books_are_proven
