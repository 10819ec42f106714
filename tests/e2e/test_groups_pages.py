"""Organisations and groups in the browser: founded, placed, suspended, with scripts and without, for everybody."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from core.ids import new_id
from groups.models import BankingGroup
from tests.conftest import World
from tests.e2e.conftest import Door, Visitor
from tests.e2e.test_every_page import STRICT

pytestmark = pytest.mark.browser


def barriers(page: Page) -> list[str]:
    page.wait_for_load_state()
    found = Axe().run(page, options=STRICT).response["violations"]
    return [f"{page.url} {one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]


def found_a_group(visitor: Visitor, name: str) -> Page:
    """Tumaini's new group in Kitui East, Zombe/Mwitika; each list of places follows the one before."""
    page = visitor.go("/groups/new/")
    page.get_by_label("Organisation").select_option(label="Tumaini")
    page.get_by_label("Name of the group").fill(name)
    page.get_by_label("Meeting day").select_option(label="Monday")
    for level, place, following in (
        ("County", "Kitui", "Constituency"),
        ("Constituency", "Kitui East", "Ward"),
        ("Ward", "Zombe/Mwitika", ""),
    ):
        page.get_by_label(level).select_option(label=place)
        button = page.get_by_role("button", name="Show what lies in there")
        if following and button.is_visible():
            button.click()
        if following:
            expect(page.get_by_label(following).locator("option").nth(1)).to_be_attached()
            # Until the script has taken the new lists in hand, a choice in them is heard by nobody.
            expect(page.locator(".htmx-added")).to_have_count(0)
    expect(page.get_by_label("Name of the group")).to_have_value(name)
    page.get_by_role("main").get_by_role("button", name="Create it").click()
    return page


@pytest.mark.parametrize("script", [True, False], ids=["with_javascript", "without_javascript"])
def test_sarah_founds_a_group_and_suspends_it(door: Door, world: World, script: bool) -> None:
    sarah, name = door.visitor(script=script).sign_in("sarah"), f"Tujitegemee {new_id().hex[-6:]}"
    page = found_a_group(sarah, name)
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    group = BankingGroup.objects.get(name=name)
    assert (group.county_code, group.constituency_code, group.ward_code) == ("015", "073", "0359")

    page.get_by_role("link", name="Suspend").click()
    page.get_by_label("Why?").fill("Founded to be looked at")
    page.get_by_role("button", name="See what changes").click()
    expect(page.get_by_role("row", name="Takes money")).to_contain_text("no")
    group.refresh_from_db()
    assert group.status == "ACTIVE"
    page.get_by_role("button", name="Suspend").click()

    expect(page.get_by_text("Suspended: takes no money")).to_be_visible()
    page.get_by_role("link", name="Activate").click()
    expect(page.get_by_text("Suspended: Founded to be looked at")).to_be_visible()
    group.refresh_from_db()
    assert group.status == "SUSPENDED"


def test_a_county_chosen_wrongly_is_said_beside_its_list(door: Door, world: World) -> None:
    page = door.visitor(script=False).sign_in("daniel").go(f"/groups/{world.baraka.id}/edit/")
    page.get_by_label("County").select_option(label="Makueni")
    page.get_by_role("main").get_by_role("button", name="Save").last.click()
    expect(page.locator("#id_constituency_error")).to_contain_text("it follows what you chose above")
    expect(page.get_by_label("Constituency")).to_be_focused()
    world.baraka.refresh_from_db()
    assert world.baraka.county == "Kitui"


@pytest.mark.parametrize("width", [390, 1280])
def test_no_page_of_organisations_and_groups_has_a_barrier_or_scrolls_sideways(
    door: Door, world: World, width: int
) -> None:
    sarah = door.visitor(width=width).sign_in("sarah")
    group, organisation = f"/groups/{world.neema.id}", f"/organisations/{world.neema.organisation_id}/"
    met: list[str] = []

    def look() -> None:
        met.extend(barriers(sarah.page))
        assert sarah.width() <= width, sarah.page.url

    for path in ("/organisations/", organisation, "/groups/", "/groups/new/", f"{group}/edit/", f"{group}/status/"):
        sarah.go(path)
        look()
    page = sarah.page
    page.get_by_label("Why?").fill("Only looking")
    sarah.press(page.get_by_role("button", name="See what changes"))
    look()
    sarah.go(organisation)
    sarah.press(page.get_by_role("button", name="Take on"))
    look()
    page.get_by_label("At rest").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Tumaini is put to rest.")).to_be_visible()
    look()
    sarah.go(organisation)
    page.get_by_role("button", name="End the role").first.click()
    expect(page.get_by_role("heading", name="Check and confirm")).to_be_visible()
    look()
    assert met == []
    world.neema.refresh_from_db()
    assert world.neema.status == "ACTIVE"
