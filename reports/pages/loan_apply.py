"""Asking for a loan on a page: who may be chosen, what each rule says, what it would cost, and the asking itself."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import NotFound
from core.money import shown
from core.periods import business_day
from groups.access import standing
from groups.models import BankingGroup, LoanTerms, LoanType
from groups.permissions import Reach
from groups.queries import constitution_on
from loans import operations, queries
from loans.access import witnesses_for
from loans.assessment import Eligibility, assess, eligibility
from loans.models import Loan
from loans.operations import Application
from loans.pricing import RateAboveCap
from members.models import Member
from members.queries import roster
from reports.pages import loan_cost, loan_words, words
from reports.pages.loan_cost import Cost, RuleRow, Score
from reports.pages.loan_words import Pill
from reports.pages.record import member_of
from users.models import User
from users.submissions import Outcome, once

OPERATION = "pages.loan-apply"
Choices = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class TypeLine:
    """What the group lends, in a sentence."""

    word: str
    terms: str


@dataclass(frozen=True)
class ApplyPage:
    members: tuple[tuple[str, str], ...]
    types: tuple[tuple[str, str], ...]
    witnesses: tuple[tuple[str, str], ...]
    lines: tuple[TypeLine, ...]
    witnesses_needed: int
    multiple: str


@dataclass(frozen=True)
class Review:
    """Each rule, the score and the price, before anything is asked."""

    sentence: str
    amount_words: str
    rules: tuple[RuleRow, ...]
    rules_title: str
    is_eligible: bool
    above_cap: str
    score: Score
    cost: Cost
    pills: tuple[Pill, ...]
    max_words: str

    @property
    def may_ask(self) -> bool:
        return self.is_eligible and not self.above_cap


def choices_for(group: BankingGroup, user: User, on: dt.date) -> ApplyPage:
    """A member asks for herself; an officer types it for anybody, herself included."""
    members = roster(group).filter(is_active=True)
    everybody = tuple((str(member.pk), f"{member.number}. {member.person.name}") for member in members)
    for_all = standing(user, group).may("loans:apply") is Reach.ALL
    own = {str(pk) for pk in members.filter(person__user=user).values_list("pk", flat=True)}
    constitution = constitution_on(group, on)
    terms = {row.loan_type: row for row in constitution.loan_terms.all()}
    lent = [kind for kind in LoanType.values if kind in terms]
    return ApplyPage(
        members=everybody if for_all else tuple(one for one in everybody if one[0] in own),
        types=tuple((kind, str(loan_words.TYPES[kind])) for kind in lent),
        witnesses=everybody,
        lines=tuple(_lines(terms[kind] for kind in lent)),
        witnesses_needed=constitution.witnesses_needed,
        multiple=loan_words.bare(constitution.savings_multiple),
    )


def _lines(terms: Iterable[LoanTerms]) -> Iterable[TypeLine]:
    for row in terms:
        said = _("%(first)d to %(last)d months, %(rate)s %(method)s")
        yield TypeLine(
            str(loan_words.TYPES[row.loan_type]),
            said
            % {
                "first": row.shortest_months,
                "last": row.longest_months,
                "rate": loan_words.percent(row.rate_percent),
                "method": loan_words.METHODS[row.method],
            },
        )


def borrower_of(group: BankingGroup, user: User, member_id: UUID) -> Member:
    """A member of this very group; for who may ask for herself only, herself. The id came from a form."""
    member = member_of(group, member_id)
    if standing(user, group).may("loans:apply") is not Reach.ALL and member.person.user_id != user.pk:
        raise NotFound
    return member


def application(group: BankingGroup, told: dict[str, Any], witnesses: Iterable[UUID]) -> Application:
    """The arguments of the verb, from what the form read."""
    return Application(
        loan_type=told["loan_type"],
        amount=told["amount"],
        months=told["duration_months"],
        purpose=told["purpose"],
        witnesses=tuple(witnesses_for(group, witnesses)),
        grace_months=told["grace_months"] or 0,
        extra_payment=told["extra_payment"],
    )


def review(member: Member, request: Application, *, by: User, at: dt.datetime) -> Review:
    """Every rule with its evidence, and the price. Refused: what the verb refuses besides the rules."""
    on = business_day(at)
    told = eligibility(member=member, asked=request.asked, on=on, witnesses=request.witnesses)
    above_cap = _rehearse(member, request, told, by, at)
    found = assess(member=member, on=on)
    rows, score = loan_cost.rules_of(told.rules), loan_cost.score_of(found)
    name = words.first_name(member.person.name)
    return Review(
        sentence=_sentence(member, request),
        amount_words=shown(request.amount),
        rules=rows,
        rules_title=_("Every rule is met") if told.eligible else _("Not every rule is met"),
        is_eligible=told.eligible,
        above_cap=above_cap,
        score=score,
        cost=loan_cost.cost_of(name, told.terms, request.amount, on),
        pills=(loan_cost.all_rules(rows), score.risk),
        max_words=_("at most %(amount)s today") % {"amount": shown(found.max_amount)},
    )


def _rehearse(member: Member, request: Application, told: Eligibility, by: User, at: dt.datetime) -> str:
    """Run the verb and undo it; the price above the cap is shown with the price, every other refusal is let through."""
    if not told.eligible:
        return ""
    try:
        with transaction.atomic():
            operations.apply(member=member, request=request, by=by, at=at)
            transaction.set_rollback(True)
    except RateAboveCap as refusal:
        return str(refusal.detail)
    return ""


def _sentence(member: Member, request: Application) -> str:
    said = _("%(asks)s of %(amount)s for %(months)s.")
    return said % {
        "asks": str(loan_words.ASKS[request.loan_type]) % {"name": member.person.name},
        "amount": shown(request.amount),
        "months": loan_words.months(request.months),
    }


def ask(member: Member, request: Application, *, key: str, by: User, at: dt.datetime) -> Outcome[Loan]:
    """Do it, once: the same form sent again gives the first outcome."""

    def act() -> tuple[UUID, Loan]:
        loan = operations.apply(member=member, request=request, by=by, at=at)
        return loan.pk, loan

    return once(user=by, operation=OPERATION, key=key, body=_body(member, request), act=act, load=queries.loan_by_id)


def _body(member: Member, request: Application) -> dict[str, Any]:
    """What makes two sendings the same."""
    return {
        "member": str(member.pk),
        "loan_type": request.loan_type,
        "amount": _money(request.amount),
        "months": request.months,
        "grace_months": request.grace_months,
        "extra_payment": _money(request.extra_payment),
        "purpose": request.purpose,
        "witnesses": sorted(str(one.pk) for one in request.witnesses),
    }


def _money(amount: Decimal) -> str:
    return f"{amount:.2f}"
