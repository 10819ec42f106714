"""The arithmetic and the words of the books, without a database."""

import datetime as dt
import hashlib
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ids import NIL, new_id
from core.money import kes
from ledger.rules import (
    CHART,
    GENESIS,
    HEADS,
    HEADS_BOTH,
    HEADS_IN,
    HEADS_OUT,
    OF_A_MEMBER,
    OF_A_SUBJECT,
    OFFICER,
    PLACES,
    Header,
    Leg,
    Misposted,
    Nature,
    check_legs,
    check_words,
    credit,
    debit,
    entry_text,
    instant_text,
    is_cash,
    leg_text,
    line_text,
    mirrored,
    payload_text,
    sha256,
)  # fmt: skip

ALICE, FAITH, LOAN = (UUID(int=number) for number in (1, 2, 3))
SOME = kes("137.50")


def saved() -> list[Leg]:
    return [debit("1010", SOME, head="regular_savings"), credit("2010", SOME, member=ALICE)]


def test_the_chart_is_the_one_agreed() -> None:
    by_nature = {nature: "".join(f"{code} " for code in CHART if CHART[code].nature == nature) for nature in Nature}
    assert by_nature == {
        Nature.ASSET: "1010 1020 1030 1040 1110 1120 1130 ",
        Nature.LIABILITY: "2010 2020 2030 2040 2050 2060 2070 2090 ",
        Nature.EQUITY: "3010 ",
        Nature.INCOME: "4010 4020 4030 4040 4050 4060 4070 4090 ",
        Nature.EXPENSE: "5010 5020 5030 5090 ",
    }


def test_every_account_and_head_has_a_name_people_can_read() -> None:
    for name in [*(line.name for line in CHART.values()), *HEADS.values()]:
        assert str(name).strip()


def test_places_are_the_cash_accounts() -> None:
    assert PLACES == {"1010": "CASH_BOX", "1020": "BANK", "1030": "MPESA", "1040": "OFFICER"}
    assert {code for code in CHART if is_cash(code)} == PLACES.keys()


def test_heads_are_the_ones_of_the_cash_ledger() -> None:
    assert " ".join(HEADS_IN) == (
        "regular_savings welfare ecd project campaign fine penalty short_term_interest long_term_interest "
        "project_interest short_term_loan long_term_loan project_loan appreciation_fee other_fee external_funding "
        "unallocated recovery cash_over"
    )
    assert " ".join(HEADS_OUT) == (
        "withdrawal welfare_payout ecd_payout project_payout campaign_payout short_term_loan long_term_loan "
        "project_loan expense charges dividend share_out external_repaid unallocated cash_short"
    )
    assert " ".join(HEADS_BOTH) == "banking opening"
    assert HEADS.keys() == HEADS_IN.keys() | HEADS_OUT.keys() | HEADS_BOTH.keys()


def test_a_debit_is_above_zero_and_a_credit_below() -> None:
    assert [leg.cents for leg in saved()] == [13750, -13750]


@pytest.mark.parametrize("amount", ["0.00", "-1.00"])
def test_a_side_of_nothing_or_less_is_refused(amount: str) -> None:
    with pytest.raises(Misposted):
        debit("1010", kes(amount), head="welfare")
    with pytest.raises(Misposted):
        credit("1010", kes(amount), head="welfare")


def test_whose_balance_a_line_moves() -> None:
    assert Leg("2010", SOME, member=ALICE).holder == ALICE
    assert Leg("1040", SOME, officer=FAITH).holder == FAITH
    assert Leg("1010", SOME).holder == NIL


def test_a_reversal_mirrors_every_word() -> None:
    legs = [
        debit("1040", SOME, officer=FAITH, head="short_term_loan"),
        credit("1110", SOME, member=ALICE, subject=LOAN),
    ]
    assert mirrored(legs) == [
        Leg("1040", -SOME, officer=FAITH, head="short_term_loan"),
        Leg("1110", SOME, member=ALICE, subject=LOAN),
    ]
    assert mirrored(mirrored(legs)) == legs


def test_good_legs_pass() -> None:
    check_legs(saved())
    check_legs(
        [
            debit("1040", SOME, officer=FAITH, head="banking"),
            credit("1020", SOME, head="banking"),
        ]
    )
    check_legs([debit("5030", SOME, subject=LOAN), credit("1110", SOME, member=ALICE, subject=LOAN)])


OTHER_SIDE = credit("4090", SOME)
WRONG = {
    "one line": [debit("1010", SOME, head="welfare")],
    "no lines": [],
    "unbalanced": [debit("1010", SOME, head="welfare"), credit("2020", kes("137.49"))],
    "unknown account": [debit("9999", SOME), OTHER_SIDE],
    "nothing": [Leg("2020", kes("0.00")), debit("1010", SOME, head="welfare"), OTHER_SIDE],
    "half a cent": [Leg("2020", Decimal("0.005")), OTHER_SIDE],
    "cash without a head": [debit("1010", SOME), OTHER_SIDE],
    "cash with a made-up head": [debit("1010", SOME, head="tea"), OTHER_SIDE],
    "a head off cash": [debit("5010", SOME, head="expense"), OTHER_SIDE],
    "a made-up head off cash": [debit("5010", SOME, head="tea"), OTHER_SIDE],
    "1040 without its officer": [debit("1040", SOME, head="welfare"), OTHER_SIDE],
    "an officer off 1040": [debit("1010", SOME, head="welfare", officer=FAITH), OTHER_SIDE],
    "cash with a member": [debit("1010", SOME, head="welfare", member=ALICE), OTHER_SIDE],
    "nobody's savings": [debit("2010", SOME), OTHER_SIDE],
    "nobody's dividend": [debit("2060", SOME), OTHER_SIDE],
    "a loan without its name": [debit("1110", SOME, member=ALICE), OTHER_SIDE],
    "a campaign without its name": [debit("2050", SOME), OTHER_SIDE],
    "a receipt without its name": [debit("2090", SOME), OTHER_SIDE],
}


@pytest.mark.parametrize("legs", WRONG.values(), ids=WRONG)
def test_what_no_act_may_produce(legs: list[Leg]) -> None:
    with pytest.raises(Misposted):
        check_legs(legs)


def test_accounts_that_need_a_name_are_in_the_chart() -> None:
    assert OF_A_MEMBER | OF_A_SUBJECT | {OFFICER} <= CHART.keys()


@pytest.mark.parametrize("word", ["", "two words", "tab\there", "line\nbreak"])
def test_a_word_of_the_canonical_text_has_no_blank(word: str) -> None:
    with pytest.raises(Misposted):
        check_words("fine", word)


def test_whole_words_pass() -> None:
    check_words("CONTRIBUTION", f"{ALICE}:1")


def test_five_words_a_line_always() -> None:
    assert line_text("1010", None, None, "welfare", 100) == "1010 - - welfare 100\n"
    assert leg_text(Leg("1040", SOME, officer=FAITH, head="banking")) == f"1040 {FAITH} - banking 13750\n"
    assert leg_text(Leg("1110", -SOME, member=ALICE, subject=LOAN)) == f"1110 {ALICE} {LOAN} - -13750\n"


def test_an_instant_keeps_its_six_decimals_and_is_utc() -> None:
    nairobi = dt.timezone(dt.timedelta(hours=3))
    assert instant_text(dt.datetime(2026, 3, 20, 12, tzinfo=nairobi)) == "2026-03-20T09:00:00.000000Z"


def test_the_block_of_an_entry_word_by_word() -> None:
    header = Header(UUID(int=9), "k:1", dt.date(2026, 3, 20), "REVERSAL", FAITH, LOAN)
    payload = payload_text(header, map(leg_text, saved()))
    text = entry_text(7, dt.datetime(2026, 3, 20, 9, tzinfo=dt.UTC), GENESIS, payload)
    assert text == (
        f"tb1 7 2026-03-20T09:00:00.000000Z {GENESIS}\n"
        f"{UUID(int=9)} k:1 2026-03-20 REVERSAL {FAITH} {LOAN}\n"
        "1010 - - regular_savings 13750\n"
        f"2010 {ALICE} - - -13750\n"
    )
    assert sha256(text) == hashlib.sha256(text.encode()).hexdigest()


def test_an_entry_that_reverses_nothing_says_so() -> None:
    header = Header(UUID(int=9), "k:1", dt.date(2026, 3, 20), "FEE", FAITH)
    assert payload_text(header, []).endswith(f"FEE {FAITH} -\n")


whole_cents = st.integers(min_value=1, max_value=10**11).map(lambda cents: Decimal(cents).scaleb(-2))


@given(st.lists(whole_cents, min_size=1, max_size=8))
def test_any_split_of_cash_balances_and_so_does_its_mirror(amounts: list[Decimal]) -> None:
    member = new_id()
    legs = [debit("1010", amount, head="regular_savings") for amount in amounts]
    legs.append(credit("2010", sum(amounts, Decimal(0)), member=member))
    check_legs(legs)
    check_legs(mirrored(legs))


@given(st.lists(whole_cents, min_size=2, max_size=2, unique=True))
def test_two_different_amounts_never_balance(amounts: list[Decimal]) -> None:
    with pytest.raises(Misposted):
        check_legs([debit("1010", amounts[0], head="welfare"), credit("2020", amounts[1])])
