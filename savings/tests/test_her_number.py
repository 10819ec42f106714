"""Whoever wrote the number she signs in with may be she who signs in: he does not confirm what she asks for herself."""

import pytest

from core.errors import MakerIsChecker
from core.money import kes
from core.tests.lasting import lasting
from ledger.models import Voucher
from members.models import Person
from savings import operations, queries
from savings.operations.verification import WroteHerNumber
from savings.tests.chama import AT, Chama


@pytest.fixture
@lasting
def known(chama: Chama) -> Chama:
    """Joseph wrote down Alice's number; she has brought him 10,000."""
    Person.objects.filter(pk=chama.members["alice"].person_id).update(phone_written_by=chama.joseph)
    chama.brings("alice", "10000", by="joseph")
    return chama


def called(chama: Chama, paper: Voucher) -> set[str]:
    """Who reads that the paper waits for her."""
    names = queries.missing_approvals([chama.fresh(paper)])[paper.pk][0].may_act
    return {short for short, user in chama.users.items() if user.name in names}


def test_joseph_alone_does_not_pay_out_whom_he_let_in(known: Chama) -> None:
    paper = known.asks("alice", "5000", by="alice")
    with pytest.raises(WroteHerNumber) as refused:
        known.verifies("joseph", paper)
    assert (refused.value.code, refused.value.status) == ("maker_is_checker", 422)
    assert "You wrote the phone number" in str(refused.value.detail)
    assert (known.fresh(paper).status, known.holds("2010", "alice")) == ("PENDING", kes("10000"))


def test_the_others_at_the_table_are_called_and_he_is_not(known: Chama) -> None:
    paper = known.asks("alice", "5000", by="alice")
    assert called(known, paper) == {"mary", "grace", "ruth", "esther", "brian"}
    assert not operations.verification.may_verify(known.fresh(paper), known.joseph)
    known.brings("peter", "5000")
    assert known.verifies("grace", paper).status == "VERIFIED"


def test_the_treasurer_who_wrote_it_leaves_it_to_others_too(known: Chama) -> None:
    Person.objects.filter(pk=known.members["alice"].person_id).update(phone_written_by=known.grace)
    paper = known.asks("alice", "5000", by="alice")
    with pytest.raises(WroteHerNumber):
        known.verifies("grace", paper)
    assert "grace" not in called(known, paper)
    assert known.verifies("joseph", paper).status == "VERIFIED"


def test_he_is_judged_by_the_number_that_stands_there_now(known: Chama) -> None:
    """Also when it was written after she asked."""
    Person.objects.filter(pk=known.members["alice"].person_id).update(phone_written_by=known.ruth)
    paper = known.asks("alice", "5000", by="alice")
    Person.objects.filter(pk=known.members["alice"].person_id).update(phone_written_by=known.joseph)
    with pytest.raises(WroteHerNumber):
        known.verifies("joseph", paper)


def test_who_signs_in_with_her_number_and_is_not_linked_is_she_as_well(known: Chama) -> None:
    known.enrol("second", known.umoja, sign_in=False)
    Person.objects.filter(pk=known.members["second"].person_id).update(
        phone_digest=known.alice.phone_digest, phone_written_by=known.joseph
    )
    known.members["second"].person.refresh_from_db()
    known.brings("second", "1000", by="joseph")
    paper = known.asks("second", "500", by="alice")
    with pytest.raises(WroteHerNumber):
        known.verifies("joseph", paper)
    assert "joseph" not in called(known, paper)


def test_what_another_officer_recorded_for_her_he_confirms(known: Chama) -> None:
    """Then it is not she who asks by a number, but somebody who sat with her."""
    paper = known.asks("alice", "5000", by="brian")
    assert "joseph" in called(known, paper)
    known.brings("peter", "5000", by="brian")
    assert known.verifies("joseph", paper).status == "VERIFIED"


def test_money_that_she_brings_he_still_confirms(known: Chama) -> None:
    paper = known.brings("alice", "300", by="alice")
    assert "joseph" in called(known, paper)
    assert known.verifies("joseph", paper).status == "VERIFIED"
    assert known.holds("1040", "joseph") == kes("10300")


def test_he_may_turn_her_down_for_that_moves_no_money(known: Chama) -> None:
    paper = known.asks("alice", "5000", by="alice")
    rejected = operations.reject(voucher=paper, by=known.joseph, at=AT, reason="She never asked")
    assert rejected.status == "REJECTED"


def test_her_own_paper_is_still_refused_in_the_usual_words(known: Chama) -> None:
    Person.objects.filter(pk=known.members["alice"].person_id).update(phone_written_by=known.alice)
    with pytest.raises(MakerIsChecker) as refused:
        known.verifies("alice", known.asks("alice", "5000", by="alice"))
    assert not isinstance(refused.value, WroteHerNumber)


@pytest.mark.parametrize("kind", ["CONTRIBUTION", "WITHDRAWAL", "PAYOUT"])
def test_a_number_that_nobody_is_known_to_have_written_bars_nobody(known: Chama, kind: str) -> None:
    """From before it was remembered; and a paper about no member at all is about no number."""
    Person.objects.update(phone_written_by=None)
    member = known.members["alice"]
    paper = Voucher(kind=kind, member=member, recorded_by=known.alice)
    member.person.refresh_from_db()
    assert queries.wrote_her_number(paper) is None
    assert queries.wrote_her_number(Voucher(kind=kind, recorded_by=known.alice)) is None
