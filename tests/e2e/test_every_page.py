"""Every page, in every light and at every width: nothing axe objects to, no scrolling sideways, no foreign word."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from core.periods import today
from savings.queries import own_vouchers
from tests.conftest import World
from tests.e2e.conftest import Door, Visitor

pytestmark = pytest.mark.browser

WIDTHS = (320, 390, 768, 1280)
STRICT = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}


def pages_of(world: World) -> list[str]:
    group, alice = f"/groups/{world.umoja.id}/", world.member("alice")
    paper = own_vouchers(world.user("alice")).filter(status="VERIFIED").first()
    assert paper is not None
    return [
        "/",
        "/groups/",
        "/waiting/",
        group,
        f"{group}?check",
        f"{group}members/",
        f"{group}members/register/",
        f"{group}cash-book/?from={today().replace(day=1)}&place=CASH_BOX",
        f"{group}waiting/",
        f"{group}books/",
        f"{group}record/",
        f"/members/{alice.id}/",
        f"/acts/{paper.id}/",
        f"/groups/{alice.id}/",
    ]


def people_pages(world: World) -> list[str]:
    """Where the chair puts people right; axe looks at them in `test_people_pages`."""
    alice = f"/members/{world.member('alice').id}/"
    return [f"{alice}{name}/" for name in ("edit", "documents", "verify-id", "office")]


def barriers(visitor: Visitor) -> list[str]:
    visitor.page.wait_for_load_state()
    found = Axe().run(visitor.page, options=STRICT).response["violations"]
    return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]


@pytest.mark.parametrize(("width", "dark"), [(390, False), (1280, False), (1280, True)])
def test_no_page_has_a_barrier(door: Door, world: World, width: int, dark: bool) -> None:
    visitor = door.visitor(width=width, dark=dark)
    visitor.go("/sign-in/")
    met = {"/sign-in/": barriers(visitor)}
    visitor.sign_in("mary")
    paths = pages_of(world) if not dark else pages_of(world)[:4]
    for path in paths:
        visitor.go(path)
        met[path] = barriers(visitor)
    assert {path: found for path, found in met.items() if found} == {}


def test_no_page_scrolls_sideways(door: Door, world: World) -> None:
    visitor = door.visitor().sign_in("mary")
    wide = {}
    for path in ["/sign-in/", *pages_of(world)]:
        visitor.go(path)
        for width in WIDTHS:
            visitor.page.set_viewport_size({"width": width, "height": 800})
            if visitor.width() > width:
                wide[path, width] = visitor.width()
    assert wide == {}


def test_no_page_about_people_scrolls_sideways_in_either_language(door: Door, world: World) -> None:
    visitor, wide = door.visitor(script=False).sign_in("mary"), {}
    join = f"/groups/{world.umoja.id}/members/join/"
    for tongue in ("Kiswahili", "English"):
        visitor.press(visitor.go("/").locator(".rail").get_by_role("button", name=tongue))
        for path in [*people_pages(world), join, "/activate/", "/forgotten/"]:
            visitor.go(path)
            for width in (320, 390, 1280):
                visitor.page.set_viewport_size({"width": width, "height": 800})
                if visitor.width() > width:
                    wide[path, width, tongue] = visitor.width()
    assert wide == {}


def test_what_is_pressed_on_a_phone_is_as_large_as_a_thumb(door: Door, world: World) -> None:
    visitor = door.visitor(width=390).sign_in("mary")
    small = []
    for path in pages_of(world):
        visitor.go(path)
        small += [f"{path}: {word}" for word in targets_below(visitor, 48)]
    assert small == []


def targets_below(visitor: Visitor, least: int) -> Iterator[str]:
    pressed = visitor.page.locator("main .button, main summary, main input:not([type=hidden], [type=radio]), .bottom a")
    for one in pressed.all():
        box = one.bounding_box()
        if box and one.is_visible() and box["height"] < least - 0.5:
            yield f"{one.evaluate('e => e.outerHTML')[:80]} {box['height']}"


def test_swahili_is_one_press_away_and_stays(door: Door, world: World) -> None:
    visitor = door.visitor(script=False)
    page = visitor.go("/sign-in/")
    page.get_by_role("button", name="Kiswahili").click()
    expect(page.locator("html")).to_have_attribute("lang", "sw")
    expect(page.get_by_role("heading", name="Ingia")).to_be_visible()
    visitor.press(page.get_by_role("button", name="English"))
    visitor.sign_in("grace")
    page.locator(".rail").get_by_role("button", name="Kiswahili").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Leo")
    visitor.go(f"/groups/{world.umoja.id}/")
    expect(page.locator("html")).to_have_attribute("lang", "sw")
    expect(page.get_by_role("heading", name="Je, vitabu vinakubaliana?")).to_be_visible()


def test_the_connection_that_is_lost_is_said(door: Door, world: World) -> None:
    visitor = door.visitor().sign_in("mary")
    visitor.page.context.set_offline(True)
    expect(visitor.page.locator("#connection")).to_contain_text("Offline")
    visitor.page.context.set_offline(False)
    expect(visitor.page.locator("#connection")).to_be_empty()


def test_the_cash_book_follows_its_filters_without_a_new_page(door: Door, world: World) -> None:
    visitor = door.visitor().sign_in("mary")
    page = visitor.go(f"/groups/{world.umoja.id}/cash-book/")
    page.evaluate("window.stillHere = true")
    page.get_by_label("Place").select_option(label="Bank")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#book caption")).to_contain_text("Bank")
    expect(page).to_have_url(re.compile("place=BANK"))
    assert page.evaluate("window.stillHere") is True
