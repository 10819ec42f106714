"""A paper taken back on a page: what that changes, why, once, and by somebody who may."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.ids import new_id
from core.money import kes
from core.periods import now, today
from core.tests.lasting import lasting
from ledger.models import Voucher
from loans.queries import loan_by_id, state_of
from meetings.operations import Brought
from meetings.tests.gathering import Gathering
from reports.tests.at_table import gather
from reports.tests.desk import At, text, told
from reports.tests.loan_table import Table
from savings.tests.chama import Chama

pytestmark = pytest.mark.django_db


@pytest.fixture
@lasting
def chama() -> Chama:
    chama = Chama(at=now())
    chama.brings("alice", "500")
    chama.brings("peter", "300")
    return chama


def first(chama: Chama, name: str = "alice") -> Voucher:
    return Voucher.objects.filter(member=chama.members[name]).earliest("recorded_at")


def address(voucher: Voucher) -> str:
    return reverse("reverse-page", args=[voucher.pk])


def take_back(browser: Client, voucher: Voucher, **said: str) -> Any:
    """The form as it stands on the page, sent with a reason."""
    form = browser.get(address(voucher)).context["form"]
    usual = {"offline_sync_id": str(form["offline_sync_id"].value()), "seen": form["seen"].value()}
    return browser.post(address(voucher), usual | {"reason": "Counted twice"} | said)


def figures(answer: Any) -> dict[str, tuple[str, str]]:
    return {change.word: (f"{change.before:.2f}", f"{change.after:.2f}") for change in answer.context["review"].changes}


def test_the_page_shows_the_paper_and_what_taking_it_back_changes(at_desk: At, chama: Chama) -> None:
    paper = first(chama)
    answer = at_desk(chama.mary).get(address(paper))
    page = text(answer)
    assert "brought 500.00 for savings" in page
    assert paper.code in page
    assert "No meeting is open, so it stands under none." in page
    assert figures(answer) == {
        "Cash box": ("800.00", "300.00"),
        "Total revolving fund (TRF)": ("800.00", "300.00"),
        "Alice: Savings": ("500.00", "0.00"),
    }
    assert not Voucher.objects.filter(kind="REVERSAL").exists()


def test_it_is_taken_back_once_with_its_reason(at_desk: At, chama: Chama) -> None:
    paper, browser = first(chama), at_desk(chama.mary)
    form = browser.get(address(paper)).context["form"]
    sent = {
        "offline_sync_id": str(form["offline_sync_id"].value()),
        "seen": form["seen"].value(),
        "reason": "Counted twice",
    }
    for _time in range(2):
        done = browser.post(address(paper), sent)
        reversal = Voucher.objects.get(reverses=paper)
        assert done["Location"] == reverse("receipt-page", args=[reversal.pk])
    assert (reversal.reason, reversal.meeting_id, chama.holds("2010", "alice")) == ("Counted twice", None, kes("0"))
    assert f"this one is {reversal.code}" in told(done)[-1]
    assert chama.books_are_proven


def test_without_a_reason_nothing_happens(at_desk: At, chama: Chama) -> None:
    answer = take_back(at_desk(chama.mary), first(chama), reason="  ")
    assert 'id="id_reason_error"' in text(answer, 422)
    assert answer.context["form"].fields["reason"].widget.attrs["autofocus"] is True
    assert not Voucher.objects.filter(kind="REVERSAL").exists()


def test_who_may_open_it(at_desk: At, chama: Chama) -> None:
    paper = first(chama)
    due = {"mary": 200, "grace": 200, "daniel": 200, "ruth": 403, "esther": 403, "faith": 403, "alice": 403}
    due |= {"peter": 404, "jane": 404, "kevin": 404}
    assert {name: at_desk(chama.users[name]).get(address(paper)).status_code for name in due} == due
    assert at_desk(chama.mary).get(reverse("reverse-page", args=[new_id()])).status_code == 404


def test_what_was_taken_back_is_not_taken_back_again(at_desk: At, chama: Chama) -> None:
    paper, browser = first(chama), at_desk(chama.mary)
    chama.reverses("grace", paper)
    page = text(browser.get(address(paper)), 409)
    assert "This has been reversed already." in page
    assert "<textarea" not in page
    sent = {"offline_sync_id": str(new_id()), "reason": "Counted twice"}
    assert "This has been reversed already." in text(browser.post(address(paper), sent), 409)


def test_mary_does_not_take_back_her_own_paper(at_desk: At, chama: Chama) -> None:
    paper = chama.brings("mary", "50")
    answer = at_desk(chama.mary).get(address(paper))
    assert "Somebody else must confirm this" in text(answer, 422)
    assert address(paper) not in text(at_desk(chama.mary).get(reverse("receipt-page", args=[paper.pk])))


def test_cash_in_josephs_hands_is_not_his_to_undo(at_desk: At, chama: Chama) -> None:
    paper = chama.brings("peter", "70", by="joseph")
    assert "You hold this cash." in text(at_desk(chama.joseph).get(address(paper)), 403)


def test_a_paper_that_waits_and_a_reversal_are_refused_in_words(at_desk: At, chama: Chama) -> None:
    browser = at_desk(chama.mary)
    for paper in (chama.asks("alice", "100"), chama.reverses("grace", first(chama, "peter"))):
        page = text(browser.get(address(paper)), 409)
        assert "Only an act that moved money can be reversed" in page


def test_money_that_has_left_again_is_refused_with_the_paper_shown(at_desk: At, chama: Chama) -> None:
    chama.moves("BANKING", "800")
    page = text(at_desk(chama.mary).get(address(first(chama))), 422)
    assert "Back to the receipt" in page


def test_figures_that_moved_meanwhile_are_shown_anew(at_desk: At, chama: Chama) -> None:
    paper, browser = first(chama), at_desk(chama.mary)
    answer = take_back(browser, paper, seen="CASH_BOX:-1.00")
    assert "The figures have changed since you looked" in text(answer, 422)
    assert not Voucher.objects.filter(kind="REVERSAL").exists()
    seen = answer.context["form"]["seen"].value()
    browser.post(address(paper), {"offline_sync_id": str(new_id()), "seen": seen, "reason": "Counted twice"})
    assert Voucher.objects.filter(reverses=paper).exists()


def test_what_others_record_meanwhile_is_in_nobodys_way(at_desk: At, chama: Chama) -> None:
    paper, browser = first(chama), at_desk(chama.mary)
    form = browser.get(address(paper)).context["form"]
    chama.brings("lucy", "900")
    sent = {"offline_sync_id": str(new_id()), "seen": form["seen"].value(), "reason": "Counted twice"}
    browser.post(address(paper), sent)
    assert Voucher.objects.filter(reverses=paper).exists()


def test_a_fine_that_was_paid_is_owed_again(at_desk: At, chama: Chama) -> None:
    fine = chama.fines("alice", "100")
    paper = chama.pays("alice", "100")
    browser = at_desk(chama.mary)
    assert figures(browser.get(address(paper)))["Alice owes on fines"] == ("0.00", "100.00")
    take_back(browser, paper)
    assert chama.owes(fine) == [("OUTSTANDING", "100.00")]


def test_a_cost_taken_back_puts_the_cash_into_the_box(at_desk: At, chama: Chama) -> None:
    paper = chama.moves("EXPENSE", "200")
    shown = figures(at_desk(chama.grace).get(address(paper)))
    assert shown["Operating costs"] == ("200.00", "0.00")
    assert shown["Cash box"] == ("600.00", "800.00")


def brought_at(gathering: Gathering) -> Voucher:
    return gathering.brings("alice", Brought("REGULAR", kes("200")))[0]


def test_it_stands_under_the_meeting_that_is_open(at_desk: At) -> None:
    gathering = gather()
    paper, browser = brought_at(gathering), at_desk(gathering.chama.mary)
    assert "which is open now." in text(browser.get(address(paper)))
    take_back(browser, paper)
    assert Voucher.objects.get(reverses=paper).meeting_id == gathering.id


def test_a_sealed_meeting_stays_as_it_is(at_desk: At) -> None:
    gathering = gather()
    paper, browser = brought_at(gathering), at_desk(gathering.chama.mary)
    gathering.is_over()
    page = text(browser.get(address(paper)))
    assert "The meeting at which it was done is sealed and stays as it is." in page
    take_back(browser, paper)
    assert Voucher.objects.get(reverses=paper).meeting_id is None


def test_a_repayment_taken_back_is_owed_again(at_desk: At) -> None:
    table = Table()
    loan = table.lent(months_ago=2)
    paper = table.repays(loan, "4000").voucher
    assert paper is not None
    browser = at_desk(table.user("mary"))
    shown = figures(browser.get(address(paper)))
    was, after = shown[f"Loan {loan.loan_number}: principal owed"]
    assert kes(was) < kes(after)
    assert shown["Cash box"][0] != shown["Cash box"][1]
    take_back(browser, paper)
    state = state_of(loan_by_id(loan.pk), today())
    assert state is not None
    assert f"{state.outstanding:.2f}" == after


def test_a_loan_that_was_paid_out_by_mistake_is_owed_no_more(at_desk: At) -> None:
    table = Table()
    loan = table.lent()
    assert loan.disbursement is not None
    browser = at_desk(table.user("mary"))
    shown = figures(browser.get(address(loan.disbursement)))
    assert shown[f"Loan {loan.loan_number}: principal owed"] == ("30000.00", "0.00")
    take_back(browser, loan.disbursement)
    assert loan_by_id(loan.pk).status == "CANCELLED"


def test_the_receipt_leads_here_and_then_to_the_second_paper(at_desk: At, chama: Chama) -> None:
    paper = first(chama)
    receipt = reverse("receipt-page", args=[paper.pk])
    assert address(paper) in text(at_desk(chama.mary).get(receipt))
    assert address(paper) not in text(at_desk(chama.ruth).get(receipt))
    assert address(paper) not in text(at_desk(chama.alice).get(receipt))
    reversal = chama.reverses("grace", paper)
    after = text(at_desk(chama.mary).get(receipt))
    assert address(paper) not in after
    assert reverse("receipt-page", args=[reversal.pk]) in after


def test_a_line_of_the_meeting_leads_here_for_who_may(at_desk: At) -> None:
    gathering = gather()
    chama = gathering.chama
    paper = brought_at(gathering)
    page = reverse("meeting-page", args=[gathering.id])
    asked = {"member": str(chama.members["alice"].pk)}
    assert address(paper) in text(at_desk(chama.grace).get(page, asked))
    assert address(paper) not in text(at_desk(chama.ruth).get(page, asked))
