"""Costs, banking, payouts and outside funds on pages: seen before they are done, done once, and only by whose they
are."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.ids import new_id
from core.money import kes
from core.periods import now
from core.tests.lasting import lasting
from ledger.models import Voucher
from meetings.operations import schedule
from reports.tests.desk import At, text, told
from savings.tests.chama import Chama

pytestmark = pytest.mark.django_db


@pytest.fixture
@lasting
def chama() -> Chama:
    """Umoja with 5,000 of savings, 1,000 of welfare and 300 of Alice's ECD money in the box; Joseph holds 400."""
    chama = Chama(at=now())
    chama.brings("alice", "5000")
    chama.brings("peter", "1000", kind="WELFARE")
    chama.brings("alice", "300", kind="ECD")
    chama.brings("peter", "400", by="joseph")
    return chama


def address(chama: Chama) -> str:
    return reverse("movement-page", args=[chama.umoja.pk])


def typed(kind: str, **said: str) -> dict[str, str]:
    usual = {"kind": kind, "amount": "200", "source": "CASH_BOX", "reason": "Exercise books"}
    return usual | {"offline_sync_id": str(new_id()), "step": "confirm"} | said


def send(browser: Client, chama: Chama, kind: str, **said: str) -> Any:
    return browser.post(address(chama), typed(kind, **said))


def figures(answer: Any) -> dict[str, tuple[str, str]]:
    return {change.word: (f"{change.before:.2f}", f"{change.after:.2f}") for change in answer.context["review"].changes}


def offered(answer: Any) -> list[str]:
    return [kind.value for kind in answer.context["kinds"]]


PAYOUTS = ["WELFARE_PAYOUT", "ECD_PAYOUT", "PROJECT_PAYOUT", "CAMPAIGN_PAYOUT"]
CASH = ["EXPENSE", "CHARGE", "BANKING", "EXTERNAL_IN", "EXTERNAL_OUT"]


def test_everybody_is_offered_what_is_hers_to_do(at_desk: At, chama: Chama) -> None:
    assert sorted(offered(at_desk(chama.grace).get(address(chama)))) == sorted(PAYOUTS + CASH)
    assert offered(at_desk(chama.ruth).get(address(chama))) == PAYOUTS
    assert sorted(offered(at_desk(chama.joseph).get(address(chama)))) == sorted(CASH)
    assert at_desk(chama.alice).get(address(chama)).status_code == 403
    assert at_desk(chama.daniel).get(address(chama)).status_code == 403
    assert at_desk(chama.jane).get(address(chama)).status_code == 404


@pytest.mark.parametrize(("name", "kind"), [("ruth", "EXPENSE"), ("joseph", "WELFARE_PAYOUT")])
def test_what_is_not_hers_is_refused_by_address_and_by_form(at_desk: At, chama: Chama, name: str, kind: str) -> None:
    browser = at_desk(chama.users[name])
    assert browser.get(address(chama), {"kind": kind}).status_code == 403
    assert send(browser, chama, kind).status_code == 403
    assert not Voucher.objects.filter(detail=kind).exists()


def test_each_kind_asks_only_what_it_needs(at_desk: At, chama: Chama) -> None:
    asked = {}
    for kind in PAYOUTS + CASH:
        answer = at_desk(chama.grace).get(address(chama), {"kind": kind})
        text(answer)
        asked[kind] = {name for name in answer.context["form"].fields if name not in {"kind", "meeting"}}
    common = {"offline_sync_id", "amount", "reason"}
    assert {kind: fields - common for kind, fields in asked.items()} == {
        "EXPENSE": {"source"},
        "CHARGE": {"source"},
        "BANKING": {"source", "to"},
        "EXTERNAL_IN": {"to"},
        "EXTERNAL_OUT": {"source"},
        "WELFARE_PAYOUT": {"source", "member_id", "event"},
        "ECD_PAYOUT": {"source", "member_id"},
        "PROJECT_PAYOUT": {"source", "member_id"},
        "CAMPAIGN_PAYOUT": {"source", "member_id", "group_campaign_id"},
    }


def test_a_cost_is_seen_and_then_booked_once(at_desk: At, chama: Chama) -> None:
    browser, form = at_desk(chama.grace), typed("EXPENSE")
    review = browser.post(address(chama), form | {"step": "review"})
    assert "The group pays 200.00 for its costs." in text(review)
    assert figures(review) == {
        "Cash box": ("6300.00", "6100.00"),
        "Total revolving fund (TRF)": ("5400.00", "5200.00"),
    }
    assert not Voucher.objects.filter(detail="EXPENSE").exists()
    for _time in range(2):
        done = browser.post(address(chama), form)
        paper = Voucher.objects.get(detail="EXPENSE")
        assert done["Location"] == reverse("receipt-page", args=[paper.pk])
    assert (paper.status, paper.reason, paper.meeting_id) == ("VERIFIED", "Exercise books", None)
    assert chama.holds("1010") == kes("6100")


def test_the_same_form_with_another_amount_gets_a_fresh_key(at_desk: At, chama: Chama) -> None:
    browser, form = at_desk(chama.grace), typed("EXPENSE")
    browser.post(address(chama), form)
    page = text(browser.post(address(chama), form | {"amount": "20"}), 422)
    assert "already confirmed with other figures" in page
    assert form["offline_sync_id"] not in page


def test_more_than_there_is_stands_beside_the_amount_and_keeps_what_was_typed(at_desk: At, chama: Chama) -> None:
    page = text(send(at_desk(chama.grace), chama, "EXPENSE", amount="9000", step="review"), 422)
    assert 'id="id_amount_error"' in page
    assert "Exercise books" in page


def test_what_is_missing_is_said_with_the_cursor_in_it(at_desk: At, chama: Chama) -> None:
    answer = send(at_desk(chama.grace), chama, "EXPENSE", reason=" ", amount="100")
    text(answer, 422)
    assert answer.context["form"].fields["reason"].widget.attrs["autofocus"] is True


def test_who_goes_back_finds_what_was_typed(at_desk: At, chama: Chama) -> None:
    page = text(send(at_desk(chama.grace), chama, "EXPENSE", amount="123.45", step="change"))
    assert "123.45" in page
    assert "Exercise books" in page


def test_a_form_without_a_kind_is_asked_for_one(at_desk: At, chama: Chama) -> None:
    answer = at_desk(chama.grace).post(address(chama), {"kind": "HANDOVER"})
    assert answer.status_code == 422
    assert "HANDOVER" not in offered(answer)


def test_joseph_banks_what_is_in_his_hands(at_desk: At, chama: Chama) -> None:
    browser = at_desk(chama.joseph)
    asked = browser.get(address(chama), {"kind": "BANKING"})
    assert asked.context["form"].initial["source"] == "OFFICER"
    assert "CASH_BOX" not in dict(asked.context["form"].fields["to"].choices)
    form = typed("BANKING", source="OFFICER", to="BANK", amount="400")
    review = browser.post(address(chama), form | {"step": "review"})
    assert figures(review)["Your hands"] == ("400.00", "0.00")
    browser.post(address(chama), form)
    assert (chama.holds("1020"), chama.holds("1040", "joseph")) == (kes("400"), kes("0"))


def test_from_the_box_to_the_box_is_no_banking(at_desk: At, chama: Chama) -> None:
    page = text(send(at_desk(chama.grace), chama, "BANKING", to="CASH_BOX"), 400)
    assert 'id="id_to_error"' in page


def test_outside_money_is_owed_back_and_paid_back(at_desk: At, chama: Chama) -> None:
    browser = at_desk(chama.grace)
    review = send(browser, chama, "EXTERNAL_IN", to="BANK", amount="1000", step="review")
    assert figures(review)["External funds owed"] == ("0.00", "1000.00")
    send(browser, chama, "EXTERNAL_IN", to="BANK", amount="1000")
    send(browser, chama, "EXTERNAL_OUT", source="BANK", amount="400")
    assert (chama.holds("2070"), chama.holds("1020")) == (kes("600"), kes("600"))


def test_a_charge_is_the_banks_by_itself(at_desk: At, chama: Chama) -> None:
    asked = at_desk(chama.grace).get(address(chama), {"kind": "CHARGE"})
    assert asked.context["form"].initial["source"] == "BANK"


def test_ecd_money_waits_for_a_second_office_holder(at_desk: At, chama: Chama) -> None:
    alice = str(chama.members["alice"].pk)
    form = typed("ECD_PAYOUT", member_id=alice, amount="250", reason="School fees")
    browser = at_desk(chama.ruth)
    review = browser.post(address(chama), form | {"step": "review"})
    page = text(review)
    assert "says yes; until then no figure changes" in page
    assert "Ruth" not in review.context["review"].waits_for
    assert "Grace" in review.context["review"].waits_for
    assert figures(review)["Alice: ECD"] == ("300.00", "50.00")
    browser.post(address(chama), form)
    paper = Voucher.objects.get(detail="ECD_PAYOUT")
    assert (paper.status, chama.holds("2030", "alice")) == ("PENDING", kes("300"))
    chama.verifies("mary", paper)
    assert chama.holds("2030", "alice") == kes("50")


def test_a_payout_that_could_not_be_paid_today_says_so(at_desk: At, chama: Chama) -> None:
    alice = str(chama.members["alice"].pk)
    review = send(at_desk(chama.ruth), chama, "ECD_PAYOUT", member_id=alice, amount="301", step="review")
    assert "As the books stand now it could not be paid" in text(review)


def test_welfare_pays_what_the_constitution_allows(at_desk: At, chama: Chama) -> None:
    browser, alice = at_desk(chama.ruth), str(chama.members["alice"].pk)
    events = dict(browser.get(address(chama), {"kind": "WELFARE_PAYOUT"}).context["form"].fields["event"].choices)
    event = next(iter(events))
    over = send(browser, chama, "WELFARE_PAYOUT", member_id=alice, event=event, amount="900000", step="review")
    assert 'id="id_amount_error"' in text(over, 422)
    review = send(browser, chama, "WELFARE_PAYOUT", member_id=alice, event=event, amount="100", step="review")
    assert figures(review)["Social fund"] == ("1000.00", "900.00")


def test_a_stranger_named_in_a_form_is_nobody_who_can_be_chosen(at_desk: At, chama: Chama) -> None:
    jane = str(chama.members["jane"].pk)
    page = text(send(at_desk(chama.ruth), chama, "ECD_PAYOUT", member_id=jane), 422)
    assert 'id="id_member_id_error"' in page


# At the table


def test_at_the_table_the_cash_is_the_box_and_the_paper_names_the_meeting(at_desk: At, chama: Chama) -> None:
    meeting, browser = chama.sits().meeting_id, at_desk(chama.joseph)
    asked = browser.get(address(chama), {"kind": "EXPENSE", "meeting": str(meeting)})
    assert "Cash is that of the box" in text(asked)
    assert asked.context["form"].initial["source"] == "CASH_BOX"
    assert "OFFICER" not in dict(asked.context["form"].fields["source"].choices)
    done = send(browser, chama, "EXPENSE", meeting=str(meeting))
    paper = Voucher.objects.get(detail="EXPENSE")
    assert done["Location"] == reverse("meeting-page", args=[meeting])
    assert told(done) == [f"Costs of the group, 200.00: in the books. Receipt {paper.code}."]
    assert (paper.meeting_id, paper.from_place) == (meeting, "1010")


def test_a_payout_asked_for_at_the_table_says_that_it_waits(at_desk: At, chama: Chama) -> None:
    meeting, alice = str(chama.sits().meeting_id), str(chama.members["alice"].pk)
    done = send(at_desk(chama.ruth), chama, "ECD_PAYOUT", member_id=alice, meeting=meeting)
    assert "Another office holder has to say yes" in told(done)[0]


def test_only_an_open_meeting_of_this_very_group_can_be_named(at_desk: At, chama: Chama) -> None:
    browser = at_desk(chama.grace)
    theirs = str(chama.sits(group=chama.groups["Baraka"]).meeting_id)
    for unknown in ("nonsense", str(new_id()), theirs):
        assert browser.get(address(chama), {"kind": "EXPENSE", "meeting": unknown}).status_code == 404
    planned = schedule(group=chama.umoja, meeting_date=chama.today, by=chama.ruth, at=chama.at)
    assert browser.get(address(chama), {"kind": "EXPENSE", "meeting": str(planned.pk)}).status_code == 409


def test_the_list_of_kinds_leads_to_the_table_that_is_open(at_desk: At, chama: Chama) -> None:
    meeting = str(chama.sits().meeting_id)
    page = text(at_desk(chama.grace).get(address(chama)))
    assert f"?meeting={meeting}" in page
    kinds = at_desk(chama.grace).get(address(chama), {"meeting": meeting}).context["kinds"]
    assert all(kind.href.endswith(f"meeting={meeting}") for kind in kinds)


def test_the_expenses_step_of_the_meeting_and_the_page_of_the_group_lead_here(at_desk: At, chama: Chama) -> None:
    meeting = chama.sits().meeting_id
    here = address(chama)
    assert f"{here}?meeting={meeting}" in text(at_desk(chama.grace).get(reverse("meeting-page", args=[meeting])))
    for name in ("group-page", "record-page"):
        assert here in text(at_desk(chama.grace).get(reverse(name, args=[chama.umoja.pk])))
        assert here not in text(at_desk(chama.alice).get(reverse(name, args=[chama.umoja.pk])))
