"""Forged papers: whoever takes the guards away and rewrites a voucher, a claim or an approval is found by the check."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection

from core.ids import new_id
from core.money import kes
from core.tests.lasting import lasting
from ledger import guards, operations, vouchers
from ledger.models import Approval, Entry, ReceiptClaim, Voucher
from ledger.rules import credit, debit
from ledger.tests.builders import NOON, TODAY, Table, make_user, saving
from ledger.verify import check_books
from ledger.vouchers import Draft, draft, settle
from users.models import User

HUNDRED = kes("100")
KEY = "a voucher's entry bears another key"
STRAY = "an entry bears the key of a voucher that has another entry or none"
WORDS = "a voucher and its entry differ in kind or day"
MEMBER = "a voucher and its entry name different members"
AMOUNT = "a voucher's amount is not its entry's"
UNCLAIMED = "a receipt that was posted is not claimed"
FALLEN = "a receipt is claimed for a paper that fell"
REVERSAL = "a reversal's entry does not reverse what its paper reverses"
PAPERLESS = "a paper's entry was reversed without a paper"
APPROVALS = "a payout lacks approvals"


def saved(table: Table, receipt: str = "", *, method: str = "MPESA") -> Voucher:
    """Alice's hundred, posted."""
    waiting, _new = draft(paper(table, method=method, receipt_number=receipt))
    return settle(voucher=waiting, legs=saving(table.alice, HUNDRED), at=NOON, actor=table.tom)


def paper(table: Table, **more: object) -> Draft:
    words = {"kind": "CONTRIBUTION", "detail": "REGULAR", "member": table.alice} | more
    return Draft(group=table.group, amount=HUNDRED, recorded_by=table.tom, at=NOON, on=TODAY, **words)  # type: ignore[arg-type]


def paid_out(table: Table, *approvers: User) -> Voucher:
    """A hundred from the social fund to Alice, with these people's yes."""
    table.post([debit("1010", HUNDRED, head="welfare"), credit("2020", HUNDRED, member=table.beth.pk)])
    waiting, _new = draft(paper(table, kind="PAYOUT", detail="WELFARE_PAYOUT"))
    for approver in approvers:
        Approval.objects.create(voucher=waiting, approver=approver, at=NOON)
    out = [debit("2020", HUNDRED, member=table.alice.pk), credit("1010", HUNDRED, head="welfare_payout")]
    return settle(voucher=waiting, legs=out, at=NOON, actor=table.faith)


@pytest.fixture
@lasting
def papers(table: Table) -> Table:
    """Every sort of paper that is right: posted, waiting, rejected, reversed, paid out."""
    saved(table, "A1")
    saved(table, "A2", method="BANK")
    saved(table, "5", method="CASH")
    saved(table)
    draft(paper(table, method="MPESA", receipt_number="A3"))
    no, _new = draft(paper(table, method="MPESA", receipt_number="A4"))
    vouchers.reject(voucher=no, by=table.faith, at=NOON, reason="Never came")
    vouchers.reverse(voucher=saved(table, "A5"), by=table.faith, at=NOON, reason="Beth's")
    paid_out(table, table.tom, table.faith)
    return table


def found(table: Table) -> list[str]:
    return [difference.what for difference in check_books(table.group)]


def forge(act: Callable[[], object]) -> None:
    """What somebody with the keys to the database can do."""
    connection.check_constraints()
    guards.remove(connection)
    act()
    connection.check_constraints()
    guards.install(connection)


def rewrite(voucher: Voucher, **words: object) -> None:
    forge(lambda: Voucher.objects.filter(pk=voucher.pk).update(**words))


def test_right_papers_are_found_right(papers: Table) -> None:
    assert found(papers) == []


def test_an_opening_amounts_to_its_entrys_debits_too(table: Table) -> None:
    """More owed than was there: the larger side stands on the paper, and a deficit fills the other side up."""
    waiting, _new = draft(paper(table, kind="OPENING", detail="OPENING", member=None))
    legs = [
        debit("1010", kes("60"), head="opening"),
        credit("2010", HUNDRED, member=table.alice.pk),
        debit("3010", kes("40")),
    ]
    opened = settle(voucher=waiting, legs=legs, at=NOON, actor=table.tom)
    assert found(table) == []
    rewrite(opened, amount=kes("60"))
    assert found(table) == [AMOUNT]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ({"kind": "WITHDRAWAL"}, [WORDS]),
        ({"booked_on": TODAY - dt.timedelta(days=1)}, [WORDS]),
        ({"amount": kes("1000")}, [AMOUNT]),
        ({"receipt_number": "B1"}, [UNCLAIMED]),
        ({"status": "REJECTED", "entry": None}, [STRAY, FALLEN]),
        ({"status": "PENDING", "entry": None}, [STRAY]),
        ({"kind": "REVERSAL"}, [WORDS, REVERSAL]),
    ],
)
def test_a_rewritten_paper_is_found(papers: Table, words: dict[str, object], says: list[str]) -> None:
    rewrite(Voucher.objects.get(receipt_number="A1"), **words)
    assert found(papers) == says


def test_an_amount_is_told_to_the_cent(papers: Table) -> None:
    rewrite(Voucher.objects.get(receipt_number="A1"), amount=kes("100.05"))
    [difference] = check_books(papers.group)
    assert difference.amount == kes("0.05")


def test_a_paper_turned_to_another_member_is_found(papers: Table) -> None:
    rewrite(Voucher.objects.get(receipt_number="A1"), member=papers.beth)
    assert found(papers) == [MEMBER]


def test_a_paper_of_one_member_over_lines_of_two_is_found(table: Table) -> None:
    waiting, _new = draft(paper(table))
    halves = [credit("2010", kes("50"), member=member.pk) for member in (table.alice, table.beth)]
    whole = [debit("1010", HUNDRED, head="regular_savings"), *halves]
    settle(voucher=waiting, legs=whole, at=NOON, actor=table.tom)
    assert found(table) == [MEMBER]


def test_two_papers_that_changed_their_entries_are_found(papers: Table) -> None:
    """Same kind, day, member and amount: only the key tells them apart."""
    one, other = (Voucher.objects.get(receipt_number=number) for number in ("A1", "A2"))

    def swap() -> None:
        Voucher.objects.filter(pk=one.pk).update(status="PENDING", entry=None)
        Voucher.objects.filter(pk=other.pk).update(entry=one.entry)
        Voucher.objects.filter(pk=one.pk).update(status="VERIFIED", entry=other.entry)

    forge(swap)
    assert found(papers) == [KEY, KEY]


def test_a_paper_put_over_somebody_elses_entry_is_found(table: Table) -> None:
    """An entry without a paper gets one that says all the right words."""
    entry = table.save("100")
    waiting, _new = draft(paper(table))
    Voucher.objects.filter(pk=waiting.pk).update(status="VERIFIED", entry=entry)
    assert found(table) == [KEY]


def test_a_second_entry_behind_one_paper_is_found(papers: Table) -> None:
    voucher = Voucher.objects.get(receipt_number="A1")
    papers.save("5", key=f"{voucher.pk}:1")
    assert found(papers) == [STRAY]


def test_an_entry_in_the_name_of_a_paper_that_waits_is_found(papers: Table) -> None:
    waiting = Voucher.objects.get(status="PENDING")
    papers.save("100", key=f"{waiting.pk}:0")
    assert found(papers) == [STRAY]


def test_keys_that_name_no_paper_are_nobodys_forgery(papers: Table) -> None:
    papers.save("1", key="by-hand")
    papers.save("1", key=f"{new_id()}:0")
    assert found(papers) == []


def test_a_claim_set_free_under_a_posted_receipt_is_found(papers: Table) -> None:
    ReceiptClaim.objects.filter(number="A2").update(freed_at=NOON)
    assert found(papers) == [UNCLAIMED]


def test_a_claim_that_vanished_is_found(papers: Table) -> None:
    forge(lambda: ReceiptClaim.objects.filter(number="A1").delete())
    assert found(papers) == [UNCLAIMED]


def test_a_claim_moved_to_another_organisation_is_found(papers: Table) -> None:
    other = Table("Tumaini").group.organisation
    forge(lambda: ReceiptClaim.objects.filter(number="A1").update(organisation=other))
    assert found(papers) == [UNCLAIMED]


@pytest.mark.parametrize("number", ["A4", "A5"])
def test_a_claim_kept_for_a_paper_that_was_rejected_or_reversed_is_found(papers: Table, number: str) -> None:
    forge(lambda: ReceiptClaim.objects.filter(number=number).update(freed_at=None))
    assert found(papers) == [FALLEN]


def test_a_reversal_turned_to_another_paper_is_found(papers: Table) -> None:
    """The receipt of the one it is turned to is claimed, and that of the one it left is not."""
    other = Voucher.objects.get(receipt_number="A1")
    rewrite(Voucher.objects.get(kind="REVERSAL"), reverses=other)
    assert found(papers) == [UNCLAIMED, FALLEN, REVERSAL]


def test_a_reversal_that_forgot_its_paper_is_found(papers: Table) -> None:
    rewrite(Voucher.objects.get(kind="REVERSAL"), reverses=None)
    assert REVERSAL in found(papers)


def test_a_paper_that_is_no_reversal_and_says_it_is_is_found(papers: Table) -> None:
    rewrite(Voucher.objects.get(receipt_number="A1"), reverses=Voucher.objects.get(receipt_number="5"))
    assert found(papers) == [REVERSAL]


def test_an_entry_reversed_behind_its_papers_back_is_found(papers: Table) -> None:
    entry = Entry.objects.get(voucher__receipt_number="5")
    operations.reverse(entry=entry, at=NOON, actor=papers.tom, key="by-hand")
    assert found(papers) == [PAPERLESS]


def test_a_payout_with_one_yes_is_found(table: Table) -> None:
    paid_out(table, table.tom)
    assert found(table) == [APPROVALS]


def test_a_yes_that_vanished_is_found(papers: Table) -> None:
    forge(lambda: Approval.objects.filter(approver=papers.faith).delete())
    assert found(papers) == [APPROVALS]


def test_the_beneficiarys_own_yes_does_not_count(table: Table) -> None:
    alice = make_user("Alice")
    table.alice.person.user = alice
    table.alice.person.save()
    paid_out(table, table.tom, alice)
    assert found(table) == [APPROVALS]


def test_a_paper_with_another_code_is_found(papers: Table) -> None:
    rewrite(Voucher.objects.get(receipt_number="A1"), code="00000000000")
    assert found(papers) == ["a voucher bears another code than its own"]
