"""Other rooms have their say about a constitution; what they refuse is neither proposed nor adopted."""

import datetime as dt

import pytest

from core.errors import Refusal
from core.periods import business_day
from groups import judges
from groups.charter import Charter
from groups.models import BankingGroup, Constitution
from groups.operations import adopt_constitution, propose_constitution
from groups.tests.conftest import AT
from users.models import User

TODAY = business_day(AT)


class TooStrict(Refusal):
    code = "too_strict"


def no_fine_above_a_hundred(group: BankingGroup, charter: Charter, on: dt.date) -> None:
    if charter.rules["fine_late"] > 100:  # type: ignore[operator]  # a fine is an amount
        raise TooStrict(f"{group.name} on {on}")


@pytest.fixture(autouse=True)
def judge(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judges, "_judges", [])
    judges.register(no_fine_above_a_hundred)
    judges.register(no_fine_above_a_hundred)


def test_what_a_judge_refuses_is_neither_proposed_nor_adopted(umoja: BankingGroup, sarah: User) -> None:
    for verb in (adopt_constitution, propose_constitution):
        with pytest.raises(TooStrict, match="too_strict") as refused:
            verb(group=umoja, effective_on=TODAY, at=AT, by=sarah, fine_late="100.01")
        assert refused.value.detail == f"Umoja on {TODAY}"
    assert Constitution.objects.filter(group=umoja).count() == 1


def test_what_no_judge_refuses_is_adopted(umoja: BankingGroup, sarah: User) -> None:
    assert adopt_constitution(group=umoja, effective_on=TODAY, at=AT, by=sarah, fine_late="100.00").version == 2


def test_a_judge_who_registers_twice_is_asked_once() -> None:
    assert judges._judges == [no_fine_above_a_hundred]
