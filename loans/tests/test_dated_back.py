"""Money dated back takes penalties away: the log says how much, other eyes hear of it, and no hands keep it."""

import datetime as dt

import pytest

from audit.models import Act
from core.errors import MakerIsChecker
from core.money import kes
from core.tests.lasting import lasting
from groups.models import RoleName
from ledger.vouchers import ReceiptAlreadyUsed, TakenBackByYou
from loans.models import Loan, Penalty, Repayment
from loans.operations.cancelled import AnotherHandRecordsIt
from loans.operations.repaying import Overpayment
from loans.tests.lending import FIRST, Lending, months_on
from members.models import Member
from notifications.models import Message

pytestmark = pytest.mark.django_db
TEMPLATE = "loan_penalties_cancelled"


@pytest.fixture
@lasting
def lending(db: None) -> Lending:
    return Lending()


@pytest.fixture
@lasting
def late(lending: Lending) -> Loan:
    """30,000 for three months of which nothing came: a penalty of 550 for the first instalment, five days late."""
    loan = lending.lent()
    lending.moves_to(months_on(1) + dt.timedelta(days=5))
    lending.night()
    return lending.loan(loan)


def told(lending: Lending) -> set[str]:
    known = {user.pk: name for name, user in lending.users.items()}
    return {known[pk] for pk in Message.objects.filter(template=TEMPLATE).values_list("user_id", flat=True)}


def test_the_log_says_how_many_and_how_much_fell_away(lending: Lending, late: Loan) -> None:
    paid = lending.repays(late, "11000", on=months_on(1), by="ruth")
    act = Act.objects.get(verb="loan.repaid", subject_id=paid.voucher_id)
    assert act.actor_id == lending.ruth.pk
    assert (act.facts["cancelled_penalties"], act.facts["cancelled_amount"]) == (1, "550.00")
    assert Penalty.objects.get(loan=late).cancelled_at == lending.at
    assert told(lending) == {"mary", "grace"}
    body = Message.objects.get(template=TEMPLATE, user=lending.mary).body
    assert all(word in body for word in ("Umoja", "LN-0001", "550.00", "11,000.00"))
    assert lending.is_sound


def test_also_a_penalty_that_no_night_has_written_yet(lending: Lending) -> None:
    loan = lending.lent()
    lending.moves_to(months_on(1) + dt.timedelta(days=1))
    paid = lending.repays(loan, "11000", on=months_on(1))
    assert Act.objects.get(verb="loan.repaid", subject_id=paid.voucher_id).facts["cancelled_amount"] == "550.00"


def test_a_part_of_a_penalty_is_what_it_became_less(lending: Lending, late: Loan) -> None:
    paid = lending.repays(late, "5000", on=months_on(1))
    facts = Act.objects.get(verb="loan.repaid", subject_id=paid.voucher_id).facts
    assert (facts["cancelled_penalties"], facts["cancelled_amount"]) == (1, "250.00")


def test_money_of_today_takes_nothing_away_and_nobody_is_called(lending: Lending, late: Loan) -> None:
    paid = lending.repays(late, "11550")
    assert "cancelled_penalties" not in Act.objects.get(verb="loan.repaid", subject_id=paid.voucher_id).facts
    assert told(lending) == set()


@pytest.mark.parametrize(("by", "heard"), [("grace", {"mary"}), ("mary", {"grace"}), ("joseph", {"mary", "grace"})])
def test_who_recorded_it_is_not_the_one_who_is_told(lending: Lending, late: Loan, by: str, heard: set[str]) -> None:
    lending.repays(late, "11000", on=months_on(1), by=by, method="MPESA", receipt_number="SJK1")
    assert told(lending) == heard


def test_nor_the_borrower_and_where_neither_is_left_the_others_at_the_table(lending: Lending) -> None:
    loan = lending.lent("mary")
    lending.moves_to(months_on(1) + dt.timedelta(days=5))
    lending.repays(loan, "11000", on=months_on(1))
    assert told(lending) == {"ruth", "esther"}


def test_she_who_reads_swahili_is_told_in_swahili(lending: Lending, late: Loan) -> None:
    lending.mary.language = "sw"
    lending.mary.save(update_fields=["language"])
    lending.repays(late, "11000", on=months_on(1))
    assert "adhabu" in Message.objects.get(template=TEMPLATE, user=lending.mary).body.lower()


# Into an officer's hands


def test_no_officer_keeps_cash_of_a_day_on_which_it_saved_her_a_penalty(lending: Lending, late: Loan) -> None:
    with pytest.raises(AnotherHandRecordsIt) as refused:
        lending.repays(late, "11000", on=months_on(1), by="joseph")
    assert isinstance(refused.value, MakerIsChecker)
    assert (refused.value.code, refused.value.status) == ("maker_is_checker", 422)
    assert not Repayment.objects.exists()
    assert lending.penalties(late) == [(1, 1, months_on(1) + dt.timedelta(days=1), "550.00")]
    assert told(lending) == set()
    assert lending.is_sound


def test_at_the_table_and_where_it_cancels_nothing_he_records_it(lending: Lending, late: Loan) -> None:
    lending.repays(late, "100", on=lending.today - dt.timedelta(days=1), by="joseph")
    assert lending.holds("1040", "joseph") == kes("100")
    lending.repays(late, "11000", on=months_on(1), by="joseph", table=lending.sits())
    assert told(lending) == {"mary", "grace"}


def test_an_office_holder_who_records_for_the_box_does(lending: Lending, late: Loan) -> None:
    lending.end("brian", RoleName.FIELD_OFFICER)
    assert lending.repays(late, "11000", on=months_on(1)).voucher.to_place == "1010"


# Of who has left


def test_nothing_dated_back_becomes_savings_of_who_has_left(lending: Lending) -> None:
    """What earlier recoveries no longer need would be hers, after she was paid all she owned."""
    loan = lending.lent(amount="12000", months=6, kind="LONG_TERM")
    lending.moves_to(months_on(3) + dt.timedelta(days=2))
    lending.writes_off(loan, "joseph", "mary")
    lending.waits()
    Member.objects.filter(pk=loan.member_id).update(left_on=lending.today, is_active=False)
    lending.moves_to(months_on(3) + dt.timedelta(days=20))
    lending.repays(loan, "9000")
    lending.moves_to(months_on(3) + dt.timedelta(days=22))
    owed = lending.told(loan).settlement
    for method in ("CASH", "MPESA"):
        with pytest.raises(Overpayment) as refused:
            lending.repays(loan, str(owed), on=FIRST, method=method)
        assert kes(str(refused.value.facts["amount_due"])) < owed
    assert lending.holds("2010", "alice") == kes("0")
    assert lending.repays(loan, str(owed)).amount == owed
    assert lending.holds("2010", "alice") == kes("0")
    assert lending.is_sound


# One receipt, carried from one to another


def test_who_takes_a_receipt_back_gives_it_to_no_other_borrower(lending: Lending, late: Loan) -> None:
    other = lending.lent("esther")
    paid = lending.repays(late, "1000", method="MPESA", receipt_number="SJK1")
    lending.takes_back(paid, "joseph")
    with pytest.raises(TakenBackByYou) as refused:
        lending.repays(other, "1000", method="MPESA", receipt_number="SJK1", by="joseph")
    assert isinstance(refused.value, ReceiptAlreadyUsed)
    assert (refused.value.code, refused.value.field) == ("receipt_already_used", "transaction_id")
    assert lending.repays(other, "1000", method="MPESA", receipt_number="SJK1", by="ruth").loan_id == other.pk
    assert lending.is_sound
