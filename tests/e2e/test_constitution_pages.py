"""The rules of a group in a browser: Mary proposes with the keyboard alone, Daniel adopts; nothing bars the way."""

import pytest
from playwright.sync_api import Page, expect

from core.periods import now, today
from groups.models import Constitution
from groups.operations import propose_constitution
from groups.queries import constitution_on
from tests.conftest import World
from tests.e2e.conftest import Door
from tests.e2e.test_every_page import barriers, targets_below

pytestmark = pytest.mark.browser


def rules(world: World) -> str:
    return f"/groups/{world.umoja.id}/constitution/"


def propose_by_mary(world: World) -> Constitution:
    """Her one open proposal, about a fine that nothing else touches."""
    fine = constitution_on(world.umoja, today()).fine_late_payment + 5
    return propose_constitution(
        group=world.umoja, effective_on=today(), at=now(), by=world.user("mary"), fine_late_payment=fine
    )


def pages_of(world: World) -> list[str]:
    start, proposal = rules(world), propose_by_mary(world)
    return [start, f"{start}compare/", f"{start}propose/", f"{start}proposals/{proposal.pk}/"]


@pytest.mark.parametrize(("width", "dark"), [(390, False), (1280, False), (1280, True)])
def test_no_page_of_the_rules_has_a_barrier_or_scrolls_sideways(
    door: Door, world: World, width: int, dark: bool
) -> None:
    visitor, met, wide, small = door.visitor(width=width, dark=dark).sign_in("daniel"), {}, {}, []
    for path in pages_of(world):
        visitor.go(path)
        met[path], wide[path] = barriers(visitor), visitor.width()
        small += list(targets_below(visitor, 48)) if width == 390 else []
    assert {path: found for path, found in met.items() if found} == {}
    assert {path: found for path, found in wide.items() if found > width} == {}
    assert small == []


def change_by_keyboard(page: Page, label: str, value: str) -> None:
    page.get_by_label(label).focus()
    page.keyboard.press("Control+A")
    page.keyboard.type(value)
    page.keyboard.press("Enter")


def test_mary_proposes_with_the_keyboard_alone_and_daniel_adopts(door: Door, world: World) -> None:
    mary = door.visitor(script=False).sign_in("mary")
    page = mary.go(f"{rules(world)}propose/")
    change_by_keyboard(page, "2.1 Fine for coming late", "77")
    expect(page.get_by_role("heading", name="Check and propose")).to_be_visible()
    expect(page.locator(".changes li")).to_have_count(1)
    expect(page.locator(".changes")).to_contain_text("77.00")
    expect(page.get_by_role("button", name="Send the proposal")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".notices")).to_contain_text("Proposed.")
    assert constitution_on(world.umoja, today()).fine_late != 77

    daniel = door.visitor(width=390).sign_in("daniel")
    page = daniel.go(rules(world))
    page.get_by_role("link", name="Proposal of Mary Wanjiku").first.click()
    expect(page.locator(".changes")).to_contain_text("77.00")
    page.get_by_role("button", name="Adopt these rules").click()
    expect(page.locator(".notices")).to_contain_text("Adopted: version")
    assert constitution_on(world.umoja, today()).fine_late == 77
    expect(page.locator(".clauses").nth(1)).to_contain_text("77.00")


def test_a_refused_form_puts_the_cursor_where_it_is_wrong(door: Door, world: World) -> None:
    visitor = door.visitor().sign_in("mary")
    page = visitor.go(f"{rules(world)}propose/")
    change_by_keyboard(page, "2.2 Fine for being absent", "-4")
    expect(page.get_by_role("alert")).to_contain_text("must lie between")
    expect(page.get_by_label("2.2 Fine for being absent")).to_be_focused()
    assert barriers(visitor) == []
    change_by_keyboard(page, "2.2 Fine for being absent", "104")
    expect(page.get_by_role("heading", name="Check and propose")).to_be_visible()
    assert barriers(visitor) == []
    page.get_by_role("button", name="Change something").click()
    expect(page.locator(".question.changed")).to_have_count(1)
    assert barriers(visitor) == []


def test_the_rules_are_read_in_swahili(door: Door, world: World) -> None:
    visitor = door.visitor(width=390).sign_in("alice")
    page = visitor.go(rules(world))
    visitor.press(page.locator(".footer").get_by_role("button", name="Kiswahili"))
    visitor.go(rules(world))
    expect(page.get_by_role("heading", name="Kanuni zinazotumika")).to_be_visible()
    expect(page.get_by_role("heading", name="Ibara ya 2: Faini")).to_be_visible()
    assert barriers(visitor) == []
