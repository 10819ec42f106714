"""The key facts of a loan: both languages say the same, on one page, by the rules that hold for it."""

from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from core.money import ZERO, kes
from core.periods import add_months, now, today
from groups.models import BankingGroup
from groups.operations import adopt_constitution
from loans.models import Loan
from loans.rules.plan import schedule
from members.models import Member
from reports.pages.key_facts import KeyFacts, agreed_for, key_facts_of
from reports.tests.conftest import As, Enrol, MakeLoan
from reports.tests.papers import address, asked_for, read
from users.models import User

pytestmark = pytest.mark.django_db


def facts(loan: Loan) -> KeyFacts:
    return key_facts_of(Loan.objects.get(pk=loan.pk), now())


def figures(paper: KeyFacts, language: str = "en") -> dict[str, str]:
    column = next(column for column in paper.columns if column.language == language)
    return {line.word: line.said for line in column.figures}


def sentences(paper: KeyFacts, language: str = "en") -> str:
    column = next(column for column in paper.columns if column.language == language)
    return " ".join(sentence for part in column.parts for sentence in part.sentences)


def test_before_the_decision_the_facts_follow_the_rules_in_force_as_if_paid_out_today(
    alice: Member, ruth: User
) -> None:
    loan = asked_for(alice, ruth, loan_type="SHORT_TERM", amount=kes("50000"), months=3)
    said = figures(facts(loan))
    assert said["You pay"] == "3 monthly instalments of 18,333.34, the last one 18,333.32"
    assert said["The loan costs you"] == "5,000.00: interest 5,000.00, fees 0.00"
    assert said["You get in hand"] == "50,000.00, no fees"
    assert said["Cost in a year"] == "77.98 %, all included"
    assert facts(loan).rows[0].due == add_months(today(), 1)


def test_fees_are_taken_from_what_she_gets_and_counted_in_the_cost(lent: MakeLoan, alice: Member) -> None:
    loan = lent(alice, application_fee=kes("200"), appreciation_fee=kes("360"))
    said = figures(facts(loan))
    assert said["You get in hand"] == "35,440.00, after application fee 200.00, appreciation fee 360.00"
    assert said["The loan costs you"] == "2,900.00: interest 2,340.00, fees 560.00"
    assert [each.said for each in facts(loan).highlights] == ["36,000.00", "35,440.00", "38,340.00", "2,900.00"]


def test_fees_of_the_rules_may_be_a_share_of_the_loan(
    alice: Member, ruth: User, umoja: BankingGroup, sarah: User
) -> None:
    adopt_constitution(group=umoja, effective_on=today(), at=now(), by=sarah, appreciation_fee_percent=Decimal("1.5"))
    agreed = agreed_for(asked_for(alice, ruth), today())
    assert (agreed.fees.application, agreed.fees.appreciation) == (ZERO, kes("540"))


def test_a_fee_as_large_as_the_loan_leaves_its_yearly_cost_unsaid(lent: MakeLoan, alice: Member) -> None:
    said = figures(facts(lent(alice, application_fee=kes("36000"))))
    assert said["Cost in a year"].startswith("cannot be said")


@pytest.mark.parametrize(
    ("kind", "words", "said"),
    [
        ("LONG_TERM", {}, "12 monthly instalments, from 3,360.00 falling to 3,030.00"),
        ("SHORT_TERM", {"months": 1}, "1 instalment: 39,600.00"),
        ("SHORT_TERM", {"months": 2}, "2 monthly instalments of 19,800.00"),
        ("PROJECT", {"grace_months": 3}, "3 × 360.00, then 8 × 4,202.65, the last one 4,202.67"),
    ],
)
def test_number_and_size_of_the_instalments_are_said(
    kind: str, words: dict[str, Any], said: str, lent: MakeLoan, alice: Member
) -> None:
    loan = lent(alice, loan_type=kind, **words)
    assert figures(facts(loan))["You pay"] == said
    assert facts(loan).rows == tuple(schedule(agreed_for(loan, today()).terms))


def test_what_happens_when_she_is_late_follows_the_rules(lent: MakeLoan, alice: Member) -> None:
    loan = lent(alice)
    assert "5 % of what is unpaid" in sentences(facts(loan))
    assert "more than 90 days late" in sentences(facts(loan))
    Loan.objects.filter(pk=loan.pk).update(in_duplum=False)
    assert "set no ceiling" in sentences(facts(loan))
    Loan.objects.filter(pk=loan.pk).update(penalty_percent=Decimal(0))
    assert "charges no penalty" in sentences(facts(loan))


def test_paying_early_is_told_by_the_method(lent: MakeLoan, alice: Member, peter: Member, mary: Member) -> None:
    flat = lent(alice, loan_type="SHORT_TERM", months=3)
    assert "paying early does not lower it" in sentences(facts(flat))
    assert "the monthly part of the principal stays" in sentences(facts(lent(peter, number=8)))
    assert "the instalment stays" in sentences(facts(lent(mary, number=9, loan_type="PROJECT")))


@pytest.mark.parametrize(
    ("amount", "who"),
    [
        ("49999.99", "the field officer and the chair of the group."),
        ("50000.00", "the field officer and 3 office holders of the group."),
        ("200000.00", "the field officer and 3 office holders of the group."),
        ("200000.01", "the field officer, 3 office holders of the group and the system admin."),
    ],
)
def test_who_decides_is_told_by_the_amount(amount: str, who: str, alice: Member, ruth: User) -> None:
    assert f"This amount is decided by {who}" in sentences(facts(asked_for(alice, ruth, amount=kes(amount))))


def test_the_cap_of_her_organisation_is_named_where_there_is_one(alice: Member, ruth: User) -> None:
    loan = asked_for(alice, ruth)
    assert "allows no loan" not in sentences(facts(loan))
    alice.group.organisation.interest_cap_yearly_percent = Decimal("36")
    alice.group.organisation.save(update_fields=["interest_cap_yearly_percent"])
    assert "Pamoja allows no loan that costs more than 36 % a year." in sentences(facts(loan))


def test_both_languages_say_the_same_figures_whatever_the_reader_speaks(alice: Member, ruth: User) -> None:
    loan = asked_for(alice, ruth)
    with translation.override("sw"):
        paper = facts(loan)
    english, swahili = paper.columns
    assert (english.language, swahili.language) == ("en", "sw")
    assert english.heading == "Key facts of the loan"
    assert swahili.heading == "Mambo muhimu ya mkopo"
    assert [len(part.sentences) for part in english.parts] == [len(part.sentences) for part in swahili.parts]
    assert figures(paper, "sw")["Unalipa"] == "awamu 12 za kila mwezi, kutoka 3,360.00 zikipungua hadi 3,030.00"
    assert not set(sentences(paper).split(". ")) & set(sentences(paper, "sw").split(". "))


@pytest.mark.parametrize(
    ("kind", "months", "name"),
    [("SHORT_TERM", 3, "Alice Wambui"), ("PROJECT", 60, "Alice Wambui"), ("PROJECT", 60, "Wanjiku " * 31)],
)
def test_the_key_facts_stand_on_one_page(
    kind: str, months: int, name: str, umoja: BankingGroup, enrol: Enrol, ruth: User, joseph: User, signed_in: As
) -> None:
    umoja.organisation.interest_cap_yearly_percent = Decimal("99.5")
    umoja.organisation.save(update_fields=["interest_cap_yearly_percent"])
    member = enrol(umoja, name.strip())
    loan = asked_for(member, ruth, loan_type=kind, months=months, amount=kes("999999999.99"))
    answer = signed_in(joseph).get(address(loan, "key-facts", pdf=True))
    assert answer["Content-Disposition"] == f'attachment; filename="LN-0007-key-facts-{today():%Y-%m-%d}.pdf"'
    [page] = read(answer.content)
    assert "Key facts of the loan" in page
    assert "Mambo muhimu ya mkopo" in page
    assert "Nimesoma ukurasa huu" in page
    assert f"{facts(loan).rows[-1].due:%d.%m.%Y}" in page


def test_more_instalments_than_fit_are_left_to_the_statement(alice: Member, ruth: User) -> None:
    paper = facts(asked_for(alice, ruth, loan_type="PROJECT", months=61))
    assert (len(paper.rows), paper.listed) == (61, ())
