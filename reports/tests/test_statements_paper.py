"""Statements of what a year shares out: sums are exact, each figure is explained, and a member reads only her own."""

import datetime as dt
from decimal import Decimal

import pytest
from django.test import Client

from core.money import kes
from core.periods import now
from core.tests.lasting import lasting
from cycles.models import Run
from cycles.tests.sharers import NEW_YEAR, YEAR, Sharing
from groups.models import BankingGroup, RoleName
from reports.pages.statements_paper import Statements, statements_of
from reports.tests.conftest import As
from reports.tests.desk import At, text
from reports.tests.papers import read

pytestmark = pytest.mark.django_db


@pytest.fixture
@lasting
def sharing(db: None) -> Sharing:
    """The year is over and looked at: 199,232.00 by 373,390.00."""
    world = Sharing()
    world.moves_to(NEW_YEAR)
    world.looks()
    return world


def run_of(sharing: Sharing) -> Run:
    return sharing.run(Run.objects.get(group=sharing.umoja, kind="DIVIDEND"))


def paper(sharing: Sharing, reader: str = "grace") -> Statements:
    return statements_of(run_of(sharing), sharing.users[reader], now(), host="books.example")


def address(sharing: Sharing, year: int = YEAR, what: str = "dividends") -> str:
    return f"/api/groups/{sharing.umoja.pk}/{what}/{year}/statements.pdf"


def page_of(sharing: Sharing, year: int = YEAR, what: str = "dividends") -> str:
    return f"/groups/{sharing.umoja.pk}/year-end/{what}/{year}/statements/"


def test_the_figures_are_those_of_the_api_and_sum_to_the_cent(sharing: Sharing, signed_in: As) -> None:
    told = signed_in(sharing.grace).get(f"/api/groups/{sharing.umoja.pk}/dividends/{YEAR}").json()
    said = paper(sharing)
    assert f"{said.run.distributable:.2f}" == told["distributable"] == "199232.00"
    assert [f"{row.amount:.2f}" for row in said.members] == [row["dividend_amount"] for row in told["allocations"]]
    assert sum(row.amount for row in said.members) == said.run.distributable
    assert sum(row.basis for row in said.members) == said.run.measured == kes("373390")


def test_every_line_to_the_pool_is_the_sum_of_those_above_it(sharing: Sharing) -> None:
    *parts, total = paper(sharing).run.lines
    assert sum(line.amount for line in parts) == total.amount == kes("199232")
    assert [line.amount for line in parts] == [kes("280000"), kes("-84000"), kes("3232")]


def test_the_pdf_explains_each_figure(sharing: Sharing, signed_in: As) -> None:
    answer = signed_in(sharing.grace).get(address(sharing), HTTP_ACCEPT="text/html")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer["Content-Disposition"].startswith(f'attachment; filename="dividends-{YEAR}-statements-')
    first, *others = read(answer.content)
    for words in ("Dividend 2025", "Umoja", "199,232.00", "373,390.00", "16,901.02", "Not declared yet".upper()):
        assert words in first
    assert "31,675.00 ÷ 373,390.00 × 199,232.00 = 16,901.02" in " ".join(others)
    assert all(f"of {len(others) + 1}" in page for page in [first, *others])


def test_a_share_out_says_that_it_takes_all_of_the_surplus(sharing: Sharing, at_desk: At) -> None:
    sharing.looks(kind="SHARE_OUT")
    [*parts, total] = statements_of(
        sharing.run(Run.objects.get(kind="SHARE_OUT")), sharing.grace, now(), host="books.example"
    ).run.lines
    assert sum(line.amount for line in parts) == total.amount == kes("283232")
    assert "all that the retained surplus holds" in text(at_desk(sharing.grace).get(page_of(sharing, what="share-out")))


def test_a_year_of_losses_shares_what_they_leave_of_the_fees(sharing: Sharing) -> None:
    sharing.spends("282000", on=dt.date(YEAR, 12, 1))
    sharing.looks()
    said = paper(sharing).run
    assert said.sentence.startswith("The year lost 2,000.00.")
    assert sum(line.amount for line in said.lines[:-1]) == said.distributable == kes("1232")


def test_what_became_of_each_part_stands_there_once_it_is_declared(sharing: Sharing) -> None:
    sharing.declares(_agreed(sharing))
    sharing.hands(run_of(sharing), "alice", keep=True)
    sharing.hands(run_of(sharing), "peter")
    assert [row.became for row in paper(sharing).members] == ["kept as savings", "paid", "not paid yet"]
    assert paper(sharing).run.left == kes("80951.51")


def _agreed(sharing: Sharing) -> Run:
    sharing.closes()
    return sharing.agrees(sharing.looks(), "mary", "grace")


def test_a_member_gets_the_run_and_her_own_statement(sharing: Sharing, at_desk: At) -> None:
    said = paper(sharing, "alice")
    assert [row.name for row in said.members] == ["Alice wa Umoja"]
    assert said.run.distributable == Decimal("199232.00")
    page = text(at_desk(sharing.alice).get(page_of(sharing)))
    assert "= 16,901.02" in page
    assert "Peter wa Umoja" not in page
    assert "101,379.47" not in page


def test_a_member_without_a_part_is_told_so(sharing: Sharing, at_desk: At) -> None:
    assert paper(sharing, "mary").run.is_whole
    sharing.end("esther", RoleName.COMMITTEE)
    assert "No part for you in this year" in text(at_desk(sharing.esther).get(page_of(sharing)))


def test_strangers_and_years_without_a_run_are_not_found(
    sharing: Sharing, client: Client, signed_in: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reports.papers.render", lambda _page, **_whose: b"%PDF-")
    due = dict.fromkeys(["mary", "grace", "alice", "joseph", "daniel", "sarah", "faith"], 200)
    due |= {"jane": 404, "rose": 404, "kevin": 404}
    users = sharing.users
    assert {name: signed_in(users[name]).get(address(sharing)).status_code for name in due} == due
    for name, status in due.items():
        client.force_login(users[name], backend="django.contrib.auth.backends.ModelBackend")
        assert client.get(page_of(sharing), {"as": "pdf"}).status_code == status, name
    grace = signed_in(users["grace"])
    odd = [address(sharing, 2019), address(sharing, 10**9), address(sharing, 0), address(sharing, what="share-out")]
    assert {grace.get(path).status_code for path in odd} == {404}
    client.force_login(users["grace"], backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(page_of(sharing, what="feasts")).status_code == 404
    client.logout()
    assert client.get(address(sharing)).status_code == 401
    assert client.get(page_of(sharing)).status_code == 302


def test_hostile_names_do_nothing(sharing: Sharing, at_desk: At) -> None:
    person = sharing.member("alice").person
    person.name = "<img src=file:///etc/passwd> & علي"
    person.save(update_fields=["name"])
    BankingGroup.objects.filter(pk=sharing.umoja.pk).update(name="<b>Umoja</b>")
    page = text(at_desk(sharing.grace).get(page_of(sharing)))
    assert "<img" not in page
    assert "&lt;img src=file:///etc/passwd&gt; &amp; علي" in page
    assert "<b>Umoja" not in page
    assert "style=" not in page
    assert "<script" not in page


def test_without_pango_the_statements_are_still_printed_by_the_browser(
    sharing: Sharing, signed_in: As, at_desk: At, no_pango: None
) -> None:
    answer = signed_in(sharing.grace).get(address(sharing))
    assert (answer.status_code, answer.json()["code"]) == (503, "pdf_unavailable")
    assert "16,901" in text(at_desk(sharing.grace).get(page_of(sharing)))


def test_the_statements_take_no_question(sharing: Sharing, signed_in: As) -> None:
    answer = signed_in(sharing.grace).get(address(sharing), {"on": "2020-01-01"})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
