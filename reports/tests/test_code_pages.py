"""Anybody checks a code without signing in: what it is, whether it still holds, no names, and not too often."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from core.money import kes
from core.tests.lasting import lasting
from meetings.look_ups import ALLOWED
from meetings.models import Meeting
from meetings.tests.gathering import Gathering, regular
from meetings.tests.round_the_guards import unguarded
from reports.tests.at_table import gather
from reports.tests.desk import text

pytestmark = pytest.mark.django_db


@pytest.fixture
@lasting
def gathering(db: None) -> Gathering:
    return gather()


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    cache.clear()


def page_of(code: str) -> str:
    return reverse("check-code-page", args=[code])


def test_the_page_asks_for_a_code_and_nobody_has_to_sign_in(client: Client, db: None) -> None:
    answer = client.get(reverse("check-code-page"))
    assert 'name="code"' in text(answer)
    assert (answer["X-Robots-Tag"], answer["Cache-Control"]) == ("noindex, nofollow", "no-store")
    assert '<meta name="robots" content="noindex, nofollow">' in text(answer)
    typed = client.get(reverse("check-code-page"), {"code": " 7k3m-9qtx 2a/ "})
    assert typed["Location"] == page_of("7k3m-9qtx2a")
    assert client.get(reverse("check-code-page"), {"code": "  "}).status_code == 200


def test_a_receipt_is_found_without_a_name(client: Client, gathering: Gathering) -> None:
    paper = gathering.chama.brings("alice", "137.50")
    page = text(client.get(page_of(f"{paper.code[:4].lower()}-{paper.code[4:]}")))
    for said in ("A receipt", "It stands in the books.", "Umoja", "137<small>.50"):
        assert said in page
    assert "Alice" not in page
    gathering.chama.reverses("mary", paper)
    assert "It was put right later: a second entry reverses it." in text(client.get(page_of(paper.code)))


def test_a_sealed_meeting_is_found_and_holds(client: Client, gathering: Gathering) -> None:
    gathering.all_here()
    gathering.brings("alice", regular("500"))
    gathering.counts()
    sealed = gathering.seals("mary")
    page = text(client.get(page_of(sealed.seal_code)))
    assert "The seal holds: nothing was changed since." in page
    assert "500<small>.00" in page
    assert "Mary" not in page


def test_a_broken_seal_is_said_in_red_with_what_to_do(client: Client, gathering: Gathering) -> None:
    gathering.is_over()
    with unguarded():
        Meeting.objects.filter(pk=gathering.id).update(counted_cash=kes("1"))
    page = text(client.get(page_of(gathering.meeting.seal_code)))
    assert '<p class="notice bad">' in page
    assert "The seal is broken." in page
    assert "show it at the next meeting" in page


def test_a_slip_of_the_pen_and_an_unknown_code_are_told_apart(client: Client, gathering: Gathering) -> None:
    paper = gathering.chama.brings("alice", "500")
    wrong = paper.code[:-1] + ("0" if paper.code[-1] != "0" else "1")
    assert "A letter or digit of this code is wrong." in text(client.get(page_of(wrong)), 404)
    assert "A letter or digit of this code is wrong." in text(client.get(page_of("<b>x" * 20)), 404)
    assert "No receipt and no meeting has this code." in text(client.get(page_of("00000000000")), 404)


def test_after_twenty_look_ups_a_minute_it_asks_to_wait_also_for_the_right_one(
    client: Client, gathering: Gathering
) -> None:
    code = gathering.chama.brings("alice", "500").code
    for _time in range(ALLOWED):
        assert client.get(page_of("00000000000")).status_code == 404
    answer = client.get(page_of(code))
    assert "You checked many codes in a short time." in text(answer, 429)
    assert 0 < int(answer["Retry-After"]) <= 60
    assert client.get(f"/api/receipts/{code}").status_code == 429


def test_it_speaks_swahili_to_who_reads_it(client: Client, gathering: Gathering) -> None:
    code = gathering.chama.brings("alice", "500").code
    page = text(client.get(page_of(code), headers={"accept-language": "sw"}))
    assert '<html lang="sw">' in page
    assert "Imo kwenye vitabu." in page
