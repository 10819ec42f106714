"""The right person: who takes back, who puts cash into the box, and who is one and the same human being."""

import pytest

from core.errors import Forbidden, Invalid, MakerIsChecker, NotFound
from core.ids import new_id
from core.money import kes
from core.tests.lasting import lasting
from groups.models import RoleName
from groups.operations import give_role
from ledger.models import Voucher
from ledger.operations import InsufficientCash
from members.models import Person
from savings import operations, queries
from savings.operations.doors import ServesNoLonger
from savings.operations.movements import NotYourCash
from savings.operations.payouts import OfficeHoldersPay
from savings.operations.reversal import FormerOfficersCash, NotYourCashBack, ServiceAdminReopens, YouHoldThisCash
from savings.operations.verification import NotTheReceiver
from savings.rules import OpeningLine
from savings.tests.chama import AT, TODAY, Chama
from users.models import phone_digest


@pytest.fixture
@lasting
def stocked(chama: Chama) -> Chama:
    """10,000 in the box, 4,000 in Joseph's hands, 1,000 on the phone, 8,000 of it all in the social fund."""
    chama.brings("peter", "8000", kind="WELFARE")
    chama.brings("alice", "2000")
    chama.brings("alice", "4000", by="joseph")
    chama.brings("alice", "1000", method="MPESA")
    return chama


def rejects(chama: Chama, name: str, voucher: Voucher) -> Voucher:
    return operations.reject(voucher=voucher, by=chama.users[name], at=AT, reason="It never came")


# Reversal


def test_nobody_takes_back_what_names_her(chama: Chama) -> None:
    paper = chama.brings("mary", "500")
    with pytest.raises(MakerIsChecker):
        chama.reverses("mary", paper)
    assert chama.reverses("grace", paper).status == "VERIFIED"


def test_a_withdrawal_is_not_taken_back_by_who_got_it(chama: Chama) -> None:
    chama.brings("mary", "5000")
    paid = chama.verifies("grace", chama.asks("mary", "500", by="ruth"))
    with pytest.raises(MakerIsChecker):
        chama.reverses("mary", paid)


def test_joseph_alone_takes_back_the_cash_that_he_gave(stocked: Chama) -> None:
    given = stocked.verifies("grace", stocked.moves("HANDOVER", "900", by="joseph"))
    for name in ["grace", "mary", "brian", "daniel"]:
        with pytest.raises(NotYourCashBack) as refused:
            stocked.reverses(name, given)
        assert refused.value.status == 403
    stocked.reverses("joseph", given)
    assert stocked.holds("1040", "joseph") == kes("4000")


def test_what_came_from_the_box_goes_back_into_it_by_the_treasurer(stocked: Chama) -> None:
    given = stocked.verifies("joseph", stocked.moves("HANDOVER", "900", to=str(stocked.joseph.pk)))
    for name in ["joseph", "mary", "daniel"]:
        with pytest.raises(NotYourCashBack):
            stocked.reverses(name, given)
    stocked.reverses("grace", given)
    assert stocked.holds("1010") == kes("10000")


def test_without_a_treasurer_another_office_holder_takes_it_back_into_the_box(stocked: Chama) -> None:
    stocked.serve("mary", stocked.umoja)
    given = stocked.verifies("mary", stocked.moves("HANDOVER", "900", to=str(stocked.mary.pk)))
    stocked.end("grace", RoleName.TREASURER)
    with pytest.raises(NotYourCashBack):
        stocked.reverses("mary", given)
    assert stocked.reverses("ruth", given).status == "VERIFIED"


def test_banked_cash_goes_back_into_the_box_by_the_treasurer(stocked: Chama) -> None:
    banked = stocked.moves("BANKING", "900", by="joseph", source="CASH_BOX")
    with pytest.raises(NotYourCashBack):
        stocked.reverses("joseph", banked)
    his = stocked.moves("BANKING", "900", by="joseph")
    with pytest.raises(NotYourCashBack):
        stocked.reverses("grace", his)
    drawn = stocked.moves("BANKING", "900", source="BANK", to="CASH_BOX")
    for name, paper in [("grace", banked), ("joseph", his), ("mary", drawn)]:
        if paper is not drawn:
            stocked.brings("peter", "900", method="BANK")
        assert stocked.reverses(name, paper).status == "VERIFIED"


def test_an_opening_is_the_service_admins_to_take_back(chama: Chama) -> None:
    opened = operations.open_books(
        group=chama.umoja, lines=[OpeningLine("1010", kes("5000"))], by=chama.daniel, at=AT, on=TODAY
    )
    for name in ["grace", "mary", "joseph"]:
        with pytest.raises(ServiceAdminReopens) as refused:
            chama.reverses(name, opened)
        assert refused.value.status == 403
    chama.reverses("daniel", opened)
    assert chama.holds("1010") == kes("0")


# The box


def test_an_officer_puts_nothing_into_the_box_by_way_of_the_bank(stocked: Chama) -> None:
    stocked.moves("BANKING", "1000", by="joseph")
    for source in ["BANK", "MPESA"]:
        with pytest.raises(NotYourCash) as refused:
            stocked.moves("BANKING", "1000", by="joseph", source=source, to="CASH_BOX")
        assert refused.value.status == 403
    assert stocked.moves("BANKING", "1000", source="BANK", to="CASH_BOX").status == "VERIFIED"


# The same human being


@pytest.fixture
@lasting
def joseph_saves(stocked: Chama) -> Chama:
    """Joseph was registered as a member with the number he signs in with, and nobody has linked the two."""
    stocked.enrol("jos", stocked.umoja, sign_in=False)
    Person.objects.filter(pk=stocked.members["jos"].person_id).update(phone_digest=stocked.joseph.phone_digest)
    stocked.members["jos"].person.refresh_from_db(fields=["phone_digest"])
    return stocked


def test_an_officer_who_is_a_member_not_linked_yet_records_his_own_as_pending(joseph_saves: Chama) -> None:
    paper = joseph_saves.brings("jos", "500", by="joseph")
    assert paper.status == "PENDING"
    with pytest.raises(MakerIsChecker):
        joseph_saves.verifies("joseph", paper)


def test_he_is_not_called_to_check_himself_nor_may_he_take_back(joseph_saves: Chama) -> None:
    asked = joseph_saves.brings("jos", "4000")
    with pytest.raises(MakerIsChecker):
        joseph_saves.reverses("joseph", asked)
    waiting = joseph_saves.asks("jos", "500", by="grace")
    missing = queries.missing_approvals([joseph_saves.fresh(waiting)])[waiting.pk][0]
    assert joseph_saves.joseph.name not in missing.may_act
    for act in (joseph_saves.verifies, lambda name, voucher: rejects(joseph_saves, name, voucher)):
        with pytest.raises(MakerIsChecker):
            act("joseph", waiting)


def test_an_office_holder_known_by_her_phone_does_not_pay_herself(stocked: Chama) -> None:
    stocked.enrol("double", stocked.umoja, sign_in=False)
    Person.objects.filter(pk=stocked.members["double"].person_id).update(phone_digest=phone_digest(stocked.grace.phone))
    stocked.members["double"].person.refresh_from_db(fields=["phone_digest"])
    paper = stocked.moves("WELFARE_PAYOUT", "900", member=stocked.members["double"])
    missing = queries.missing_approvals([stocked.fresh(paper)])[paper.pk][0]
    assert (missing.have, stocked.grace.name in missing.may_act) == (0, False)
    with pytest.raises(MakerIsChecker):
        stocked.verifies("grace", paper)


# Rejecting a hand-over


@pytest.mark.parametrize("name", ["mary", "ruth", "brian"])
def test_a_third_person_does_not_turn_a_hand_over_down(stocked: Chama, name: str) -> None:
    with pytest.raises(NotTheReceiver) as refused:
        rejects(stocked, name, stocked.moves("HANDOVER", "900", by="joseph"))
    assert refused.value.status == 403


@pytest.mark.parametrize(("name", "checker"), [("grace", "grace"), ("joseph", None)])
def test_its_receiver_turns_it_down_and_its_giver_takes_it_back(stocked: Chama, name: str, checker: str | None) -> None:
    paper = rejects(stocked, name, stocked.moves("HANDOVER", "900", by="joseph"))
    assert (paper.status, paper.verified_by) == ("REJECTED", stocked.users[checker] if checker else None)
    assert stocked.holds("1040", "joseph") == kes("4000")


# Yeses


def test_the_yes_of_who_has_left_office_is_missing_again(stocked: Chama) -> None:
    paper = stocked.moves("WELFARE_PAYOUT", "900", member=stocked.members["alice"])
    stocked.end("grace", RoleName.TREASURER)
    missing = queries.missing_approvals([stocked.fresh(paper)])[paper.pk][0]
    assert (missing.have, missing.need) == (0, 2)
    assert stocked.verifies("mary", paper).status == "PENDING"
    with pytest.raises(OfficeHoldersPay):
        stocked.verifies("joseph", paper)
    assert stocked.verifies("ruth", paper).status == "VERIFIED"
    assert stocked.books_are_proven


# An officer who has left


def test_what_a_former_officer_holds_comes_into_the_box(stocked: Chama) -> None:
    stocked.end("joseph", RoleName.FIELD_OFFICER)
    paper = stocked.moves("HANDOVER", "4000", source=str(stocked.joseph.pk), to="CASH_BOX")
    assert (paper.status, paper.from_place, paper.from_officer_id) == ("PENDING", "1040", stocked.joseph.pk)
    missing = queries.missing_approvals([stocked.fresh(paper)])[paper.pk][0]
    assert sorted(missing.may_act) == sorted(stocked.users[name].name for name in ["mary", "ruth", "esther"])
    with pytest.raises(MakerIsChecker):
        stocked.verifies("grace", paper)
    with pytest.raises(NotTheReceiver):
        stocked.verifies("brian", paper)
    stocked.verifies("mary", paper)
    assert (stocked.holds("1040", "joseph"), stocked.holds("1010")) == (kes("0"), kes("14000"))
    assert stocked.books_are_proven
    with pytest.raises(NotFound):
        stocked.moves("HANDOVER", "1", source=str(stocked.joseph.pk))


def test_he_does_not_confirm_his_own_cash_from_an_office(stocked: Chama) -> None:
    stocked.end("joseph", RoleName.FIELD_OFFICER)
    stocked.end("ruth", RoleName.SECRETARY)
    give_role(user=stocked.joseph, role=RoleName.SECRETARY, group=stocked.umoja, at=AT, by=stocked.daniel)
    paper = stocked.moves("HANDOVER", "4000", source=str(stocked.joseph.pk))
    with pytest.raises(NotTheReceiver):
        stocked.verifies("joseph", paper)


def test_it_is_the_treasurers_to_record_and_goes_to_the_box_alone(stocked: Chama) -> None:
    his = str(stocked.joseph.pk)
    with pytest.raises(NotYourCash):
        stocked.moves("HANDOVER", "1", source=his)
    stocked.end("joseph", RoleName.FIELD_OFFICER)
    with pytest.raises(Forbidden):
        stocked.moves("HANDOVER", "1", by="mary", source=his)
    for name, source in [("brian", his), ("grace", str(new_id())), ("grace", str(stocked.jane.pk))]:
        with pytest.raises(NotFound):
            stocked.moves("HANDOVER", "1", by=name, source=source)
    for to in ["BANK", str(stocked.brian.pk)]:
        with pytest.raises(Invalid) as refused:
            stocked.moves("HANDOVER", "1", source=his, to=to)
        assert refused.value.field == "to"
    for kind in ["BANKING", "EXPENSE"]:
        with pytest.raises(NotFound):
            stocked.moves(kind, "1", source=his)
    with pytest.raises(InsufficientCash):
        stocked.verifies("mary", stocked.moves("HANDOVER", "4000.01", source=his))


# Who carries cash, and what comes back into the box


def spent(chama: Chama) -> dict[str, Voucher]:
    """What the box has paid, by kind; the withdrawal named its place only when Grace verified it."""
    chama.brings("alice", "9000")
    return {
        "EXPENSE": chama.moves("EXPENSE", "100"),
        "CHARGE": chama.moves("CHARGE", "100", source="CASH_BOX"),
        "WITHDRAWAL": chama.verifies("grace", chama.asks("alice", "100", by="alice")),
        "PAYOUT": chama.verifies("mary", chama.moves("WELFARE_PAYOUT", "100", member=chama.members["alice"])),
    }


@pytest.mark.parametrize("kind", ["EXPENSE", "CHARGE", "WITHDRAWAL", "PAYOUT"])
def test_an_officer_takes_nothing_back_into_the_box_on_paper(stocked: Chama, kind: str) -> None:
    """He could record it anew from his hands, and the box would be short by what he keeps."""
    paper = spent(stocked)[kind]
    with pytest.raises(NotYourCashBack) as refused:
        stocked.reverses("joseph", paper)
    assert refused.value.status == 403
    assert not stocked.is_reversed(paper)
    assert stocked.reverses("mary", paper).status == "VERIFIED"
    assert stocked.books_are_proven


@pytest.mark.parametrize("name", ["grace", "mary", "daniel"])
def test_who_answers_for_the_box_takes_back_what_it_paid(stocked: Chama, name: str) -> None:
    assert stocked.reverses(name, stocked.moves("EXPENSE", "100")).status == "VERIFIED"


def test_nor_into_another_officers_hands(stocked: Chama) -> None:
    stocked.brings("alice", "500", by="brian")
    his = stocked.moves("EXPENSE", "100", by="brian")
    with pytest.raises(NotYourCashBack):
        stocked.reverses("joseph", his)
    assert stocked.reverses("brian", his).status == "VERIFIED"


def test_an_officer_takes_back_what_his_hands_the_bank_or_the_phone_paid(stocked: Chama) -> None:
    stocked.brings("alice", "1000", method="BANK")
    for source in ["OFFICER", "BANK", "MPESA"]:
        paper = stocked.moves("EXPENSE", "100", by="joseph", source=source)
        assert stocked.reverses("joseph", paper).status == "VERIFIED"
    assert stocked.reverses("joseph", stocked.moves("EXPENSE", "100", source="BANK")).status == "VERIFIED"


def test_an_officer_takes_back_what_came_into_the_box_and_nothing_that_left_it(stocked: Chama) -> None:
    """Also not what he recorded himself: he could pay it anew from his hands."""
    spent = stocked.moves("EXPENSE", "100", by="joseph", source="CASH_BOX")
    with pytest.raises(NotYourCashBack):
        stocked.reverses("joseph", spent)
    assert stocked.reverses("mary", spent).status == "VERIFIED"
    assert stocked.reverses("joseph", stocked.brings("alice", "500")).status == "VERIFIED"
    assert stocked.books_are_proven


def into_his_hands(chama: Chama) -> dict[str, Voucher]:
    """How cash comes into Joseph's hands but by hand-over."""
    own = chama.brings("alice", "300", by="alice")
    return {
        "contribution": chama.brings("alice", "400", by="joseph"),
        "verified": chama.verifies("joseph", own),
        "banking": chama.moves("BANKING", "200", by="joseph", source="MPESA", to="OFFICER"),
        "outside": chama.moves("EXTERNAL_IN", "900", by="joseph"),
    }


@pytest.mark.parametrize("how", ["contribution", "verified", "banking", "outside"])
@pytest.mark.parametrize("name", ["mary", "grace", "brian", "daniel"])
def test_nobody_erases_the_cash_that_he_took(stocked: Chama, how: str, name: str) -> None:
    paper = into_his_hands(stocked)[how]
    with pytest.raises(YouHoldThisCash) as refused:
        stocked.reverses("joseph", paper)
    assert (refused.value.status, str(refused.value.detail)) == (
        403,
        "You hold this cash. Somebody else takes it back.",
    )
    assert not stocked.is_reversed(paper)
    assert stocked.reverses(name, paper).status == "VERIFIED"
    assert stocked.books_are_proven


def out_of_his_hands(chama: Chama) -> dict[str, Voucher]:
    """What Joseph paid from his hands."""
    chama.brings("alice", "5000")
    chama.moves("EXTERNAL_IN", "100", to="BANK")
    return {
        "EXPENSE": chama.moves("EXPENSE", "100", by="joseph"),
        "EXTERNAL_OUT": chama.moves("EXTERNAL_OUT", "100", by="joseph"),
        "WITHDRAWAL": chama.verifies("grace", chama.asks("alice", "100", by="joseph")),
    }


@pytest.mark.parametrize("kind", ["EXPENSE", "EXTERNAL_OUT", "WITHDRAWAL"])
def test_nobody_at_the_table_puts_cash_into_an_officers_hands(stocked: Chama, kind: str) -> None:
    """Grace could take back what he paid, and he would answer for what her box lacks."""
    paper = out_of_his_hands(stocked)[kind]
    for name in ["grace", "mary", "brian"]:
        with pytest.raises(NotYourCashBack):
            stocked.reverses(name, paper)
    before = stocked.holds("1040", "joseph")
    assert stocked.reverses("joseph", paper).status == "VERIFIED"
    assert stocked.holds("1040", "joseph") - before == kes("100")


def test_a_service_admin_does_but_not_one_who_keeps_the_box_or_carries_cash(stocked: Chama) -> None:
    paper = out_of_his_hands(stocked)["WITHDRAWAL"]
    stocked.serve("daniel", stocked.umoja)
    with pytest.raises(NotYourCashBack):
        stocked.reverses("daniel", paper)
    stocked.end("daniel", RoleName.FIELD_OFFICER)
    stocked.end("grace", RoleName.TREASURER)
    give_role(user=stocked.daniel, role=RoleName.TREASURER, group=stocked.umoja, at=AT, by=stocked.sarah)
    with pytest.raises(NotYourCashBack):
        stocked.reverses("daniel", paper)
    stocked.end("daniel", RoleName.TREASURER)
    assert stocked.reverses("daniel", paper).status == "VERIFIED"


def test_what_a_former_officer_paid_comes_back_to_him_by_the_service_admin_alone(stocked: Chama) -> None:
    paper = out_of_his_hands(stocked)["WITHDRAWAL"]
    stocked.end("joseph", RoleName.FIELD_OFFICER)
    for name in ["grace", "mary", "brian"]:
        with pytest.raises(FormerOfficersCash):
            stocked.reverses(name, paper)
    assert stocked.reverses("daniel", paper).status == "VERIFIED"


def test_a_stale_paper_is_judged_as_it_is_now(stocked: Chama) -> None:
    """Read before it was verified, it named no place and had no entry."""
    stocked.brings("alice", "9000")
    stale = stocked.asks("alice", "100", by="alice")
    stocked.verifies("grace", stale)
    with pytest.raises(NotYourCashBack):
        stocked.reverses("joseph", stale)


# Outside money


def test_an_officer_does_not_clear_his_hands_by_way_of_outside_money(stocked: Chama) -> None:
    """He could write it into the box and pay it back from his hands, and nobody would have confirmed anything."""
    with pytest.raises(NotYourCash) as refused:
        stocked.moves("EXTERNAL_IN", "4000", by="joseph", to="CASH_BOX")
    assert refused.value.status == 403
    taken = stocked.moves("EXTERNAL_IN", "4000", by="joseph")
    assert (taken.to_place, taken.to_officer_id) == ("1040", stocked.joseph.pk)
    stocked.moves("EXTERNAL_OUT", "4000", by="joseph")
    assert (stocked.holds("1040", "joseph"), stocked.holds("1010")) == (kes("4000"), kes("10000"))


def test_nor_does_one_who_holds_another_office(stocked: Chama) -> None:
    stocked.serve("mary", stocked.umoja)
    with pytest.raises(NotYourCash):
        stocked.moves("EXTERNAL_IN", "500", by="mary", to="CASH_BOX")
    assert stocked.moves("EXTERNAL_IN", "500", by="mary").to_officer_id == stocked.mary.pk


def test_a_treasurer_who_serves_as_well_takes_it_into_the_box(stocked: Chama) -> None:
    stocked.serve("grace", stocked.umoja)
    assert stocked.moves("EXTERNAL_IN", "500").to_place == "1010"


# Hands that carry no cash any more


def test_a_hand_over_to_who_serves_no_longer_is_not_confirmed(stocked: Chama) -> None:
    given = stocked.moves("HANDOVER", "900", to=str(stocked.joseph.pk))
    stocked.end("joseph", RoleName.FIELD_OFFICER)
    with pytest.raises(ServesNoLonger):
        stocked.verifies("joseph", given)


def test_nor_by_himself_from_an_office(stocked: Chama) -> None:
    given = stocked.moves("HANDOVER", "900", to=str(stocked.joseph.pk))
    stocked.end("joseph", RoleName.FIELD_OFFICER)
    stocked.end("ruth", RoleName.SECRETARY)
    give_role(user=stocked.joseph, role=RoleName.SECRETARY, group=stocked.umoja, at=AT, by=stocked.daniel)
    with pytest.raises(ServesNoLonger):
        stocked.verifies("joseph", given)
    assert queries.missing_approvals([stocked.fresh(given)])[given.pk][0].may_act == ()
    assert stocked.holds("1040", "joseph") == kes("4000")


def test_a_chair_who_carries_cash_leaves_it_to_the_treasurer(stocked: Chama) -> None:
    stocked.serve("mary", stocked.umoja)
    stocked.serve("grace", stocked.umoja)
    by_grace = stocked.moves("EXPENSE", "100")
    with pytest.raises(NotYourCashBack):
        stocked.reverses("mary", by_grace)
    assert stocked.reverses("grace", by_grace).status == "VERIFIED"


def test_a_hand_over_of_a_former_officer_is_taken_back_by_the_service_admin_alone(stocked: Chama) -> None:
    """The treasurer would be rid of what her box lacks, and he is not there to answer."""
    given = stocked.verifies("grace", stocked.moves("HANDOVER", "900", by="joseph"))
    stocked.end("joseph", RoleName.FIELD_OFFICER)
    for name in ["grace", "mary", "brian"]:
        with pytest.raises(FormerOfficersCash) as refused:
            stocked.reverses(name, given)
        assert refused.value.status == 403
    stocked.reverses("daniel", given)
    assert (stocked.holds("1040", "joseph"), stocked.holds("1010")) == (kes("4000"), kes("10000"))
    back = stocked.moves("HANDOVER", "4000", source=str(stocked.joseph.pk))
    assert stocked.verifies("mary", back).status == "VERIFIED"
    assert stocked.books_are_proven


def test_nor_by_himself_in_another_seat(stocked: Chama) -> None:
    given = stocked.verifies("grace", stocked.moves("HANDOVER", "900", by="joseph"))
    stocked.end("joseph", RoleName.FIELD_OFFICER)
    give_role(
        user=stocked.joseph,
        role=RoleName.SERVICE_ADMIN,
        organisation=stocked.umoja.organisation,
        at=AT,
        by=stocked.sarah,
    )
    with pytest.raises(FormerOfficersCash):
        stocked.reverses("joseph", given)
