"""What changes from one constitution to another, in words that can be read aloud at the table. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _t

from core.money import shown
from groups.charter import Charter, Event, Terms, event_word, loan_word, said
from groups.clauses import LOAN_TERMS, RULES, WELFARE_EVENTS, clause_for, clauses_of

TERMS_NUMBER = clause_for("loan_type").number.partition(".")[0]


@dataclass(frozen=True)
class Change:
    """One clause that changes: its number, which rule it is, what it says before and after, and the whole sentence."""

    number: str
    rule: str
    label: str
    before: str
    after: str
    words: str


def compare(old: Charter, new: Charter) -> list[Change]:
    """The changes by clause, in the order of the articles; nothing where both say the same."""
    changes = [*_rules(old, new), *_terms(old, new), *_events(old, new)]
    return sorted(changes, key=lambda change: tuple(int(part) for part in change.number.split(".")))


def _rules(old: Charter, new: Charter) -> Iterable[Change]:
    for clause in clauses_of(RULES):
        was, becomes = old.rules[clause.name], new.rules[clause.name]
        if was != becomes:
            yield _moved(clause.number, clause.name, str(clause.label), said(clause, was), said(clause, becomes))


def _terms(old: Charter, new: Charter) -> Iterable[Change]:
    for loan_type, terms in new.terms_by_type.items():
        yield from _of_one_type(loan_type, old.terms_by_type[loan_type], terms)


def _of_one_type(loan_type: str, old: Terms, new: Terms) -> Iterable[Change]:
    for clause in clauses_of(LOAN_TERMS):
        was, becomes = getattr(old, clause.name), getattr(new, clause.name)
        if was != becomes:
            label = _t("Loans of the type %(type)s: %(part)s") % {"type": loan_word(loan_type), "part": clause.label}
            path = f"{LOAN_TERMS}.{loan_type}.{clause.name}"
            yield _moved(clause.number, path, label, said(clause, was), said(clause, becomes), colon="")


def _moved(number: str, rule: str, label: str, before: str, after: str, *, colon: str = ":") -> Change:
    figures = {"number": number, "label": f"{label}{colon}", "before": before, "after": after}
    return Change(number, rule, label, before, after, _t("%(number)s %(label)s %(before)s → %(after)s") % figures)


def _events(old: Charter, new: Charter) -> Iterable[Change]:
    number = clause_for("event").number
    were, become = old.events_by_name, new.events_by_name
    for name in sorted(were.keys() | become.keys()):
        was, becomes = were.get(name), become.get(name)
        if was == becomes:
            continue
        path = f"{WELFARE_EVENTS}.{name}"
        before, after = event_said(was) if was else "", event_said(becomes) if becomes else ""
        figures = {"number": number, "event": event_word(name), "before": before, "after": after}
        if was is None:
            words = _t("%(number)s New event: %(event)s, %(after)s") % figures
        elif becomes is None:
            words = _t("%(number)s No more an event: %(event)s, %(before)s") % figures
        else:
            words = _t("%(number)s Event %(event)s: %(before)s → %(after)s") % figures
        yield Change(number, path, event_word(name), before, after, words)


def event_said(event: Event) -> str:
    """At most 5,000.00 after 3 months."""
    figures = {
        "most": shown(event.maximum),
        "wait": said(clause_for("months_of_membership"), event.months_of_membership),
    }
    if not event.months_of_membership:
        return _t("at most %(most)s from the first day") % figures
    return _t("at most %(most)s after %(wait)s") % figures
