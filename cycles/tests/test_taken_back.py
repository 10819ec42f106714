"""A leaving taken back: the money returns, and she belongs to the group as if she had never left."""

import datetime as dt
from typing import Any

import pytest

from core.errors import MakerIsChecker
from core.money import kes
from core.tests.lasting import lasting
from cycles.queries import leaving as queries
from cycles.tests.leavers import leaves, member
from groups.models import GroupRole, RoleName
from ledger.models import Voucher
from ledger.operations import AlreadyReversed
from members.operations import join
from savings.operations.reversal import HasLeft, MemberAgain, NotYourCashBack
from savings.tests.chama import AT, TODAY, Chama

pytestmark = pytest.mark.django_db
CODES = ("1010", "1040", "2010", "2020", "2030", "2040", "2060", "3010")


@pytest.fixture
@lasting
def stocked(chama: Chama) -> Chama:
    for kind, amount in [("REGULAR", "2000"), ("ECD", "300"), ("PROJECT", "900")]:
        chama.brings("alice", amount, kind=kind)
    chama.brings("ruth", "500")
    return chama


def gone(chama: Chama, name: str = "alice", **words: Any) -> Voucher:
    voucher = leaves(chama, name, **words).voucher
    assert voucher
    return voucher


def returns(chama: Chama, name: str = "alice") -> None:
    join(group=chama.umoja, person=chama.members[name].person, at=AT, on=TODAY, by=chama.sarah)
    chama.members[name] = member(chama, name)


def test_the_money_is_back_and_she_is_a_member_since_the_day_she_joined(stocked: Chama) -> None:
    before = {code: stocked.holds(code) for code in CODES}
    joined = member(stocked, "alice").joined_on
    leaving = leaves(stocked, "alice")
    assert leaving.voucher
    stocked.reverses("mary", leaving.voucher)
    again = member(stocked, "alice")
    assert {code: stocked.holds(code) for code in CODES} == before
    assert (again.is_active, again.left_on, again.joined_on) == (True, None, joined)
    assert GroupRole.objects.filter(user=stocked.alice, role=RoleName.MEMBER, until__isnull=True).exists()
    assert stocked.books_are_proven
    assert stocked.brings("alice", "100").status == "VERIFIED"


def test_the_row_stays_and_says_that_it_was_taken_back(stocked: Chama) -> None:
    leaving = leaves(stocked, "alice")
    assert leaving.voucher
    assert [one.pk for one in queries.that_stand()] == [leaving.pk]
    stocked.reverses("mary", leaving.voucher)
    assert queries.leaving_by_id(leaving.pk).left_on == TODAY
    assert list(queries.that_stand()) == []


def test_who_left_without_money_stays_gone(stocked: Chama) -> None:
    leaving = leaves(stocked, "lucy")
    assert [one.pk for one in queries.that_stand()] == [leaving.pk]


def test_her_office_does_not_come_back_with_her(stocked: Chama) -> None:
    stocked.reverses("grace", gone(stocked, "ruth", by="daniel"))
    held = GroupRole.objects.filter(user=stocked.ruth, group=stocked.umoja, until__isnull=True)
    assert list(held.values_list("role", flat=True)) == ["MEMBER"]


def test_she_does_not_take_it_back_herself(stocked: Chama) -> None:
    stocked.brings("mary", "50")
    paper = gone(stocked, "mary", by="daniel")
    stocked.serve("mary", stocked.umoja)
    with pytest.raises(MakerIsChecker):
        stocked.reverses("mary", paper)


def test_not_when_she_has_joined_again(stocked: Chama) -> None:
    paper = gone(stocked)
    returns(stocked)
    with pytest.raises(MemberAgain) as refused:
        stocked.reverses("mary", paper)
    assert (refused.value.code, refused.value.status) == ("already_member", 409)
    assert stocked.holds("2010", "alice") == kes("0")
    assert stocked.books_are_proven


def test_of_two_leavings_only_the_last(stocked: Chama) -> None:
    first = gone(stocked)
    returns(stocked)
    stocked.brings("alice", "100")
    second = gone(stocked)
    with pytest.raises(MemberAgain):
        stocked.reverses("mary", first)
    stocked.reverses("mary", second)
    with pytest.raises(MemberAgain):
        stocked.reverses("mary", first)
    assert stocked.holds("2010", "alice") == kes("100")


def test_nor_when_she_left_again_with_nothing_on_another_day(stocked: Chama) -> None:
    first = gone(stocked)
    returns(stocked)
    stocked.at = AT + dt.timedelta(days=2)
    leaves(stocked, "alice")
    with pytest.raises(MemberAgain):
        stocked.reverses("mary", first)


def test_twice_is_refused(stocked: Chama) -> None:
    paper = gone(stocked)
    stocked.reverses("mary", paper)
    with pytest.raises(AlreadyReversed):
        stocked.reverses("grace", paper)


def test_left_again_after_it_was_taken_back(stocked: Chama) -> None:
    stocked.reverses("mary", gone(stocked, method="CASH"))
    assert gone(stocked).amount == kes("3200")
    assert stocked.books_are_proven


def test_nothing_is_given_back_to_who_is_gone(stocked: Chama) -> None:
    """A withdrawal taken back would leave her with savings and no membership."""
    taken = stocked.verifies("mary", stocked.asks("alice", "100"))
    welfare = stocked.brings("alice", "70", kind="WELFARE")
    paper = gone(stocked)
    with pytest.raises(HasLeft) as refused:
        stocked.reverses("grace", taken)
    assert refused.value.code == "member_inactive"
    assert stocked.reverses("grace", welfare).status == "VERIFIED"
    stocked.reverses("grace", paper)
    assert stocked.reverses("grace", taken).status == "VERIFIED"
    assert stocked.books_are_proven


def test_an_officer_does_not_pay_her_anew_from_his_hands(stocked: Chama) -> None:
    """He could otherwise clear what he carries by what the box has paid."""
    paper = gone(stocked)
    with pytest.raises(NotYourCashBack):
        stocked.reverses("joseph", paper)
    stocked.brings("peter", "5000", by="joseph")
    his = gone(stocked, "peter", by="joseph")
    for name in ["brian", "grace"]:
        with pytest.raises(NotYourCashBack):
            stocked.reverses(name, his)
    assert stocked.reverses("joseph", his).status == "VERIFIED"
