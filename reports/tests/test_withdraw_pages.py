"""Savings asked for on a page: how much at most, what it would change, and a paper that waits for somebody else."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.ids import new_id
from core.money import kes
from core.periods import now
from core.tests.lasting import lasting
from ledger.models import Voucher
from reports.tests.desk import At, text
from savings.tests.chama import Chama

pytestmark = pytest.mark.django_db


@pytest.fixture
@lasting
def chama() -> Chama:
    """Alice has saved 5,000; half of it may leave."""
    chama = Chama(at=now())
    chama.brings("alice", "5000")
    return chama


def address(chama: Chama, name: str = "alice") -> str:
    return reverse("withdraw-page", args=[chama.members[name].pk])


def typed(**said: str) -> dict[str, str]:
    usual = {"amount": "1000", "payment_method": "CASH", "offline_sync_id": str(new_id()), "step": "confirm"}
    return usual | said


def send(browser: Client, chama: Chama, **said: str) -> Any:
    return browser.post(address(chama), typed(**said))


def figures(answer: Any) -> dict[str, tuple[str, str]]:
    return {change.word: (f"{change.before:.2f}", f"{change.after:.2f}") for change in answer.context["review"].changes}


def test_the_form_says_how_much_at_most(at_desk: At, chama: Chama) -> None:
    page = text(at_desk(chama.grace).get(address(chama)))
    assert "At most 2,500.00 now; she has 5,000.00 of savings." in page


def test_who_may_ask(at_desk: At, chama: Chama) -> None:
    due = {"grace": 200, "esther": 200, "joseph": 200, "alice": 200, "peter": 403, "daniel": 403, "jane": 404}
    assert {name: at_desk(chama.users[name]).get(address(chama)).status_code for name in due} == due


def test_the_review_says_who_confirms_and_what_changes_then(at_desk: At, chama: Chama) -> None:
    review = send(at_desk(chama.grace), chama, step="review")
    page = text(review)
    assert "asks for 1,000.00 of her savings" in page
    confirmers = review.context["review"].waits_for
    assert ("Mary" in confirmers, "Grace" in confirmers, "Alice" in confirmers) == (True, False, False)
    assert figures(review) == {
        "Alice: savings": ("5000.00", "4000.00"),
        "Alice can withdraw": ("2500.00", "1500.00"),
        "Total revolving fund (TRF)": ("5000.00", "4000.00"),
        "Cash box": ("5000.00", "4000.00"),
    }
    assert not Voucher.objects.filter(kind="WITHDRAWAL").exists()


def test_it_is_recorded_once_and_waits(at_desk: At, chama: Chama) -> None:
    browser, form = at_desk(chama.grace), typed()
    for _time in range(2):
        done = browser.post(address(chama), form)
        paper = Voucher.objects.get(kind="WITHDRAWAL")
        assert done["Location"] == reverse("receipt-page", args=[paper.pk])
    assert (paper.status, chama.holds("2010", "alice")) == ("PENDING", kes("5000"))
    chama.verifies("mary", paper)
    assert chama.holds("2010", "alice") == kes("4000")


def test_more_than_may_leave_is_said_beside_the_amount(at_desk: At, chama: Chama) -> None:
    page = text(send(at_desk(chama.grace), chama, amount="2500.01", step="review"), 422)
    assert 'id="id_amount_error"' in page
    assert "At most KES 2,500.00 may be withdrawn now." in page


def test_an_amount_that_is_none_is_asked_again(at_desk: At, chama: Chama) -> None:
    answer = send(at_desk(chama.grace), chama, amount="much")
    text(answer, 422)
    assert answer.context["form"].fields["amount"].widget.attrs["autofocus"] is True


def test_alice_asks_for_herself_and_the_cash_is_of_who_confirms(at_desk: At, chama: Chama) -> None:
    browser = at_desk(chama.alice)
    review = send(browser, chama, step="review")
    assert "the cash of whoever confirms it" in text(review)
    assert "Cash box" not in figures(review)
    send(browser, chama)
    assert Voucher.objects.get(kind="WITHDRAWAL").from_place == ""


def test_by_mpesa_it_keeps_the_number_and_says_what_the_phone_lacks(at_desk: At, chama: Chama) -> None:
    browser, by_phone = at_desk(chama.grace), {"payment_method": "MPESA", "transaction_id": "sgh1abc2de"}
    review = send(browser, chama, step="review", **by_phone)
    assert "As the books stand now it could not be paid" in text(review)
    send(browser, chama, **by_phone)
    assert Voucher.objects.get(kind="WITHDRAWAL").receipt_number == "SGH1ABC2DE"


def test_at_the_table_the_paper_names_the_meeting(at_desk: At, chama: Chama) -> None:
    browser = at_desk(chama.joseph)
    assert "Outside a meeting" not in text(browser.get(address(chama)))
    meeting = str(chama.sits().meeting_id)
    asked = browser.get(address(chama), {"meeting": meeting})
    assert "Outside a meeting" in text(asked)
    assert asked.context["form"].initial["meeting"] == meeting
    review = send(browser, chama, meeting=meeting, step="review")
    assert figures(review)["Cash box"] == ("5000.00", "4000.00")
    send(browser, chama, meeting=meeting)
    paper = Voucher.objects.get(kind="WITHDRAWAL")
    assert (str(paper.meeting_id), paper.from_place) == (meeting, "1010")


def test_another_groups_meeting_cannot_be_chosen(at_desk: At, chama: Chama) -> None:
    theirs = str(chama.sits(group=chama.groups["Baraka"]).meeting_id)
    text(send(at_desk(chama.grace), chama, meeting=theirs), 422)


def test_who_goes_back_finds_what_was_typed(at_desk: At, chama: Chama) -> None:
    assert "1234.50" in text(send(at_desk(chama.grace), chama, amount="1234.50", step="change"))


def test_the_pages_of_the_member_and_of_recording_lead_here(at_desk: At, chama: Chama) -> None:
    hers, record = (
        reverse("member-page", args=[chama.members["alice"].pk]),
        reverse("record-page", args=[chama.umoja.pk]),
    )
    assert address(chama) in text(at_desk(chama.grace).get(hers))
    assert address(chama) not in text(at_desk(chama.faith).get(hers))
    assert address(chama) in text(at_desk(chama.alice).get(record))
