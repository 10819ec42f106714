"""Opening balances: once per group, by the service admin, the rest to the group's own surplus."""

import datetime as dt
from itertools import product

import pytest
from django.db import transaction

from core.errors import Invalid, NotFound, Refusal
from core.ids import new_id
from core.money import kes
from groups.operations import GroupSuspended
from ledger.models import Voucher
from ledger.operations import DateInFuture
from ledger.rules import CHART
from savings import operations
from savings.operations import AlreadyOpened
from savings.operations.opening import OF_A_MEMBER, ServiceAdminOpens
from savings.rules import OpeningLine
from savings.tests.chama import AT, TODAY, Chama

DAY = dt.date(2026, 1, 1)


def lines(chama: Chama) -> list[OpeningLine]:
    """What Umoja had: 5,000 in the box, 2,000 with Joseph; what it owed: Alice 4,000, the social fund 1,000."""
    return [
        OpeningLine("1010", kes("5000")),
        OpeningLine("1040", kes("2000"), officer=chama.joseph.pk),
        OpeningLine("2010", kes("4000"), member=chama.members["alice"].pk),
        OpeningLine("2020", kes("1000")),
    ]


def opens(chama: Chama, given: list[OpeningLine] | None = None, by: str = "daniel", on: dt.date = DAY) -> Voucher:
    return operations.open_books(
        group=chama.umoja, lines=lines(chama) if given is None else given, by=chama.users[by], at=AT, on=on
    )


def test_daniel_takes_the_books_over(chama: Chama) -> None:
    voucher = opens(chama)
    assert (voucher.status, voucher.kind, voucher.amount, voucher.booked_on) == (
        "VERIFIED",
        "OPENING",
        kes("7000"),
        DAY,
    )
    assert chama.holds("2010", "alice") == kes("4000")
    assert chama.holds("1040", "joseph") == kes("2000")
    assert chama.holds("3010") == kes("2000")
    assert chama.books_are_proven


def test_a_group_opens_once(chama: Chama) -> None:
    opens(chama)
    with pytest.raises(AlreadyOpened) as refused:
        opens(chama)
    assert (refused.value.code, refused.value.status) == ("already_opened", 409)
    assert Voucher.objects.count() == 1


def test_a_wrong_opening_is_reversed_and_made_anew(chama: Chama) -> None:
    chama.reverses("daniel", opens(chama))
    assert chama.holds("3010") == kes("0")
    opens(chama, lines(chama)[:1])
    assert (chama.holds("1010"), chama.holds("3010")) == (kes("5000"), kes("5000"))
    assert chama.books_are_proven


@pytest.mark.parametrize("name", ["grace", "mary", "joseph", "sarah", "faith", "alice"])
def test_nobody_else_opens_books(chama: Chama, name: str) -> None:
    with pytest.raises(ServiceAdminOpens):
        opens(chama, by=name)


@pytest.mark.parametrize(
    ("line", "field"),
    [
        (OpeningLine("3010", kes("1")), "lines.0.account"),
        (OpeningLine("2090", kes("1")), "lines.0.account"),
        (OpeningLine("4010", kes("1")), "lines.0.account"),
        (OpeningLine("9999", kes("1")), "lines.0.account"),
        (OpeningLine("2010", kes("1")), "lines.0.member_id"),
        (OpeningLine("2040", kes("1")), "lines.0.member_id"),
        (OpeningLine("1110", kes("1")), "lines.0.member_id"),
        (OpeningLine("1110", kes("1"), member=new_id()), "lines.0.loan_id"),
        (OpeningLine("2050", kes("1")), "lines.0.group_campaign_id"),
        (OpeningLine("1040", kes("1")), "lines.0.officer_id"),
    ],
)
def test_each_line_says_whose_it_is(chama: Chama, line: OpeningLine, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        opens(chama, [line])
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("field", "account"),
    [
        *(("member_id", account) for account in ("1010", "1020", "1030", "2050", "2070")),
        *(("officer_id", account) for account in ("1010", "1110", "2010", "2020", "2070")),
        *(("loan_id", account) for account in ("1010", "2010", "2020", "2070")),
    ],
)
def test_a_line_does_not_say_too_much(chama: Chama, field: str, account: str) -> None:
    whose = {"member": chama.members["alice"].pk} if account in OF_A_MEMBER else {}
    of = {"subject": new_id()} if account in {"1110", "2050"} else {}
    surplus = {"member_id": "member", "officer_id": "officer", "loan_id": "subject"}[field]
    with pytest.raises(Invalid) as refused:
        opens(chama, [OpeningLine(account, kes("1"), **(whose | of | {surplus: chama.joseph.pk}))])
    assert refused.value.field == f"lines.0.{field}"


def test_no_combination_of_ids_breaks_the_program(chama: Chama) -> None:
    """Every account with every choice of ids is either opened or refused by name."""
    alice, joseph, loan = chama.members["alice"].pk, chama.joseph.pk, new_id()
    accounts = [*sorted(CHART), "", "0", "٢٠١٠"]
    choices = product(accounts, [None, alice], [None, joseph], [None, loan], ["0.01", "999999999.99"])
    opened, refused = 0, set()
    for account, member, officer, subject, amount in choices:
        line = OpeningLine(account, kes(amount), member=member, officer=officer, subject=subject)
        try:
            with transaction.atomic():
                opens(chama, [line, line])
                opened += 1
                transaction.set_rollback(True)
        except Refusal as refusal:
            refused.add(refusal.status)
    assert refused == {400}
    # Three places, one with its officer, three loans and seven funds; the social fund may name a member or not.
    assert opened == 2 * (3 + 1 + 3 + 7 + 1)


def test_an_opening_has_lines(chama: Chama) -> None:
    with pytest.raises(Invalid):
        opens(chama, [])


def test_members_and_officers_of_others_are_strangers(chama: Chama) -> None:
    for line in [
        OpeningLine("2010", kes("1"), member=chama.members["jane"].pk),
        OpeningLine("1040", kes("1"), officer=chama.grace.pk),
        OpeningLine("1040", kes("1"), officer=new_id()),
    ]:
        with pytest.raises(NotFound):
            opens(chama, [line])
    assert not Voucher.objects.exists()


def test_the_usual_refusals(chama: Chama) -> None:
    with pytest.raises(DateInFuture):
        opens(chama, on=TODAY + dt.timedelta(days=1))
    chama.umoja.status = "SUSPENDED"
    with pytest.raises(GroupSuspended):
        opens(chama)


def test_loans_and_campaigns_are_taken_over_by_their_ids(chama: Chama) -> None:
    loan, campaign = new_id(), new_id()
    alice = chama.members["alice"].pk
    opens(
        chama,
        [
            OpeningLine("1110", kes("900"), member=alice, subject=loan),
            OpeningLine("1020", kes("100")),
            OpeningLine("2050", kes("100"), subject=campaign),
        ],
    )
    assert (chama.holds("1110", "alice"), chama.holds("3010")) == (kes("900"), kes("900"))
    assert chama.books_are_proven


def test_what_was_owed_may_be_more_than_was_there(chama: Chama) -> None:
    opens(chama, lines(chama)[2:])
    assert chama.holds("3010") == kes("-5000")
    assert chama.books_are_proven
