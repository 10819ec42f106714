"""A second person looks: who may verify and reject, and what happens to the paper."""

import datetime as dt

import pytest

from audit.models import Act
from core.errors import Forbidden, Invalid, MakerIsChecker
from core.money import kes
from core.tests.lasting import lasting
from groups.models import BankingGroup, RoleName
from groups.operations import GroupSuspended
from ledger.models import ClosedPeriod, Entry, ReceiptClaim, Voucher
from ledger.operations import PeriodClosed
from ledger.vouchers import AlreadyVerified, InvalidTransition
from members.models import Member
from members.operations import MemberInactive
from notifications.models import Message
from savings import operations, queries
from savings.tests.chama import AT, TODAY, Chama

LATER = AT + dt.timedelta(hours=2)


@pytest.fixture
@lasting
def waiting(chama: Chama) -> Voucher:
    """Alice says she sent 250 by M-Pesa."""
    return chama.brings("alice", "250", by="alice", method="MPESA", receipt_number="SJK12AB")


def rejects(chama: Chama, name: str, voucher: Voucher, reason: str = "No such payment") -> Voucher:
    return operations.reject(voucher=voucher, by=chama.users[name], at=LATER, reason=reason)


def test_grace_verifies_and_the_money_is_posted(chama: Chama, waiting: Voucher) -> None:
    verified = chama.verifies("grace", waiting, LATER)
    assert (verified.status, verified.verified_by, verified.verified_at) == ("VERIFIED", chama.grace, LATER)
    assert chama.holds("1030") == chama.holds("2010", "alice") == kes("250")
    kept = chama.fresh(waiting)
    assert kept.entry
    assert (kept.status, kept.verified_by, kept.entry.number) == ("VERIFIED", chama.grace, 1)
    assert kept.booked_on == TODAY
    assert Message.objects.filter(user=chama.alice).count() == 1
    assert Act.objects.get(verb="voucher.verified").actor_id == chama.grace.pk
    assert chama.books_are_proven


@pytest.mark.parametrize("name", ["mary", "ruth", "esther", "joseph"])
def test_any_officer_of_the_group_may_verify(chama: Chama, waiting: Voucher, name: str) -> None:
    assert chama.verifies(name, waiting).status == "VERIFIED"


@pytest.mark.parametrize("name", ["peter", "jane", "daniel", "faith", "sarah"])
def test_nobody_else_may(chama: Chama, waiting: Voucher, name: str) -> None:
    with pytest.raises(Forbidden):
        chama.verifies(name, waiting)
    with pytest.raises(Forbidden):
        rejects(chama, name, waiting)
    assert chama.fresh(waiting).status == "PENDING"


def test_nobody_verifies_what_she_recorded_or_what_names_her(chama: Chama, waiting: Voucher) -> None:
    own = chama.brings("grace", "100", by="grace")
    asked_by_grace = chama.asks("mary", "0.01", by="grace") if chama.brings("mary", "100") else own
    for name, voucher in [
        ("alice", waiting), ("grace", own), ("grace", asked_by_grace), ("mary", asked_by_grace),
    ]:  # fmt: skip
        with pytest.raises(MakerIsChecker):
            chama.verifies(name, voucher)
        with pytest.raises(MakerIsChecker):
            rejects(chama, name, voucher)
    assert chama.verifies("ruth", asked_by_grace).status == "VERIFIED"


def test_twice_is_refused_by_name(chama: Chama, waiting: Voucher) -> None:
    chama.verifies("grace", waiting)
    for again in ["grace", "mary"]:
        with pytest.raises(AlreadyVerified) as refused:
            chama.verifies(again, waiting)
        assert (refused.value.code, refused.value.status) == ("already_verified", 409)
    with pytest.raises(AlreadyVerified):
        rejects(chama, "mary", waiting)
    assert Entry.objects.count() == 1


def test_a_rejected_paper_stays_with_its_reason(chama: Chama, waiting: Voucher) -> None:
    rejected = rejects(chama, "grace", waiting)
    kept = chama.fresh(waiting)
    assert (kept.status, kept.verified_by, kept.verified_at) == ("REJECTED", chama.grace, LATER)
    assert (kept.verdict, rejected.verdict) == ("No such payment", "No such payment")
    assert b"No such" not in bytes(kept.verdict_sealed)
    assert not Entry.objects.exists()
    assert not Message.objects.exists()
    for act in (chama.verifies, lambda name, voucher: rejects(chama, name, voucher)):
        with pytest.raises(InvalidTransition) as refused:
            act("mary", waiting)
        assert (refused.value.code, refused.value.status) == ("invalid_transition", 409)


def test_a_rejection_frees_the_receipt(chama: Chama, waiting: Voucher) -> None:
    rejects(chama, "grace", waiting)
    assert ReceiptClaim.objects.get().freed_at == LATER
    again = chama.brings("peter", "250", method="MPESA", receipt_number="SJK12AB")
    assert again.status == "VERIFIED"
    assert ReceiptClaim.objects.filter(freed_at__isnull=True).get().voucher == again


def test_a_rejection_says_why(chama: Chama, waiting: Voucher) -> None:
    with pytest.raises(Invalid) as refused:
        rejects(chama, "grace", waiting, "  ")
    assert refused.value.field == "reason"


def test_a_suspended_group_verifies_nothing_but_may_reject(chama: Chama, waiting: Voucher) -> None:
    BankingGroup.objects.filter(pk=chama.umoja.pk).update(status="SUSPENDED")
    with pytest.raises(GroupSuspended):
        chama.verifies("grace", waiting)
    assert rejects(chama, "grace", waiting).status == "REJECTED"


def test_what_waited_past_the_closing_of_its_month_is_not_posted(chama: Chama, waiting: Voucher) -> None:
    ClosedPeriod.objects.create(group=chama.umoja, month=dt.date(2026, 3, 1), closed_by=chama.daniel, closed_at=AT)
    with pytest.raises(PeriodClosed):
        chama.verifies("grace", waiting)


def test_who_has_left_meanwhile_is_not_credited(chama: Chama, waiting: Voucher) -> None:
    Member.objects.filter(pk=chama.members["alice"].pk).update(is_active=False)
    with pytest.raises(MemberInactive):
        chama.verifies("grace", waiting)


def test_what_waits_says_for_whom(chama: Chama, waiting: Voucher) -> None:
    missing = queries.missing_approvals([chama.fresh(waiting)])[waiting.pk][0]
    assert (missing.capacity, missing.have, missing.need) == ("VERIFIER", 0, 1)
    assert sorted(missing.may_act) == sorted(
        chama.users[name].name for name in ["mary", "grace", "ruth", "esther", "joseph", "brian"]
    )
    chama.end("ruth", RoleName.SECRETARY)
    assert chama.ruth.name not in queries.missing_approvals([chama.fresh(waiting)])[waiting.pk][0].may_act
    chama.verifies("grace", waiting)
    assert queries.missing_approvals([chama.fresh(waiting)]) == {}


def test_an_office_lost_is_lost_at_once(chama: Chama, waiting: Voucher) -> None:
    chama.end("grace", RoleName.TREASURER)
    with pytest.raises(Forbidden):
        chama.verifies("grace", waiting)
