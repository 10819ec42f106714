"""A year is carried to the surplus by one entry, once and in order, and nothing it says is changed afterwards."""

import datetime as dt
from typing import Any

import pytest

from audit.models import Act
from core.money import ZERO, kes
from core.periods import today
from core.tests.lasting import lasting
from cycles.models import ClosedYear, ClosingProposal
from cycles.operations import EarlierYearOpen, YearNotOver, close_period, close_year
from cycles.operations.years import YearStays
from cycles.queries import closing, years
from groups.models import Constitution
from ledger.models import Balance, ClosedPeriod, Entry, Line, Voucher
from ledger.operations import BooksDiffer, PeriodClosed
from ledger.queries import balance_sheet, income_statement, trf_sheet
from ledger.rules import CHART
from loans.models import Loan
from loans.queries import booked
from loans.tests.lending import FIRST, Lending, months_on
from notifications.models import Message
from savings.tests.chama import Chama
from savings.tests.doors import Door

pytestmark = [pytest.mark.django_db, pytest.mark.urls("cycles.tests.urls")]

RESULTS = [code for code in CHART if code[0] in "45"]
NEW_YEAR, LAST_DAY = dt.date(2027, 1, 10), dt.date(2026, 12, 31)


class Year(Lending):
    """2026 at Umoja: Alice repays with interest and a penalty, Peter pays a fine, a loan of Mary's is written off, and
    paper is bought. It is January now."""

    alices: Loan
    marys: Loan

    def __post_init__(self) -> None:
        super().__post_init__()
        self.alices = self.lent("alice", "30000")
        self.marys = self.lent("mary", "9000")
        self.moves_to(months_on(1) + dt.timedelta(days=5))
        self.night()
        self.repays(self.alices, "12000")
        self.fines("peter", "100")
        self.pays("peter", "100")
        self.moves("EXPENSE", "250")
        self.writes_off(self.marys, "joseph", "grace", "ruth")
        self.moves_to(NEW_YEAR)

    def closes(self, year: int = 2026, by: str = "daniel") -> Any:
        return close_year(group=self.umoja, year=year, by=self.users[by], at=self.at)


@pytest.fixture
@lasting
def over(db: None) -> Year:
    return Year()


def profit_of(chama: Chama, year: int = 2026) -> Any:
    return income_statement(chama.umoja, dt.date(year, 1, 1), dt.date(year, 12, 31))


def accumulated(chama: Chama, on: dt.date) -> str:
    [head] = [head for head in trf_sheet(group=chama.umoja, on=on).claims if head.head == "accumulated_profit"]
    return f"{head.amount:.2f}"


def test_the_year_leaves_nothing_on_any_account_and_holder(over: Year) -> None:
    before = profit_of(over)
    assert before.profit != 0
    assert balance_sheet(over.umoja, LAST_DAY).result == before.profit
    sheet = accumulated(over, LAST_DAY)
    closed = over.closes()
    left = Balance.objects.filter(account__group=over.umoja, account__code__in=RESULTS).exclude(amount=0)
    assert not left.exists()
    assert profit_of(over) == before
    after = balance_sheet(over.umoja, LAST_DAY)
    assert (after.result, after.equity[0].amount, after.difference) == (ZERO, before.profit, ZERO)
    assert (accumulated(over, LAST_DAY), years.carried(closed)) == (sheet, before.profit)
    assert trf_sheet(group=over.umoja, on=LAST_DAY).difference == 0
    assert over.books_are_proven


def test_its_one_entry_is_dated_on_its_last_day_and_its_months_close(over: Year) -> None:
    closed = over.closes()
    entry = closed.voucher.entry
    assert (entry.kind, entry.booked_on, closed.voucher.amount) == (
        "YEAR_CLOSE",
        LAST_DAY,
        sum(line.amount for line in entry.lines.all() if line.amount > 0),
    )
    loans = Line.objects.filter(entry=entry, account__code="5030").values_list("subject_id", flat=True)
    assert list(loans) == [over.marys.pk]
    assert ClosedPeriod.objects.filter(group=over.umoja).count() == 12
    december = closing.closed_month(over.umoja, LAST_DAY)
    assert december is not None
    assert closing.closing_balances(december)["3010"] == profit_of(over).profit
    assert Act.objects.filter(verb="year.closed", subject_id=closed.pk, actor_id=over.daniel.pk).exists()


def test_closed_again_it_is_the_same(over: Year) -> None:
    assert over.closes() == over.closes()
    assert Entry.objects.filter(kind="YEAR_CLOSE").count() == ClosedYear.objects.count() == 1


def test_loans_and_fines_know_nothing_of_it(over: Year) -> None:
    """What was written off may come back in a later year, and counts there."""
    held = booked(over.marys), booked(over.alices)
    over.closes()
    assert (booked(over.marys), booked(over.alices)) == held
    over.repays(over.loan(over.marys), "1000")
    assert (over.holds("5030"), profit_of(over, 2027).profit) == (kes("-1000"), kes("1000"))
    assert over.books_are_proven


def test_what_belongs_to_the_next_year_stays(over: Year) -> None:
    over.fines("peter", "70")
    over.pays("peter", "70")
    over.closes()
    assert (over.holds("4050"), over.holds("4050", "peter")) == (kes("70"), kes("70"))


def test_nothing_more_falls_into_a_closed_year(over: Year) -> None:
    over.closes()
    with pytest.raises(PeriodClosed):
        over.moves("EXPENSE", "10", on=LAST_DAY)


def test_an_act_of_a_closed_year_taken_back_counts_today(over: Year) -> None:
    over.closes()
    fine = Voucher.objects.get(kind="FINE_PAYMENT")
    reversal = over.reverses("mary", fine)
    assert reversal.booked_on == NEW_YEAR
    assert (profit_of(over, 2027).profit, over.holds("4050", "peter")) == (kes("-100"), kes("-100"))
    assert over.books_are_proven


def test_the_close_of_a_year_is_not_taken_back(over: Year) -> None:
    closed = over.closes()
    with pytest.raises(YearStays) as caught:
        over.reverses("daniel", closed.voucher)
    assert (caught.value.code, caught.value.status) == ("invalid_transition", 409)


def test_months_closed_before_their_year_keep_what_they_proved(over: Year) -> None:
    """December and January are closed by hand, then the year: its entry is counted from February on."""
    over.moves_to(dt.date(2027, 2, 10))
    january = close_period(group=over.umoja, month=dt.date(2027, 1, 1), by=over.daniel, at=over.at)
    assert isinstance(january, ClosedPeriod)
    before = closing.closing_balances(january)
    over.closes()
    assert closing.closing_balances(january) == before
    assert over.books_are_proven
    over.moves_to(dt.date(2027, 3, 10))
    february = close_period(group=over.umoja, month=dt.date(2027, 2, 1), by=over.daniel, at=over.at)
    assert isinstance(february, ClosedPeriod)
    assert closing.closing_balances(february)["3010"] == profit_of(over).profit
    assert over.books_are_proven


def test_a_year_that_runs_is_not_closed(over: Year) -> None:
    over.moves_to(LAST_DAY)
    with pytest.raises(YearNotOver):
        over.closes()


def test_years_are_closed_in_order_and_the_open_one_is_named(over: Year) -> None:
    over.moves("EXPENSE", "10")
    over.moves_to(dt.date(2028, 1, 10))
    with pytest.raises(EarlierYearOpen) as caught:
        over.closes(2027)
    assert (caught.value.facts, "2026" in str(caught.value.detail)) == ({"fiscal_year": 2026}, True)
    over.closes(2026)
    assert years.carried(over.closes(2027)) == kes("-10")
    assert over.books_are_proven


def test_a_year_without_entries_stands_in_nobodys_way(over: Year) -> None:
    over.closes()
    over.moves_to(dt.date(2029, 1, 10))
    closed = over.closes(2028)
    assert (closed.voucher, years.carried(closed)) == (None, ZERO)


def test_the_first_day_says_which_rules_count(over: Year) -> None:
    """From July 2026 on a year begins in July: 2026 runs to the end of June 2027."""
    version = Constitution.objects.get(group=over.umoja)
    version.pk, version.version, version.effective_on, version.fiscal_year_starts_in = None, 2, dt.date(2026, 6, 1), 7
    version.save(force_insert=True)
    with pytest.raises(YearNotOver):
        over.closes()
    over.moves_to(dt.date(2027, 7, 1))
    closed = over.closes()
    assert (closed.starts_on, closed.ends_on) == (dt.date(2026, 1, 1), dt.date(2027, 6, 30))


def test_lines_that_the_balances_do_not_know_stop_it(over: Year) -> None:
    """A closed year before it that was never carried: what it left is on no line of this one."""
    ClosedYear.objects.create(
        group=over.umoja,
        fiscal_year=2025,
        starts_on=dt.date(2025, 1, 1),
        ends_on=FIRST + dt.timedelta(days=50),
        closed_by=over.daniel,
        closed_at=over.at,
    )
    with pytest.raises(BooksDiffer):
        over.closes()
    assert not ClosedPeriod.objects.exists()
    assert Act.objects.filter(verb="books.differ").count() == 1


# Over HTTP, by the real clock


def asked(chama: Chama, name: str, year: object, group: str = "Umoja") -> Any:
    return Door(chama, name).post(f"groups/{chama.groups[group].pk}/years/{year}/close")


LAST_YEAR = today().year - 1


@pytest.fixture
@lasting
def last_year(chama: Chama) -> Chama:
    """Last year somebody saved, and paper was bought."""
    chama.at = dt.datetime(LAST_YEAR + 1, 1, 1, 9, tzinfo=dt.UTC)
    chama.brings("alice", "500", on=dt.date(LAST_YEAR, 12, 30))
    chama.moves("EXPENSE", "120", on=dt.date(LAST_YEAR, 12, 31))
    return chama


def test_daniel_closes_last_year_and_is_answered_the_same_again(last_year: Chama) -> None:
    answer, again = asked(last_year, "daniel", LAST_YEAR), asked(last_year, "daniel", LAST_YEAR)
    assert (answer.status_code, again.json()) == (200, answer.json())
    body = answer.json()
    assert (body["status"], body["fiscal_year"], body["starts_on"], body["ends_on"]) == (
        "CLOSED",
        LAST_YEAR,
        f"{LAST_YEAR}-01-01",
        f"{LAST_YEAR}-12-31",
    )
    assert (body["carried"], body["entry_number"]) == ("-120.00", 3)
    assert body["closed_by"] == str(last_year.daniel.pk)


def test_a_year_of_nothing_has_no_transaction(last_year: Chama) -> None:
    body = asked(last_year, "daniel", LAST_YEAR - 5).json()
    assert (body["transaction_id"], body["entry_number"], body["carried"]) == (None, None, "0.00")


def test_mary_asks_and_daniel_hears(last_year: Chama) -> None:
    answer = asked(last_year, "mary", LAST_YEAR)
    assert (answer.status_code, answer.json()["status"], answer.json()["period"]) == (202, "PROPOSED", str(LAST_YEAR))
    assert asked(last_year, "mary", LAST_YEAR).json() == answer.json()
    assert Message.objects.filter(template="closing_proposed").count() == ClosingProposal.objects.count() == 1
    assert not ClosedYear.objects.exists()


@pytest.mark.parametrize(
    ("name", "year", "status"),
    [("ruth", LAST_YEAR, 403), ("joseph", LAST_YEAR, 403), ("alice", LAST_YEAR, 403), ("jane", LAST_YEAR, 404),
     ("daniel", LAST_YEAR + 1, 422), ("daniel", 26, 404), ("daniel", 10**30, 404), ("daniel", "x", 404)],
)  # fmt: skip
def test_who_and_what_is_refused(last_year: Chama, name: str, year: object, status: int) -> None:
    assert asked(last_year, name, year).status_code == status
