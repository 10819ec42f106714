"""Fines on their pages: the list, imposing one, waiving one by somebody else, and paying it where money is recorded."""

import pytest
from django.urls import reverse

from core.ids import new_id
from core.money import kes
from core.periods import now, today
from core.tests.lasting import lasting
from ledger.models import Voucher
from meetings.tests.gathering import Gathering
from reports.tests.at_table import gather
from reports.tests.desk import At, text, told, typed
from savings.models import Fine
from savings.tests.chama import Chama

pytestmark = pytest.mark.django_db


@pytest.fixture
@lasting
def chama(db: None) -> Chama:
    return Chama(at=now())


def listed(chama: Chama, asked: str = "") -> str:
    return reverse("fines-page", args=[chama.umoja.pk]) + asked


def imposing(**more: str) -> dict[str, str]:
    usual = {
        "amount": "200",
        "reason": "Her phone rang",
        "due_date": today().isoformat(),
        "offline_sync_id": str(new_id()),
    }
    return usual | {"step": "confirm"} | more


def test_open_fines_stand_with_what_is_due_and_the_clause_they_come_from(at_desk: At, db: None) -> None:
    gathering: Gathering = gather()
    gathering.marks(alice="LATE", peter="ABSENT")
    gathering.chama.pays("peter", "40")
    answer = at_desk(gathering.chama.grace).get(listed(gathering.chama))
    shown = {row.name: row for row in answer.context["page"].rows}
    alice, peter = shown["Alice wa Umoja"], shown["Peter wa Umoja"]
    assert (alice.reason, alice.cites, alice.due) == ("Came late", "Rule 2.1, version 1", kes("50"))
    assert (peter.state.word, peter.due, peter.cites) == ("Partly paid", kes("60"), "Rule 2.2, version 1")
    assert "2 fines open" in text(answer)
    assert answer.context["page"].due == kes("110")


def test_the_list_shows_what_was_paid_or_waived_when_it_is_asked_for(at_desk: At, chama: Chama) -> None:
    chama.fines("alice", "50")
    chama.waives("mary", chama.fines("peter", "70"))
    chama.pays("alice", "50")
    browser = at_desk(chama.grace)
    (paid,) = browser.get(listed(chama, "?status=paid")).context["page"].rows
    (waived,) = browser.get(listed(chama, "?status=waived")).context["page"].rows
    assert (paid.name, paid.state.word, paid.pay_href) == ("Alice wa Umoja", "Paid", "")
    assert (waived.name, waived.state.word, waived.verdict) == ("Peter wa Umoja", "Waived", "She was ill")
    assert "Nobody owes a fine." in text(browser.get(listed(chama)))


def test_who_imposed_it_reads_who_may_waive_it_instead_of_a_button(at_desk: At, chama: Chama) -> None:
    chama.fines("alice", by="grace")
    (hers,) = at_desk(chama.grace).get(listed(chama)).context["page"].rows
    assert hers.waive_href == ""
    assert hers.because == "You imposed it. Joseph, Brian or Mary wa Umoja may waive it."
    (others,) = at_desk(chama.mary).get(listed(chama)).context["page"].rows
    assert others.waive_href
    (secretary,) = at_desk(chama.ruth).get(listed(chama)).context["page"].rows
    assert (secretary.waive_href, secretary.because) == ("", "")


def test_nobody_waives_a_fine_of_her_own(at_desk: At, chama: Chama) -> None:
    fine = chama.fines("mary", by="grace")
    browser = at_desk(chama.mary)
    (hers,) = browser.get(listed(chama)).context["page"].rows
    assert hers.because == "It names you. Joseph or Brian may waive it."
    form = {"reason": "I was ill", "offline_sync_id": str(new_id())}
    page = text(browser.post(reverse("fine-waive-page", args=[fine.pk]), form), 422)
    assert "This fine is your own." in page


def test_imposing_shows_what_she_will_owe_and_does_it_once(at_desk: At, chama: Chama) -> None:
    chama.fines("alice", "50")
    browser, address = at_desk(chama.ruth), reverse("fine-impose-page", args=[chama.members["alice"].pk])
    form = imposing()
    (change,) = browser.post(address, form | {"step": "review"}).context["review"].changes
    assert (change.word, change.before, change.after) == ("Alice owes on fines", kes("50"), kes("250"))
    assert Fine.objects.count() == 1
    first, again = browser.post(address, form), browser.post(address, form)
    assert first["Location"] == again["Location"] == listed(chama)
    assert told(first) == ["Alice wa Umoja is fined 200.00."]
    assert Fine.objects.latest("id").reason == "Her phone rang"
    assert Fine.objects.count() == 2
    other = text(browser.post(address, form | {"amount": "300"}), 422)
    assert "already confirmed with other figures" in other


def test_a_fine_without_a_reason_or_an_amount_is_refused_beside_it(at_desk: At, chama: Chama) -> None:
    browser, address = at_desk(chama.ruth), reverse("fine-impose-page", args=[chama.members["alice"].pk])
    page = text(browser.post(address, imposing(reason="", amount="0")), 422)
    assert 'id="id_reason_error"' in page
    assert 'id="id_amount_error"' in page
    assert browser.post(address, imposing(step="change")).context["form"]["reason"].value() == "Her phone rang"
    chosen = browser.get(listed(chama, f"?member={chama.members['alice'].pk}"))
    assert chosen["Location"] == address
    assert browser.get(listed(chama, f"?member={chama.members['jane'].pk}")).status_code == 404
    assert browser.get(listed(chama, "?member=nobody")).status_code == 200


def test_waiving_asks_why_and_says_what_she_owes_no_more(at_desk: At, chama: Chama) -> None:
    fine = chama.fines("alice", "150")
    chama.pays("alice", "40")
    browser, address = at_desk(chama.mary), reverse("fine-waive-page", args=[fine.pk])
    review = browser.get(address).context["review"]
    assert [(one.before, one.after) for one in review.changes] == [(kes("110"), kes("0"))]
    key = {"offline_sync_id": str(new_id())}
    assert 'id="id_reason_error"' in text(browser.post(address, key), 422)
    done = browser.post(address, key | {"reason": "She was ill"})
    assert told(done) == ["The fine of Alice wa Umoja is waived."]
    assert browser.post(address, key | {"reason": "She was ill"}).status_code == 302
    assert chama.owes(fine) == [("WAIVED", "0.00")]
    late = browser.post(address, {"offline_sync_id": str(new_id()), "reason": "Again"})
    assert "This fine is not open any more" in text(late, 409)


def test_strangers_members_and_who_lacks_the_word_are_kept_out(at_desk: At, chama: Chama) -> None:
    fine = chama.fines("alice")
    addresses = {
        "impose": reverse("fine-impose-page", args=[chama.members["alice"].pk]),
        "waive": reverse("fine-waive-page", args=[fine.pk]),
        "list": listed(chama),
    }
    due = {
        "alice": {"impose": 403, "waive": 403, "list": 403},
        "peter": {"impose": 403, "waive": 404, "list": 403},
        "ruth": {"impose": 200, "waive": 403, "list": 200},
        "faith": {"impose": 403, "waive": 403, "list": 200},
        "jane": {"impose": 404, "waive": 404, "list": 404},
        "kevin": {"impose": 404, "waive": 404, "list": 404},
    }
    for name, statuses in due.items():
        browser = at_desk(chama.users[name])
        assert {page: browser.get(address).status_code for page, address in addresses.items()} == statuses, name


def test_a_fine_is_paid_where_money_is_recorded(at_desk: At, chama: Chama) -> None:
    fine, browser = chama.fines("alice", "150"), at_desk(chama.grace)
    (row,) = browser.get(listed(chama)).context["page"].rows
    form = browser.get(row.pay_href).context["form"]
    alice = chama.members["alice"]
    assert (form["member"].value(), form["contribution_type"].value()) == (str(alice.pk), "FINE")
    sent = typed(alice, contribution_type="FINE", amount="100")
    address = reverse("record-page", args=[chama.umoja.pk])
    review = browser.post(address, sent | {"step": "review"}).context["review"]
    changes = {one.word: (one.before, one.after) for one in review.changes}
    assert changes["Alice wa Umoja owes on fines"] == (kes("150"), kes("50"))
    assert changes["Total revolving fund (TRF)"] == (kes("0"), kes("100"))
    receipt = browser.post(address, sent)
    assert "Fine paid: Alice wa Umoja" in text(browser.get(receipt["Location"]))
    assert chama.owes(fine) == [("OUTSTANDING", "50.00")]
    more = text(browser.post(address, typed(alice, contribution_type="FINE", amount="50.01")), 422)
    assert 'id="id_amount_error"' in more


def test_what_a_member_records_for_her_own_fine_waits(at_desk: At, chama: Chama) -> None:
    chama.fines("alice", "150")
    address = reverse("record-page", args=[chama.umoja.pk])
    at_desk(chama.alice).post(address, typed(chama.members["alice"], contribution_type="FINE", amount="150"))
    assert Voucher.objects.get().status == "PENDING"


def test_her_page_says_how_often_she_came_and_what_fines_are_open(at_desk: At, db: None) -> None:
    gathering: Gathering = gather()
    gathering.marks(alice="LATE", peter="ABSENT")
    browser, peter = at_desk(gathering.chama.grace), gathering.members["peter"].pk
    shown = browser.get(reverse("member-page", args=[peter])).context["member"]
    assert (shown.attendance_words, shown.fines_words) == ("0 % of the meetings", "1 fine open, 100.00 due")
    assert [row.reason for row in shown.fines] == ["Stayed away"]
    ruth = browser.get(reverse("member-page", args=[gathering.members["ruth"].pk])).context["member"]
    assert (ruth.attendance_words, ruth.fines_words, ruth.fines) == ("", "", ())
    hers = at_desk(gathering.chama.alice).get(reverse("member-page", args=[gathering.members["alice"].pk]))
    assert (hers.context["member"].fine_href, hers.context["member"].attendance_words) == ("", "100 % of the meetings")
    assert hers.context["member"].fines[0].waive_href == ""
