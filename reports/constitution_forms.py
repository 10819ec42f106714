"""The rules of a group as people fill them in: one field a clause, pre-filled with what holds; and the verdict."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MinValueValidator
from django.utils.dates import MONTHS
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from core.api.fields import EARLIEST_DAY
from core.errors import Invalid, Refusal
from core.money import shown
from groups.charter import Charter, read, said
from groups.clauses import (
    ARTICLES,
    LOAN_TERMS,
    LOAN_TYPES,
    RULE_NAMES,
    WELFARE_EVENTS,
    Article,
    Clause,
    Kind,
    Value,
    clause_for,
    clauses_of,
)
from reports.forms import DayInput, PageForm

EMPTY_EVENTS = 2
TERM_PARTS = tuple(clause.name for clause in clauses_of(LOAN_TERMS) if clause.name != "loan_type")
EVENT_PARTS = tuple(clause.name for clause in clauses_of(WELFARE_EVENTS))
YES_NO = [("yes", _("Yes")), ("no", _("No"))]
# Short ones stand in the field, the others beside its question.
UNITS = {Kind.MONEY: "KES", Kind.PERCENT: "%"}
COUNTED: dict[Kind, str | Promise] = {Kind.MONTHS: _("months"), Kind.TIMES: _("times")}


def asked(clause: Clause) -> str:
    """The question as it stands on the form: 2.1 Fine for coming late."""
    text, counted = capfirst(str(clause.label)), COUNTED.get(clause.kind)
    if clause.table == WELFARE_EVENTS:
        return text
    return f"{clause.number} {text} ({counted})" if counted else f"{clause.number} {text}"


def typed(clause: Clause, value: Value) -> str:
    """The answer as it stands in its field."""
    if clause.kind is Kind.YES_NO:
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return str(value)


class RuleChoice(forms.ChoiceField):
    """A clause answered by one of a few."""

    def __init__(self, clause: Clause, **options: Any) -> None:
        self.clause = clause
        super().__init__(choices=list(self._choices_of(clause)), label=asked(clause), **options)

    @staticmethod
    def _choices_of(clause: Clause) -> Iterable[tuple[str, str | Promise]]:
        if clause.kind is Kind.YES_NO:
            return YES_NO
        if clause.kind is Kind.MONTH_OF_YEAR:
            return [(str(number), word) for number, word in MONTHS.items()]
        if clause.among:
            return [(f"{unit:.2f}", shown(unit)) for unit in clause.among]
        return clause.choices.items()

    def clean(self, value: Any) -> Any:
        chosen = super().clean(value)
        return _read(self.clause, chosen == "yes" if self.clause.kind is Kind.YES_NO else chosen)


class RuleText(forms.CharField):
    """A clause answered by writing."""

    def __init__(self, clause: Clause, **options: Any) -> None:
        self.clause = clause
        mode = "text" if clause.kind is Kind.WORD else "decimal"
        widget = forms.TextInput(attrs={"inputmode": mode, "autocomplete": "off"})
        super().__init__(max_length=40, label=asked(clause), widget=widget, **options)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        return _read(self.clause, text if self.clause.kind is Kind.WORD else text.replace(",", "").replace(" ", ""))


def _read(clause: Clause, answer: Any) -> Value:
    try:
        return read(clause, answer)
    except Invalid as refusal:
        raise forms.ValidationError(str(refusal.detail)) from refusal


def field_for(clause: Clause, **options: Any) -> forms.Field:
    if clause.kind in {Kind.YES_NO, Kind.CHOICE, Kind.MONTH_OF_YEAR} or clause.among:
        return RuleChoice(clause, **options)
    return RuleText(clause, **options)


@dataclass(frozen=True)
class Question:
    """One clause on the form; `now` says what holds where the answer differs from it."""

    field: forms.BoundField
    unit: str
    now: str


@dataclass(frozen=True)
class Part:
    title: str
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class ArticleOnForm:
    number: int
    title: str | Promise
    is_welfare: bool
    parts: tuple[Part, ...]


class ConstitutionForm(PageForm):
    """The whole text, with what holds in every field; whoever changes one field changes one rule."""

    effective_on = forms.DateField(
        label=_("From which day?"),
        help_text=_("Today or later: what was decided by the rules of yesterday stays."),
        widget=DayInput,
        validators=[MinValueValidator(EARLIEST_DAY, _("No books are that old."))],
    )

    def __init__(self, *args: Any, holds: Charter, **kwargs: Any) -> None:
        answers = {name: typed(clause, value) for name, clause, value in _answers(holds)}
        kwargs["initial"] = answers | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.now = {name: said(clause, value) for name, clause, value in _answers(holds)}
        self.typed_now, self.event_count = answers, len(holds.events) + EMPTY_EVENTS
        for name in RULE_NAMES:
            self.fields[name] = field_for(clause_for(name))
        for loan_type in LOAN_TYPES:
            for part in TERM_PARTS:
                self.fields[f"{loan_type}_{part}"] = field_for(clause_for(part))
        for place in range(self.event_count):
            for part in EVENT_PARTS:
                self.fields[f"event_{place}_{part}"] = field_for(clause_for(part), required=False)

    @property
    def articles(self) -> list[ArticleOnForm]:
        return [
            ArticleOnForm(article.number, article.title, article.table == WELFARE_EVENTS, tuple(self._parts(article)))
            for article in ARTICLES
        ]

    def _parts(self, article: Article) -> Iterable[Part]:
        if article.table == LOAN_TERMS:
            for loan_type, word in LOAN_TYPES.items():
                yield Part(str(word), tuple(self._question(f"{loan_type}_{part}") for part in TERM_PARTS))
        elif article.table == WELFARE_EVENTS:
            for place in range(self.event_count):
                yield Part("", tuple(self._question(f"event_{place}_{part}") for part in EVENT_PARTS))
        else:
            yield Part("", tuple(self._question(clause.name) for clause in article.clauses))

    def _question(self, name: str) -> Question:
        field: Any = self.fields[name]
        bound, clause = self[name], field.clause
        same = str(bound.value() or "") == self.typed_now.get(name, "")
        unit = UNITS.get(clause.kind, "") if isinstance(field, RuleText) else ""
        return Question(bound, unit, "" if same else self.now.get(name, ""))

    def clean(self) -> dict[str, Any]:
        """An event has a name and an amount, or neither."""
        given = super().clean() or {}
        for place in range(self.event_count):
            name, most = f"event_{place}_event", f"event_{place}_maximum"
            if given.get(name) is not None and given.get(most) is None and most not in self.errors:
                self.add_error(most, _("Say how much is paid at most."))
        return given

    def text(self) -> dict[str, Any]:
        """What was written, as the operations take it; an event without a name is none."""
        given = self.cleaned_data
        terms = [
            {"loan_type": loan_type} | {part: given[f"{loan_type}_{part}"] for part in TERM_PARTS}
            for loan_type in LOAN_TYPES
        ]
        events = [self._event(place) for place in self._named()]
        return {name: given[name] for name in RULE_NAMES} | {
            "effective_on": given["effective_on"],
            "loan_terms": terms,
            "welfare_events": events,
        }

    def _named(self) -> list[int]:
        return [place for place in range(self.event_count) if self.cleaned_data.get(f"event_{place}_event")]

    def _event(self, place: int) -> dict[str, Any]:
        said_of_it = {part: self.cleaned_data.get(f"event_{place}_{part}") for part in EVENT_PARTS}
        return said_of_it | {"months_of_membership": said_of_it["months_of_membership"] or 0}

    def refuse(self, refusal: Refusal) -> None:
        """The operation names parts by number (`loan_terms.1.longest_months`); the form by type or row."""
        table, _dot, rest = (refusal.field or "").partition(".")
        place, _dot, part = rest.partition(".")
        field = refusal.field
        if table == LOAN_TERMS and part:
            field = f"{list(LOAN_TYPES)[int(place)]}_{part}"
        elif table == WELFARE_EVENTS and part:
            field = f"event_{self._named()[int(place)]}_{part}"
        known = field if field in self.fields else None
        self.add_error(known, forms.ValidationError(str(refusal.detail), code=refusal.code))


def _answers(holds: Charter) -> Iterable[tuple[str, Clause, Value]]:
    """Name of the field, its clause and the answer in force, for all of a text."""
    for name in RULE_NAMES:
        yield name, clause_for(name), holds.rules[name]
    for terms in holds.terms:
        for part in TERM_PARTS:
            yield f"{terms.loan_type}_{part}", clause_for(part), getattr(terms, part)
    for place, event in enumerate(holds.events):
        for part in EVENT_PARTS:
            yield f"event_{place}_{part}", clause_for(part), getattr(event, part)


class VerdictForm(PageForm):
    """Adopt a proposal, perhaps from another day, or decline it with a reason."""

    effective_on = forms.DateField(
        label=_("From which day?"),
        widget=DayInput,
        required=False,
        validators=[MinValueValidator(EARLIEST_DAY, _("No books are that old."))],
    )
    reason = forms.CharField(
        label=_("Why not?"),
        help_text=_("Whoever proposed it reads this."),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    @classmethod
    def of(cls, day: Any, key: Any, given: Mapping[str, Any] | None = None) -> "VerdictForm":
        return cls(given) if given is not None else cls(initial={"effective_on": day, "offline_sync_id": key})
