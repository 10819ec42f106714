"""The minutes of a meeting: what stands on them is what the API answers, each reader reads what is hers to read."""

import datetime as dt

import pytest
from django.test import Client

from core.money import kes
from core.periods import now
from core.tests.lasting import lasting
from groups.models import BankingGroup
from meetings.models import Meeting
from meetings.operations import schedule
from meetings.tests.gathering import Gathering, regular, welfare
from members.models import Member
from reports.pages.minutes import Minutes, minutes_of
from reports.tests.conftest import As
from reports.tests.desk import At, text
from reports.tests.papers import read
from savings.tests.chama import Chama
from users.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
@lasting
def gathering(db: None) -> Gathering:
    """Alice came late and was fined; she and Peter brought money; 50 shillings are missing at the end."""
    table = Gathering(Chama())
    table.counts("OPENING")
    table.all_here(alice="LATE", lucy="EXCUSED")
    table.brings("alice", regular("1234.50"), welfare("100"))
    table.brings("peter", regular("500"))
    return table


@pytest.fixture
@lasting
def sealed(gathering: Gathering) -> Gathering:
    gathering.counts("CLOSING", "-50", "A note was torn")
    gathering.seals("mary", "esther", notes="Bring seedlings next time")
    return gathering


def paper(table: Gathering, reader: str = "grace") -> Minutes:
    return minutes_of(table.meeting, table.chama.users[reader], now(), host="books.example")


def address(meeting: Meeting) -> str:
    return f"/api/meetings/{meeting.pk}/minutes.pdf"


def page_of(meeting: Meeting) -> str:
    return f"/meetings/{meeting.pk}/minutes/"


def in_one(pages: list[str]) -> str:
    assert 1 <= len(pages) <= 2
    return " ".join(pages)


def test_the_minutes_say_what_the_api_answers(sealed: Gathering, signed_in: As) -> None:
    told = signed_in(sealed.chama.grace).get(f"/api/meetings/{sealed.id}").json()
    said = paper(sealed)
    totals = {step["step"]: step["total"] for step in told["steps"]}
    words = {"Welfare": "WELFARE", "Savings": "SAVINGS", "Fines": "FINES", "Repayments": "REPAYMENTS"}
    listed = {row.word: f"{row.amount:.2f}" for row in said.steps}
    assert {word: listed[word] for word in words} == {word: totals[step] for word, step in words.items()}
    assert [f"{row.closing:.2f}" for row in said.box if row.closing is not None] == [
        told["counted_cash"], told["book_cash"], told["difference"],
    ]  # fmt: skip
    assert (said.code, said.missing) == (told["seal_code"], tuple(each["detail"] for each in told["missing"]))
    assert said.marks.rate is not None
    assert f"{said.marks.rate:.1f}" == told["attendance"]["rate"]
    assert sum(row.total for row in said.rows) == said.total.total == kes("1834.50")


def test_the_paper_holds_everything_that_was_done_and_the_seal_over_it(sealed: Gathering, signed_in: As) -> None:
    answer = signed_in(sealed.chama.grace).get(address(sealed.meeting), HTTP_ACCEPT="text/html")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    said, meeting = in_one(read(answer.content)), sealed.meeting
    wanted = (
        "Minutes of the meeting", "Umoja", "Pamoja", "Alice wa Umoja", "Late", "Excused", "1,234.50", "1,834.50",
        "The quorum was reached", "attendance 100.0 %", "50.00 is missing", "A note was torn", "Came late",
        "Bring seedlings next time", "Mary wa Umoja, Esther wa Umoja", meeting.seal_code,
    )  # fmt: skip
    assert [words for words in wanted if words not in said] == []
    assert meeting.head_hash in said.replace(" ", "")
    assert "testserver/check/" in said.replace(" ", "")
    assert "Not sealed yet" not in said


def test_before_the_seal_the_paper_says_so_and_what_it_lacks(gathering: Gathering, at_desk: At) -> None:
    page = text(at_desk(gathering.chama.grace).get(page_of(gathering.meeting)))
    assert "Not sealed yet" in page
    assert "The cash was not counted at the end." in page
    assert "Nobody confirmed that the figures were read aloud." in page


def test_a_planned_meeting_is_no_meeting_yet(gathering: Gathering, at_desk: At) -> None:
    chama = gathering.chama
    planned = schedule(group=chama.umoja, meeting_date=chama.today + dt.timedelta(days=7), by=chama.grace, at=chama.at)
    assert "Planned, not held yet" in text(at_desk(chama.grace).get(page_of(planned)))


def test_notes_and_coins_stand_beside_each_other(sealed: Gathering) -> None:
    said = paper(sealed)
    counted = {
        moment: sum(row.worth * (getattr(row, moment) or 0) for row in said.pieces) for moment in ("opening", "closing")
    }
    assert counted == {"opening": kes("0"), "closing": kes("1784.50")}
    assert said.difference == "At the closing 50.00 is missing; it is booked as an entry of its own."


@pytest.mark.parametrize(("off", "words"), [("0", "is what the book says"), ("20", "20.00 is too much")])
def test_a_difference_is_said_in_words(gathering: Gathering, off: str, words: str) -> None:
    gathering.counts("CLOSING", off)
    assert words in paper(gathering).difference


def test_a_plain_member_reads_the_totals_and_her_own_line(sealed: Gathering, at_desk: At) -> None:
    said = paper(sealed, "peter")
    assert [(row.name, row.total) for row in said.rows] == [("Peter wa Umoja", kes("500"))]
    assert said.total.total == kes("1834.50")
    assert (said.fines, said.explanation, said.notes) == ((), "", "")
    page = text(at_desk(sealed.chama.peter).get(page_of(sealed.meeting)))
    assert "Alice wa Umoja" not in page
    assert "1,234<small>" not in page
    assert "1,834<small>" in page
    assert [fine.name for fine in paper(sealed, "alice").fines] == ["Alice wa Umoja"]


def test_everybody_of_the_group_may_have_them_and_nobody_else(
    sealed: Gathering, client: Client, signed_in: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reports.papers.render", lambda _page, **_whose: b"%PDF-")
    due = dict.fromkeys(["mary", "grace", "alice", "joseph", "daniel", "sarah", "faith"], 200)
    due |= {"jane": 404, "rose": 404, "kevin": 404}
    users: dict[str, User] = sealed.chama.users
    assert {name: signed_in(users[name]).get(address(sealed.meeting)).status_code for name in due} == due
    for name, status in due.items():
        client.force_login(users[name], backend="django.contrib.auth.backends.ModelBackend")
        assert client.get(page_of(sealed.meeting), {"as": "pdf"}).status_code == status, name
    client.logout()
    assert client.get(address(sealed.meeting)).status_code == 401
    assert client.get(page_of(sealed.meeting)).status_code == 302


def test_hostile_texts_do_nothing(gathering: Gathering, at_desk: At) -> None:
    odd = "<img src=file:///etc/passwd> & علي"
    person = Member.objects.get(pk=gathering.members["alice"].pk).person
    person.name = odd
    person.save(update_fields=["name"])
    BankingGroup.objects.filter(pk=gathering.group.pk).update(name="<b>Umoja</b>")
    gathering.counts("CLOSING", "-50", odd)
    gathering.seals("mary", notes=odd)
    page = text(at_desk(gathering.chama.grace).get(page_of(gathering.meeting)))
    assert "<img" not in page
    assert page.count("&lt;img src=file:///etc/passwd&gt; &amp; علي") >= 3
    assert "<b>Umoja" not in page
    assert "style=" not in page
    assert "<script" not in page


def test_a_reader_of_swahili_gets_them_in_swahili(sealed: Gathering, at_desk: At) -> None:
    peter: User = sealed.chama.peter
    peter.language = "sw"
    peter.save(update_fields=["language"])
    page = text(at_desk(peter).get(page_of(sealed.meeting)))
    assert "Kumbukumbu za mkutano" in page
    assert "Minutes of the meeting" not in page


def test_without_pango_the_minutes_are_still_printed_by_the_browser(
    sealed: Gathering, signed_in: As, at_desk: At, no_pango: None
) -> None:
    answer = signed_in(sealed.chama.grace).get(address(sealed.meeting))
    assert (answer.status_code, answer.json()["code"]) == (503, "pdf_unavailable")
    assert sealed.meeting.seal_code in text(at_desk(sealed.chama.grace).get(page_of(sealed.meeting)))


def test_the_minutes_take_no_question(sealed: Gathering, signed_in: As) -> None:
    answer = signed_in(sealed.chama.grace).get(address(sealed.meeting), {"on": "2020-01-01"})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
