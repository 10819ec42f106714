"""Cash that changes places or leaves for costs: who may move which, what waits, what is refused."""

import datetime as dt
from typing import Any

import pytest

from core.errors import Forbidden, Invalid, MakerIsChecker, NotFound
from core.money import kes
from core.tests.lasting import lasting
from groups.models import RoleName
from groups.operations import GroupSuspended
from ledger.models import Voucher
from ledger.operations import DateInFuture, InsufficientCash, InsufficientFund
from savings import operations, queries
from savings.operations.movements import CashKeepersMove, NotYourCash, word_for
from savings.operations.verification import NotTheReceiver
from savings.tests.chama import TODAY, Chama


@pytest.fixture
@lasting
def stocked(chama: Chama) -> Chama:
    """10,000 in the box, 4,000 in Joseph's hands, 1,000 on the phone; Joseph is a field officer."""
    chama.brings("alice", "10000")
    chama.brings("alice", "4000", by="joseph")
    chama.brings("alice", "1000", method="MPESA")
    return chama


def places(chama: Chama) -> dict[str, str]:
    return {code: str(chama.holds(code)) for code in ("1010", "1020", "1030", "1040")}


def moved(chama: Chama, before: dict[str, str]) -> dict[str, str]:
    """How much each place has gained or lost."""
    after = places(chama)
    return {code: str(kes(after[code]) - kes(before[code])) for code in after if after[code] != before[code]}


@pytest.mark.parametrize(
    ("kind", "by", "words", "expected"),
    [
        ("BANKING", "grace", {}, {"1010": "-500.00", "1020": "500.00"}),
        ("BANKING", "joseph", {}, {"1040": "-500.00", "1020": "500.00"}),
        ("BANKING", "joseph", {"source": "CASH_BOX"}, {"1010": "-500.00", "1020": "500.00"}),
        ("BANKING", "grace", {"source": "cash", "to": "mpesa"}, {"1010": "-500.00", "1030": "500.00"}),
        ("BANKING", "grace", {"source": "1030", "to": "1020"}, {"1030": "-500.00", "1020": "500.00"}),
        ("BANKING", "joseph", {"source": "MPESA", "to": "OFFICER"}, {"1030": "-500.00", "1040": "500.00"}),
        ("BANKING", "grace", {"source": "MPESA", "to": "CASH_BOX"}, {"1030": "-500.00", "1010": "500.00"}),
        ("EXPENSE", "grace", {}, {"1010": "-500.00"}),
        ("EXPENSE", "joseph", {}, {"1040": "-500.00"}),
        ("EXPENSE", "joseph", {"source": "OFFICER"}, {"1040": "-500.00"}),
        ("CHARGE", "grace", {"source": "MPESA"}, {"1030": "-500.00"}),
        ("EXTERNAL_IN", "grace", {}, {"1010": "500.00"}),
        ("EXTERNAL_IN", "grace", {"to": "BANK"}, {"1020": "500.00"}),
        ("EXTERNAL_IN", "joseph", {}, {"1040": "500.00"}),
    ],
)
def test_cash_moves_at_once(
    stocked: Chama, kind: str, by: str, words: dict[str, Any], expected: dict[str, str]
) -> None:
    before = places(stocked)
    voucher = stocked.moves(kind, "500", by=by, **words)
    assert (voucher.status, voucher.detail) == ("VERIFIED", kind)
    assert moved(stocked, before) == expected
    assert stocked.books_are_proven


def test_costs_and_outside_money_have_their_accounts(stocked: Chama) -> None:
    stocked.moves("EXPENSE", "100")
    stocked.moves("CHARGE", "30", source="CASH_BOX")
    stocked.moves("EXTERNAL_IN", "5000", to="BANK")
    stocked.moves("EXTERNAL_OUT", "2000", source="BANK")
    assert [str(stocked.holds(code)) for code in ("5010", "5020", "2070")] == ["100.00", "30.00", "3000.00"]
    kinds = dict(Voucher.objects.exclude(kind="CONTRIBUTION").values_list("detail", "kind"))
    assert kinds == {"EXPENSE": "EXPENSE", "CHARGE": "EXPENSE", "EXTERNAL_IN": "MOVEMENT", "EXTERNAL_OUT": "MOVEMENT"}
    methods = dict(Voucher.objects.exclude(kind="CONTRIBUTION").values_list("detail", "method"))
    assert methods == {"EXPENSE": "CASH", "CHARGE": "CASH", "EXTERNAL_IN": "BANK", "EXTERNAL_OUT": "BANK"}
    assert stocked.books_are_proven


def test_charges_come_out_of_the_bank_unless_said_otherwise(stocked: Chama) -> None:
    with pytest.raises(InsufficientCash):
        stocked.moves("CHARGE", "30")
    stocked.moves("BANKING", "100")
    assert stocked.moves("CHARGE", "30").from_place == "1020"


def test_the_reason_is_sealed_on_the_paper(stocked: Chama) -> None:
    voucher = stocked.fresh(stocked.moves("EXPENSE", "100", reason="Chairs for the meeting"))
    assert voucher.reason == "Chairs for the meeting"
    assert b"Chairs" not in bytes(voucher.reason_sealed)
    assert voucher.data_key_id == stocked.umoja.data_key_id


# Hand-over


def test_a_hand_over_waits_for_its_receiver(stocked: Chama) -> None:
    voucher = stocked.moves("HANDOVER", "1500", by="joseph")
    assert (voucher.status, stocked.holds("1040", "joseph")) == ("PENDING", kes("4000"))
    missing = queries.missing_approvals([stocked.fresh(voucher)])[voucher.pk][0]
    assert (missing.capacity, missing.may_act) == ("RECEIVER", (stocked.grace.name,))
    for name in ["mary", "ruth", "brian"]:
        with pytest.raises(NotTheReceiver) as refused:
            stocked.verifies(name, voucher)
        assert refused.value.status == 403
    with pytest.raises(MakerIsChecker):
        stocked.verifies("joseph", voucher)
    assert stocked.verifies("grace", voucher).status == "VERIFIED"
    assert (stocked.holds("1040", "joseph"), stocked.holds("1010")) == (kes("2500"), kes("11500"))
    assert stocked.books_are_proven


def test_between_officers_the_one_named_receives(stocked: Chama) -> None:
    voucher = stocked.moves("HANDOVER", "1500", by="joseph", to=str(stocked.brian.pk))
    with pytest.raises(NotTheReceiver):
        stocked.verifies("grace", voucher)
    stocked.verifies("brian", voucher)
    assert (stocked.holds("1040", "joseph"), stocked.holds("1040", "brian")) == (kes("2500"), kes("1500"))


def test_the_treasurer_gives_from_the_box_to_an_officer(stocked: Chama) -> None:
    voucher = stocked.moves("HANDOVER", "700", to=str(stocked.joseph.pk))
    stocked.verifies("joseph", voucher)
    assert (stocked.holds("1010"), stocked.holds("1040", "joseph")) == (kes("9300"), kes("4700"))
    assert stocked.books_are_proven


def test_without_a_treasurer_another_office_holder_receives(stocked: Chama) -> None:
    stocked.end("grace", RoleName.TREASURER)
    voucher = stocked.moves("HANDOVER", "1500", by="joseph")
    assert stocked.verifies("ruth", voucher).status == "VERIFIED"


def test_a_receiver_may_say_it_never_came(stocked: Chama) -> None:
    voucher = stocked.moves("HANDOVER", "1500", by="joseph")
    operations.reject(voucher=voucher, by=stocked.grace, at=voucher.recorded_at, reason="Nothing came")
    assert stocked.holds("1040", "joseph") == kes("4000")


# Refusals


@pytest.mark.parametrize(
    ("kind", "by", "words"),
    [
        ("BANKING", "grace", {"to": "CASH_BOX"}),
        ("BANKING", "grace", {"source": "BANK", "to": "BANK"}),
        ("BANKING", "joseph", {"to": "CASH_BOX"}),
        ("BANKING", "grace", {"source": "UNDER_THE_BED"}),
        ("BANKING", "grace", {"source": "2010"}),
        ("BANKING", "grace", {"source": "OFFICER"}),
        ("HANDOVER", "grace", {}),
        ("HANDOVER", "joseph", {"to": "BANK"}),
        ("HANDOVER", "joseph", {"source": "MPESA"}),
        ("HANDOVER", "joseph", {"to": "OFFICER"}),
        ("EXPENSE", "grace", {"to": "BANK"}),
        ("EXPENSE", "grace", {"event": "BIRTH"}),
        ("EXTERNAL_IN", "grace", {"source": "BANK"}),
        ("EXTERNAL_OUT", "grace", {"to": "BANK"}),
        ("THEFT", "grace", {}),
    ],
)
def test_places_that_make_no_sense_are_refused(stocked: Chama, kind: str, by: str, words: dict[str, Any]) -> None:
    before = places(stocked)
    with pytest.raises(Invalid) as refused:
        stocked.moves(kind, "500", by=by, **words)
    assert refused.value.field in {"from", "to", "kind", "event"}
    assert places(stocked) == before


def test_a_member_or_campaign_has_no_place_in_an_expense(stocked: Chama) -> None:
    with pytest.raises(Invalid):
        stocked.moves("EXPENSE", "5", member=stocked.members["alice"])
    with pytest.raises(Invalid):
        stocked.moves("EXPENSE", "5", group_campaign_id=stocked.umoja.pk)


@pytest.mark.parametrize("kind", ["BANKING", "HANDOVER", "EXPENSE"])
def test_nobody_moves_what_joseph_holds_but_joseph(stocked: Chama, kind: str) -> None:
    for name in ["grace", "brian"]:
        with pytest.raises(NotYourCash) as refused:
            stocked.moves(kind, "5", by=name, source=str(stocked.joseph.pk))
        assert refused.value.status == 403


def test_cash_is_not_banked_into_another_officers_hands(stocked: Chama) -> None:
    with pytest.raises(NotYourCash):
        stocked.moves("BANKING", "5", source="MPESA", to=str(stocked.joseph.pk))


def test_the_box_is_handed_over_by_the_treasurer_and_not_taken(stocked: Chama) -> None:
    with pytest.raises(NotYourCash):
        stocked.moves("HANDOVER", "5", by="joseph", source="CASH_BOX", to=str(stocked.brian.pk))
    with pytest.raises(NotYourCash):
        stocked.moves("HANDOVER", "5", by="joseph", source="CASH_BOX", to="OFFICER")


def test_somebody_with_two_offices_does_not_hand_over_to_herself(stocked: Chama) -> None:
    """Grace also serves the group as field officer: both pairs of hands are hers."""
    stocked.serve("grace", stocked.umoja)
    with pytest.raises(NotYourCash):
        stocked.moves("HANDOVER", "5", to="OFFICER")


def test_an_officer_of_another_group_is_a_stranger(stocked: Chama) -> None:
    stocked.hire("amina", stocked.groups["Baraka"])
    for stranger in ["amina", "grace", "jane"]:
        with pytest.raises(NotFound):
            stocked.moves("HANDOVER", "5", by="joseph", to=str(stocked.users[stranger].pk))


@pytest.mark.parametrize("name", ["mary", "ruth", "alice", "daniel", "faith", "sarah", "jane"])
def test_only_treasurer_and_field_officers_move_cash(stocked: Chama, name: str) -> None:
    with pytest.raises(CashKeepersMove):
        stocked.moves("EXPENSE", "5", by=name)
    assert issubclass(CashKeepersMove, Forbidden)


def test_a_place_never_goes_below_zero(stocked: Chama) -> None:
    with pytest.raises(InsufficientCash):
        stocked.moves("EXPENSE", "4000.01", by="joseph")
    with pytest.raises(InsufficientCash):
        stocked.moves("BANKING", "1000.01", source="MPESA")
    with pytest.raises(InsufficientFund):
        stocked.moves("EXTERNAL_OUT", "5")


def test_the_usual_refusals(stocked: Chama) -> None:
    with pytest.raises(DateInFuture):
        stocked.moves("HANDOVER", "5", by="joseph", on=TODAY + dt.timedelta(days=1))
    stocked.umoja.status = "SUSPENDED"
    with pytest.raises(GroupSuspended):
        stocked.moves("EXPENSE", "5")


def test_each_kind_has_its_word() -> None:
    assert word_for("EXPENSE") == word_for("OPENING") == word_for("") == "cash:move"
    assert word_for("ECD_PAYOUT") == "funds:pay"
