"""Figures across rooms: what the roster and the home page say, at a cost that does not grow with people or groups."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from core.money import kes
from core.periods import add_months, month_end, month_start, now, today
from groups.models import BankingGroup, Organisation, RoleName
from groups.operations import adopt_constitution
from groups.permissions import Reach
from groups.tests.conftest import MakeGroup
from ledger.queries import trf_sheet
from ledger.vouchers import reverse
from members.models import Member
from members.queries import roster as members_by_number
from reports.queries import detail, group_figures, group_summary, roster, savings_by_month, totals
from reports.tests.conftest import Bring, Enrol, Give, user_of
from savings.operations.contributions import contribute
from users.models import User

pytestmark = pytest.mark.django_db

Count = Callable[[int], Any]


def test_the_roster_costs_six_questions_for_ten_members_or_for_two_hundred(
    umoja: BankingGroup, ruth: User, enrol: Enrol, django_assert_num_queries: Count
) -> None:
    for size in (10, 200):
        for number in range(Member.objects.count(), size):
            enrol(umoja, f"Member {number}x", sign_in=False)
        members = list(members_by_number(umoja))
        with django_assert_num_queries(6):
            rows = roster(group=umoja, members=members, viewer=ruth, reach=Reach.ALL)
        assert len(rows) == size
        assert all(row.is_whole for row in rows)


def test_a_roster_without_reach_shows_no_row_but_her_own(alice: Member, peter: Member, umoja: BankingGroup) -> None:
    members = list(members_by_number(umoja))
    rows = roster(group=umoja, members=members, viewer=user_of(alice), reach=Reach.OWN)
    assert [(row.is_whole, row.person_id) for row in rows] == [(True, alice.person_id), (False, None)]
    rows = roster(group=umoja, members=members, viewer=user_of(peter), reach=None)
    assert [row.is_whole for row in rows] == [False, True]


def test_a_member_erased_has_no_day_of_birth(alice: Member, ruth: User) -> None:
    key = alice.person.data_key
    key.wrapped = b""
    key.save(update_fields=["wrapped"])
    erased = Member.objects.select_related("group", "person__data_key").get(pk=alice.pk)
    told = detail(member=erased, viewer=ruth, reach=Reach.ALL, identity=True)
    assert (told.date_of_birth, told.id_number, told.phone) == (None, "", "")


def test_the_figures_of_each_group_agree_with_its_own_sheet(
    umoja: BankingGroup, baraka: BankingGroup, alice: Member, jane: Member, bring: Bring, ruth: User, give: Give
) -> None:
    give(ruth, RoleName.SECRETARY, baraka)
    bring(alice, "1000.00", on=today() - dt.timedelta(days=3))
    bring(alice, "70.00", "WELFARE", on=today() - dt.timedelta(days=9))
    bring(jane, "250.25")
    first, second = group_figures([umoja, baraka], today())
    assert (first.group, first.members_count, first.savings) == (umoja, 1, kes("1000.00"))
    assert (first.cash, first.trf, first.claims) == (kes("1070.00"), kes("1000.00"), kes("1000.00"))
    assert first.last_entry_on == today() - dt.timedelta(days=3)
    assert (second.savings, second.last_entry_on) == (kes("250.25"), today())
    for one in (first, second):
        sheet = trf_sheet(group=one.group, on=today())
        assert (one.trf, one.claims, one.difference, one.cash) == (
            sheet.trf,
            sheet.claims_total,
            sheet.difference,
            sheet.cash,
        )
    together = totals([first, second])
    assert (together.groups_count, together.agreeing, together.members_count) == (2, 2, 2)
    assert (together.savings, together.cash, together.trf) == (kes("1250.25"), kes("1320.25"), kes("1250.25"))
    assert (together.claims, together.difference) == (kes("1250.25"), kes("0.00"))


def test_a_pooled_project_fund_counts_in_the_fund(
    umoja: BankingGroup, alice: Member, bring: Bring, sarah: User
) -> None:
    bring(alice, "300.00", "PROJECT")
    assert group_figures([umoja], today())[0].trf == kes("0.00")
    adopt_constitution(group=umoja, effective_on=today(), at=now(), by=sarah, pool_project_fund=True)
    pooled = group_figures([umoja], today())[0]
    assert (pooled.trf, pooled.claims) == (kes("300.00"), kes("300.00"))
    assert group_summary(umoja, today()).trf == kes("300.00")


def test_a_group_without_entries_has_zeros(umoja: BankingGroup) -> None:
    [figures] = group_figures([umoja], today())
    assert (figures.savings, figures.cash, figures.trf, figures.difference) == (kes("0.00"),) * 4
    assert figures.last_entry_on is None
    assert totals([]).savings == kes("0.00")


def test_figures_cost_the_same_for_any_number_of_groups(
    pamoja: Organisation, make_group: MakeGroup, umoja: BankingGroup, alice: Member, bring: Bring,
    django_assert_num_queries: Count,
) -> None:  # fmt: skip
    bring(alice, "10.00")
    with django_assert_num_queries(4):
        group_figures([umoja], today())
    groups = [umoja, *(make_group(pamoja, f"Group{number}") for number in range(15))]
    with django_assert_num_queries(4):
        assert len(group_figures(groups, today())) == 16
    with django_assert_num_queries(2):
        savings_by_month(groups, today())


def test_savings_by_month_end_at_today_s_balance(
    umoja: BankingGroup, baraka: BankingGroup, alice: Member, jane: Member, bring: Bring, ruth: User, give: Give
) -> None:
    give(ruth, RoleName.SECRETARY, baraka)
    this, last = month_start(today()), month_start(today()) - dt.timedelta(days=1)
    bring(alice, "1000.00", on=add_months(this, -13))
    bring(alice, "200.00", on=month_end(add_months(this, -11)))
    bring(alice, "30.00", on=month_start(last))
    bring(jane, "4.00", on=last)
    bring(alice, "0.50")
    months = savings_by_month([umoja, baraka], today())
    assert [one.month for one in months] == [add_months(this, place) for place in range(-11, 1)]
    moved = {one.month: (one.net, one.balance) for one in months}
    assert moved[add_months(this, -11)] == (kes("200.00"), kes("1200.00"))
    assert moved[add_months(this, -5)] == (kes("0.00"), kes("1200.00"))
    assert moved[month_start(last)] == (kes("34.00"), kes("1234.00"))
    assert moved[this] == (kes("0.50"), kes("1234.50"))
    assert savings_by_month([], today())[-1].balance == kes("0.00")
    assert [one.balance for one in savings_by_month([baraka], today(), months=2)] == [kes("4.00"), kes("4.00")]


def test_a_month_ago_is_seen_without_what_came_since(umoja: BankingGroup, alice: Member, bring: Bring) -> None:
    last = month_start(today()) - dt.timedelta(days=1)
    bring(alice, "100.00", on=last)
    bring(alice, "900.00")
    assert [(one.month, one.balance) for one in savings_by_month([umoja], last, months=1)] == [
        (month_start(last), kes("100.00"))
    ]


def test_the_month_counts_who_reached_the_minimum(
    umoja: BankingGroup, alice: Member, peter: Member, bring: Bring
) -> None:
    for amount in ("200.00", "300.00"):
        bring(alice, amount)
    bring(peter, "499.99")
    bring(peter, "500.00", on=month_start(today()) - dt.timedelta(days=1))
    month = group_summary(umoja, today()).month
    assert (month.contributed, month.members_reached, month.members_count) == (kes("999.99"), 1, 2)
    assert (month.month, month.minimum_contribution) == (month_start(today()), kes("500.00"))


def test_pending_reversed_and_departed_money_does_not_count_as_reached(
    umoja: BankingGroup, mary: Member, alice: Member, peter: Member, bring: Bring
) -> None:
    contribute(member=alice, kind="REGULAR", amount=kes("800.00"), by=user_of(alice), at=now(), on=today())
    wrong = bring(alice, "700.00")
    reverse(voucher=wrong, by=user_of(mary), at=now(), reason="not hers")
    bring(peter, "600.00")
    Member.objects.filter(pk=peter.pk).update(is_active=False, left_on=today())
    month = group_summary(umoja, today()).month
    assert (month.contributed, month.members_reached, month.members_count) == (kes("600.00"), 0, 2)
