"""What a member is paid when she leaves, for any balances at all."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ids import new_id
from core.money import ZERO, kes
from cycles.rules import leaving as rules
from ledger.places import BOX, held_by
from ledger.rules import CHART, check_legs

CODES = ("1110", "1120", "1130", "2010", "2020", "2030", "2040", "2060", "4050")
AMOUNTS = st.integers(0, 10**9).map(lambda cents: Decimal(cents).scaleb(-2))


@given(st.fixed_dictionaries(dict.fromkeys(CODES, AMOUNTS)))
def test_what_she_is_paid_is_what_she_owned(held: dict[str, Decimal]) -> None:
    parts = rules.owned(held)
    assert rules.total(parts) == held["2010"] + held["2030"] + held["2040"] + held["2060"]
    assert all(amount > 0 for amount in parts.values())
    assert rules.owing(held) == held["1110"] + held["1120"] + held["1130"]
    if parts:
        legs = rules.leaving_legs(parts, BOX, new_id())
        check_legs(legs)
        assert [leg.head for leg in legs if leg.head] == ["share_out"]
        assert sum((leg.amount for leg in legs), ZERO) == 0


def test_the_social_fund_stays_the_groups() -> None:
    assert rules.owned({code: kes("5") if code == "2020" else ZERO for code in CHART}) == {}


def test_cash_from_an_officers_hands_names_him() -> None:
    joseph, alice = new_id(), new_id()
    legs = rules.leaving_legs({"2010": kes("7")}, held_by(joseph), alice)
    assert [(leg.account, leg.amount, leg.holder) for leg in legs] == [
        ("2010", kes("7"), alice),
        ("1040", -kes("7"), joseph),
    ]


@pytest.mark.parametrize("code", ["2010", "2030", "2040", "2060"])
def test_each_of_her_balances_is_her_own(code: str) -> None:
    assert rules.owned(dict.fromkeys(CHART, ZERO) | {code: kes("0.01")}) == {code: kes("0.01")}
