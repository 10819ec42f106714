"""How many failures are too many, as arithmetic."""

import datetime as dt

import pytest

from users.rules import CODE_ALPHABET, RESET, SIGN_IN, Failure, network_of, spelled, waiting_time

NOON = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
MINE = Failure("grace", "home", NOON)


def failures(count: int, account: str = "grace", address: str = "home", minutes_ago: int = 1) -> list[Failure]:
    return [Failure(account, address, NOON - dt.timedelta(minutes=minutes_ago))] * count


def test_five_failures_from_one_address_are_the_limit_for_an_account() -> None:
    assert waiting_time(failures(4), SIGN_IN, mine=MINE) is None
    assert waiting_time(failures(5), SIGN_IN, mine=MINE) == dt.timedelta(minutes=14)


def test_ten_failures_from_anywhere_are_the_limit_for_an_account() -> None:
    elsewhere = [one for place in "abcdefghij" for one in failures(1, address=place)]
    assert waiting_time(elsewhere[:9], SIGN_IN, mine=MINE) is None
    assert waiting_time(elsewhere, SIGN_IN, mine=MINE) == dt.timedelta(minutes=14)


def test_fifty_failures_from_one_address_are_the_limit_over_all_accounts() -> None:
    others = [one for number in range(50) for one in failures(1, account=f"a{number}")]
    assert waiting_time(others[:49], SIGN_IN, mine=MINE) is None
    assert waiting_time(others, SIGN_IN, mine=MINE) is not None


def test_where_grace_has_signed_in_before_only_her_own_failures_there_count() -> None:
    strangers = failures(40, address="far") + failures(60, account="other")
    assert waiting_time(strangers, SIGN_IN, mine=MINE) is not None
    assert waiting_time(strangers, SIGN_IN, mine=MINE, known=True) is None
    assert waiting_time(strangers + failures(5), SIGN_IN, mine=MINE, known=True) is not None


def test_failures_older_than_the_window_count_no_more() -> None:
    assert waiting_time(failures(5, minutes_ago=15), SIGN_IN, mine=MINE) is None
    assert waiting_time(failures(5, minutes_ago=14), SIGN_IN, mine=MINE) == dt.timedelta(minutes=1)


def test_the_wait_ends_when_enough_failures_have_left_the_window() -> None:
    staggered = [one for minutes in range(1, 8) for one in failures(1, minutes_ago=minutes)]
    assert waiting_time(staggered, SIGN_IN, mine=MINE) == dt.timedelta(minutes=10)


def test_the_longest_wait_of_all_limits_counts() -> None:
    both = failures(3, minutes_ago=10) + failures(RESET.address, account="other", minutes_ago=50)
    assert waiting_time(both, RESET, mine=MINE) == dt.timedelta(minutes=50)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("10.1.1.1", "10.1.1.1"),
        ("::ffff:10.1.1.1", "10.1.1.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("", ""),
        ("unix:", "unix:"),
    ],
)
def test_one_household_is_one_address(address: str, network: str) -> None:
    assert network_of(address) == network


def test_a_code_may_be_typed_as_it_is_read_aloud() -> None:
    assert spelled("abcd-ef 23") == "ABCDEF23"


def test_the_alphabet_of_codes_has_no_twins() -> None:
    assert len(set(CODE_ALPHABET)) == len(CODE_ALPHABET) == 30
    assert not set("01OILU") & set(CODE_ALPHABET)
