"""Paying fines: the one that is named, else the oldest first; never more than is owed; and taken back."""

import contextlib
import datetime as dt
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.models import Act
from core.errors import Forbidden, MakerIsChecker, NotFound
from core.money import ZERO, kes
from groups.operations import adopt_constitution
from ledger.models import Line, Voucher
from ledger.operations import DateInFuture, post
from ledger.rules import credit, debit
from ledger.verify import check_books
from ledger.vouchers import ReceiptAlreadyUsed
from members.models import Member
from members.operations import MemberInactive
from notifications.models import Message
from savings import fines, operations, rules
from savings.models import Fine
from savings.operations import MoreThanTheFines, Table
from savings.operations.doors import OnlyForHerself
from savings.operations.dues import refresh_fines, settle_fines
from savings.operations.fines import FineNotOpen
from savings.tests.chama import AT, TODAY, Chama

pytestmark = pytest.mark.django_db
YESTERDAY = TODAY - dt.timedelta(days=1)


def lines(voucher: Voucher) -> list[tuple[str, str, str]]:
    rows = Line.objects.filter(entry=voucher.entry_id).order_by("id").select_related("account")
    return [(line.account.code, f"{line.amount:.2f}", line.head) for line in rows]


def test_alice_pays_and_it_is_income_when_paid(chama: Chama) -> None:
    fine = chama.fines("alice", "100")
    voucher = chama.pays("alice", "100")
    assert (voucher.kind, voucher.detail, voucher.status) == ("FINE_PAYMENT", "FINE", "VERIFIED")
    assert lines(voucher) == [("1010", "100.00", "fine"), ("4050", "-100.00", "")]
    line = Line.objects.get(entry=voucher.entry_id, account__code="4050")
    assert (line.member, line.subject_id) == (chama.members["alice"], fine.pk)
    assert chama.owes(fine) == [("PAID", "0.00")]
    assert chama.holds("4050", "alice") == kes("100")
    assert chama.books_are_proven


def test_she_has_a_receipt_and_the_log_a_row(chama: Chama) -> None:
    chama.fines("alice")
    voucher = chama.pays("alice", "100")
    body = Message.objects.get(once=f"voucher:{voucher.pk}").body
    assert "Fine payment of KES 100.00" in body
    assert Act.objects.get(verb="fine.payment_recorded").subject_id == voucher.pk


def test_the_oldest_first_in_one_paper_with_one_line_of_cash(chama: Chama) -> None:
    newer = chama.fines("alice", "50")
    older = chama.fines("alice", "100", on=YESTERDAY)
    others = chama.fines("peter", "100", on=YESTERDAY)
    voucher = chama.pays("alice", "130", by="joseph")
    assert lines(voucher) == [("1040", "130.00", "fine"), ("4050", "-100.00", ""), ("4050", "-30.00", "")]
    assert fines.paid_by(voucher) == {older.pk: kes("100"), newer.pk: kes("30")}
    assert chama.owes(older, newer, others) == [("PAID", "0.00"), ("OUTSTANDING", "20.00"), ("OUTSTANDING", "100.00")]
    assert chama.books_are_proven


def test_the_fine_that_is_named_before_older_ones(chama: Chama) -> None:
    older, named = chama.fines("alice", "100", on=YESTERDAY), chama.fines("alice", "50")
    voucher = chama.pays("alice", "20", fine=named)
    assert voucher.subject_id == named.pk
    assert chama.owes(older, named) == [("OUTSTANDING", "100.00"), ("OUTSTANDING", "30.00")]
    with pytest.raises(MoreThanTheFines) as refused:
        chama.pays("alice", "30.01", fine=named)
    assert refused.value.facts["amount_due"] == "30.00"


def test_more_than_is_owed_is_refused_with_what_is(chama: Chama) -> None:
    chama.fines("alice", "100")
    with pytest.raises(MoreThanTheFines) as refused:
        chama.pays("alice", "100.01")
    assert (refused.value.code, refused.value.status, refused.value.field) == ("overpayment", 422, "amount")
    assert refused.value.facts["amount_due"] == "100.00"
    assert not Voucher.objects.exists()


def test_where_nothing_is_owed_nothing_is_paid(chama: Chama) -> None:
    chama.fines("peter")
    for by in ["grace", "alice"]:
        with pytest.raises(MoreThanTheFines) as refused:
            chama.pays("alice", "1", by=by)
        assert refused.value.facts["amount_due"] == "0.00"


def test_a_fine_of_another_is_not_found(chama: Chama) -> None:
    with pytest.raises(NotFound):
        chama.pays("alice", "10", fine=chama.fines("peter"))


def test_her_own_payment_waits_and_finds_its_fines_when_it_is_verified(chama: Chama) -> None:
    first, second = chama.fines("alice", "100", on=YESTERDAY), chama.fines("alice", "100")
    waiting = chama.pays("alice", "100", by="alice")
    assert waiting.status == "PENDING"
    assert chama.owes(first) == [("OUTSTANDING", "100.00")]
    chama.waives("mary", first)
    verified = chama.verifies("joseph", waiting)
    assert (verified.status, chama.holds("1040", "joseph")) == ("VERIFIED", kes("100"))
    assert chama.owes(first, second) == [("WAIVED", "0.00"), ("PAID", "0.00")]
    assert chama.books_are_proven


def test_what_is_owed_no_more_is_not_verified(chama: Chama) -> None:
    fine = chama.fines("alice", "100")
    waiting = chama.pays("alice", "100", by="alice", fine=fine)
    chama.fines("alice", "500")
    chama.pays("alice", "100", fine=fine)
    with pytest.raises(MoreThanTheFines):
        chama.verifies("mary", waiting)
    rejected = operations.reject(voucher=waiting, by=chama.mary, at=AT, reason="Paid already")
    assert rejected.status == "REJECTED"
    assert chama.books_are_proven


def test_an_officer_waits_for_another_with_her_own_but_not_before_the_whole_table(chama: Chama) -> None:
    chama.fines("grace", "100")
    waiting = chama.pays("grace", "40", by="grace")
    assert waiting.status == "PENDING"
    with pytest.raises(MakerIsChecker):
        chama.verifies("grace", waiting)
    meeting = chama.sits().meeting_id
    alone = chama.pays("grace", "10", by="grace", table=Table(meeting, bundle=meeting))
    assert alone.status == "PENDING"
    seen = chama.pays("grace", "60", by="grace", table=Table(meeting, bundle=meeting, is_witnessed=True))
    assert (seen.status, seen.to_place, seen.bundle_id, seen.meeting_id) == (
        "VERIFIED", "1010", meeting, meeting,
    )  # fmt: skip


def test_with_a_second_pair_of_eyes_it_waits(chama: Chama) -> None:
    adopt_constitution(group=chama.umoja, effective_on=TODAY, at=AT, by=chama.sarah, second_pair_of_eyes=True)
    fine = chama.fines("alice")
    waiting = chama.pays("alice", "100")
    assert waiting.status == "PENDING"
    chama.verifies("mary", waiting)
    assert chama.owes(fine) == [("PAID", "0.00")]


def test_at_the_table_it_goes_into_the_box(chama: Chama) -> None:
    chama.fines("alice")
    assert chama.pays("alice", "100", by="joseph", table=chama.sits()).to_place == "1010"


def test_one_receipt_pays_once(chama: Chama) -> None:
    chama.fines("alice", "100")
    first = chama.pays("alice", "60", method="MPESA", receipt_number="QX 1")
    assert first.to_place == "1030"
    assert chama.pays("alice", "60", method="MPESA", receipt_number="qx1") == first
    with pytest.raises(ReceiptAlreadyUsed):
        chama.brings("alice", "60", method="MPESA", receipt_number="QX1")
    assert chama.holds("4050") == kes("60")


def test_the_officer_who_sends_her_receipt_has_seen_it(chama: Chama) -> None:
    fine = chama.fines("alice")
    chama.pays("alice", "100", by="alice", method="MPESA", receipt_number="QX1")
    assert chama.pays("alice", "100", by="mary", method="MPESA", receipt_number="QX1").verified_by == chama.mary
    assert chama.owes(fine) == [("PAID", "0.00")]


@pytest.mark.parametrize("stranger", ["peter", "jane", "daniel", "faith", "sarah"])
def test_only_officers_record_for_others(chama: Chama, stranger: str) -> None:
    chama.fines("alice")
    with pytest.raises(OnlyForHerself):
        chama.pays("alice", "100", by=stranger)
    assert issubclass(OnlyForHerself, Forbidden)


def test_who_has_left_pays_no_fine_and_nobody_pays_tomorrow(chama: Chama) -> None:
    chama.fines("alice")
    with pytest.raises(DateInFuture):
        chama.pays("alice", "100", on=TODAY + dt.timedelta(days=1))
    Member.objects.filter(pk=chama.members["alice"].pk).update(is_active=False)
    chama.members["alice"].refresh_from_db(fields=["is_active"])
    with pytest.raises(MemberInactive):
        chama.pays("alice", "100")


def test_a_paper_without_a_member_is_a_slip_of_the_program(chama: Chama) -> None:
    with pytest.raises(ValueError, match="somebody"):
        settle_fines(voucher=Voucher(), held=[], to=None, at=AT, actor=chama.grace)  # type: ignore[arg-type]  # on purpose


# Taken back


def test_a_payment_taken_back_leaves_the_fine_open_again(chama: Chama) -> None:
    older, newer = chama.fines("alice", "100", on=YESTERDAY), chama.fines("alice", "50")
    voucher = chama.pays("alice", "150")
    chama.reverses("mary", voucher)
    assert chama.owes(older, newer) == [("OUTSTANDING", "100.00"), ("OUTSTANDING", "50.00")]
    assert chama.holds("4050") == kes("0")
    assert chama.pays("alice", "150").status == "VERIFIED"
    assert chama.books_are_proven


def test_a_waived_fine_stays_waived_when_its_part_is_taken_back(chama: Chama) -> None:
    fine = chama.fines("alice", "100")
    voucher = chama.pays("alice", "30")
    chama.waives("mary", fine)
    chama.reverses("grace", voucher)
    assert chama.owes(fine) == [("WAIVED", "0.00")]
    assert chama.books_are_proven


def test_what_was_paid_stays_paid_when_its_year_is_closed(chama: Chama) -> None:
    fine = chama.fines("alice", "100")
    chama.pays("alice", "60")
    member = chama.members["alice"].pk
    legs = [debit("4050", kes("60"), member=member, subject=fine.pk), credit("3010", kes("60"))]
    post(group=chama.umoja, kind="YEAR_CLOSE", on=TODAY, at=AT, actor=chama.daniel, key="year:0", legs=legs)
    assert chama.owes(fine) == [("OUTSTANDING", "40.00")]
    chama.pays("alice", "40")
    assert chama.owes(fine) == [("PAID", "0.00")]
    assert chama.books_are_proven


def test_what_was_never_due_is_not_refreshed_into_a_debt(chama: Chama) -> None:
    fine = chama.waives("mary", chama.fines("alice"))
    refresh_fines([fine])
    assert chama.owes(fine) == [("WAIVED", "0.00")]


# Whatever happens


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(["pay", "pay", "back", "waive"]), st.integers(1, 12_000)), max_size=8))
def test_what_is_due_is_what_was_imposed_less_what_the_journal_holds(chama: Chama, acts: list[tuple[str, int]]) -> None:
    with transaction.atomic():
        imposed = [chama.fines("alice", amount) for amount in ("50", "100", "0.05")]
        standing: list[Voucher] = []
        for act, number in acts:
            with contextlib.suppress(MoreThanTheFines, FineNotOpen):
                _happens(chama, act, number, imposed, standing)
            _must_agree(imposed)
        paid: list[Decimal] = [voucher.amount for voucher in standing]
        assert sum(paid, ZERO) == chama.holds("4050", "alice")
        assert check_books(chama.umoja) == []
        transaction.set_rollback(True)


def _happens(chama: Chama, act: str, number: int, imposed: list[Fine], standing: list[Voucher]) -> None:
    if act == "pay":
        standing.append(chama.pays("alice", f"{number / 100:.2f}"))
    elif act == "waive":
        chama.waives("mary", imposed[number % 3])
    elif standing:
        chama.reverses("mary", standing.pop(number % len(standing)))


def _must_agree(imposed: list[Fine]) -> None:
    paid = fines.paid_of(fine.pk for fine in imposed)
    now = Fine.objects.in_bulk([fine.pk for fine in imposed])
    for fine, due in fines.due_of(now.values()).items():
        row, so_far = now[fine], paid.get(fine, ZERO)
        assert ZERO <= so_far <= row.amount
        assert due == (row.amount - so_far if row.status == "OUTSTANDING" else ZERO)
        assert row.status == "WAIVED" or (row.status == "PAID") == (so_far == row.amount)


def test_the_arithmetic_gives_each_what_it_can_take() -> None:
    first, second, third = (UUID(int=number) for number in (1, 2, 3))
    dues = {first: kes("10"), second: ZERO, third: kes("5")}
    assert rules.allocated(kes("12"), dues) == {first: kes("10"), third: kes("2")}
    assert rules.allocated(kes("3"), dues) == {first: kes("3")}
    assert rules.allocated(kes("99"), dues) == {first: kes("10"), third: kes("5")}
    assert (rules.is_settled(kes("10"), kes("9.99")), rules.is_settled(kes("10"), kes("10"))) == (False, True)
