"""The staff pages as their readers meet them: what each may open, and what she sees there."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from core.ids import new_id
from core.money import kes
from core.periods import now, today
from groups.models import BankingGroup, Organisation, RoleName
from ledger.models import Voucher
from members.models import Member
from reports.tests.conftest import Enrol, Give, MakeUser, user_of
from reports.tests.desk import At, text, typed
from savings.operations import request_withdrawal
from users.models import User

pytestmark = pytest.mark.django_db


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
