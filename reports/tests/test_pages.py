"""The staff pages as their readers meet them: what each may open, what she sees there, what her forms do."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import translation

from core.ids import new_id
from core.money import kes
from core.periods import now, today
from groups.models import BankingGroup, Organisation, RoleName
from ledger.models import Entry, Voucher
from ledger.queries import trf_sheet
from members.models import Member
from reports.tests.conftest import Bring, Enrol, Give, MakeUser, user_of
from savings.operations import request_withdrawal
from users.models import User

pytestmark = pytest.mark.django_db

At = Callable[[User], Client]


@pytest.fixture
def at_desk(client: Client) -> At:
    """A browser in which this person has signed in."""

    def sit(user: User) -> Client:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sit


@pytest.fixture
def brought(bring: Bring, mary: Member, alice: Member) -> Voucher:
    """Some money in the book, of this month."""
    bring(mary, "1000")
    return bring(alice, "500")


def text(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.content[:300]
    return str(answer.content.decode())


def told(answer: Any) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def fund(group: BankingGroup) -> Decimal:
    return trf_sheet(group=group, on=today(), members=()).trf


def typed(member: Member, **more: str) -> dict[str, str]:
    usual = {
        "member": str(member.pk),
        "contribution_type": "REGULAR",
        "amount": "137.50",
        "payment_method": "CASH",
        "contribution_date": today().isoformat(),
        "offline_sync_id": str(new_id()),
        "step": "confirm",
    }
    return usual | more


# Who may open what


GROUP_PAGES = [
    "group-page",
    "members-page",
    "cash-book-page",
    "group-waiting-page",
    "books-page",
    "record-page",
    "register-page",
]


@pytest.mark.parametrize("name", GROUP_PAGES)
def test_whoever_is_not_signed_in_is_asked_to(client: Client, umoja: BankingGroup, name: str) -> None:
    address = reverse(name, args=[umoja.pk])
    answer = client.get(address)
    assert answer.status_code == 302
    assert answer["Location"] == f"/sign-in/?next={address}"


@pytest.mark.parametrize("name", GROUP_PAGES)
def test_jane_finds_nothing_of_umoja(at_desk: At, umoja: BankingGroup, jane: Member, name: str) -> None:
    assert "There is no such page" in text(at_desk(user_of(jane)).get(reverse(name, args=[umoja.pk])), 404)


@pytest.mark.parametrize("name", GROUP_PAGES)
def test_the_chair_opens_every_page_of_her_group(
    at_desk: At, umoja: BankingGroup, mary: Member, brought: Voucher, name: str
) -> None:
    assert "Umoja" in text(at_desk(user_of(mary)).get(reverse(name, args=[umoja.pk])))


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("group-page", 200),
        ("members-page", 200),
        ("record-page", 200),
        ("cash-book-page", 403),
        ("group-waiting-page", 403),
        ("books-page", 403),
        ("register-page", 403),
    ],
)
def test_a_member_opens_what_is_hers(
    at_desk: At, umoja: BankingGroup, alice: Member, brought: Voucher, name: str, status: int
) -> None:
    assert at_desk(user_of(alice)).get(reverse(name, args=[umoja.pk])).status_code == status


def test_a_word_that_is_refused_says_whose_office_it_is(at_desk: At, umoja: BankingGroup, alice: Member) -> None:
    page = text(at_desk(user_of(alice)).get(reverse("books-page", args=[umoja.pk])), 403)
    assert "This is for another office" in page
    assert "Ask someone whose office it is" in page


def test_alice_sees_her_own_page_and_not_the_chairs(
    at_desk: At, mary: Member, alice: Member, jane: Member, brought: Voucher
) -> None:
    browser = at_desk(user_of(alice))
    assert "Alice Wambui" in text(browser.get(reverse("member-page", args=[alice.pk])))
    assert browser.get(reverse("member-page", args=[mary.pk])).status_code == 403
    assert browser.get(reverse("member-page", args=[jane.pk])).status_code == 404
    assert browser.get(reverse("member-page", args=[new_id()])).status_code == 404


def test_an_address_that_names_nothing_is_a_page_of_the_house(at_desk: At, mary: Member) -> None:
    browser = at_desk(user_of(mary))
    for path in ("/groups/no-uuid/", "/nowhere/", f"/groups/{new_id()}/", f"/acts/{new_id()}/"):
        assert "There is no such page" in text(browser.get(path), 404)


# Today


def test_today_shows_the_chair_what_waits_and_her_group(
    at_desk: At, umoja: BankingGroup, mary: Member, alice: Member, brought: Voucher
) -> None:
    asked = request_withdrawal(member=alice, amount=kes("100"), by=user_of(alice), at=now(), on=today())
    page = text(at_desk(user_of(mary)).get("/"))
    assert "Savings withdrawn" in page
    assert f"#act-{asked.pk}" in page
    assert "1 decision" in page
    assert "Umoja in figures" in page
    assert 'aria-current="page"' in page


def test_today_of_a_member_begins_with_her_own_money(at_desk: At, alice: Member, brought: Voucher) -> None:
    page = text(at_desk(user_of(alice)).get("/"))
    assert "Your money in Umoja" in page
    assert "in figures" not in page
    assert "What needs a decision" not in page
    assert "Savings brought" in page


def test_today_says_when_nothing_waits(at_desk: At, mary: Member) -> None:
    assert "Nothing waits for you." in text(at_desk(user_of(mary)).get("/"))


def test_somebody_without_any_group_is_told_whom_to_ask(at_desk: At, make_user: MakeUser) -> None:
    browser = at_desk(make_user("Nobody Yet"))
    for path in ("/", "/groups/"):
        page = text(browser.get(path))
        assert "You belong to no group yet." in page
        assert "No role yet" in page


def test_a_service_admin_sees_the_sum_of_her_groups(
    at_desk: At, make_user: MakeUser, give: Give, pamoja: Organisation, baraka: BankingGroup, brought: Voucher
) -> None:
    daniel = make_user("Daniel Otieno")
    give(daniel, RoleName.SERVICE_ADMIN, pamoja)
    page = text(at_desk(daniel).get("/groups/"))
    assert "Baraka" in page
    assert "Umoja" in page
    assert "2 of 2" in page
    assert "Pamoja in figures" in text(at_desk(daniel).get("/"))


def test_the_records_are_offered_to_the_system_admin_only(at_desk: At, sarah: User, mary: Member) -> None:
    assert "/admin/" in text(at_desk(sarah).get("/"))
    assert "/admin/" not in text(at_desk(user_of(mary)).get("/"))


def test_pages_take_no_other_methods(at_desk: At, umoja: BankingGroup, mary: Member) -> None:
    browser = at_desk(user_of(mary))
    assert browser.post("/").status_code == 405
    assert browser.put(reverse("record-page", args=[umoja.pk])).status_code == 405
    assert browser.head("/").status_code == 200


# A group


def test_the_overview_proves_the_fund_as_a_subtraction(
    at_desk: At, umoja: BankingGroup, mary: Member, brought: Voucher
) -> None:
    page = text(at_desk(user_of(mary)).get(reverse("group-page", args=[umoja.pk])))
    assert "Both sides agree." in page
    assert page.count("1,500<small>.00</small>") >= 3
    assert "Check the chain of entries" in page


def test_the_chain_is_checked_when_asked(at_desk: At, umoja: BankingGroup, mary: Member, brought: Voucher) -> None:
    page = text(at_desk(user_of(mary)).get(reverse("group-page", args=[umoja.pk]) + "?check"))
    assert "Checked: 2 entries, chain intact" in page


def test_a_group_without_entries_says_so(at_desk: At, umoja: BankingGroup, mary: Member) -> None:
    page = text(at_desk(user_of(mary)).get(reverse("group-page", args=[umoja.pk])))
    assert "Both sides agree." in page
    assert "Bring the opening balances" in page
    assert "Nothing waits." in page


def test_a_member_sees_of_the_others_no_money(
    at_desk: At, umoja: BankingGroup, mary: Member, alice: Member, brought: Voucher
) -> None:
    page = text(at_desk(user_of(alice)).get(reverse("members-page", args=[umoja.pk])))
    assert "Mary Wanjiku" in page
    assert "Chair" in page
    assert reverse("member-page", args=[alice.pk]) in page
    assert reverse("member-page", args=[mary.pk]) not in page
    assert "1,000<small>.00" not in page


def test_the_cash_book_runs_from_brought_to_carried_forward(
    at_desk: At, umoja: BankingGroup, mary: Member, brought: Voucher
) -> None:
    page = text(at_desk(user_of(mary)).get(reverse("cash-book-page", args=[umoja.pk])))
    assert "Brought forward 1 " in page
    assert "Regular savings: Alice Wambui" in page
    assert "Carried forward" in page


def test_the_cash_book_is_narrowed_by_place_and_days(
    at_desk: At, umoja: BankingGroup, mary: Member, brought: Voucher
) -> None:
    address = reverse("cash-book-page", args=[umoja.pk])
    browser = at_desk(user_of(mary))
    assert "No entries in this period" in text(browser.get(address, {"place": "BANK"}))
    yesterday = (today() - dt.timedelta(days=1)).isoformat()
    assert "No entries in this period" in text(browser.get(address, {"from": "2020-01-01", "to": yesterday}))
    assert "this month is shown" in text(browser.get(address, {"from": "once"}))
    assert "Alice Wambui" in text(browser.get(address, {"place": "UNDER_THE_BED"}))


def test_the_cash_book_has_pages_and_each_says_what_it_brought(
    at_desk: At, umoja: BankingGroup, mary: Member, brought: Voucher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reports.pages.group.ROWS_A_PAGE", 1)
    browser, address = at_desk(user_of(mary)), reverse("cash-book-page", args=[umoja.pk])
    first = browser.get(address)
    assert "Carried to the next page" in text(first)
    second = browser.get(f"{address}?{first.context['page'].onward}")
    assert "Brought forward from the page before" in text(second)
    assert second.context["page"].book.brought_forward == kes("1000")
    assert second.context["page"].book.carried_forward == kes("1500")
    assert "Last page" in text(second)


def test_a_forged_page_of_the_cash_book_is_refused(at_desk: At, umoja: BankingGroup, mary: Member) -> None:
    answer = at_desk(user_of(mary)).get(reverse("cash-book-page", args=[umoja.pk]), {"after": "forged"})
    assert "That could not be read" in text(answer, 400)


def test_htmx_gets_the_rows_alone(at_desk: At, umoja: BankingGroup, mary: Member, brought: Voucher) -> None:
    answer = at_desk(user_of(mary)).get(reverse("cash-book-page", args=[umoja.pk]), headers={"HX-Request": "true"})
    page = text(answer)
    assert "<html" not in page
    assert "Alice Wambui" in page


def test_the_books_agree_three_times(at_desk: At, umoja: BankingGroup, mary: Member, brought: Voucher) -> None:
    answer = at_desk(user_of(mary)).get(reverse("books-page", args=[umoja.pk]))
    assert "Trial balance" in text(answer)
    page = answer.context["page"]
    assert page.trial.difference == 0
    assert [sheet.difference for sheet in page.sheets] == [0, 0]
    assert {line.code for line in page.accounts} == {"1010", "2010"}


# Recording


def test_the_form_offers_every_member_to_an_officer_and_herself_to_a_member(
    at_desk: At, umoja: BankingGroup, mary: Member, alice: Member
) -> None:
    address = reverse("record-page", args=[umoja.pk])
    assert "Choose a member" in text(at_desk(user_of(mary)).get(address))
    own = text(at_desk(user_of(alice)).get(address))
    assert "Mary Wanjiku</option>" not in own
    assert 'value="WELFARE"' not in own
    assert "waits until an officer" in own


def test_a_member_named_in_the_address_is_chosen_already(
    at_desk: At, umoja: BankingGroup, mary: Member, alice: Member
) -> None:
    page = text(at_desk(user_of(mary)).get(reverse("record-page", args=[umoja.pk]), {"member": str(alice.pk)}))
    assert f'<option value="{alice.pk}" selected>' in page


def test_the_review_shows_now_and_after_and_changes_nothing(
    at_desk: At, umoja: BankingGroup, mary: Member, alice: Member, brought: Voucher
) -> None:
    before = fund(umoja), Entry.objects.count(), Voucher.objects.count()
    answer = at_desk(user_of(mary)).post(reverse("record-page", args=[umoja.pk]), typed(alice, step="review"))
    assert "Nothing has happened yet." in text(answer)
    changes = {change.word: (change.before, change.after) for change in answer.context["review"].changes}
    assert changes == {
        "Cash box": (kes("1500"), kes("1637.50")),
        "Alice Wambui: Savings": (kes("500"), kes("637.50")),
        "Total revolving fund (TRF)": (kes("1500"), kes("1637.50")),
    }
    assert (fund(umoja), Entry.objects.count(), Voucher.objects.count()) == before


def test_welfare_does_not_grow_the_fund_and_the_review_says_so(
    at_desk: At, umoja: BankingGroup, mary: Member, alice: Member, brought: Voucher
) -> None:
    form = typed(alice, step="review", contribution_type="WELFARE")
    answer = at_desk(user_of(mary)).post(reverse("record-page", args=[umoja.pk]), form)
    same = {change.word for change in answer.context["review"].changes if change.is_same}
    assert same == {"Total revolving fund (TRF)"}


def test_confirming_books_it_once_however_often_it_is_sent(
    at_desk: At, umoja: BankingGroup, mary: Member, alice: Member
) -> None:
    browser, address, form = at_desk(user_of(mary)), reverse("record-page", args=[umoja.pk]), typed(alice)
    first, again = browser.post(address, form), browser.post(address, form)
    assert first.status_code == again.status_code == 302
    assert first["Location"] == again["Location"]
    assert fund(umoja) == kes("137.50")
    receipt = text(browser.get(first["Location"]))
    assert "Alice Wambui brought 137.50 for savings to Umoja." in receipt
    assert "In the books as entry 1." in receipt


def test_the_same_form_with_other_figures_is_not_booked_over_the_first(
    at_desk: At, umoja: BankingGroup, mary: Member, alice: Member
) -> None:
    browser, address, form = at_desk(user_of(mary)), reverse("record-page", args=[umoja.pk]), typed(alice)
    browser.post(address, form)
    other = browser.post(address, form | {"amount": "1375.00"})
    assert "already confirmed with other figures" in text(other, 422)
    assert form["offline_sync_id"] not in text(other, 422)
    assert fund(umoja) == kes("137.50")


def test_going_back_to_change_keeps_what_was_typed(
    at_desk: At, umoja: BankingGroup, mary: Member, alice: Member
) -> None:
    form = typed(alice, step="change", amount="88")
    page = text(at_desk(user_of(mary)).post(reverse("record-page", args=[umoja.pk]), form))
    assert 'value="88"' in page
    assert form["offline_sync_id"] in page
    assert "Nothing has been saved yet" not in page


def test_a_wrong_amount_is_said_beside_it_and_nothing_is_booked(
    at_desk: At, umoja: BankingGroup, mary: Member, alice: Member
) -> None:
    answer = at_desk(user_of(mary)).post(reverse("record-page", args=[umoja.pk]), typed(alice, amount="1.005"))
    page = text(answer, 422)
    assert 'id="id_amount_error"' in page
    assert "autofocus" in page
    assert not Voucher.objects.exists()


def test_what_the_books_refuse_stands_on_the_form(
    at_desk: At, umoja: BankingGroup, mary: Member, alice: Member
) -> None:
    tomorrow = (today() + dt.timedelta(days=1)).isoformat()
    for step in ("review", "confirm"):
        form = typed(alice, step=step, contribution_date=tomorrow)
        page = text(at_desk(user_of(mary)).post(reverse("record-page", args=[umoja.pk]), form), 422)
        assert "That day has not come yet" in page
    assert not Voucher.objects.exists()


def test_a_receipt_number_is_used_once_and_the_form_says_where(
    at_desk: At, umoja: BankingGroup, mary: Member, alice: Member
) -> None:
    browser, address = at_desk(user_of(mary)), reverse("record-page", args=[umoja.pk])
    by_phone = {"payment_method": "MPESA", "transaction_id": "SKA4T7Q2XN"}
    browser.post(address, typed(alice, **by_phone))
    page = text(browser.post(address, typed(alice, amount="99", **by_phone)), 422)
    assert 'id="id_transaction_id_error"' in page
    assert fund(umoja) == kes("137.50")


def test_a_member_of_another_group_cannot_be_slipped_into_the_form(
    at_desk: At, umoja: BankingGroup, mary: Member, jane: Member
) -> None:
    answer = at_desk(user_of(mary)).post(reverse("record-page", args=[umoja.pk]), typed(jane))
    assert answer.status_code == 422
    assert not Voucher.objects.exists()


def test_what_alice_records_for_herself_waits(
    at_desk: At, umoja: BankingGroup, alice: Member, brought: Voucher
) -> None:
    browser, address = at_desk(user_of(alice)), reverse("record-page", args=[umoja.pk])
    assert "It will wait until a second person confirms it" in text(browser.post(address, typed(alice, step="review")))
    done = browser.post(address, typed(alice))
    assert "Recorded, waiting to be confirmed" in text(browser.get(done["Location"]))
    assert fund(umoja) == kes("1500")


def test_a_receipt_is_read_by_its_group_and_by_nobody_else(
    at_desk: At, mary: Member, alice: Member, peter: Member, jane: Member, brought: Voucher
) -> None:
    address = reverse("receipt-page", args=[brought.pk])
    assert "Receipt" in text(at_desk(user_of(mary)).get(address))
    assert "Receipt" in text(at_desk(user_of(alice)).get(address))
    for stranger in (peter, jane):
        assert at_desk(user_of(stranger)).get(address).status_code == 404


# Deciding


@pytest.fixture
def asked(alice: Member, brought: Voucher) -> Voucher:
    return request_withdrawal(member=alice, amount=kes("100"), by=user_of(alice), at=now(), on=today())


def test_the_chair_approves_and_it_is_in_the_books(
    at_desk: At, umoja: BankingGroup, mary: Member, asked: Voucher
) -> None:
    browser = at_desk(user_of(mary))
    assert "Approve" in text(browser.get(reverse("group-waiting-page", args=[umoja.pk])))
    answer = browser.post(reverse("decide-page", args=[asked.pk]), {"action": "approve"})
    assert told(answer) == ["Savings withdrawn, 100.00: approved and in the books."]
    assert fund(umoja) == kes("1400")


def test_a_rejection_needs_its_reason_and_moves_nothing(
    at_desk: At, umoja: BankingGroup, mary: Member, alice: Member, asked: Voucher
) -> None:
    browser, address = at_desk(user_of(mary)), reverse("decide-page", args=[asked.pk])
    assert "Say why it is rejected" in told(browser.post(address, {"action": "reject", "reason": "  "}))[0]
    assert "rejected" in told(browser.post(address, {"action": "reject", "reason": "Ask at the table"}))[-1]
    assert fund(umoja) == kes("1500")
    assert "Ask at the table" in text(at_desk(user_of(alice)).get(reverse("receipt-page", args=[asked.pk])))


def test_nobody_decides_what_she_recorded_or_what_names_her(
    at_desk: At, umoja: BankingGroup, mary: Member, brought: Voucher
) -> None:
    own = request_withdrawal(member=mary, amount=kes("10"), by=user_of(mary), at=now(), on=today())
    browser = at_desk(user_of(mary))
    page = text(browser.get(reverse("group-waiting-page", args=[umoja.pk])))
    assert "You recorded it" in page
    assert reverse("decide-page", args=[own.pk]) not in page
    answer = browser.post(reverse("decide-page", args=[own.pk]), {"action": "approve"})
    assert "Somebody else must confirm this" in told(answer)[0]


def test_what_names_the_reader_is_another_persons_to_decide(
    at_desk: At, ruth: User, mary: Member, brought: Voucher
) -> None:
    request_withdrawal(member=mary, amount=kes("10"), by=ruth, at=now(), on=today())
    assert "It names you" in text(at_desk(user_of(mary)).get("/waiting/"))


def test_a_member_and_a_stranger_cannot_decide(at_desk: At, alice: Member, jane: Member, asked: Voucher) -> None:
    address = reverse("decide-page", args=[asked.pk])
    assert at_desk(user_of(alice)).post(address, {"action": "approve"}).status_code == 403
    assert at_desk(user_of(jane)).post(address, {"action": "approve"}).status_code == 404
    assert at_desk(user_of(jane)).post(reverse("decide-page", args=[new_id()])).status_code == 404
    assert at_desk(user_of(jane)).get(address).status_code == 405


def test_everything_that_waits_is_on_one_page_for_whoever_decides(
    at_desk: At, mary: Member, peter: Member, asked: Voucher
) -> None:
    assert "Savings withdrawn" in text(at_desk(user_of(mary)).get("/waiting/"))
    assert "Nothing waits." in text(at_desk(user_of(peter)).get("/waiting/"))


# Members


def about(**more: str) -> dict[str, str]:
    usual = {
        "member_name": "Wanja Kariuki",
        "id_number": "31427999",
        "date_of_birth": "1990-02-28",
        "phone": "0799 345 678",
        "first_name": "Rose Kariuki",
        "first_relationship": "mother",
        "offline_sync_id": str(new_id()),
    }
    return usual | more


def test_the_secretary_registers_a_member_once(at_desk: At, umoja: BankingGroup, ruth: User) -> None:
    browser, address, form = at_desk(ruth), reverse("register-page", args=[umoja.pk]), about()
    first, again = browser.post(address, form), browser.post(address, form)
    assert first["Location"] == again["Location"]
    assert Member.objects.filter(person__name="Wanja Kariuki").count() == 1
    page = text(browser.get(first["Location"]))
    assert "Wanja Kariuki is registered as member number 1." in page
    assert "Nothing yet." in page


def test_an_id_number_that_is_known_stands_at_its_field(at_desk: At, umoja: BankingGroup, ruth: User) -> None:
    browser, address = at_desk(ruth), reverse("register-page", args=[umoja.pk])
    browser.post(address, about())
    page = text(browser.post(address, about(member_name="Somebody Else", phone="0799000000")), 422)
    assert 'id="id_id_number_error"' in page
    assert "already registered" in page


def test_a_wrong_phone_of_the_next_of_kin_stands_in_her_block(at_desk: At, umoja: BankingGroup, ruth: User) -> None:
    page = text(at_desk(ruth).post(reverse("register-page", args=[umoja.pk]), about(first_phone="12")), 422)
    assert 'id="id_first_phone_error"' in page
    assert not Member.objects.filter(person__name="Wanja Kariuki").exists()


def test_a_members_history_has_pages_and_offers_to_record(
    at_desk: At, mary: Member, alice: Member, bring: Bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reports.pages.member.ROWS_A_PAGE", 1)
    bring(alice, "500")
    bring(alice, "600")
    browser, address = at_desk(user_of(mary)), reverse("member-page", args=[alice.pk])
    first = text(browser.get(address))
    assert "Page 1 of 2" in first
    assert f"?member={alice.pk}" in first
    assert "Page 2 of 2" in text(browser.get(address, {"page": "2"}))
    assert "Page 2 of 2" in text(browser.get(address, {"page": "99"}))
    assert "Page 1 of 2" in text(browser.get(address, {"page": "x"}))


# The frame


def test_every_page_forbids_foreign_scripts_and_inline_handlers(
    at_desk: At, umoja: BankingGroup, mary: Member, brought: Voucher
) -> None:
    answer = at_desk(user_of(mary)).get(reverse("group-page", args=[umoja.pk]))
    policy, page = answer["Content-Security-Policy"], text(answer)
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert " style=" not in page
    assert " onclick=" not in page
    assert "http://" not in page.replace("http://www.w3.org/2000/svg", "")


def test_a_page_that_lost_its_token_asks_to_send_again(umoja: BankingGroup, mary: Member) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(user_of(mary), backend="django.contrib.auth.backends.ModelBackend")
    page = text(browser.post(reverse("record-page", args=[umoja.pk]), typed(mary)), 403)
    assert "Please send it once more" in page


def test_the_number_of_statements_does_not_grow_with_the_members(
    at_desk: At, umoja: BankingGroup, mary: Member, brought: Voucher, enrol: Enrol, django_assert_max_num_queries: Any
) -> None:
    browser, address = at_desk(user_of(mary)), reverse("group-page", args=[umoja.pk])
    browser.get(address)
    for place in range(5):
        enrol(umoja, f"Member {place}")
    with django_assert_max_num_queries(45):
        browser.get(address)


def test_the_pages_speak_swahili_to_whoever_reads_it(at_desk: At, mary: Member) -> None:
    user = user_of(mary)
    User.objects.filter(pk=user.pk).update(language="sw")
    page = text(at_desk(user).get("/"))
    assert '<html lang="sw">' in page
    assert translation.get_language() == "en"
