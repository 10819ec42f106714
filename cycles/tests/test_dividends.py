"""Umoja's dividends for 2025: looked at, agreed by two, declared, and paid member by member."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import Act
from core.errors import Forbidden, Invalid, MakerIsChecker, NotFound
from core.money import kes
from core.tests.lasting import lasting
from cycles.models import Allocation, Run, RunApproval
from cycles.operations import AmountChanged, FiguresChanged, NothingToDistribute, YearNotClosed, preview
from cycles.operations.sharing import AlreadyApproved, InvalidTransition, NotYourYes, PaidAlready
from cycles.operations.sharing_parts import StaysOut
from cycles.tasks import preview_dividends
from cycles.tests.leavers import leaves
from cycles.tests.sharers import NEW_YEAR, YEAR, Sharing
from groups.models import BankingGroup, RoleName
from groups.operations import adopt_constitution, give_role
from ledger.models import Voucher
from ledger.operations import DateInFuture, InsufficientFund
from loans.tests.lending import lines
from notifications.models import Message
from savings.tests.chama import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
@lasting
def chama(db: None) -> Sharing:
    return Sharing()


SHARES = {"alice": "16901.02", "peter": "101379.47", "lucy": "80951.51"}


# Looking


def test_grace_looks_at_what_the_year_shares_out(chama: Sharing) -> None:
    run = chama.looks()
    assert chama.figures(run) == (kes("280000"), kes("3232"), kes("199232"))
    assert (run.status, run.percent, run.basis) == ("PREVIEW", Decimal(70), "CLOSING_BALANCE")
    assert (run.starts_on, run.ends_on) == (dt.date(2025, 1, 1), dt.date(2025, 12, 31))
    assert chama.shares(run) == SHARES
    assert not Voucher.objects.filter(kind="DIVIDEND").exists()


def test_figures_that_did_not_change_keep_their_moment(chama: Sharing) -> None:
    first = chama.looks()
    chama.at += dt.timedelta(hours=1)
    assert chama.looks(by="mary").computed_at == first.computed_at
    chama.earns("100")
    again = chama.looks()
    assert (again.pk, again.computed_at) == (first.pk, chama.at)
    assert again.distributable == kes("199302")
    assert Run.objects.count() == 1


def test_the_closed_year_says_the_same(chama: Sharing) -> None:
    open_year = chama.looks()
    chama.closes()
    closed = chama.looks()
    assert (closed.computed_at, chama.figures(closed)) == (open_year.computed_at, chama.figures(open_year))


def test_the_running_year_is_looked_at_as_of_today(chama: Sharing) -> None:
    chama.earns("1000", on=chama.today)
    chama.brings("esther", "500")
    run = chama.looks(year=2026)
    assert chama.figures(run) == (kes("1000"), kes("0"), kes("700"))
    # Esther has saved this year, and is measured by what she has today.
    assert list(chama.shares(run)) == ["esther", "alice", "peter", "lucy"]


def test_old_losses_come_first(chama: Sharing) -> None:
    """2024 lost 250,000: 2025's surplus is 33,232."""
    chama.loses("250000", on=dt.date(2024, 12, 1))
    assert chama.looks().distributable == kes("33232")
    chama.loses("33232", on=dt.date(2024, 12, 2))
    with pytest.raises(NothingToDistribute):
        chama.looks()


def test_a_loss_since_the_year_closed_counts_and_a_gain_does_not(chama: Sharing) -> None:
    chama.closes()
    chama.earns("1000", on=chama.today)
    assert chama.looks().distributable == kes("199232")
    chama.spends("101000", on=chama.today)
    assert chama.looks().distributable == kes("183232")


def test_a_year_without_anything_to_share_makes_no_run(chama: Sharing) -> None:
    for year in (2024, 2026):
        with pytest.raises(NothingToDistribute):
            chama.looks(year=year)
    with pytest.raises(DateInFuture):
        chama.looks(year=2027)
    with pytest.raises(Invalid):
        chama.looks(year=0)
    assert not Run.objects.exists()


def test_who_left_by_the_last_day_gets_nothing_and_who_left_later_does(chama: Sharing) -> None:
    chama.moves_to(dt.date(2025, 12, 31))
    leaves(chama, "lucy")
    chama.moves_to(NEW_YEAR)
    leaves(chama, "peter")
    shares = chama.shares(chama.looks())
    assert (list(shares), shares["alice"]) == (["alice", "peter"], "28468.13")


def test_who_joined_after_the_last_day_gets_nothing_though_books_date_her_savings_back(chama: Sharing) -> None:
    chama.enrol("winnie", chama.umoja, on=NEW_YEAR)
    chama.brings("winnie", "5000", on=dt.date(2025, 11, 1))
    assert chama.shares(chama.looks()) == SHARES


def test_what_moved_since_the_last_day_is_undone(chama: Sharing) -> None:
    chama.brings("alice", "9000", on=NEW_YEAR)
    chama.verifies("mary", chama.asks("peter", "1000"))
    assert chama.shares(chama.looks()) == SHARES


def test_the_average_of_twelve_month_ends_is_rounded_before_it_divides(chama: Sharing) -> None:
    june = dt.datetime(2025, 6, 1, 9, tzinfo=dt.UTC)
    day = june.date()
    adopt_constitution(group=chama.umoja, effective_on=day, at=june, by=chama.sarah, dividend_basis="AVERAGE_BALANCE")
    run = chama.looks()
    assert run.basis == "AVERAGE_BALANCE"
    rows = Allocation.objects.filter(run=run).order_by("member__number").values_list("basis", flat=True)
    # Seven of twelve month ends, from June on.
    assert list(rows) == [kes("18477.08"), kes("110833.33"), kes("88500.42")]


def test_looking_asks_as_much_for_many_members_as_for_few(chama: Sharing) -> None:
    with CaptureQueriesContext(connection) as few:
        chama.looks()
    for number in range(12):
        chama.enrol(f"member{number}", chama.umoja, sign_in=False)
        chama.brings(f"member{number}", "1000", on=dt.date(2025, 7, 1))
    with CaptureQueriesContext(connection) as many:
        again = chama.looks()
    assert (len(chama.shares(again)), len(many)) == (15, len(few))


# Agreeing


def test_chair_and_treasurer_agree_each_by_her_own_yes(chama: Sharing) -> None:
    chama.closes()
    run = chama.agrees(chama.looks(), "mary")
    assert run.status == "PREVIEW"
    with pytest.raises(AlreadyApproved):
        chama.agrees(run, "mary")
    for name in ("ruth", "esther"):
        with pytest.raises(NotYourYes):
            chama.agrees(run, name)
    assert chama.agrees(run, "grace").status == "APPROVED"
    assert [yes.capacity for yes in RunApproval.objects.order_by("capacity")] == ["CHAIR", "TREASURER"]
    assert Act.objects.filter(verb="sharing.approved", in_place_of_office=False).count() == 1
    with pytest.raises(InvalidTransition):
        chama.agrees(run, "mary")
    with pytest.raises(InvalidTransition):
        chama.looks()


def test_nothing_is_agreed_before_the_year_is_closed(chama: Sharing) -> None:
    run = chama.looks()
    with pytest.raises(YearNotClosed):
        chama.agrees(run, "mary")


def test_a_yes_is_to_the_figures_that_were_looked_at(chama: Sharing) -> None:
    chama.closes()
    run = chama.agrees(chama.looks(), "mary")
    chama.spends("101000", on=chama.today)
    with pytest.raises(FiguresChanged) as refused:
        chama.agrees(run, "grace")
    assert refused.value.code == AmountChanged.code == "amount_changed"
    chama.at += dt.timedelta(hours=1)
    again = chama.agrees(chama.looks(), "grace")
    # Mary's yes was to other figures.
    assert again.status == "PREVIEW"
    assert chama.agrees(again, "mary").status == "APPROVED"


def test_what_was_agreed_is_looked_at_again_when_the_books_say_something_else(chama: Sharing) -> None:
    chama.closes()
    run = chama.agrees(chama.looks(), "mary", "grace")
    chama.spends("101000", on=chama.today)
    chama.at += dt.timedelta(hours=1)
    again = chama.looks()
    assert (again.pk, again.status, again.distributable) == (run.pk, "PREVIEW", kes("182232"))


def test_a_yes_from_a_seat_given_up_counts_no_more(chama: Sharing) -> None:
    chama.closes()
    run = chama.agrees(chama.looks(), "mary")
    chama.end("mary", RoleName.CHAIR)
    give_role(user=chama.peter, role=RoleName.CHAIR, group=chama.umoja, at=AT, by=chama.sarah)
    assert chama.agrees(run, "grace").status == "PREVIEW"
    assert chama.agrees(run, "peter").status == "APPROVED"
    assert Act.objects.filter(verb="sharing.yes_lapsed").count() == 1


def without_offices(chama: Sharing) -> None:
    for name, office in {"mary": "CHAIR", "grace": "TREASURER", "ruth": "SECRETARY", "esther": "COMMITTEE"}.items():
        chama.end(name, RoleName(office))


def test_one_service_admin_alone_stands_in_for_both_and_the_log_says_so(chama: Sharing) -> None:
    chama.closes()
    run = chama.looks()
    without_offices(chama)
    assert chama.agrees(run, "daniel").status == "APPROVED"
    yes = Act.objects.get(verb="sharing.yes")
    assert (yes.in_place_of_office, yes.facts["for_both"]) == (True, True)


def test_two_service_admins_say_one_yes_each(chama: Sharing) -> None:
    chama.closes()
    run = chama.looks()
    without_offices(chama)
    chama._staff("dorcas", RoleName.SERVICE_ADMIN, organisation=chama.umoja.organisation)
    assert chama.agrees(run, "daniel").status == "PREVIEW"
    with pytest.raises(AlreadyApproved):
        chama.agrees(run, "daniel")
    assert chama.agrees(run, "dorcas").status == "APPROVED"


# Declaring


def test_one_entry_declares_it(chama: Sharing) -> None:
    run = chama.declared()
    assert run.status == "DECLARED"
    assert run.voucher
    assert lines(run.voucher) == [
        ("3010", "199232.00", ""),
        ("2060", "-16901.02", ""),
        ("2060", "-101379.47", ""),
        ("2060", "-80951.51", ""),
    ]
    assert (run.voucher.kind, run.voucher.detail, run.voucher.booked_on) == ("DIVIDEND", "DECLARED", chama.today)
    assert (chama.holds("2060"), chama.holds("2060", "alice")) == (kes("199232"), kes("16901.02"))
    assert chama.holds("3010") == kes("84000")
    assert chama.books_are_proven
    with pytest.raises(InvalidTransition):
        chama.declares(run)


def test_what_is_not_agreed_is_not_declared(chama: Sharing) -> None:
    chama.closes()
    with pytest.raises(InvalidTransition):
        chama.declares(chama.looks())


def test_the_surplus_is_not_shared_twice(chama: Sharing) -> None:
    """Dividend and share-out of one year, both agreed: what is left does not hold the second."""
    chama.closes()
    dividend = chama.agrees(chama.looks(), "mary", "grace")
    share_out = chama.agrees(chama.looks(kind="SHARE_OUT"), "mary", "grace")
    chama.declares(dividend)
    with pytest.raises(InsufficientFund):
        chama.declares(share_out)
    assert chama.looks(kind="SHARE_OUT").distributable == kes("84000")


# Paying


def test_grace_pays_alice_from_the_box(chama: Sharing) -> None:
    run = chama.declared()
    box = chama.holds("1010")
    voucher = chama.hands(run, "alice")
    assert lines(voucher) == [("2060", "16901.02", ""), ("1010", "-16901.02", "dividend")]
    assert (voucher.kind, voucher.detail, voucher.member_id) == ("DIVIDEND", "PAID", chama.members["alice"].pk)
    assert (chama.holds("2060", "alice"), box - chama.holds("1010")) == (kes("0"), kes("16901.02"))
    assert chama.outcomes(run) == {"alice": "PAID", "peter": "OPEN", "lucy": "OPEN"}
    assert "Dividend of KES 16,901.02" in Message.objects.filter(user=chama.alice).latest("id").body
    with pytest.raises(PaidAlready):
        chama.hands(run, "alice")
    assert chama.books_are_proven


def test_peter_keeps_his_as_savings(chama: Sharing) -> None:
    run = chama.declared()
    voucher = chama.hands(run, "peter", keep=True)
    assert lines(voucher) == [("2060", "101379.47", ""), ("2010", "-101379.47", "")]
    assert (voucher.detail, voucher.method, voucher.from_place) == ("KEPT", "", "")
    assert chama.holds("2010", "peter") == kes("291379.47")
    assert chama.outcomes(run)["peter"] == "KEPT"
    with pytest.raises(PaidAlready):
        chama.hands(run, "peter")


def test_joseph_pays_from_his_hands_and_the_phone_pays_once_a_number(chama: Sharing) -> None:
    run = chama.declared()
    chama.brings("ruth", "20000", by="joseph", kind="PROJECT")
    assert chama.hands(run, "alice", by="joseph").from_officer_id == chama.joseph.pk
    chama.brings("esther", "200000", method="MPESA")
    assert chama.hands(run, "lucy", method="MPESA", receipt_number="SJK 1").from_place == "1030"
    with pytest.raises(PaidAlready):
        chama.hands(run, "lucy", method="MPESA", receipt_number="SJK1")


def test_nobody_pays_herself(chama: Sharing) -> None:
    chama.brings("grace", "1000", on=dt.date(2025, 7, 1), by="mary")
    run = chama.declared()
    with pytest.raises(MakerIsChecker):
        chama.hands(run, "grace")
    chama.hands_all(run)
    assert chama.outcomes(run) == {"grace": "OPEN", "alice": "PAID", "peter": "PAID", "lucy": "PAID"}
    assert chama.status(run) == "DECLARED"
    chama.brings("ruth", "20000", by="joseph", kind="PROJECT")
    chama.hands(run, "grace", by="joseph")
    assert (chama.status(run), chama.run(run).status, chama.holds("2060")) == ("PAID", "PAID", kes("0"))


def test_all_are_paid_one_paper_each_and_again_pays_nobody(chama: Sharing) -> None:
    run = chama.declared()
    chama.hands(run, "peter", keep=True)
    assert chama.hands_all(run).status == "PAID"
    papers = Voucher.objects.filter(kind="DIVIDEND").exclude(detail="DECLARED")
    assert papers.count() == 3
    chama.hands_all(run)
    assert papers.count() == 3
    assert (chama.holds("2060"), chama.books_are_proven) == (kes("0"), True)


def test_a_receipt_number_is_one_members(chama: Sharing) -> None:
    run = chama.declared()
    with pytest.raises(Invalid):
        chama.hands_all(run, method="MPESA", receipt_number="SJK1")


def test_what_was_looked_at_is_what_is_paid(chama: Sharing) -> None:
    run = chama.declared()
    with pytest.raises(AmountChanged):
        chama.hands(run, "alice", expected=kes("16901.03"))
    chama.hands(run, "alice", expected=kes("16901.02"))


def test_nothing_is_paid_before_it_is_declared_nor_to_whom_it_gives_nothing(chama: Sharing) -> None:
    chama.closes()
    run = chama.looks()
    with pytest.raises(InvalidTransition):
        chama.hands(run, "alice")
    with pytest.raises(InvalidTransition):
        chama.hands_all(run)
    declared = chama.declares(chama.agrees(run, "mary", "grace"))
    for stranger in ("esther", "jane"):
        with pytest.raises(NotFound):
            chama.hands(declared, stranger)
    with pytest.raises(Invalid):
        chama.hands(declared, "alice", on=chama.today - dt.timedelta(days=1))


def test_a_part_of_nothing_is_no_payment(chama: Sharing) -> None:
    """One cent in the year, and a hundred thousand times more savings than hers: Esther's part rounds to nothing."""
    chama.brings("esther", "0.01", on=dt.date(2025, 7, 1))
    run = chama.declared()
    assert chama.shares(run)["esther"] == "0.01"
    Allocation.objects.filter(run=run, member=chama.members["esther"]).update(amount=Decimal(0))
    assert chama.outcomes(run)["esther"] == "PAID"
    with pytest.raises(PaidAlready):
        chama.hands(run, "esther")


# Who left


def test_who_left_before_it_was_declared_is_paid_her_part_and_keeps_nothing(chama: Sharing) -> None:
    chama.moves_to(NEW_YEAR)
    leaves(chama, "alice")
    run = chama.declared()
    with pytest.raises(StaysOut):
        chama.hands(run, "alice", keep=True)
    chama.hands_all(run, keep=True)
    assert chama.outcomes(run) == {"alice": "OPEN", "peter": "KEPT", "lucy": "KEPT"}
    chama.hands(run, "alice")
    assert (chama.status(run), chama.holds("2060", "alice")) == ("PAID", kes("0"))


def test_who_leaves_after_it_was_declared_takes_it_along(chama: Sharing) -> None:
    run = chama.declared()
    for name in ("peter", "lucy"):
        chama.hands(run, name, keep=True)
    gone = leaves(chama, "alice")
    assert gone.voucher
    assert ("2060", "16901.02", "") in lines(gone.voucher)
    assert (chama.outcomes(run)["alice"], chama.status(run)) == ("PAID", "PAID")
    with pytest.raises(PaidAlready):
        chama.hands(run, "alice")
    # Taken back, she is a member again and her part is open again.
    chama.reverses("daniel", gone.voucher)
    assert (chama.outcomes(run)["alice"], chama.status(run)) == ("OPEN", "DECLARED")
    chama.hands(run, "alice")
    assert (chama.holds("2060"), chama.status(run)) == (kes("0"), "PAID")
    assert chama.books_are_proven


# Taking back


def test_a_payment_taken_back_is_open_again(chama: Sharing) -> None:
    run = chama.declared()
    voucher = chama.hands(run, "alice")
    chama.hands_all(run)
    chama.reverses("mary", voucher)
    assert (chama.status(run), chama.run(run).status) == ("DECLARED", "DECLARED")
    assert chama.outcomes(run)["alice"] == "OPEN"
    assert chama.holds("2060", "alice") == kes("16901.02")
    chama.hands(run, "alice", keep=True)
    assert chama.status(run) == "PAID"
    assert chama.books_are_proven


def test_what_she_keeps_is_taken_back_while_she_has_it(chama: Sharing) -> None:
    run = chama.declared()
    kept = chama.hands(run, "peter", keep=True)
    chama.reverses("mary", kept)
    assert (chama.holds("2010", "peter"), chama.outcomes(run)["peter"]) == (kes("190000"), "OPEN")


def test_a_declaration_is_taken_back_while_nobody_was_paid(chama: Sharing) -> None:
    run = chama.declared()
    assert run.voucher
    voucher = chama.hands(run, "alice")
    with pytest.raises(InvalidTransition):
        chama.reverses("mary", run.voucher)
    chama.reverses("mary", voucher)
    chama.reverses("mary", run.voucher)
    again = chama.run(run)
    assert (again.status, again.voucher, chama.holds("3010")) == ("APPROVED", None, kes("283232"))
    with pytest.raises(InvalidTransition):
        chama.hands(again, "alice")
    assert chama.declares(again, by="daniel").status == "DECLARED"
    assert chama.books_are_proven


def test_a_declaration_stands_once_somebody_left_with_her_part(chama: Sharing) -> None:
    run = chama.declared()
    assert run.voucher
    leaves(chama, "alice")
    with pytest.raises(InvalidTransition):
        chama.reverses("mary", run.voucher)


def test_the_calendar_looks_for_nobody_in_particular(chama: Sharing) -> None:
    run = preview(group=chama.umoja, year=YEAR, kind="DIVIDEND", by=None, at=AT)
    assert run.computed_by is None
    assert Act.objects.get(verb="sharing.previewed").actor_id is None


def test_a_stranger_to_the_offices_has_no_yes(chama: Sharing) -> None:
    chama.closes()
    with pytest.raises(Forbidden):
        chama.agrees(chama.looks(), "rose")


def test_the_calendar_looks_at_the_year_that_ended_last_once_a_group(chama: Sharing) -> None:
    """Baraka and Neema keep no books yet: only Umoja is looked at, and not again."""
    assert preview_dividends(on="2025-12-31") == 0
    assert preview_dividends(on="2026-01-01") == 1
    run = Run.objects.get()
    assert (run.fiscal_year, run.kind, run.distributable) == (YEAR, "DIVIDEND", kes("199232"))
    assert preview_dividends(on="2026-06-30") == 0
    assert Run.objects.count() == 1


def test_the_calendar_leaves_a_suspended_group_alone(chama: Sharing) -> None:
    BankingGroup.objects.filter(pk=chama.umoja.pk).update(status="SUSPENDED")
    assert preview_dividends(on="2026-01-01") == 0
