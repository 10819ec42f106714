"""The small words of the pages: amounts, days from the address bar, people, places, sentences."""

import datetime as dt
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils.translation import override

from core.money import kes
from groups.models import BankingGroup, GroupRole, Organisation
from ledger.models import Voucher
from reports.pages import words
from reports.pages.people import role_words
from reports.pages.periods import Asked, asked_days
from reports.templatetags.console import amount, icon, moved, nil

FRIDAY = dt.date(2026, 11, 20)
NOVEMBER = Asked(dt.date(2026, 11, 1), FRIDAY)


def test_an_amount_has_small_cents_separated_thousands_and_a_real_minus() -> None:
    assert amount(kes("449240")) == '<span class="amount ">449,240<small>.00</small></span>'
    assert "−1,500<small>.50" in amount(kes("-1500.5"), "bad")
    assert 'class="amount bad"' in amount(kes("-1500.5"), "bad")
    assert ">+12<small>" in amount(kes("12"), signed=True)
    assert ">−12<small>" in amount(kes("-12"), signed=True)


def test_nothing_is_a_dash_that_is_read_aloud() -> None:
    assert moved(kes("0")) == nil() == amount(None)
    assert ">nothing</span>" in nil()
    assert moved(kes("3")) == amount(kes("3"))


def test_an_icon_is_hidden_from_screen_readers() -> None:
    assert icon("book") == '<svg class="icon" aria-hidden="true"><use href="#i-book"></use></svg>'


def test_an_amount_reads_the_same_in_swahili() -> None:
    shown = Template("{% load console %}{% amount value %}")
    with override("sw"):
        assert "1,234,567<small>.80" in shown.render(Context({"value": kes("1234567.8")}))


def test_days_without_a_wish_are_this_month_up_to_today() -> None:
    assert asked_days({}, FRIDAY) == NOVEMBER
    assert asked_days({"from": "", "to": ""}, FRIDAY) == NOVEMBER


def test_asked_days_are_taken_and_days_to_come_are_cut() -> None:
    assert asked_days({"from": "2026-06-01", "to": "2026-06-30"}, FRIDAY) == Asked(
        dt.date(2026, 6, 1), dt.date(2026, 6, 30)
    )
    assert asked_days({"from": "2026-11-03", "to": "2027-01-01"}, FRIDAY).last == FRIDAY


@pytest.mark.parametrize(
    "query", [{"from": "yesterday"}, {"to": "2026-13-01"}, {"from": "2026-11-10", "to": "2026-11-09"}, {"from": "٢"}]
)
def test_days_that_make_no_sense_are_said_and_replaced(query: dict[str, str]) -> None:
    asked = asked_days(query, FRIDAY)
    assert (asked.first, asked.last) == (NOVEMBER.first, NOVEMBER.last)
    assert "this month is shown" in asked.refused


def voucher(kind: str, detail: str = "", **more: object) -> Voucher:
    return Voucher(kind=kind, detail=detail, amount=Decimal(5), **more)


@pytest.mark.parametrize(
    ("kind", "detail", "said"),
    [
        ("CONTRIBUTION", "REGULAR", "Savings brought"),
        ("CONTRIBUTION", "WELFARE", "Welfare brought"),
        ("WITHDRAWAL", "REGULAR", "Savings withdrawn"),
        ("PAYOUT", "WELFARE_PAYOUT", "Welfare paid out"),
        ("MOVEMENT", "BANKING", "Cash carried to another place"),
        ("EXPENSE", "CHARGE", "Bank or M-Pesa charge"),
        ("SOMETHING_NEW", "", "SOMETHING_NEW"),
    ],
)
def test_an_act_is_said_in_words(kind: str, detail: str, said: str) -> None:
    assert words.deed(voucher(kind, detail)) == said


def test_every_kind_of_voucher_has_its_words() -> None:
    kinds = {"CONTRIBUTION": "CONTRIBUTION.REGULAR"}
    from_entries = {"CONTRIBUTION", "WITHDRAWAL", "PAYOUT", "MOVEMENT", "EXPENSE", "OPENING", "REVERSAL", "FEE"}
    assert all(kinds.get(kind, kind) in words.DEEDS for kind in from_entries)


def test_what_goes_out_is_known_and_a_reversal_goes_the_other_way() -> None:
    assert words.is_out(voucher("WITHDRAWAL"))
    assert words.is_out(voucher("MOVEMENT", "EXTERNAL_OUT"))
    assert not words.is_out(voucher("CONTRIBUTION", "REGULAR"))
    assert words.is_out(voucher("REVERSAL", reverses=voucher("CONTRIBUTION", "REGULAR")))
    assert not words.is_out(voucher("REVERSAL", reverses=voucher("WITHDRAWAL")))


def test_how_money_came_names_the_receipt() -> None:
    assert words.how(voucher("CONTRIBUTION", method="CASH")) == "Cash"
    assert words.how(voucher("CONTRIBUTION", method="MPESA", receipt_number="SKA4T7")) == "M-Pesa, receipt SKA4T7"
    assert words.how(voucher("MOVEMENT")) == ""


def test_a_group_says_where_and_when_it_meets() -> None:
    group = BankingGroup(village="Zombe", location="Zombe", county="Kitui", meeting_day="FRIDAY")
    assert words.place_line(group) == "Zombe, Kitui"
    assert words.meets(group) == "meets on Fridays"
    group.meeting_venue = "market hall"
    assert words.meets(group) == "meets on Fridays, market hall"
    assert words.meets(BankingGroup(meeting_day="")) == ""


def test_sentences_about_money_use_the_words_of_the_meeting() -> None:
    assert words.brought("Alice Wambui", "REGULAR", kes("137.5"), "CASH") == (
        "Alice Wambui brings 137.50 for savings, in cash."
    )
    assert words.brought("Alice Wambui", "WELFARE", kes("1500"), "MPESA").endswith("for welfare, by M-Pesa.")
    assert words.brought("Alice Wambui", "PROJECT", kes("1"), "BANK").endswith("by the bank.")
    assert words.has_brought("Alice Wambui", "ECD", kes("2"), "Umoja").endswith("for ecd to Umoja.")


def test_days_and_names_are_said_shortly() -> None:
    assert words.day(FRIDAY) == "20 November"
    assert words.short_day(FRIDAY) == "20 Nov"
    assert words.full_day(FRIDAY) == "20 November 2026"
    assert words.month(FRIDAY) == "November"
    assert words.short_month(FRIDAY) == "Nov"
    assert words.first_name("Mary Wanjiku") == "Mary"
    assert words.round_amount(kes("212399.60")) == "212,400"


def test_the_strongest_role_is_the_one_that_is_said() -> None:
    umoja, baraka = BankingGroup(name="Umoja"), BankingGroup(name="Baraka")
    assert role_words([GroupRole(role="MEMBER", group=umoja), GroupRole(role="CHAIR", group=umoja)]) == "Chair of Umoja"
    assert role_words([GroupRole(role="FIELD_OFFICER", group=g) for g in (umoja, baraka)]) == (
        "Field officer of Baraka, Umoja"
    )
    assert role_words([GroupRole(role="SERVICE_ADMIN", organisation=Organisation(name="Pamoja"))]) == (
        "Service admin of Pamoja"
    )
    assert role_words([GroupRole(role="SYSTEM_ADMIN")]) == "System admin"
    assert role_words([]) == "No role yet"
