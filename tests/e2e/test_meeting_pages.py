"""Grace runs a whole meeting on her phone, and whoever holds its code checks it without signing in.

Late and absent members are fined by the roll; the closing count is fifty short and says why; nothing axe objects to.
"""

import datetime as dt

import pytest
from playwright.sync_api import Page, expect

from core.money import kes
from core.periods import today
from ledger.queries import cash_by_place
from ledger.verify import check_books
from meetings.models import CashCount, Meeting
from meetings.tests.gathering import in_pieces
from savings.fines import open_of
from tests.conftest import World
from tests.e2e.conftest import Door, Visitor
from tests.e2e.test_every_page import barriers

pytestmark = pytest.mark.browser

WIDTHS = (320, 390, 768, 1280)


def opens(grace: Visitor, world: World, day: dt.date) -> Page:
    page = grace.go(f"/groups/{world.umoja.id}/meetings/")
    page.get_by_label("On which day?").fill(day.isoformat())
    grace.press(page.get_by_role("button", name="Plan it"))
    return grace.press(page.get_by_role("button", name="Open the meeting"))


def calls_the_roll(grace: Visitor, **but: str) -> None:
    page = grace.page
    grace.press(page.get_by_role("link", name="Begin with everybody here"))
    for name, mark in but.items():
        row = page.get_by_role("group", name=name)
        row.get_by_role("radio", name=mark).check(force=True)
    grace.press(page.get_by_role("button", name="Save the roll call"))


def counts(grace: Visitor, world: World, off: int = 0, why: str = "") -> None:
    """What the book says, and `off` shillings beside it, in notes and coins."""
    page, lies = grace.page, cash_by_place(world.umoja)["CASH_BOX"] + off
    for worth, number in in_pieces(lies).items():
        if number:
            page.locator(f"#id_p{int(worth * 100)}").fill(str(number))
    grace.press(page.get_by_role("button", name="Add it up and compare"))
    if why:
        assert barriers(grace) == []
        page.get_by_label("Why does it differ?").fill(why)
    grace.press(page.get_by_role("button", name="Keep this count"))


def takes(grace: Visitor, **amounts: str) -> None:
    page = grace.page
    for word, amount in amounts.items():
        page.get_by_label(word, exact=True).fill(amount)
    grace.press(page.get_by_role("button", name="See what changes"))
    grace.press(page.get_by_role("button", name="Confirm"))


def test_a_whole_meeting_on_a_phone_and_its_code_checked_by_anybody(door: Door, world: World) -> None:
    grace = door.visitor(width=390).sign_in("grace")
    page = opens(grace, world, today())
    assert (barriers(grace), grace.width()) == ([], 390)
    calls_the_roll(grace, Lucy="Late", Hannah="Absent")
    expect(page.get_by_text("10 here, 1 late (fine 50.00), 0 excused, 1 absent (fine 100.00)")).to_be_visible()
    assert [fine.cause for fine in open_of(world.member("lucy"))] == ["LATE"]
    counts(grace, world)
    grace.press(page.get_by_role("link", name="Take what Mary brings"))
    assert (barriers(grace), grace.width()) == ([], 390)
    takes(grace, Savings="1,000", Welfare="500")
    expect(page.get_by_role("heading", name="What Grace Atieno brings")).to_be_visible()
    takes(grace, Savings="500")
    takes(grace, Savings="500")
    grace.press(page.get_by_role("link", name="Back to the meeting"))
    expect(page.get_by_text("3 of 11 who are here have been")).to_be_visible()
    assert (barriers(grace), grace.width()) == ([], 390)
    grace.press(page.get_by_role("link", name="Everybody has been: count the cash"))
    counts(grace, world, off=-50, why="Change for a boda boda")
    grace.press(page.get_by_label("Book, count and seal").get_by_role("link", name="Read aloud and seal"))
    page.get_by_label("Mary Wanjiku").check()
    page.get_by_label("Lucy Nyambura").check()
    assert (barriers(grace), grace.width()) == ([], 390)
    grace.press(page.get_by_role("button", name="Seal the meeting"))
    code = page.locator(".bigcode").inner_text()
    assert (barriers(grace), grace.width()) == ([], 390)
    assert (Meeting.objects.get(seal_code=code).meeting_date, check_books(world.umoja)) == (today(), [])
    count = CashCount.objects.latest("counted_at")
    assert (count.counted - count.book, count.explanation) == (kes("-50"), "Change for a boda boda")
    checks(door, code)


def checks(door: Door, code: str) -> None:
    """Somebody who never signed in, with the code in her hand."""
    anybody = door.visitor(width=390)
    page = anybody.go("/check/")
    assert barriers(anybody) == []
    page.get_by_label("The code").fill(code.lower())
    anybody.press(page.get_by_role("button", name="Check it"))
    expect(page.get_by_text("The seal holds: nothing was changed since.")).to_be_visible()
    expect(page.get_by_text("Grace")).to_have_count(0)
    assert (barriers(anybody), anybody.width()) == ([], 390)


def test_without_scripts_a_meeting_runs_as_well(door: Door, world: World) -> None:
    grace = door.visitor(script=False).sign_in("grace")
    day = today() - dt.timedelta(days=1)
    page = opens(grace, world, day)
    calls_the_roll(grace, Peter="Excused")
    grace.press(page.get_by_role("link", name="Take · Alice Wambui"))
    takes(grace, Savings="500")
    grace.press(page.get_by_role("link", name="Back to the meeting"))
    grace.press(page.get_by_role("link", name="Count and seal"))
    box = Meeting.objects.get(group=world.umoja, meeting_date=day)
    page.locator("#id_p100000").fill("1")
    grace.press(page.get_by_role("button", name="Add it up and compare"))
    expect(page.get_by_role("row", name="Short")).to_be_visible()
    grace.press(page.get_by_role("button", name="Count again"))
    assert page.locator("#id_p100000").input_value() == "1"
    assert not CashCount.objects.filter(meeting=box).exists()


def test_the_fines_and_every_page_of_a_meeting_fit_and_meet_no_barrier(door: Door, world: World) -> None:
    grace = door.visitor(dark=True).sign_in("grace")
    group, alice = f"/groups/{world.umoja.id}/", world.member("alice").id
    sealed = Meeting.objects.filter(group=world.umoja, status="SEALED").latest("sealed_at")
    paths = [f"{group}meetings/", f"{group}fines/", f"{group}cash-count/", f"/meetings/{sealed.id}/"]
    met, wide = {}, {}
    for path in [*paths, f"/members/{alice}/fine/"]:
        grace.go(path)
        met[path] = barriers(grace)
        for width in WIDTHS:
            grace.page.set_viewport_size({"width": width, "height": 800})
            if grace.width() > width:
                wide[path, width] = grace.width()
    assert ({path: found for path, found in met.items() if found}, wide) == ({}, {})
