"""Leaving pays out all she owns in one act, and she is a member no longer."""

import datetime as dt
from decimal import Decimal

import pytest

from audit.models import Act
from core.money import kes
from core.tests.lasting import lasting
from cycles.queries import leaving as queries
from cycles.tests.leavers import leaves, member, sister
from groups.models import GroupRole, RoleName
from groups.operations import give_role
from ledger.models import Line, Voucher
from ledger.queries import trf_sheet
from members.models import Person
from members.operations import join
from notifications.models import Message
from savings.queries import summary
from savings.tests.chama import AT, TODAY, Chama

pytestmark = pytest.mark.django_db
OWN = ("2010", "2030", "2040", "2060")


@pytest.fixture
@lasting
def stocked(chama: Chama) -> Chama:
    """Alice owns 12,000 of savings, 300 of ECD and 900 of project money; 400 of the social fund came from her."""
    for kind, amount in [("REGULAR", "12000"), ("ECD", "300"), ("PROJECT", "900"), ("WELFARE", "400")]:
        chama.brings("alice", amount, kind=kind)
    chama.brings("peter", "5000")
    return chama


def money(chama: Chama) -> dict[str, Decimal]:
    codes = ["1010", "1020", "1030", "1040", "2010", "2020", "2030", "2040", "2060"]
    return {code: chama.holds(code) for code in codes}


def test_she_is_paid_all_she_owns_by_one_entry(stocked: Chama) -> None:
    leaving = leaves(stocked, "alice", reason="Moves to Mombasa")
    voucher = leaving.voucher
    assert voucher
    assert (voucher.kind, voucher.detail, voucher.status) == ("WITHDRAWAL", "LEAVING", "VERIFIED")
    assert (voucher.amount, voucher.method, voucher.from_place) == (kes("13200"), "CASH", "1010")
    lines = Line.objects.filter(entry=voucher.entry).order_by("id").values_list("account__code", "amount", "head")
    assert list(lines) == [
        ("2010", kes("12000"), ""),
        ("2030", kes("300"), ""),
        ("2040", kes("900"), ""),
        ("1010", -kes("13200"), "share_out"),
    ]
    assert {code: stocked.holds(code, "alice") for code in OWN} == dict.fromkeys(OWN, kes("0"))
    assert (stocked.holds("2020"), stocked.holds("1010")) == (kes("400"), kes("5400"))
    assert stocked.books_are_proven


def test_what_she_is_paid_and_what_stays_is_what_there_was(stocked: Chama) -> None:
    before = money(stocked)
    leaving = leaves(stocked, "alice")
    after = money(stocked)
    assert leaving.voucher
    lost = {code: before[code] - after[code] for code in before}
    assert lost["1010"] == leaving.voucher.amount == sum((lost[code] for code in OWN), kes("0"))
    sheet = trf_sheet(group=stocked.umoja, on=TODAY, members=())
    assert sheet.difference == 0


def test_she_is_a_member_no_longer_and_her_role_ends(stocked: Chama) -> None:
    leaves(stocked, "alice", on=TODAY)
    gone = member(stocked, "alice")
    assert (gone.is_active, gone.left_on) == (False, TODAY)
    assert not GroupRole.objects.filter(user=stocked.alice, group=stocked.umoja, until__isnull=True).exists()


def test_an_office_holder_loses_her_office_with_it(stocked: Chama) -> None:
    leaves(stocked, "ruth", by="daniel")
    assert not GroupRole.objects.filter(user=stocked.ruth, group=stocked.umoja, until__isnull=True).exists()


def test_who_owns_nothing_leaves_without_a_paper(stocked: Chama) -> None:
    before = Voucher.objects.count()
    leaving = leaves(stocked, "lucy")
    assert (leaving.voucher, Voucher.objects.count()) == (None, before)
    assert not member(stocked, "lucy").is_active
    assert not Message.objects.filter(once__startswith="voucher:", user__in=[stocked.mary]).exists()


def test_reason_and_kin_are_sealed_and_the_act_is_logged_by_ids(stocked: Chama) -> None:
    leaving = leaves(stocked, "alice", kind="DIED", paid_to=sister(stocked, "alice"), reason="After a long illness")
    kept = queries.leaving_by_id(leaving.pk)
    assert (kept.reason, kept.paid_to) == ("After a long illness", "Wairimu Kamau, sister, 254711222333")
    row = Act.objects.get(verb="leaving.recorded")
    assert (row.subject_id, row.facts["kind"], row.facts["amount"]) == (leaving.pk, "DIED", "13200.00")
    assert Act.objects.filter(verb="member.left", subject_id=leaving.member_id).exists()
    said = str(list(Act.objects.values()))
    assert "Wairimu" not in said
    assert "illness" not in said
    assert b"Wairimu" not in bytes(kept.paid_to_sealed)


def test_she_gets_her_receipt(stocked: Chama) -> None:
    leaving = leaves(stocked, "alice")
    message = Message.objects.get(user=stocked.alice, once=f"voucher:{leaving.voucher_id}")
    assert "Payment on leaving of KES 13,200.00" in message.body


def test_when_she_died_the_office_holders_get_it_and_her_own_number_too(stocked: Chama) -> None:
    """Whoever lives and reads that she died can say so."""
    leaving = leaves(stocked, "alice", kind="DIED", paid_to=sister(stocked, "alice"))
    told = Message.objects.filter(once__startswith=f"voucher:{leaving.voucher_id}")
    assert {message.user_id for message in told} == {
        stocked.users[name].pk for name in ["alice", "mary", "grace", "ruth", "esther"]
    }


def test_an_office_holder_who_died_is_told_once_and_who_never_signed_in_not_at_all(stocked: Chama) -> None:
    stocked.brings("lucy", "500")
    stocked.brings("esther", "500")
    for name in ["lucy", "esther"]:
        leaving = leaves(stocked, name, by="daniel", kind="DIED", paid_to=sister(stocked, name))
        told = Message.objects.filter(once__startswith=f"voucher:{leaving.voucher_id}")
        assert sorted(message.user.name for message in told) == sorted(
            stocked.users[one].name for one in ["mary", "grace", "ruth", "esther"]
        )


def told_of(chama: Chama, name: str, **words: str) -> set[str]:
    """Who gets the receipt of her leaving."""
    leaving = leaves(chama, name, **words)
    told = Message.objects.filter(once__startswith=f"voucher:{leaving.voucher_id}")
    return {short for short, user in chama.users.items() if user.pk in {message.user_id for message in told}}


TABLE = {"mary", "grace", "ruth", "esther"}


def test_the_table_is_told_of_who_leaves_and_has_no_sign_in(stocked: Chama) -> None:
    stocked.brings("lucy", "500")
    assert told_of(stocked, "lucy") == TABLE


def test_and_of_whom_he_pays_who_wrote_her_number(stocked: Chama) -> None:
    Person.objects.filter(pk=stocked.members["alice"].person_id).update(phone_written_by=stocked.grace)
    assert told_of(stocked, "alice", by="grace") == TABLE | {"alice"}


def test_otherwise_it_is_hers_alone(stocked: Chama) -> None:
    Person.objects.filter(pk=stocked.members["alice"].person_id).update(phone_written_by=stocked.ruth)
    assert told_of(stocked, "alice", by="grace") == {"alice"}


def test_what_she_withdrew_before_she_came_back_binds_her_no_more(stocked: Chama) -> None:
    stocked.at = AT - dt.timedelta(days=9)
    stocked.verifies("mary", stocked.asks("alice", "4000"))
    stocked.at = AT
    leaves(stocked, "alice")
    join(group=stocked.umoja, person=stocked.members["alice"].person, at=AT, on=TODAY, by=stocked.sarah)
    stocked.members["alice"] = member(stocked, "alice")
    stocked.brings("alice", "1000")
    assert summary(stocked.members["alice"], TODAY).withdrawable == kes("500")


def test_a_field_officer_pays_from_his_hands(stocked: Chama) -> None:
    stocked.brings("peter", "20000", by="joseph")
    leaves(stocked, "alice", by="joseph")
    assert stocked.holds("1040", "joseph") == kes("6800")


@pytest.mark.parametrize(("method", "place"), [("BANK", "1020"), ("MPESA", "1030")])
def test_by_bank_or_phone_her_money_leaves_there_with_a_receipt(stocked: Chama, method: str, place: str) -> None:
    stocked.brings("peter", "20000", method=method)
    leaving = leaves(stocked, "alice", method=method, receipt_number="sjk 12-ab")
    assert leaving.voucher
    assert (leaving.voucher.from_place, leaving.voucher.receipt_number) == (place, "SJK12AB")
    assert stocked.holds(place) == kes("6800")
    assert stocked.books_are_proven


def test_a_service_admin_pays_from_the_box(stocked: Chama) -> None:
    leaving = leaves(stocked, "alice", by="daniel")
    assert leaving.voucher
    assert leaving.voucher.from_place == "1010"
    assert not Act.objects.get(verb="leaving.recorded").in_place_of_office


def test_the_last_office_holder_is_let_go_by_a_service_admin_who_then_stands_in(stocked: Chama) -> None:
    for name, office in [("mary", "CHAIR"), ("ruth", "SECRETARY"), ("esther", "COMMITTEE")]:
        stocked.end(name, RoleName(office))
    leaves(stocked, "grace", by="daniel")
    leaves(stocked, "alice", by="daniel")
    marked = Act.objects.filter(verb="leaving.recorded").order_by("id").values_list("in_place_of_office", flat=True)
    assert list(marked) == [False, True]


def test_who_rests_may_leave_too(stocked: Chama) -> None:
    resting = member(stocked, "alice")
    resting.is_active = False
    resting.save()
    assert leaves(stocked, "alice").voucher


def test_a_leaving_does_not_count_towards_the_limit_of_who_comes_back(stocked: Chama) -> None:
    leaves(stocked, "alice")
    join(group=stocked.umoja, person=stocked.members["alice"].person, at=AT, on=TODAY, by=stocked.sarah)
    stocked.members["alice"] = member(stocked, "alice")
    stocked.brings("alice", "1000")
    has = summary(stocked.members["alice"], TODAY)
    assert (has.withdrawable, has.contributed, has.withdrawn) == (kes("500"), kes("13000"), kes("12000"))
    assert has.balances["PERSONAL"] == has.contributed - has.withdrawn == kes("1000")


def test_she_leaves_the_one_group_and_stays_in_the_other(stocked: Chama) -> None:
    stocked.join("alice", stocked.groups["Baraka"])
    leaves(stocked, "alice")
    held = GroupRole.objects.filter(user=stocked.alice, until__isnull=True).values_list("group__name", flat=True)
    assert list(held) == ["Baraka"]


def test_a_leaving_may_be_dated_back_to_the_last_day_that_money_moved(chama: Chama) -> None:
    chama.brings("alice", "500", on=TODAY - dt.timedelta(days=9))
    leaving = leaves(chama, "alice", on=TODAY - dt.timedelta(days=9))
    assert leaving.voucher
    assert leaving.voucher.booked_on == member(chama, "alice").left_on == TODAY - dt.timedelta(days=9)


def test_a_field_officer_who_also_holds_an_office_pays_from_the_box(stocked: Chama) -> None:
    give_role(user=stocked.mary, role=RoleName.FIELD_OFFICER, group=stocked.umoja, at=AT, by=stocked.sarah)
    leaving = leaves(stocked, "alice", by="mary")
    assert leaving.voucher
    assert leaving.voucher.from_place == "1010"
