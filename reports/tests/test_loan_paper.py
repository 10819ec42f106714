"""The statement of a loan: who may have it, what stands on it, and that it is what the life of the loan tells."""

from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client

from core.codes import short_code
from core.money import ZERO, kes, shown
from core.periods import now, today
from groups.models import BankingGroup
from ledger.models import Book
from loans.models import Loan, LoanChange
from loans.queries import state_of
from members.models import Member
from reports.pages.loan_paper import LoanStatement, statement_of
from reports.tests.conftest import As, Enrol, MakeLoan, Pay, user_of
from reports.tests.desk import At, text
from reports.tests.papers import address, asked_for, read
from savings.operations import reverse
from users.models import User

pytestmark = pytest.mark.django_db


def statement(loan: Loan) -> LoanStatement:
    return statement_of(Loan.objects.get(pk=loan.pk), now())


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
