"""Papers about a loan: who may have them, what stands on them, and that it is what the life of the loan tells."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import translation

from core.codes import short_code
from core.money import ZERO, kes, shown
from core.paper import printing
from core.periods import add_months, now, today
from groups.models import BankingGroup, RoleName
from groups.operations import adopt_constitution
from groups.queries import constitution_on
from ledger.models import Book
from loans.models import Loan, LoanChange, Repayment
from loans.queries import state_of
from loans.rules.plan import schedule
from members.models import Member
from reports.pages.key_facts import KeyFacts, agreed_for, key_facts_of
from reports.pages.loan_paper import LoanStatement, statement_of
from reports.tests.conftest import As, Bring, Enrol, Give, MakeUser, user_of
from reports.tests.desk import At, text
from savings.operations import reverse
from users.models import User

pytestmark = pytest.mark.django_db

MakeLoan = Callable[..., Loan]
Pay = Callable[..., Repayment]
AGREED = {"LONG_TERM": ("REDUCING", "12"), "SHORT_TERM": ("FLAT", "10"), "PROJECT": ("ANNUITY", "12")}


@pytest.fixture
def lent(bring: Bring, ruth: User) -> MakeLoan:
    """A loan of 36,000 for a year, paid out four months ago; the paper behind it is any that stands in the books."""

    def one(member: Member, *, months_ago: int = 4, **words: Any) -> Loan:
        loan = asked_for(member, ruth, **words)
        start, paper = add_months(today(), -months_ago), bring(member, "1")
        method, rate = AGREED[loan.loan_type]
        loan.status, loan.method, loan.rate_percent = "DISBURSED", method, Decimal(rate)
        loan.penalty_percent, loan.constitution = Decimal(5), constitution_on(member.group, today())
        loan.approved_on = loan.disbursed_on = start
        loan.disbursement = paper
        loan.save()
        return loan

    return one


@pytest.fixture
def pay(bring: Bring) -> Pay:
    def one(loan: Loan, amount: str, on: dt.date) -> Repayment:
        paper = bring(loan.member, "1")
        return Repayment.objects.create(
            id=paper.pk, loan=loan, voucher=paper, paid_on=on, at=now(), amount=Decimal(amount)
        )

    return one


@pytest.fixture
def hers(lent: MakeLoan, pay: Pay, alice: Member, grace: Member, joseph: User) -> Loan:
    """Alice paid the first instalment in time and most of the second late; the third is late, the fourth due today."""
    loan = lent(alice)
    assert loan.disbursed_on is not None
    pay(loan, "3360", add_months(loan.disbursed_on, 1))
    pay(loan, "3400", add_months(loan.disbursed_on, 2) + dt.timedelta(days=3))
    return loan


@pytest.fixture
def grace(umoja: BankingGroup, enrol: Enrol, give: Give) -> Member:
    member = enrol(umoja, "Grace Atieno")
    give(user_of(member), RoleName.TREASURER, umoja)
    return member


def asked_for(member: Member, by: User, **words: Any) -> Loan:
    """A loan that somebody waits for."""
    usual: dict[str, Any] = {
        "number": 7,
        "loan_type": "LONG_TERM",
        "amount": kes("36000"),
        "months": 12,
        "slot": "LOAN",
    }
    return Loan.objects.create(
        group=member.group,
        member=member,
        recorded_by=by,
        applied_at=now(),
        applied_on=today(),
        data_key=member.person.data_key,
        **usual | words,
    )


def address(loan: Loan, what: str, *, pdf: bool = False) -> str:
    return f"/api/loans/{loan.pk}/{what}.pdf" if pdf else f"/loans/{loan.pk}/{what}/"


def read(pdf: bytes) -> list[str]:
    """What stands on each page, line ends as blanks."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]


def statement(loan: Loan) -> LoanStatement:
    return statement_of(Loan.objects.get(pk=loan.pk), now())


def facts(loan: Loan) -> KeyFacts:
    return key_facts_of(Loan.objects.get(pk=loan.pk), now())


def figures(paper: KeyFacts, language: str = "en") -> dict[str, str]:
    column = next(column for column in paper.columns if column.language == language)
    return {line.word: line.said for line in column.figures}


def sentences(paper: KeyFacts, language: str = "en") -> str:
    column = next(column for column in paper.columns if column.language == language)
    return " ".join(sentence for part in column.parts for sentence in part.sentences)


@pytest.fixture
def no_pango(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which every library but Pango is found."""
    masked = tmp_path / "press.py"
    masked.write_text(
        "import cffi, runpy\nreally = cffi.FFI.dlopen\n"
        "def dlopen(self, name, flags=0):\n"
        "    if 'pango' in str(name): raise OSError(name)\n"
        "    return really(self, name, flags)\n"
        f"cffi.FFI.dlopen = dlopen\nrunpy.run_path({str(printing.PRESS)!r}, run_name='__main__')\n"
    )
    monkeypatch.setattr(printing, "PRESS", masked)


# The statement


def test_the_figures_are_those_that_the_life_of_the_loan_tells(hers: Loan) -> None:
    state, paper = state_of(hers, today()), statement(hers)
    assert state is not None
    assert [figure.amount for figure in paper.figures] == [
        kes("36000"),
        state.outstanding,
        state.amount_due,
        state.settlement,
    ]
    assert paper.totals is not None
    assert paper.totals.paid == state.paid
    assert paper.totals.received == kes("6760")
    assert paper.totals.asked - paper.totals.settled == paper.totals.unpaid
    assert paper.totals.penalty == paper.totals.row_penalty == sum((each.amount for each in state.charges), ZERO)


def test_what_the_statement_says_is_what_the_api_answers(hers: Loan, alice: Member, signed_in: As) -> None:
    said, paper = signed_in(user_of(alice)).get(f"/api/loans/{hers.pk}").json(), statement(hers)
    _lent, left, due, settle = (f"{figure.amount:.2f}" for figure in paper.figures)
    assert (said["outstanding_principal"], said["amount_due"], said["settlement_amount"]) == (left, due, settle)
    listed = [(row["principal"], row["interest"], row["remaining_balance"]) for row in said["repayment_schedule"]]
    assert listed == [(f"{row.principal:.2f}", f"{row.interest:.2f}", f"{row.balance:.2f}") for row in paper.rows]
    parts = [paid["allocation"]["principal"] for paid in said["repayments"]]
    assert sorted(parts) == sorted(f"{paid.split.principal:.2f}" for paid in paper.payments if paid.split)


def test_each_instalment_says_how_it_stands(hers: Loan) -> None:
    said = [row.state for row in statement(hers).rows]
    assert said[0].startswith("paid ")
    assert said[1].startswith("late, ")
    assert said[2].startswith("late, ")
    assert said[3:] == ["due today", *["to come"] * 8]
    assert [row.number for row in statement(hers).rows if row.is_late] == [2, 3, 4]


def test_each_payment_stands_with_its_receipt_and_where_it_went(hers: Loan) -> None:
    paper = statement(hers)
    codes = [short_code(paid.voucher_id) for paid in hers.repayments.order_by("paid_on")]
    assert [paid.receipt_code for paid in paper.payments] == codes
    splits = [paid.split for paid in paper.payments]
    assert all(split and split.total == paid.amount for split, paid in zip(splits, paper.payments, strict=True))


def test_a_payment_that_was_taken_back_stays_on_the_paper_without_counting(hers: Loan, mary: Member) -> None:
    second = hers.repayments.order_by("paid_on").last()
    assert second is not None
    reverse(voucher=second.voucher, by=user_of(mary), at=now(), reason="Counted twice")
    paper = statement(hers)
    assert [paid.split is None for paid in paper.payments] == [False, True]
    assert paper.totals is not None
    assert paper.totals.received == kes("3360")
    assert "taken back by a second entry" in page_of(paper)


def page_of(paper: LoanStatement) -> str:
    return render_to_string("paper/loan_statement.html", {"paper": paper})


def test_money_that_found_no_debt_stands_as_her_savings(lent: MakeLoan, pay: Pay, alice: Member) -> None:
    loan = lent(alice)
    pay(loan, "40000", today())
    paper = statement(loan)
    assert paper.shows_savings
    assert paper.totals is not None
    assert paper.totals.paid.savings > 0
    assert "to her savings" in page_of(paper)
    assert "Repaid in full. Nothing is owed." in paper.remarks


def test_a_loan_in_time_says_that_nothing_is_late(lent: MakeLoan, alice: Member) -> None:
    paper = statement(lent(alice, months_ago=0))
    assert paper.remarks == ("Nothing is late.",)
    assert "Nothing has been paid yet." in page_of(paper)


@pytest.mark.parametrize("status", ["PENDING", "REJECTED", "CANCELLED"])
def test_of_a_loan_that_was_never_paid_out_nothing_is_owed(status: str, alice: Member, ruth: User) -> None:
    paper = statement(asked_for(alice, ruth, status=status))
    assert (paper.rows, paper.payments, paper.totals) == ((), (), None)
    assert paper.remarks == ("Nothing has been paid out, so nothing is owed.",)
    assert "agreed with the last approval" in paper.terms
    assert page_of(paper)


def test_changes_of_a_loan_are_told(lent: MakeLoan, alice: Member, ruth: User) -> None:
    loan = lent(alice)
    change = {"loan": loan, "state": "DONE", "recorded_by": ruth, "recorded_at": now(), "data_key": loan.data_key}
    LoanChange.objects.create(kind="RESCHEDULE", months=6, done_on=today(), done_at=now(), **change)
    assert "spread over 6 months" in statement(loan).remarks[0]
    LoanChange.objects.create(kind="WRITE_OFF", done_on=today(), done_at=now(), **change)
    state, paper = state_of(loan, today()), statement(loan)
    assert state is not None
    assert f"Written off: {shown(state.written_off)} of principal" in paper.remarks[-1]
    assert paper.figures[1].amount == ZERO


@pytest.mark.parametrize(
    ("kind", "words", "said"),
    [
        ("SHORT_TERM", {"months": 3}, "36,000.00 for 3 months at 10 % flat, once for the whole term."),
        ("LONG_TERM", {"extra_payment": kes("500")}, "500.00 of principal on top every month."),
        ("PROJECT", {"grace_months": 2}, "in equal instalments. The first 2 months are interest only."),
    ],
)
def test_the_terms_are_said_in_words(
    kind: str, words: dict[str, Any], said: str, lent: MakeLoan, alice: Member
) -> None:
    assert said in statement(lent(alice, loan_type=kind, **words)).terms


def test_the_pdf_reads_like_a_statement(hers: Loan, alice: Member, signed_in: As) -> None:
    answer = signed_in(user_of(alice)).get(address(hers, "statement", pdf=True), HTTP_ACCEPT="text/html")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer["Content-Disposition"] == f'attachment; filename="LN-0007-statement-{today():%Y-%m-%d}.pdf"'
    assert (answer["X-Content-Type-Options"], answer["Cache-Control"]) == ("nosniff", "private, no-store")
    [page] = read(answer.content)
    state, book = state_of(hers, today()), Book.objects.get(group=hers.group)
    assert state is not None
    for words in ("Loan statement", "Alice Wambui", "Pamoja", "Umoja", "Loan LN-0007", "Page 1 of 1", "Grace Atieno"):
        assert words in page
    for amount in (state.outstanding, state.amount_due, state.settlement):
        assert shown(amount) in page
    assert f"entry {book.entries}" in page
    assert book.last_hash in page.replace(" ", "")


def test_a_long_history_runs_over_pages_that_say_which_they_are(lent: MakeLoan, alice: Member, signed_in: As) -> None:
    loan = lent(alice, loan_type="PROJECT", months=60)
    pages = read(signed_in(user_of(alice)).get(address(loan, "statement", pdf=True)).content)
    assert len(pages) > 1
    assert all(f"Page {number} of {len(pages)}" in page for number, page in enumerate(pages, start=1))
    assert all("Umoja · Alice Wambui · LN-0007" in page for page in pages)


def test_a_statement_speaks_swahili_to_whoever_reads_swahili(hers: Loan, alice: Member, signed_in: As) -> None:
    user = user_of(alice)
    user.language = "sw"
    user.save(update_fields=["language"])
    [page] = read(signed_in(user).get(address(hers, "statement", pdf=True)).content)
    assert "Taarifa ya mkopo" in page
    assert "Ukurasa 1 wa 1" in page
    assert "Loan statement" not in page


def test_names_are_printed_as_they_are_written(lent: MakeLoan, umoja: BankingGroup, enrol: Enrol) -> None:
    odd = enrol(umoja, "<img src=file:///etc/passwd> & علي")
    page = page_of(statement(lent(odd)))
    assert "<img" not in page
    assert "&lt;img src=file:///etc/passwd&gt; &amp; علي" in page


# The key facts


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


# Who may have them


@pytest.mark.parametrize("what", ["statement", "key-facts"])
def test_the_borrower_and_the_readers_have_the_paper_and_nobody_else(
    what: str,
    hers: Loan,
    people: dict[str, User],
    client: Client,
    signed_in: As,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("reports.papers.render", lambda _page, **_whose: b"%PDF-")
    due = {"alice": 200, "mary": 200, "grace": 200, "joseph": 200, "daniel": 200, "sarah": 200, "faith": 200}
    due |= {"peter": 404, "jane": 404, "samuel": 404}
    got = {name: signed_in(user).get(address(hers, what, pdf=True)).status_code for name, user in people.items()}
    assert got == due
    for name, user in people.items():
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        assert client.get(address(hers, what)).status_code == due[name], name
        assert client.get(address(hers, what), {"as": "pdf"}).status_code == due[name], name


@pytest.fixture
def clerks(umoja: BankingGroup, neema: BankingGroup, make_user: MakeUser, give: Give) -> dict[str, User]:
    """Faith audits Pamoja; Samuel serves another organisation."""
    faith, samuel = make_user("Faith Achieng"), make_user("Samuel Kiprono")
    give(faith, RoleName.AUDITOR, umoja.organisation)
    give(samuel, RoleName.SERVICE_ADMIN, neema.organisation)
    return {"faith": faith, "samuel": samuel}


@pytest.fixture
def people(
    clerks: dict[str, User],
    mary: Member,
    grace: Member,
    alice: Member,
    peter: Member,
    jane: Member,
    joseph: User,
    daniel: User,
    sarah: User,
) -> dict[str, User]:
    """Everybody by first name."""
    members = {"alice": alice, "mary": mary, "grace": grace, "peter": peter, "jane": jane}
    staff = clerks | {"joseph": joseph, "daniel": daniel, "sarah": sarah}
    return staff | {name: user_of(member) for name, member in members.items()}


def test_whoever_has_not_signed_in_has_none(hers: Loan, client: Client) -> None:
    assert client.get(address(hers, "statement", pdf=True)).status_code == 401
    assert client.get(address(hers, "statement")).status_code == 302


def test_a_paper_takes_no_question(hers: Loan, alice: Member, signed_in: As) -> None:
    answer = signed_in(user_of(alice)).get(address(hers, "statement", pdf=True), {"on": "2020-01-01"})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


# To be printed by the browser


@pytest.mark.parametrize(("what", "heading"), [("statement", "Loan statement"), ("key-facts", "Mambo muhimu ya mkopo")])
def test_the_print_view_asks_for_its_own_style_and_nothing_inline(
    what: str, heading: str, hers: Loan, alice: Member, at_desk: At
) -> None:
    page = text(at_desk(user_of(alice)).get(address(hers, what)))
    assert heading in page
    assert 'href="/static/css/paper.css"' in page
    assert "?as=pdf" in page
    assert "style=" not in page
    assert "<script" not in page


def test_the_page_gives_the_same_pdf_to_whoever_is_signed_in_by_the_browser(
    hers: Loan, alice: Member, at_desk: At
) -> None:
    answer = at_desk(user_of(alice)).get(address(hers, "statement"), {"as": "pdf"})
    assert answer["Content-Type"] == "application/pdf"
    assert "Loan statement" in read(answer.content)[0]
    assert "Download as PDF" not in read(answer.content)[0]


def test_without_pango_the_pdf_is_refused_and_the_print_view_stands(
    hers: Loan, alice: Member, signed_in: As, at_desk: At, no_pango: None
) -> None:
    answer = signed_in(user_of(alice)).get(address(hers, "statement", pdf=True), HTTP_ACCEPT="application/pdf")
    assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json")
    assert answer.json()["code"] == "pdf_unavailable"
    assert "print view" in answer.json()["detail"]
    desk = at_desk(user_of(alice))
    assert "apt-get install" in text(desk.get(address(hers, "key-facts"), {"as": "pdf"}), 503)
    assert "Key facts of the loan" in text(desk.get(address(hers, "key-facts")))
