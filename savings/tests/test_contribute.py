"""Contributions: who records for whom, what is posted at once, where the money lies, and what is refused."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import Act
from core.codes import short_code
from core.errors import Forbidden
from core.money import kes
from groups.models import BankingGroup
from groups.operations import GroupSuspended, adopt_constitution
from ledger.models import ClosedPeriod, Entry, Line, ReceiptClaim, Voucher
from ledger.operations import DateInFuture, PeriodClosed
from ledger.vouchers import ReceiptAlreadyUsed
from members.models import Member
from members.operations import MemberInactive
from notifications.models import Message
from savings import operations, queries
from savings.operations import NoSuchFund
from savings.operations.contributions import OfficersRecordThis
from savings.operations.doors import OnlyForHerself
from savings.tests.chama import AT, TODAY, Chama

PENDING, VERIFIED = Voucher.Status.PENDING, Voucher.Status.VERIFIED


def test_grace_records_for_alice_and_it_is_posted_at_once(chama: Chama) -> None:
    voucher = chama.brings("alice", "137.50")
    assert (voucher.status, voucher.verified_by, voucher.method) == (VERIFIED, None, "CASH")
    assert voucher.entry
    assert (voucher.entry.number, voucher.entry.key, voucher.entry.kind) == (1, f"{voucher.pk}:0", "CONTRIBUTION")
    assert (chama.holds("1010"), chama.holds("2010", "alice")) == (kes("137.50"), kes("137.50"))
    assert chama.books_are_proven


@pytest.mark.parametrize(("kind", "account"), [("WELFARE", "2020"), ("ECD", "2030"), ("PROJECT", "2040")])
def test_each_kind_feeds_its_fund(chama: Chama, kind: str, account: str) -> None:
    voucher = chama.brings("alice", "200", kind=kind)
    assert chama.holds(account, "alice") == kes("200")
    assert not voucher.is_short
    assert queries.fund_balances(chama.umoja, [chama.members["alice"]])[chama.members["alice"].pk] == {
        word: kes("200") if code == account else kes("0")
        for word, code in {"PERSONAL": "2010", "SOCIAL": "2020", "ECD": "2030", "PROJECT": "2040"}.items()
    }
    assert chama.books_are_proven


def test_a_member_records_for_herself_and_waits(chama: Chama) -> None:
    voucher = chama.brings("alice", "250", by="alice", method="MPESA")
    assert (voucher.status, voucher.entry) == (PENDING, None)
    assert chama.holds("2010") == kes("0")
    assert not Entry.objects.exists()


@pytest.mark.parametrize("officer", ["grace", "mary", "esther"])
def test_an_officer_who_records_for_herself_waits_too(chama: Chama, officer: str) -> None:
    assert chama.brings(officer, "250", by=officer).status == PENDING


def test_with_a_second_pair_of_eyes_everything_waits(chama: Chama) -> None:
    adopt_constitution(group=chama.umoja, effective_on=TODAY, at=AT, by=chama.sarah, second_pair_of_eyes=True)
    waiting = chama.brings("alice", "250")
    assert waiting.status == PENDING
    assert chama.verifies("mary", waiting).status == VERIFIED
    # Dating it back to the days of the version before does not get round it.
    assert chama.brings("alice", "250", on=TODAY - dt.timedelta(days=1)).status == PENDING


def test_cash_a_field_officer_takes_is_in_her_hands(chama: Chama) -> None:
    chama.brings("alice", "300", by="joseph")
    assert (chama.holds("1040", "joseph"), chama.holds("1010")) == (kes("300"), kes("0"))
    assert chama.books_are_proven


def test_cash_at_the_table_is_in_the_box_whoever_records_it(chama: Chama) -> None:
    chama.brings("alice", "300", by="joseph", table=chama.sits())
    assert chama.holds("1010") == kes("300")


@pytest.mark.parametrize(("method", "place"), [("MPESA", "1030"), ("BANK", "1020")])
def test_other_methods_have_their_own_place(chama: Chama, method: str, place: str) -> None:
    chama.brings("alice", "300", by="joseph", method=method)
    assert chama.holds(place) == kes("300")


def test_cash_a_member_records_lies_with_whoever_verifies_it(chama: Chama) -> None:
    chama.verifies("joseph", chama.brings("alice", "100", by="alice"))
    chama.verifies("grace", chama.brings("alice", "40", by="alice"))
    assert (chama.holds("1040", "joseph"), chama.holds("1010")) == (kes("100"), kes("40"))
    assert chama.books_are_proven


def test_less_than_the_months_minimum_is_accepted_and_flagged(chama: Chama) -> None:
    first, second = chama.brings("alice", "300"), chama.brings("alice", "300")
    assert (first.is_short, second.is_short) == (True, False)
    assert chama.brings("peter", "500").is_short is False
    assert chama.brings("alice", "300", on=dt.date(2026, 2, 27)).is_short is True


def test_alice_hears_of_it_with_her_receipt(chama: Chama) -> None:
    voucher = chama.brings("alice", "1137.50")
    message = Message.objects.get(user=chama.alice)
    assert short_code(voucher.pk) in message.body
    assert "1,137.50" in message.body
    assert message.group_id == chama.umoja.pk


def test_nobody_is_told_of_what_waits_and_lucy_has_no_phone_to_be_told(chama: Chama) -> None:
    chama.brings("alice", "100", by="alice")
    chama.brings("lucy", "100")
    assert not Message.objects.exists()


def test_the_act_is_logged_without_a_name(chama: Chama) -> None:
    voucher = chama.brings("alice", "137.50")
    act = Act.objects.get(verb="contribution.recorded")
    assert (act.actor_id, act.subject_id, act.group_id) == (chama.grace.pk, voucher.pk, chama.umoja.pk)
    assert act.facts == {"kind": "CONTRIBUTION", "detail": "REGULAR", "amount": "137.50", "booked_on": "2026-03-20"}


# Refusals


@pytest.mark.parametrize("kind", ["WELFARE", "ECD"])
def test_alice_cannot_record_for_funds_that_officers_keep(chama: Chama, kind: str) -> None:
    with pytest.raises(OfficersRecordThis) as refused:
        chama.brings("alice", "100", by="alice", kind=kind)
    assert refused.value.status == 403
    assert chama.brings("alice", "100", by="alice", kind="PROJECT").status == PENDING


@pytest.mark.parametrize("stranger", ["peter", "jane", "daniel", "faith", "sarah"])
def test_only_officers_record_for_others(chama: Chama, stranger: str) -> None:
    with pytest.raises(OnlyForHerself):
        chama.brings("alice", "100", by=stranger)
    assert issubclass(OnlyForHerself, Forbidden)


def test_a_fine_is_no_fund(chama: Chama) -> None:
    with pytest.raises(NoSuchFund) as refused:
        chama.brings("alice", "50", kind="FINE")
    assert (refused.value.code, refused.value.field) == ("invalid", "contribution_type")


def test_who_has_left_brings_nothing(chama: Chama) -> None:
    Member.objects.filter(pk=chama.members["alice"].pk).update(is_active=False)
    chama.members["alice"].refresh_from_db(fields=["is_active"])
    with pytest.raises(MemberInactive):
        chama.brings("alice", "50")


def test_a_suspended_group_takes_no_money(chama: Chama) -> None:
    for status in ["SUSPENDED", "INACTIVE"]:
        chama.members["alice"].group.status = BankingGroup.Status[status]
        with pytest.raises(GroupSuspended):
            chama.brings("alice", "50")


def test_tomorrow_is_refused_also_for_what_would_wait(chama: Chama) -> None:
    for recorder in ["grace", "alice"]:
        with pytest.raises(DateInFuture):
            chama.brings("alice", "50", by=recorder, on=TODAY + dt.timedelta(days=1))
    # 21:30 in London is the next day in Nairobi.
    late = dt.datetime(2026, 3, 20, 21, 30, tzinfo=dt.UTC)
    assert chama.brings("alice", "50", at=late, on=dt.date(2026, 3, 21)).status == VERIFIED


def test_a_closed_month_is_refused_also_for_what_would_wait(chama: Chama) -> None:
    ClosedPeriod.objects.create(group=chama.umoja, month=dt.date(2026, 2, 1), closed_by=chama.daniel, closed_at=AT)
    for recorder in ["grace", "alice"]:
        with pytest.raises(PeriodClosed):
            chama.brings("alice", "50", by=recorder, on=dt.date(2026, 2, 27))
    assert not Voucher.objects.exists()


# Receipt numbers


def test_the_same_receipt_for_the_same_thing_is_the_first_voucher(chama: Chama) -> None:
    first = chama.brings("alice", "250", method="MPESA", receipt_number="sjk 12ab")
    again = chama.brings("alice", "250", by="mary", method="MPESA", receipt_number=" SJK12AB")
    assert again.pk == first.pk
    assert chama.holds("2010", "alice") == kes("250")
    assert Message.objects.count() == 1
    assert Act.objects.filter(verb="contribution.recorded").count() == 1


@pytest.mark.parametrize(
    ("name", "amount", "kind"), [("peter", "250", "REGULAR"), ("alice", "251", "REGULAR"), ("alice", "250", "ECD")]
)
def test_the_same_receipt_for_anything_else_is_refused_and_says_where_to_look(
    chama: Chama, name: str, amount: str, kind: str
) -> None:
    chama.brings("alice", "250", method="MPESA", receipt_number="SJK12AB")
    with pytest.raises(ReceiptAlreadyUsed) as refused:
        chama.brings(name, amount, kind=kind, method="MPESA", receipt_number="SJK12AB")
    assert "2026-03-20" in str(refused.value.detail)
    assert "250.00" in str(refused.value.detail)
    assert Voucher.objects.count() == ReceiptClaim.objects.count() == 1


def test_another_groups_receipt_is_refused_without_telling_of_it(chama: Chama) -> None:
    chama.brings("alice", "250", method="MPESA", receipt_number="SJK12AB")
    chama.hire("officer", chama.groups["Baraka"])
    with pytest.raises(ReceiptAlreadyUsed) as refused:
        chama.brings("jane", "250", by="officer", method="MPESA", receipt_number="SJK12AB")
    assert "2026" not in str(refused.value.detail)


def test_one_number_is_one_payment_by_bank_or_mpesa_and_notes_on_cash_claim_nothing(chama: Chama) -> None:
    for method in ["MPESA", "BANK", "CASH", "CASH"]:
        chama.brings("alice", "10", method=method, receipt_number="77")
    assert chama.holds("2010", "alice") == kes("30")
    assert ReceiptClaim.objects.get().method == "MPESA"


def test_another_organisation_has_receipts_of_its_own(chama: Chama) -> None:
    chama.brings("alice", "250", method="MPESA", receipt_number="SJK12AB")
    chama.hire("amina", chama.groups["Neema"])
    assert chama.brings("kevin", "9", by="amina", method="MPESA", receipt_number="SJK12AB").status == VERIFIED


# Cost


def test_a_contribution_costs_the_same_however_many_came_before(chama: Chama) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            operations.contribute(
                member=chama.members["alice"], kind="REGULAR", amount=kes("5"), by=chama.grace, at=AT, on=TODAY
            )
        return len(seen)

    cost()
    few = cost()
    for _ in range(10):
        cost()
    assert cost() == few
    assert few <= 28
    assert Line.objects.count() == 26
