"""The permission table, spelt a second time by hand, letter by letter, as the people at the table would read it out.

C chair, S secretary, T treasurer, K committee, F field officer, A service admin, Y system admin, U auditor, M member.
"""

import pytest

from groups.models import RoleName
from groups.permissions import GRANTS, Reach

LETTERS = {
    "C": RoleName.CHAIR,
    "S": RoleName.SECRETARY,
    "T": RoleName.TREASURER,
    "K": RoleName.COMMITTEE,
    "F": RoleName.FIELD_OFFICER,
    "A": RoleName.SERVICE_ADMIN,
    "Y": RoleName.SYSTEM_ADMIN,
    "U": RoleName.AUDITOR,
    "M": RoleName.MEMBER,
}

# Small letters: own rows only.
TABLE = """
groups:read          C S T K F A Y U M
meetings:read        C S T K F A Y U M
campaigns:read       C S T K F A Y U M
constitution:read    C S T K F A Y U M
members:read         C S T K F A Y U m
members:create       C S T . F A . . .
members:edit         C S T . F A . . .
members:identity     . S . . F A . . .
members:verify-id    C S T . F A . . .
documents:read       C S T . F A . . .
members:invite       C S T . F A . . .
members:leave        C S T . F A . . .
members:export       . . . . . A . . m
members:erase        . . . . . A . . .
offices:assign       . . . . . A . . .
transactions:read    C S T K F A Y U m
reports:read         C S T K F A Y U m
transactions:create  C S T K F . . . m
transactions:verify  C S T K F . . . .
transactions:reverse C . T . F A . . .
cash:move            . . T . F A . . .
funds:pay            C S T K . . . . .
cash:count           . . T . F . . . .
meetings:run         C S T K F . . . .
fines:impose         C S T K F . . . .
fines:waive          C . T . F . . . .
campaigns:create     . . . . . A Y . .
campaigns:assign     . . . . . A Y . .
campaigns:vote       c S t k . . . . m
periods:close        C . T . . A . . .
dividends:preview    C . T . F A . . .
dividends:approve    C . T . . . . . .
dividends:declare    . . T . . A . . .
dividends:pay        . . T . F . . . .
loans:apply          C S T K F . . . m
loans:read           C S T K F A Y U m
loans:approve        C S T K F A Y . .
loans:disburse       . . T . F A . . .
loans:repay          C S T K F . . . .
loans:write-off      C S T K F A Y . .
loans:reschedule     C S T K F A Y . .
groups:create        . . . . . A Y . .
groups:edit          . . . . . A Y . .
groups:suspend       . . . . . A Y . .
constitution:propose C . T . . A . . .
constitution:adopt   . . . . . A . . .
officers:manage      . . . . . A Y . .
officers:read        . . . . f A Y U .
officer:track        . . . . f . . . .
admin:read           . . . . . A Y U .
organisations:manage . . . . . . Y . .
audit:read           . . . . . A Y U .
"""
ROWS = {word: letters for word, *letters in (line.split() for line in TABLE.strip().splitlines())}


def test_the_programme_and_the_table_know_the_same_words() -> None:
    assert sorted(GRANTS) == sorted(ROWS)


@pytest.mark.parametrize("word", sorted(ROWS))
def test_each_word_is_granted_to_exactly_these_roles(word: str) -> None:
    expected = {
        str(LETTERS[letter.upper()]): Reach.ALL if letter.isupper() else Reach.OWN
        for letter in ROWS[word]
        if letter != "."
    }
    assert GRANTS[word] == expected


def test_every_role_of_the_programme_has_a_letter() -> None:
    assert set(LETTERS.values()) == set(RoleName)


@pytest.mark.parametrize("word", sorted(ROWS))
def test_nobody_holds_a_word_by_a_wildcard(word: str) -> None:
    assert "*" not in word
    assert all("*" not in role for role in GRANTS[word])


def test_an_auditor_writes_nothing() -> None:
    spoken = {word for word, granted in GRANTS.items() if RoleName.AUDITOR.value in granted}
    assert {word.split(":")[1] for word in spoken} == {"read"}
