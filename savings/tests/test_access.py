"""Fetching is authorising: whose voucher one may touch, and for whom one records."""

import pytest
from django.contrib.auth.models import AnonymousUser

from core.errors import Forbidden, NotFound
from core.ids import new_id
from core.money import kes
from core.tests.lasting import lasting
from groups.models import RoleName
from ledger.models import Voucher
from ledger.operations import post
from ledger.rules import credit, debit
from savings.access import _no_campaign, campaign_for, fine_for, fine_of, must_speak_somewhere, saver_for, voucher_for
from savings.tests.chama import AT, TODAY, Chama

READ, CREATE, VERIFY = "transactions:read", "transactions:create", "transactions:verify"


@pytest.fixture
@lasting
def voucher(chama: Chama) -> Voucher:
    return chama.brings("alice", "100", by="alice")


def test_alice_her_officers_and_the_staff_find_it(chama: Chama, voucher: Voucher) -> None:
    for name in ["alice", "mary", "esther", "joseph", "daniel", "sarah", "faith"]:
        assert voucher_for(chama.users[name], voucher.pk, READ).pk == voucher.pk


def test_strangers_and_other_members_find_nothing(chama: Chama, voucher: Voucher) -> None:
    for name in ["jane", "kevin", "peter"]:
        with pytest.raises(NotFound):
            voucher_for(chama.users[name], voucher.pk, READ)
    with pytest.raises(NotFound):
        voucher_for(AnonymousUser(), voucher.pk, READ)
    with pytest.raises(NotFound):
        voucher_for(chama.mary, new_id(), READ)


def test_a_paper_that_names_nobody_is_not_a_members(chama: Chama) -> None:
    chama.brings("alice", "100")
    expense = chama.moves("EXPENSE", "5")
    with pytest.raises(NotFound):
        voucher_for(chama.alice, expense.pk, READ)


def test_who_sees_but_may_not_act_is_told_so(chama: Chama, voucher: Voucher) -> None:
    for name in ["alice", "faith", "daniel"]:
        with pytest.raises(Forbidden):
            voucher_for(chama.users[name], voucher.pk, VERIFY)


@pytest.mark.parametrize("word", [VERIFY, "transactions:reverse", CREATE])
def test_what_another_member_would_do_to_it_does_not_tell_him_that_it_is_there(
    chama: Chama, voucher: Voucher, word: str
) -> None:
    with pytest.raises(NotFound):
        voucher_for(chama.peter, voucher.pk, word)


def test_who_may_record_nowhere_is_told_so(chama: Chama) -> None:
    alice, jane = chama.members["alice"].pk, chama.members["jane"].pk
    for name in ["faith", "daniel", "sarah"]:
        for about in [None, "no id", str(alice)]:
            with pytest.raises(Forbidden):
                must_speak_somewhere(chama.users[name], CREATE, about=about)
        with pytest.raises(NotFound):
            must_speak_somewhere(chama.users[name], CREATE, about=new_id())
    for name in ["alice", "joseph", "jane"]:
        must_speak_somewhere(chama.users[name], CREATE, about=jane)


def test_whom_one_records_for(chama: Chama) -> None:
    alice, umoja = chama.members["alice"], chama.umoja.pk
    baraka = chama.groups["Baraka"].pk

    def saver(name: str, member: str | None = None, group: object = None) -> object:
        member_id = chama.members[member].pk if member else None
        return saver_for(chama.users[name], member_id=member_id, group_id=group, may=CREATE)  # type: ignore[arg-type]  # any id

    assert saver("grace", "alice") == saver("grace", "alice", umoja) == alice
    assert saver("alice") == saver("alice", group=umoja) == saver("alice", "alice") == alice
    assert saver("joseph") is None
    assert saver("joseph", group=umoja) is None
    for name, member, group in [
        ("jane", "alice", None), ("grace", "jane", None), ("grace", "alice", baraka), ("grace", None, baraka),
        ("alice", None, new_id()),
    ]:  # fmt: skip
        with pytest.raises(NotFound):
            saver(name, member, group)
    with pytest.raises(Forbidden):
        saver("peter", "alice")


def test_with_two_groups_she_says_which(chama: Chama) -> None:
    chama.join("alice", chama.groups["Baraka"])
    assert saver_for(chama.alice, member_id=None, group_id=None, may=CREATE) is None
    there = saver_for(chama.alice, member_id=None, group_id=chama.groups["Baraka"].pk, may=CREATE)
    assert there is not None
    assert there.group == chama.groups["Baraka"]


def test_a_membership_without_its_role_is_a_strangers(chama: Chama) -> None:
    chama.end("alice", RoleName.MEMBER)
    with pytest.raises(NotFound):
        saver_for(chama.alice, member_id=None, group_id=None, may=CREATE)


def test_a_campaign_is_known_by_what_was_brought_to_it(chama: Chama) -> None:
    campaign = new_id()
    legs = [debit("1010", kes("3"), head="campaign"), credit("2050", kes("3"), subject=campaign)]
    post(group=chama.umoja, kind="CAMPAIGN", on=TODAY, at=AT, actor=chama.grace, key="campaign:0", legs=legs)
    assert campaign_for(chama.umoja, campaign) == campaign
    for group, asked in [(chama.umoja, new_id()), (chama.groups["Baraka"], campaign)]:
        with pytest.raises(NotFound):
            campaign_for(group, asked)


def test_without_a_room_of_campaigns_a_group_has_none(chama: Chama) -> None:
    assert not _no_campaign(chama.umoja, new_id())


def test_to_another_member_a_fine_is_not_there(chama: Chama) -> None:
    fine = chama.fines("alice")
    for name in ["alice", "mary", "joseph", "daniel"]:
        assert fine_for(chama.users[name], fine.pk, READ) == fine
    for name in ["peter", "jane", "kevin"]:
        with pytest.raises(NotFound):
            fine_for(chama.users[name], fine.pk, "fines:waive")
    with pytest.raises(Forbidden):
        fine_for(chama.alice, fine.pk, "fines:waive")
    assert fine_of(chama.members["alice"], fine.pk) == fine
    with pytest.raises(NotFound):
        fine_of(chama.members["peter"], fine.pk)
