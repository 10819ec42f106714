"""Daniel closes a month, Mary looks at the year that runs, Grace tries a share-out; on a phone, without scripts."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from core.periods import add_months, month_start, today
from cycles.models import Run
from ledger.models import ClosedPeriod
from ledger.verify import check_books
from reports.pages.closing import month_name
from tests.conftest import World
from tests.e2e.conftest import Door

pytestmark = pytest.mark.browser


def barriers(page: Page) -> list[str]:
    page.wait_for_load_state()
    return [found["id"] for found in Axe().run(page).response["violations"]]


def test_daniel_closes_the_month_before_last(door: Door, world: World) -> None:
    month = add_months(month_start(today()), -2)
    daniel = door.visitor(width=1280).sign_in("daniel")
    page = daniel.go(f"/groups/{world.umoja.pk}/closing/")
    assert (barriers(page), daniel.width() <= 1280) == ([], True)
    daniel.press(page.get_by_role("button", name=f"Close {month_name(month)}"))
    expect(page.get_by_text(f"{month_name(month)} is closed.")).to_be_visible()
    expect(page.get_by_text("every line adds up")).to_be_visible()
    assert barriers(page) == []
    assert not ClosedPeriod.objects.filter(group=world.umoja, month=month).exists()

    daniel.press(page.get_by_role("button", name="Close it for good"))
    expect(page.get_by_role("status")).to_contain_text(f"{month_name(month)} is closed.")
    row = page.locator(".periods > li").filter(has=page.get_by_role("heading", name=month_name(month)))
    expect(row.get_by_text("Closed by Daniel Otieno")).to_be_visible()
    row.get_by_text("What stood at its end").click()
    kept = ClosedPeriod.objects.get(group=world.umoja, month=month)
    expect(row.get_by_text(kept.head_hash)).to_be_visible()
    assert (barriers(page), check_books(world.umoja)) == ([], [])


def test_mary_looks_at_the_year_that_runs(door: Door, world: World) -> None:
    mary = door.visitor(width=390).sign_in("mary")
    page = mary.go(f"/groups/{world.umoja.pk}/year-end/")
    assert (barriers(page), mary.width() <= 390) == ([], True)
    page.get_by_role("radio", name="Share-out of everything").check()
    mary.press(page.get_by_role("button", name="Work it out"))
    expect(page.get_by_text("The year still runs")).to_be_visible()
    run = Run.objects.get(group=world.umoja, kind="SHARE_OUT", fiscal_year=today().year)
    part = run.allocations.get(member=world.member("alice"))
    expect(page.get_by_text(f"× {run.distributable:,.2f} = {part.amount:,.2f}")).to_be_visible()
    assert (barriers(page), mary.width() <= 390) == ([], True)
    page.get_by_role("link", name="Statements to print").click()
    expect(page.get_by_role("heading", name="Each member's part")).to_be_visible()
    assert (barriers(page), mary.width() <= 390) == ([], True)


def test_grace_tries_a_share_out_without_javascript(door: Door, world: World) -> None:
    grace = door.visitor(width=390, script=False).sign_in("grace")
    page = grace.go(f"/groups/{world.umoja.pk}/year-end/simulator/")
    assert grace.width() <= 390
    page.get_by_label("Surplus").fill("9,000,000")
    grace.press(page.get_by_role("button", name="Try it"))
    expect(page.get_by_text("The cash at hand does not cover it")).to_be_visible()
    expect(page.get_by_text("9,000,000.00").first).to_be_visible()
    assert grace.width() <= 390


def test_the_trial_has_no_barrier_in_the_dark_either(door: Door, world: World) -> None:
    grace = door.visitor(width=1280, dark=True).sign_in("grace")
    page = grace.go(f"/groups/{world.umoja.pk}/year-end/simulator/")
    assert (barriers(page), grace.width() <= 1280) == ([], True)
    grace.press(page.locator(".rail").get_by_role("button", name="Kiswahili"))
    expect(page.get_by_role("heading", name="Je, kama yote yangegawanywa?")).to_be_visible()
