"""What keeps somebody from leaving, and who may not let her go."""

import datetime as dt
from collections.abc import Callable

import pytest

from core.errors import Forbidden, Invalid, MakerIsChecker, Refusal
from core.ids import new_id
from core.money import kes
from core.tests.lasting import lasting
from cycles.models import Leaving
from cycles.operations import AmountChanged, Departure, HasLeft, PapersWait, StillOwes, WroteTheKin, leave
from cycles.tests.leavers import leaves, member, sister
from groups.models import BankingGroup
from groups.operations import GroupSuspended
from ledger.models import ClosedPeriod, Voucher
from ledger.operations import DateInFuture, InsufficientCash, InsufficientFund, PeriodClosed
from ledger.vouchers import ReceiptAlreadyUsed
from members.models import NextOfKin, Person
from members.operations import MemberInactive, join
from members.operations.offices import HoldsOffice
from savings import operations
from savings.rules import OpeningLine
from savings.tests.chama import AT, TODAY, Chama

pytestmark = pytest.mark.django_db


@pytest.fixture
@lasting
def stocked(chama: Chama) -> Chama:
    chama.brings("alice", "2000")
    chama.brings("mary", "500")
    chama.brings("peter", "8000")
    return chama


def is_still_a_member(chama: Chama, name: str = "alice") -> bool:
    """Nothing at all has happened."""
    untouched = not Leaving.objects.exists() and not Voucher.objects.filter(detail="LEAVING").exists()
    return member(chama, name).is_active and untouched and chama.books_are_proven


def test_nobody_lets_herself_go(stocked: Chama) -> None:
    with pytest.raises(MakerIsChecker):
        leaves(stocked, "mary", by="mary")
    assert is_still_a_member(stocked, "mary")


def test_nor_does_somebody_with_her_phone(stocked: Chama) -> None:
    Person.objects.filter(pk=stocked.members["lucy"].person_id).update(phone_digest=stocked.joseph.phone_digest)
    stocked.brings("lucy", "500")
    with pytest.raises(MakerIsChecker):
        leave(member=member(stocked, "lucy"), departure=Departure(on=TODAY), by=stocked.joseph, at=AT)


@pytest.mark.parametrize("name", ["esther", "alice", "faith", "sarah", "jane"])
def test_only_those_with_the_word_let_her_go(stocked: Chama, name: str) -> None:
    with pytest.raises(Forbidden):
        leaves(stocked, "peter", by=name)
    assert is_still_a_member(stocked, "peter")


def test_who_owes_stays_until_it_is_paid(chama: Chama) -> None:
    hers = chama.members["alice"].pk
    lines = [
        OpeningLine("1010", kes("5000")),
        OpeningLine("2010", kes("3000"), member=hers),
        OpeningLine("1110", kes("1200.50"), member=hers, subject=new_id()),
    ]
    operations.open_books(group=chama.umoja, lines=lines, by=chama.daniel, at=AT, on=TODAY)
    with pytest.raises(StillOwes) as refused:
        leaves(chama, "alice")
    assert "1,200.50" in str(refused.value.detail)
    assert refused.value.facts == {"amount": "1200.50"}
    assert is_still_a_member(chama)


@pytest.mark.parametrize("kind", ["contribution", "withdrawal", "payout"])
def test_papers_that_name_her_are_decided_first(stocked: Chama, kind: str) -> None:
    stocked.brings("peter", "5000", kind="WELFARE")
    papers: dict[str, Callable[[], Voucher]] = {
        "contribution": lambda: stocked.brings("alice", "100", by="alice"),
        "withdrawal": lambda: stocked.asks("alice", "100"),
        "payout": lambda: stocked.moves("WELFARE_PAYOUT", "100", member=stocked.members["alice"]),
    }
    paper = papers[kind]()
    with pytest.raises(PapersWait) as refused:
        leaves(stocked, "alice")
    assert refused.value.status == 422
    assert is_still_a_member(stocked)
    operations.reject(voucher=paper, by=stocked.mary, at=AT, reason="She leaves")
    assert leaves(stocked, "alice").voucher


def test_others_papers_do_not_keep_her(stocked: Chama) -> None:
    stocked.asks("peter", "100")
    assert leaves(stocked, "alice").voucher


def test_nobody_leaves_twice(stocked: Chama) -> None:
    leaves(stocked, "alice")
    with pytest.raises(HasLeft) as refused:
        leaves(stocked, "alice")
    assert refused.value.code == "member_inactive"


def test_nothing_is_recorded_for_who_has_left(stocked: Chama) -> None:
    """Also by somebody whose page showed her as a member."""
    stale = stocked.members["alice"]
    leaves(stocked, "alice")
    assert stale.is_active
    stocked.brings("peter", "5000", kind="WELFARE")
    acts: list[Callable[[], Voucher]] = [
        lambda: stocked.brings("alice", "100"),
        lambda: stocked.asks("alice", "100"),
        lambda: stocked.moves("WELFARE_PAYOUT", "100", member=stale),
    ]
    for act in acts:
        with pytest.raises(MemberInactive):
            act()


def test_nothing_is_taken_over_for_who_has_left(stocked: Chama) -> None:
    leaves(stocked, "alice")
    lines = [OpeningLine("1010", kes("100")), OpeningLine("2010", kes("100"), member=stocked.members["alice"].pk)]
    with pytest.raises(MemberInactive):
        operations.open_books(group=stocked.umoja, lines=lines, by=stocked.daniel, at=AT, on=TODAY)


def test_the_box_pays_what_it_has(stocked: Chama) -> None:
    stocked.moves("BANKING", "10000")
    with pytest.raises(InsufficientCash):
        leaves(stocked, "alice")
    assert is_still_a_member(stocked)


def test_the_loan_fund_pays_what_it_has(stocked: Chama) -> None:
    stocked.brings("peter", "9000", kind="WELFARE")
    stocked.moves("EXPENSE", "9000")
    with pytest.raises(InsufficientFund):
        leaves(stocked, "alice")
    assert is_still_a_member(stocked)


@pytest.mark.parametrize(
    ("days", "refusal"), [(1, DateInFuture), (-1, Invalid), (-4000, Invalid)], ids=["tomorrow", "before", "long before"]
)
def test_the_day_is_neither_to_come_nor_before_her_money(stocked: Chama, days: int, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal) as refused:
        leaves(stocked, "alice", on=TODAY + dt.timedelta(days=days))
    if refusal is Invalid:
        assert refused.value.field == "left_on"
    assert is_still_a_member(stocked)


def test_a_closed_month_pays_nobody_out(stocked: Chama) -> None:
    ClosedPeriod.objects.create(group=stocked.umoja, month=TODAY.replace(day=1), closed_by=stocked.grace, closed_at=AT)
    with pytest.raises(PeriodClosed):
        leaves(stocked, "alice")


def test_a_suspended_group_pays_nobody_out(stocked: Chama) -> None:
    BankingGroup.objects.filter(pk=stocked.umoja.pk).update(status="SUSPENDED")
    with pytest.raises(GroupSuspended):
        leave(member=member(stocked, "alice"), departure=Departure(on=TODAY), by=stocked.grace, at=AT)


def test_a_receipt_pays_once(stocked: Chama) -> None:
    stocked.brings("peter", "5000", method="MPESA", receipt_number="SJK1")
    with pytest.raises(ReceiptAlreadyUsed):
        leaves(stocked, "alice", method="MPESA", receipt_number="SJK1")
    assert is_still_a_member(stocked)


def test_who_died_is_paid_out_to_somebody_she_named(stocked: Chama) -> None:
    with pytest.raises(Invalid) as refused:
        leaves(stocked, "alice", kind="DIED")
    assert refused.value.field == "next_of_kin"
    assert is_still_a_member(stocked)
    assert leaves(stocked, "alice", kind="DIED", paid_to=sister(stocked, "alice")).voucher


def test_who_came_back_does_not_leave_with_the_receipt_of_before(stocked: Chama) -> None:
    stocked.brings("peter", "9000", method="MPESA")
    leaves(stocked, "alice", method="MPESA", receipt_number="SJK1")
    join(group=stocked.umoja, person=stocked.members["alice"].person, at=AT, on=TODAY, by=stocked.sarah)
    stocked.members["alice"] = member(stocked, "alice")
    stocked.brings("alice", "2000")
    with pytest.raises(ReceiptAlreadyUsed) as refused:
        leaves(stocked, "alice", method="MPESA", receipt_number="SJK1")
    assert refused.value.field == "transaction_id"
    assert leaves(stocked, "alice", method="MPESA", receipt_number="SJK2").voucher


def test_she_is_paid_what_was_looked_at_or_nothing(stocked: Chama) -> None:
    stocked.brings("alice", "100")
    with pytest.raises(AmountChanged) as refused:
        leaves(stocked, "alice", expected=kes("2000"))
    assert (refused.value.code, refused.value.status) == ("amount_changed", 422)
    assert is_still_a_member(stocked)
    assert leaves(stocked, "alice", expected=kes("2100")).voucher


def test_nothing_was_looked_at_and_there_is_something(stocked: Chama) -> None:
    with pytest.raises(AmountChanged):
        leaves(stocked, "alice", expected=kes("0"))
    assert leaves(stocked, "lucy", expected=kes("0")).voucher is None


def test_a_next_of_kin_that_was_changed_meanwhile_is_looked_at_again(stocked: Chama) -> None:
    gone = sister(stocked, "alice")
    NextOfKin.objects.filter(pk=gone.pk).delete()
    with pytest.raises(Invalid) as refused:
        leaves(stocked, "alice", kind="DIED", paid_to=gone)
    assert refused.value.field == "next_of_kin"
    assert is_still_a_member(stocked)


def test_nor_is_somebody_elses_next_of_kin_paid(stocked: Chama) -> None:
    with pytest.raises(Invalid):
        leaves(stocked, "alice", kind="DIED", paid_to=sister(stocked, "peter"))


def test_who_wrote_down_the_next_of_kin_does_not_pay_her(stocked: Chama) -> None:
    """Otherwise one officer writes a kin of his own, records a death, and keeps what she saved."""
    stocked.brings("peter", "5000", by="joseph")
    kin = sister(stocked, "alice", by="joseph")
    with pytest.raises(WroteTheKin) as refused:
        leaves(stocked, "alice", by="joseph", kind="DIED", paid_to=kin)
    assert (refused.value.code, refused.value.status, refused.value.field) == ("maker_is_checker", 422, "next_of_kin")
    assert "You wrote down this next of kin" in str(refused.value.detail)
    assert is_still_a_member(stocked)
    assert leaves(stocked, "alice", by="grace", kind="DIED", paid_to=kin).voucher


def test_he_pays_whom_another_wrote_down(stocked: Chama) -> None:
    stocked.brings("peter", "5000", by="joseph")
    sister(stocked, "alice", by="joseph")
    assert leaves(stocked, "alice", by="joseph", kind="DIED", paid_to=sister(stocked, "alice", by="grace")).voucher


def test_a_next_of_kin_from_before_that_was_remembered_bars_nobody(stocked: Chama) -> None:
    kin = sister(stocked, "alice")
    kin.written_by = None
    kin.save()
    assert leaves(stocked, "alice", kind="DIED", paid_to=kin).voucher


def test_who_died_without_money_needs_nobody_to_take_it(stocked: Chama) -> None:
    assert leaves(stocked, "lucy", kind="DIED").voucher is None


def test_who_leaves_is_paid_herself(stocked: Chama) -> None:
    with pytest.raises(Invalid) as refused:
        leaves(stocked, "alice", paid_to=sister(stocked, "alice"))
    assert refused.value.field == "next_of_kin"


def test_an_id_names_one_leaving(stocked: Chama) -> None:
    first = leaves(stocked, "lucy")
    with pytest.raises(Invalid) as refused:
        leave(member=member(stocked, "alice"), departure=Departure(on=TODAY), by=stocked.grace, at=AT, id=first.pk)
    assert refused.value.field == "id"


def test_an_officer_pays_no_more_than_his_hands_hold(stocked: Chama) -> None:
    with pytest.raises(InsufficientCash):
        leaves(stocked, "alice", by="joseph")


@pytest.mark.parametrize("name", ["grace", "joseph"])
def test_an_office_does_not_end_by_the_way(stocked: Chama, name: str) -> None:
    """Otherwise a secretary could be rid of the chair by writing that she left."""
    with pytest.raises(HoldsOffice):
        leaves(stocked, "ruth", by=name)
    assert member(stocked, "ruth").is_active
    assert not Leaving.objects.exists()
