"""The articles of a constitution as data: every rule a group may set, numbered, with its kind and its bounds.

Fines and fees cite these numbers, so a number is never given to another rule: new clauses stand at the end of their
article, new articles at the end. Pure: no database and no clock.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.money import MAX_AMOUNT

Value = Decimal | int | bool | str

RULES, LOAN_TERMS, WELFARE_EVENTS = "rules", "loan_terms", "welfare_events"


class Kind(StrEnum):
    """How the answer to a clause is written and read."""

    MONEY = "MONEY"
    PERCENT = "PERCENT"
    MONTHS = "MONTHS"
    COUNT = "COUNT"
    TIMES = "TIMES"
    MONTH_OF_YEAR = "MONTH_OF_YEAR"
    YES_NO = "YES_NO"
    CHOICE = "CHOICE"
    WORD = "WORD"


@dataclass(frozen=True)
class Clause:
    """One rule: `name` is its column in `table`; `least` and `most` bound it; `zero` is how nought is read aloud."""

    name: str
    label: str | Promise
    kind: Kind
    least: Decimal = Decimal(0)
    most: Decimal = Decimal(100)
    among: tuple[Decimal, ...] = ()
    choices: Mapping[str, str | Promise] = field(default_factory=dict)
    zero: str | Promise = ""
    number: str = ""
    table: str = RULES


@dataclass(frozen=True)
class Article:
    number: int
    title: str | Promise
    clauses: tuple[Clause, ...]
    table: str = RULES


def _money(name: str, label: Promise, *, zero: str | Promise = "", among: tuple[Decimal, ...] = ()) -> Clause:
    return Clause(name, label, Kind.MONEY, most=MAX_AMOUNT, zero=zero, among=among)


def _percent(name: str, label: Promise, *, zero: str | Promise = "") -> Clause:
    return Clause(name, label, Kind.PERCENT, zero=zero)


def _months(name: str, label: Promise, *, least: int = 0, most: int = 120, zero: str | Promise = "") -> Clause:
    return Clause(name, label, Kind.MONTHS, least=Decimal(least), most=Decimal(most), zero=zero)


def _count(name: str, label: Promise, *, least: int = 0, most: int = 20) -> Clause:
    return Clause(name, label, Kind.COUNT, least=Decimal(least), most=Decimal(most))


def _choice(name: str, label: Promise, choices: Mapping[str, str | Promise]) -> Clause:
    return Clause(name, label, Kind.CHOICE, choices=choices)


NONE = pgettext_lazy("a fine or fee of nought", "none")

LOAN_TYPES: dict[str, str | Promise] = {
    "SHORT_TERM": _("Short-term"),
    "LONG_TERM": _("Long-term"),
    "PROJECT": _("Project"),
}
METHODS: dict[str, str | Promise] = {
    "FLAT": _("Flat, once for the whole term"),
    "REDUCING": _("Reducing balance, equal principal"),
    "ANNUITY": _("Reducing balance, equal instalments"),
}
OPEN_LOANS: dict[str, str | Promise] = {"ONE": _("One loan at a time"), "ONE_PER_TYPE": _("One loan of each type")}
DIVIDEND_BASES: dict[str, str | Promise] = {
    "CLOSING_BALANCE": _("Savings on the last day"),
    "AVERAGE_BALANCE": _("Average of the twelve month ends"),
}
ROUNDING_UNITS = tuple(Decimal(unit) for unit in ("0.01", "0.50", "1.00", "5.00", "10.00"))

_MONTH_THE_YEAR_STARTS = Clause(
    "fiscal_year_starts_in", _("The year of the books starts in"), Kind.MONTH_OF_YEAR, Decimal(1), Decimal(12)
)

_WRITTEN: tuple[tuple[Promise, str, tuple[Clause, ...]], ...] = (
    (
        _("Savings"),
        RULES,
        (
            _money("minimum_contribution", _("Least regular savings in a month")),
            Clause("second_pair_of_eyes", _("A second person confirms what an officer records"), Kind.YES_NO),
            _percent("withdrawal_percent", _("Share of her savings that a member may withdraw")),
            _months("withdrawal_window_months", _("Withdrawals count against that share for"), least=1),
            Clause("pool_project_fund", _("The project fund is lent out together with the loan fund"), Kind.YES_NO),
        ),
    ),
    (
        _("Fines"),
        RULES,
        (
            _money("fine_late", _("Fine for coming late"), zero=NONE),
            _money("fine_absent", _("Fine for being absent"), zero=NONE),
            _money("fine_late_payment", _("Fine for paying late"), zero=NONE),
        ),
    ),
    (
        _("Fees"),
        RULES,
        (
            _money("application_fee", _("Fee for applying for a loan, as an amount"), zero=NONE),
            _percent("application_fee_percent", _("Fee for applying for a loan, as a share of it"), zero=NONE),
            _money("appreciation_fee", _("Appreciation fee with a loan, as an amount"), zero=NONE),
            _percent("appreciation_fee_percent", _("Appreciation fee with a loan, as a share of it"), zero=NONE),
            _money("registration_fee", _("Fee for joining"), zero=NONE),
        ),
    ),
    (
        _("Loans"),
        RULES,
        (
            _months("savings_history_months", _("Months of savings before a loan"), most=60, zero=NONE),
            Clause("savings_multiple", _("Most that is lent, against her savings"), Kind.TIMES),
            _choice("open_loans", _("Loans a member may have open"), OPEN_LOANS),
            _count("witnesses_needed", _("Witnesses to a loan")),
            _money("committee_from", _("The committee approves loans from")),
            _money("system_admin_above", _("The system admin approves as well above")),
            _count("committee_quorum", _("Office holders who make a committee"), least=2),
            _percent("penalty_percent", _("Penalty for each month an instalment is late"), zero=NONE),
            Clause("in_duplum", _("Interest after default never exceeds the principal owed"), Kind.YES_NO),
        ),
    ),
    (
        _("Types of loan"),
        LOAN_TERMS,
        (
            _choice("loan_type", _("type"), LOAN_TYPES),
            _choice("method", _("method"), METHODS),
            _percent("rate_percent", _("rate")),
            _months("shortest_months", _("shortest term"), least=1),
            _months("longest_months", _("longest term"), least=1),
            _money("rounding_unit", _("rounded to"), among=ROUNDING_UNITS),
        ),
    ),
    (
        _("Welfare"),
        WELFARE_EVENTS,
        (
            Clause("event", _("event"), Kind.WORD, least=Decimal(1), most=Decimal(40)),
            _money("maximum", _("at most")),
            _months("months_of_membership", _("after months of membership"), zero=NONE),
        ),
    ),
    (
        _("Year end"),
        RULES,
        (
            _MONTH_THE_YEAR_STARTS,
            _percent("dividend_percent", _("Share of the profit that is paid out")),
            _choice("dividend_basis", _("It is shared by"), DIVIDEND_BASES),
        ),
    ),
    (
        _("Campaigns"),
        RULES,
        (_percent("campaign_majority_percent", _("A campaign is accepted by more yes votes than")),),
    ),
    (
        _("Meetings"),
        RULES,
        (_percent("quorum_percent", _("A meeting decides with more of its members at the table than")),),
    ),
)


def _numbered(number: int, title: Promise, table: str, clauses: tuple[Clause, ...]) -> Article:
    return Article(
        number,
        title,
        tuple(
            Clause(**{**vars(clause), "number": f"{number}.{place}", "table": table})
            for place, clause in enumerate(clauses, start=1)
        ),
        table,
    )


ARTICLES = tuple(
    _numbered(number, title, table, clauses) for number, (title, table, clauses) in enumerate(_WRITTEN, start=1)
)
_BY_NAME = {clause.name: clause for article in ARTICLES for clause in article.clauses}


def clause_for(name: str) -> Clause:
    """The clause of a rule, by the name of its column: `clause_for("fine_late").number` is "2.1"."""
    return _BY_NAME[name]


def clauses_of(table: str) -> tuple[Clause, ...]:
    """The clauses whose answers one table keeps, in their order."""
    return tuple(clause for clause in _BY_NAME.values() if clause.table == table)


RULE_NAMES = tuple(clause.name for clause in clauses_of(RULES))
