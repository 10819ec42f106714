"""What a member brings to the table: one paper and one entry a line, all of them or none, in front of everybody."""

import pytest

from audit.models import Act
from campaigns.operations import CampaignNotOpen
from campaigns.tests.drive import Drive
from core.errors import Forbidden, Invalid, MakerIsChecker, NotFound
from core.money import MAX_AMOUNT, kes
from core.tests.lasting import lasting
from groups.models import BankingGroup
from groups.operations import GroupSuspended, adopt_constitution
from ledger.models import Entry, ReceiptClaim, Voucher
from ledger.operations import PeriodClosed, close_month
from ledger.vouchers import ReceiptAlreadyUsed
from loans.models import Status
from loans.operations.repaying import Overpayment
from loans.tests.lending import Lending
from meetings.operations import Brought, MeetingSealed
from meetings.tests.gathering import DAY, Gathering, regular, welfare
from members.operations import MemberInactive
from notifications.models import Message
from savings.models import Fine
from savings.operations import MoreThanTheFines
from savings.tests.chama import Chama

pytestmark = pytest.mark.django_db


@pytest.fixture
@lasting
def lending(db: None) -> Gathering:
    """Alice has a running loan of 30,000."""
    gathering = Gathering(Lending())
    assert isinstance(gathering.chama, Lending)
    gathering.chama.lent()
    return gathering


def fine(amount: str, which: Fine | None = None) -> Brought:
    return Brought("FINE", kes(amount), fine=which)


def repayment(amount: str) -> Brought:
    return Brought("LOAN_REPAYMENT", kes(amount))


def fee(amount: str) -> Brought:
    return Brought("FEE", kes(amount))


def test_each_line_is_a_paper_and_an_entry_of_its_own(gathering: Gathering) -> None:
    gathering.marks(alice="LATE")
    lines = [
        regular("500"),
        welfare("100"),
        Brought("ECD", kes("20")),
        Brought("PROJECT", kes("30")),
        fine("50"),
        fee("7"),
    ]
    papers = gathering.brings("alice", *lines)
    assert [(paper.kind, paper.detail, paper.amount) for paper in papers] == [
        ("CONTRIBUTION", "REGULAR", kes("500")),
        ("CONTRIBUTION", "WELFARE", kes("100")),
        ("CONTRIBUTION", "ECD", kes("20")),
        ("CONTRIBUTION", "PROJECT", kes("30")),
        ("FINE_PAYMENT", "FINE", kes("50")),
        ("FEE", "OTHER", kes("7")),
    ]
    assert {(paper.status, paper.to_place, paper.meeting_id, paper.booked_on) for paper in papers} == {
        ("VERIFIED", "1010", gathering.id, gathering.chama.today)
    }
    assert len({paper.bundle_id for paper in papers}) == 1
    assert len({paper.entry_id for paper in papers}) == Entry.objects.count() == 6
    assert gathering.box == kes("707")
    assert gathering.fines("alice") == [("LATE", "PAID")]
    assert Act.objects.filter(verb="collection.recorded").count() == 1
    assert gathering.chama.books_are_proven


def test_the_whole_table_is_the_witness_of_what_grace_brings_herself(gathering: Gathering) -> None:
    gathering.marks(grace="PRESENT", peter="LATE")
    papers = gathering.brings("grace", regular("500"), welfare("100"), by="grace")
    assert {paper.status for paper in papers} == {"VERIFIED"}
    assert {paper.verified_by for paper in papers} == {None}
    assert gathering.chama.books_are_proven


def test_a_table_where_nobody_else_sits_is_no_witness(gathering: Gathering) -> None:
    gathering.marks(grace="LATE", peter="ABSENT", alice="EXCUSED")
    own = gathering.brings("grace", regular("500"), fine("50"), by="grace")
    assert {paper.status for paper in own} == {"PENDING"}
    with pytest.raises(MakerIsChecker):
        gathering.brings("grace", fee("100"), by="grace")
    [hers] = gathering.brings("alice", regular("300"))
    assert (hers.status, gathering.box) == ("VERIFIED", kes("300"))
    for paper in own:
        gathering.chama.verifies("mary", paper)
    assert (gathering.box, gathering.fines("grace")) == (kes("850"), [("LATE", "PAID")])
    assert gathering.chama.books_are_proven


def test_a_meeting_of_another_day_is_no_witness_of_today(gathering: Gathering) -> None:
    before = gathering.on(gathering.chama.today - DAY)
    before.all_here()
    [own] = before.brings("grace", regular("500"), by="grace")
    [hers] = before.brings("alice", regular("300"))
    assert (own.status, hers.status) == ("PENDING", "VERIFIED")


def test_nobody_repays_her_own_loan_before_an_empty_table(db: None) -> None:
    lending = Lending()
    loan = lending.lent("grace", by="joseph", method="BANK")
    table = Gathering(lending)
    with pytest.raises(MakerIsChecker):
        table.brings("grace", repayment("1000"), by="grace")
    table.marks(grace="PRESENT", alice="PRESENT")
    [paper] = table.brings("grace", repayment("1000"), by="grace")
    assert (paper.status, paper.subject_id) == ("VERIFIED", loan.pk)


@pytest.mark.parametrize(("alice", "status"), [("PRESENT", "VERIFIED"), ("ABSENT", "PENDING")])
def test_a_second_pair_of_eyes_is_the_tables_where_somebody_sits_there(
    gathering: Gathering, alice: str, status: str
) -> None:
    chama = gathering.chama
    adopt_constitution(
        group=chama.umoja, at=chama.at, by=chama.sarah, effective_on=chama.today, second_pair_of_eyes=True
    )
    gathering.marks(grace="PRESENT", alice=alice)
    [paper] = gathering.brings("peter", regular("500"))
    assert paper.status == status


def test_a_receipt_that_paid_off_the_loan_is_answered_again(lending: Gathering) -> None:
    lines = [repayment("33000"), regular("200")]
    first = lending.brings("alice", *lines, method="MPESA", receipt="SQQ88AB")
    loan = lending.chama.members["alice"].loans.get()
    assert loan.status == Status.COMPLETED
    named = Brought("LOAN_REPAYMENT", kes("33000"), loan=loan)
    for again in (lines, [named, regular("200")]):
        papers = lending.brings("alice", *again, method="MPESA", receipt="SQQ88AB")
        assert [paper.pk for paper in papers] == [paper.pk for paper in first]
    with pytest.raises(ReceiptAlreadyUsed):
        lending.brings("alice", repayment("33200"), method="MPESA", receipt="SQQ88AB")


def test_a_field_officer_at_the_table_puts_cash_into_the_box(gathering: Gathering) -> None:
    [paper] = gathering.brings("alice", regular("500"), by="joseph")
    assert paper.to_place == "1010"


@pytest.mark.parametrize("name", ["alice", "kevin", "jane", "daniel", "faith"])
def test_only_officers_of_the_group_take_down_what_is_brought(gathering: Gathering, name: str) -> None:
    with pytest.raises(Forbidden):
        gathering.brings("peter", regular("500"), by=name)
    assert Voucher.objects.count() == 0


def test_jane_of_baraka_brings_nothing_to_umoja(gathering: Gathering) -> None:
    with pytest.raises(NotFound):
        gathering.brings("jane", regular("500"))


def test_all_or_nothing(gathering: Gathering) -> None:
    with pytest.raises(MoreThanTheFines):
        gathering.brings("alice", regular("500"), fine("1"))
    assert (Voucher.objects.count(), Entry.objects.count(), gathering.box) == (0, 0, kes("0"))
    assert not Message.objects.filter(template="transaction_receipt").exists()


def test_a_named_fine_is_the_one_that_is_paid(gathering: Gathering) -> None:
    gathering.on(gathering.chama.today - 7 * DAY).marks(alice="LATE")
    gathering.marks(alice="ABSENT")
    newer = Fine.objects.get(cause="ABSENT")
    [paper] = gathering.brings("alice", fine("100", newer))
    assert paper.subject_id == newer.pk
    assert gathering.fines("alice") == [("LATE", "OUTSTANDING"), ("ABSENT", "PAID")]


def test_a_repayment_without_a_name_is_for_her_only_loan(lending: Gathering) -> None:
    [paper, saved] = lending.brings("alice", repayment("10000"), regular("200"))
    loan = lending.chama.members["alice"].loans.get()
    assert (paper.kind, paper.subject_id, saved.kind) == ("REPAYMENT", loan.pk, "CONTRIBUTION")
    assert loan.outstanding < kes("30000")
    assert lending.step("REPAYMENTS") == ("DONE", kes("10000"))
    assert lending.chama.books_are_proven


def test_a_loan_is_named_where_it_is_not_plain_which(lending: Gathering) -> None:
    loan = lending.chama.members["alice"].loans.get()
    with pytest.raises(Invalid):
        lending.brings("peter", repayment("100"))
    with pytest.raises(NotFound):
        lending.brings("peter", Brought("LOAN_REPAYMENT", kes("100"), loan=loan))
    [paper] = lending.brings("alice", Brought("LOAN_REPAYMENT", kes("33000"), loan=loan))
    loan.refresh_from_db()
    assert (paper.subject_id, loan.status) == (loan.pk, Status.COMPLETED)


def test_cash_above_what_is_owed_is_given_back_with_everything_else(lending: Gathering) -> None:
    before = Entry.objects.count()
    with pytest.raises(Overpayment):
        lending.brings("alice", regular("200"), repayment("33000.50"))
    assert Entry.objects.count() == before


def test_a_campaign_that_was_accepted_takes_money_at_the_table(db: None) -> None:
    drive = Drive(Chama()).accepted()
    gathering, asked = Gathering(drive.chama), drive.asked
    [paper] = gathering.brings("alice", Brought("CAMPAIGN", kes("300"), campaign=asked))
    assert (paper.kind, paper.subject_id, paper.to_place) == ("CAMPAIGN", asked.pk, "1010")
    assert gathering.step("SAVINGS") == ("DONE", kes("300"))
    assert gathering.chama.books_are_proven


def test_the_fee_for_joining_is_told_by_its_amount_and_paid_once(gathering: Gathering) -> None:
    chama = gathering.chama
    adopt_constitution(
        group=chama.umoja, effective_on=chama.today, at=chama.at, by=chama.sarah, registration_fee=kes("200")
    )
    paid = [gathering.brings("alice", fee(amount))[0].detail for amount in ("150", "200", "200")]
    assert paid == ["OTHER", "REGISTRATION", "OTHER"]
    assert gathering.chama.holds("4070", "alice") == kes("550")
    assert gathering.step("FINES") == ("DONE", kes("550"))


def test_lines_that_do_not_fit_together_are_refused(lending: Gathering) -> None:
    loan = lending.chama.members["alice"].loans.get()
    wrong: list[list[Brought]] = [
        [],
        [regular("500"), regular("100")],
        [fine("10"), fine("20")],
        [Brought("GIFT", kes("5"))],
        [regular("0")],
        [Brought("REGULAR", kes("-5"))],
        [Brought("REGULAR", kes("5"), loan=loan)],
        [Brought("CAMPAIGN", kes("5"))],
        [Brought("REGULAR", MAX_AMOUNT), welfare("0.01")],
    ]
    for lines in wrong:
        with pytest.raises(Invalid):
            lending.brings("alice", *lines)


def test_what_is_brought_is_of_the_meetings_day(gathering: Gathering) -> None:
    before = gathering.on(gathering.chama.today - 30 * DAY)
    [paper] = before.brings("alice", regular("500"))
    assert paper.booked_on == gathering.chama.today - 30 * DAY
    month = gathering.chama.today - 60 * DAY
    long_ago = gathering.on(month)
    close_month(group=gathering.group, month=month, at=gathering.chama.at, actor=gathering.chama.daniel)
    with pytest.raises(PeriodClosed):
        long_ago.brings("alice", regular("500"))


def test_nothing_is_brought_after_the_seal_nor_by_who_has_left(gathering: Gathering) -> None:
    alice = gathering.members["alice"]
    alice.is_active, alice.left_on = False, gathering.chama.today
    alice.save()
    with pytest.raises(MemberInactive):
        gathering.brings("alice", regular("500"))
    gathering.all_here(alice="PRESENT")
    gathering.counts()
    gathering.seals()
    with pytest.raises(MeetingSealed):
        gathering.brings("peter", regular("500"))


def test_a_suspended_group_takes_no_money_at_its_table(gathering: Gathering) -> None:
    BankingGroup.objects.filter(pk=gathering.group.pk).update(status="SUSPENDED")
    with pytest.raises(GroupSuspended):
        gathering.brings("alice", regular("500"))


# Receipts


def test_one_receipt_number_pays_for_all_lines_and_once(gathering: Gathering) -> None:
    gathering.marks(alice="LATE")
    lines = [regular("500"), fine("50"), fee("20")]
    first = gathering.brings("alice", *lines, method="MPESA", receipt="SQQ88 AB")
    again = gathering.brings("alice", *reversed(lines), method="MPESA", receipt="sqq88ab")
    assert [paper.pk for paper in again] == [paper.pk for paper in first]
    assert {paper.to_place for paper in first} == {"1030"}
    assert (Entry.objects.count(), ReceiptClaim.objects.count()) == (3, 1)
    assert gathering.chama.books_are_proven


@pytest.mark.parametrize("how", ["another amount", "a line more", "a line less", "another member"])
def test_the_number_of_other_lines_was_used(gathering: Gathering, how: str) -> None:
    gathering.brings("alice", regular("500"), welfare("50"), method="MPESA", receipt="SQQ88AB")
    lines = {
        "another amount": [regular("500"), welfare("60")],
        "a line more": [regular("500"), welfare("50"), fee("10")],
        "a line less": [regular("500")],
        "another member": [regular("500"), welfare("50")],
    }[how]
    name = "peter" if how == "another member" else "alice"
    with pytest.raises(ReceiptAlreadyUsed):
        gathering.brings(name, *lines, method="MPESA", receipt="SQQ88AB")
    assert Entry.objects.count() == 2


def test_the_number_of_a_lone_paper_pays_for_no_collection(gathering: Gathering) -> None:
    gathering.chama.brings("alice", "500", method="MPESA", receipt_number="SQQ88AB")
    with pytest.raises(ReceiptAlreadyUsed):
        gathering.brings("alice", regular("400"), welfare("100"), method="MPESA", receipt="SQQ88AB")
    assert Entry.objects.count() == 1


def test_what_she_sent_by_phone_herself_is_verified_at_the_table(gathering: Gathering) -> None:
    hers = gathering.chama.brings("alice", "500", by="alice", method="MPESA", receipt_number="SQQ88AB")
    assert hers.status == "PENDING"
    [paper] = gathering.brings("alice", regular("500"), method="MPESA", receipt="SQQ88AB")
    assert (paper.pk, paper.status) == (hers.pk, "VERIFIED")


def test_a_note_on_cash_is_no_receipt_number(gathering: Gathering) -> None:
    gathering.brings("alice", regular("500"), receipt="12")
    gathering.brings("peter", regular("500"), receipt="12")
    assert (Entry.objects.count(), ReceiptClaim.objects.count()) == (2, 0)


def test_each_line_is_taken_back_alone(gathering: Gathering) -> None:
    saved, social = gathering.brings("alice", regular("500"), welfare("100"))
    reversal = gathering.chama.reverses("mary", social)
    assert reversal.meeting_id == gathering.id
    assert (gathering.step("WELFARE"), gathering.step("SAVINGS")) == (("OPEN", kes("0")), ("DONE", kes("500")))
    assert not gathering.chama.is_reversed(saved)
    assert gathering.chama.books_are_proven


def test_a_campaign_that_is_not_accepted_takes_nothing(db: None) -> None:
    drive = Drive(Chama())
    gathering = Gathering(drive.chama)
    with pytest.raises(CampaignNotOpen):
        gathering.brings("alice", regular("5"), Brought("CAMPAIGN", kes("300"), campaign=drive.asked))
    assert Voucher.objects.count() == 0
