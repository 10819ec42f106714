"""A whole constitution as plain data: read from what people sent, held to its bounds and to itself, read aloud.

Pure: no database and no clock. A field that is wrong is named by its path: `fine_late`, `loan_terms.0.rate_percent`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from django.utils.dates import MONTHS
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.errors import Invalid
from core.money import NotMoney, kes, shown
from groups.clauses import LOAN_TERMS, LOAN_TYPES, RULE_NAMES, WELFARE_EVENTS, Clause, Kind, Value, clause_for

MOST_EVENTS = 30
EVENT_WORDS = {
    "BEREAVEMENT": _("Bereavement"),
    "HOSPITAL": _("Hospital"),
    "BIRTH": _("Birth"),
    "OTHER": _("Other"),
}
NO_SUCH_RULE = _("The constitution has no such rule.")


@dataclass(frozen=True)
class Terms:
    """What holds for one type of loan."""

    loan_type: str
    method: str
    rate_percent: Decimal
    shortest_months: int
    longest_months: int
    rounding_unit: Decimal


@dataclass(frozen=True)
class Event:
    """What the social fund pays for: how much at most, after how many months of membership."""

    event: str
    maximum: Decimal
    months_of_membership: int


@dataclass(frozen=True)
class Charter:
    """Every rule by its name, the terms of each type of loan, the events of the social fund."""

    rules: Mapping[str, Value]
    terms: tuple[Terms, ...]
    events: tuple[Event, ...]

    @property
    def terms_by_type(self) -> dict[str, Terms]:
        return {terms.loan_type: terms for terms in self.terms}

    @property
    def events_by_name(self) -> dict[str, Event]:
        return {event.event: event for event in self.events}


# Reading


def amended(
    charter: Charter,
    rules: Mapping[str, Any],
    loan_terms: Sequence[Mapping[str, Any]] | None = None,
    welfare_events: Sequence[Mapping[str, Any]] | None = None,
) -> Charter:
    """The charter with what is said changed. What is not said is carried over, down to each part of a loan's terms;
    welfare events come and go, so a list of them is the whole list. Refused: `invalid`, naming the field."""
    for name in rules:
        if name not in RULE_NAMES:
            raise Invalid(NO_SUCH_RULE, field=name)
    read_rules = {name: read(clause_for(name), value) for name, value in rules.items()}
    changed = replace(
        charter,
        rules=MappingProxyType({**charter.rules, **read_rules}),
        terms=charter.terms if loan_terms is None else _amended_terms(charter, loan_terms),
        events=charter.events if welfare_events is None else _read_events(welfare_events),
    )
    _judge(changed.rules)
    return changed


def _amended_terms(charter: Charter, given: Sequence[Mapping[str, Any]]) -> tuple[Terms, ...]:
    known, named = charter.terms_by_type, set()
    for place, row in enumerate(given):
        path = f"{LOAN_TERMS}.{place}"
        part = _read_row(row, Terms.__dataclass_fields__, path)
        loan_type = str(part.get("loan_type", ""))
        if loan_type not in known or loan_type in named:
            raise Invalid(_("Name each type of loan once."), field=f"{path}.loan_type")
        named.add(loan_type)
        terms = replace(known[loan_type], **part)
        if terms.shortest_months > terms.longest_months:
            raise Invalid(_("The longest term cannot be below the shortest."), field=f"{path}.longest_months")
        known[loan_type] = terms
    return tuple(known.values())


def _read_events(given: Sequence[Mapping[str, Any]]) -> tuple[Event, ...]:
    if len(given) > MOST_EVENTS:
        raise Invalid(_("That is more kinds of event than a table can keep in mind."), field=WELFARE_EVENTS)
    events: dict[str, Event] = {}
    for place, row in enumerate(given):
        path = f"{WELFARE_EVENTS}.{place}"
        part = {"months_of_membership": 0} | _read_row(row, Event.__dataclass_fields__, path)
        for name in ("event", "maximum"):
            if name not in part:
                raise Invalid(_("This is needed."), field=f"{path}.{name}")
        if part["event"] in events:
            raise Invalid(_("Name each event once."), field=f"{path}.event")
        events[str(part["event"])] = Event(**part)
    return tuple(events[name] for name in sorted(events))


def _read_row(row: Mapping[str, Any], known: Mapping[str, Any], path: str) -> dict[str, Any]:
    for name in row:
        if name not in known:
            raise Invalid(NO_SUCH_RULE, field=f"{path}.{name}")
    return {name: read(clause_for(name), value, f"{path}.{name}") for name, value in row.items()}


def read(clause: Clause, value: Any, path: str = "") -> Value:
    """The answer to one clause as it is kept. Refused (`invalid`): of another kind, or outside its bounds."""
    field = path or clause.name
    if clause.kind is Kind.YES_NO:
        if not isinstance(value, bool):
            raise Invalid(_("Say yes or no."), field=field)
        return value
    if clause.kind is Kind.CHOICE:
        if not isinstance(value, str) or value not in clause.choices:
            raise Invalid(_("Choose one of: %(words)s.") % {"words": ", ".join(clause.choices)}, field=field)
        return str(value)
    return _READERS.get(clause.kind, _read_whole)(clause, value, field)


def _read_exact(clause: Clause, value: Any, field: str) -> Value:
    """Shillings, percentages and multiples: two decimals, never a float."""
    try:
        amount = kes(value)
    except NotMoney as error:
        raise Invalid(_("Write a number with at most two decimals, such as 12.50."), field=field) from error
    if clause.among and amount not in clause.among:
        raise Invalid(_("Choose one of: %(words)s.") % {"words": ", ".join(map(shown, clause.among))}, field=field)
    return _within(clause, amount, field)


def _read_whole(clause: Clause, value: Any, field: str) -> Value:
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not (isinstance(text, str) and text.isascii() and text.removeprefix("-").isdigit() and len(text) <= 6):
        raise Invalid(_("Write a whole number."), field=field)
    return int(_within(clause, Decimal(text), field))


def _read_word(clause: Clause, value: Any, field: str) -> Value:
    """One line in capitals, so that an event is found again however it was typed."""
    text = " ".join(value.upper().split()) if isinstance(value, str) else ""
    if not text or not text.isprintable() or len(text) > clause.most:
        raise Invalid(_("Name it in 1 to 40 letters."), field=field)
    return text


_READERS: dict[Kind, Callable[[Clause, Any, str], Value]] = {
    Kind.MONEY: _read_exact,
    Kind.PERCENT: _read_exact,
    Kind.TIMES: _read_exact,
    Kind.WORD: _read_word,
}


def _within(clause: Clause, value: Decimal, field: str) -> Decimal:
    if not clause.least <= value <= clause.most:
        bounds = {"least": _bare(clause.least), "most": _bare(clause.most)}
        raise Invalid(_("This must lie between %(least)s and %(most)s.") % bounds, field=field)
    return value


def _judge(rules: Mapping[str, Value]) -> None:
    """What two rules say together."""
    if Decimal(rules["committee_from"]) > Decimal(rules["system_admin_above"]):
        raise Invalid(
            _("The system admin's limit cannot lie below the committee's, or loans between them find no approver."),
            field="system_admin_above",
        )
    for fee in ("application_fee", "appreciation_fee"):
        if rules[fee] and rules[f"{fee}_percent"]:
            raise Invalid(_("Give the fee as an amount or as a share of the loan, not both."), field=f"{fee}_percent")


# Reading aloud


def said(clause: Clause, value: Value) -> str:
    """The answer as people read it: 50.00, 12.5 %, 3 months, yes."""
    if clause.zero and not value:
        return str(clause.zero)
    return _VOICES[clause.kind](clause, value)


def _bare(value: Decimal) -> str:
    """Without the noughts that say nothing: 12.50 is 12.5, 12.00 is 12."""
    text = shown(Decimal(value))
    return text.rstrip("0").rstrip(".") if "." in text else text


def _months(clause: Clause, value: Any) -> str:
    return ngettext("%(count)d month", "%(count)d months", value) % {"count": value}


_VOICES: dict[Kind, Callable[[Clause, Any], str]] = {
    Kind.MONEY: lambda _clause, value: shown(value),
    Kind.PERCENT: lambda _clause, value: _t("%(number)s %%") % {"number": _bare(value)},
    Kind.MONTHS: _months,
    Kind.COUNT: lambda _clause, value: str(value),
    Kind.TIMES: lambda _clause, value: _t("%(number)s times") % {"number": _bare(value)},
    Kind.MONTH_OF_YEAR: lambda _clause, value: str(MONTHS[value]),
    Kind.YES_NO: lambda _clause, value: _t("yes") if value else _t("no"),
    Kind.CHOICE: lambda clause, value: str(clause.choices[value]),
    Kind.WORD: lambda _clause, value: event_word(value),
}


def event_word(event: str) -> str:
    return str(EVENT_WORDS.get(event, event))


def loan_word(loan_type: str) -> str:
    return str(LOAN_TYPES[loan_type])
