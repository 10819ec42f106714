"""Withdrawals: always two people, never more than the limit, judged twice."""

import datetime as dt

import pytest

from core.ids import new_id
from core.money import kes
from core.tests.lasting import lasting
from groups.operations import GroupSuspended, adopt_constitution
from ledger.models import Voucher
from ledger.operations import DateInFuture, InsufficientCash, InsufficientFund
from ledger.places import BOX
from ledger.rules import credit, debit
from ledger.vouchers import Draft, draft, settle
from members.models import Member
from members.operations import MemberInactive
from savings import operations, queries
from savings.operations import WithdrawalLimit
from savings.operations.doors import OnlyForHerself
from savings.tests.chama import AT, TODAY, Chama


@pytest.fixture
@lasting
def saved(chama: Chama) -> Chama:
    """Alice has saved 10,000 and Peter 10,000; the box holds both."""
    chama.brings("alice", "10000")
    chama.brings("peter", "10000")
    return chama


def lend(chama: Chama, amount: str, name: str = "alice") -> None:
    """What a loan does to the books."""
    member = chama.members[name]
    paper = Draft(
        group=chama.umoja, kind="DISBURSEMENT", detail="SHORT_TERM", amount=kes(amount), recorded_by=chama.grace, at=AT,
        on=TODAY, member=member, source=BOX,
    )  # fmt: skip
    legs = [
        debit("1110", kes(amount), member=member.pk, subject=new_id()),
        credit("1010", kes(amount), head="short_term_loan"),
    ]
    settle(voucher=draft(paper)[0], legs=legs, at=AT, actor=chama.grace)


def withdrawable(chama: Chama, name: str = "alice", on: dt.date = TODAY) -> str:
    return str(queries.summary(chama.members[name], on).withdrawable)


@pytest.mark.parametrize("recorder", ["alice", "grace", "joseph", "mary"])
def test_a_withdrawal_waits_whoever_records_it(saved: Chama, recorder: str) -> None:
    voucher = saved.asks("alice", "2000", by=recorder)
    assert (voucher.status, voucher.kind, voucher.detail) == ("PENDING", "WITHDRAWAL", "REGULAR")
    assert saved.holds("2010", "alice") == kes("10000")


def test_another_person_verifies_and_the_money_leaves(saved: Chama) -> None:
    voucher = saved.verifies("mary", saved.asks("alice", "2000"))
    assert (saved.holds("2010", "alice"), saved.holds("1010")) == (kes("8000"), kes("18000"))
    assert voucher.verified_by == saved.mary
    assert saved.books_are_proven


def test_a_field_officer_pays_out_of_her_own_hands(saved: Chama) -> None:
    saved.brings("peter", "3000", by="joseph")
    saved.verifies("grace", saved.asks("alice", "1000", by="joseph"))
    saved.verifies("joseph", saved.asks("alice", "500", by="alice"))
    assert (saved.holds("1040", "joseph"), saved.holds("1010")) == (kes("1500"), kes("20000"))
    assert saved.books_are_proven


def test_cash_that_is_not_there_cannot_be_paid(saved: Chama) -> None:
    waiting = saved.asks("alice", "1000", by="joseph")
    with pytest.raises(InsufficientCash):
        saved.verifies("grace", waiting)
    assert saved.fresh(waiting).status == "PENDING"


def test_the_limit_is_half_of_what_she_had(saved: Chama) -> None:
    assert withdrawable(saved) == "5000.00"
    with pytest.raises(WithdrawalLimit) as refused:
        saved.asks("alice", "5000.01")
    assert (refused.value.code, refused.value.field) == ("withdrawal_limit", "amount")
    assert refused.value.facts == {"available": "5000.00"}
    assert "5,000.00" in str(refused.value.detail)
    assert saved.asks("alice", "5000").status == "PENDING"


def test_what_waits_counts_against_the_next(saved: Chama) -> None:
    saved.asks("alice", "4000")
    assert withdrawable(saved) == "1000.00"
    with pytest.raises(WithdrawalLimit):
        saved.asks("alice", "1000.01")


def test_what_was_withdrawn_within_the_year_counts_and_older_does_not(saved: Chama) -> None:
    saved.verifies("mary", saved.asks("alice", "3000"))
    # S = 7,000, W = 3,000: half of 10,000 less the 3,000.
    assert withdrawable(saved) == "2000.00"
    assert withdrawable(saved, on=dt.date(2027, 3, 19)) == "2000.00"
    assert withdrawable(saved, on=dt.date(2027, 3, 20)) == "3500.00"


def test_a_reversed_withdrawal_counts_in_neither(saved: Chama) -> None:
    taken = saved.verifies("mary", saved.asks("alice", "3000"))
    saved.reverses("grace", taken)
    assert withdrawable(saved) == "5000.00"
    assert saved.books_are_proven


def test_a_rejected_withdrawal_counts_no_more(saved: Chama) -> None:
    operations.reject(voucher=saved.asks("alice", "3000"), by=saved.mary, at=AT, reason="Not today")
    assert withdrawable(saved) == "5000.00"


def test_the_limit_is_judged_again_without_itself(saved: Chama) -> None:
    first = saved.asks("alice", "5000")
    saved.reverses("grace", Voucher.objects.get(member=saved.members["alice"], kind="CONTRIBUTION"))
    saved.brings("alice", "6000")
    with pytest.raises(WithdrawalLimit):
        saved.verifies("mary", first)
    saved.brings("alice", "4000")
    assert saved.verifies("mary", first).status == "VERIFIED"


def test_a_running_loan_holds_the_savings_that_secure_it(saved: Chama) -> None:
    lend(saved, "12000")
    # 12,000 at three times hold 4,000 of 10,000; half of her savings is the closer bound.
    assert withdrawable(saved) == "5000.00"
    lend(saved, "6000")
    assert withdrawable(saved) == "4000.00"
    with pytest.raises(WithdrawalLimit):
        saved.asks("alice", "4000.01")


def test_the_constitution_may_allow_more(saved: Chama) -> None:
    adopt_constitution(group=saved.umoja, effective_on=TODAY, at=AT, by=saved.sarah, withdrawal_percent=80)
    assert withdrawable(saved) == "8000.00"


def test_money_lent_out_cannot_be_withdrawn(saved: Chama) -> None:
    lend(saved, "18000", "peter")
    saved.brings("alice", "4000", kind="WELFARE")
    with pytest.raises(InsufficientFund):
        saved.verifies("mary", saved.asks("alice", "5000"))
    assert saved.verifies("mary", saved.asks("peter", "100")).status == "VERIFIED"


def test_only_officers_ask_for_others(saved: Chama) -> None:
    with pytest.raises(OnlyForHerself):
        saved.asks("alice", "100", by="peter")


def test_the_usual_refusals(saved: Chama) -> None:
    with pytest.raises(DateInFuture):
        saved.asks("alice", "100", on=TODAY + dt.timedelta(days=1))
    Member.objects.filter(pk=saved.members["peter"].pk).update(is_active=False)
    saved.members["peter"].refresh_from_db(fields=["is_active"])
    with pytest.raises(MemberInactive):
        saved.asks("peter", "100")
    saved.members["alice"].group.status = "SUSPENDED"
    with pytest.raises(GroupSuspended):
        saved.asks("alice", "100")


def test_the_same_receipt_asks_once(saved: Chama) -> None:
    first = saved.asks("alice", "100", method="MPESA", receipt_number="OUT1")
    assert saved.asks("alice", "100", method="MPESA", receipt_number="OUT1").pk == first.pk
    assert Voucher.objects.filter(kind="WITHDRAWAL").count() == 1


def test_a_refused_request_leaves_no_paper(saved: Chama) -> None:
    with pytest.raises(WithdrawalLimit):
        saved.asks("alice", "9000", method="MPESA", receipt_number="OUT1")
    assert saved.asks("alice", "900", method="MPESA", receipt_number="OUT1").status == "PENDING"
