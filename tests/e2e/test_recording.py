"""Mary records 137.50 for Alice by the page's form: with JavaScript, without it, and with the keyboard alone."""

from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from core.periods import today
from ledger.queries import trf_sheet, trial_balance
from ledger.verify import check_books, verify_chain
from savings.queries import own_vouchers
from tests.conftest import World
from tests.e2e.conftest import Door, Visitor

pytestmark = pytest.mark.browser

AMOUNT = Decimal("137.50")


def fund(world: World) -> Decimal:
    return trf_sheet(group=world.umoja, on=today(), members=()).trf


def fill_for_alice(page: Page, amount: str = "137.50") -> None:
    page.get_by_label("Who brings it?").select_option(label="4. Alice Wambui")
    page.get_by_label("How much?").fill(amount)


def review(visitor: Visitor, world: World) -> Page:
    page = visitor.go(f"/groups/{world.umoja.id}/record/")
    fill_for_alice(page)
    page.get_by_role("button", name="See what changes").click()
    expect(page.get_by_role("heading", name="Check and confirm")).to_be_visible()
    return page


def see_it_everywhere(visitor: Visitor, world: World, before: Decimal) -> None:
    """In the cash book, in the fund, and in a trial balance whose sides agree."""
    group = f"/groups/{world.umoja.id}/"
    newest = visitor.go(f"{group}cash-book/?from={today()}").locator("table.ledger tbody tr").last
    expect(newest).to_contain_text("Regular savings: Alice Wambui")
    expect(newest).to_contain_text("137.50")
    visitor.go(group)
    expect(visitor.page.locator(".figure.lead .number")).to_have_text(f"{before + AMOUNT:,.2f}")
    expect(visitor.page.get_by_text("Both sides agree.")).to_contain_text("= 0.00")
    visitor.go(f"{group}books/")
    expect(visitor.page.locator(".difference").first).to_contain_text("= 0.00")


@pytest.mark.parametrize("script", [True, False], ids=["with_javascript", "without_javascript"])
def test_mary_records_137_50_for_alice_and_sees_it_everywhere(door: Door, world: World, script: bool) -> None:
    before = fund(world)
    mary = door.visitor(script=script).sign_in("mary")

    page = review(mary, world)
    expect(page.get_by_role("row", name="Total revolving fund")).to_contain_text(f"{before + AMOUNT:,.2f}")
    assert fund(world) == before
    page.get_by_role("button", name="Confirm 137.50").click()

    expect(page.get_by_role("heading", name="Receipt")).to_be_visible()
    expect(page.get_by_text("Alice Wambui brought 137.50 for savings to Umoja.")).to_be_visible()
    assert fund(world) == before + AMOUNT
    see_it_everywhere(mary, world, before)
    assert trial_balance(world.umoja, today()).difference == 0
    assert verify_chain(world.umoja).intact
    assert check_books(world.umoja) == []


def test_a_confirmation_sent_twice_is_booked_once(door: Door, world: World) -> None:
    before = fund(world)
    mary = door.visitor(script=False).sign_in("mary")
    page = review(mary, world)
    mary.press(page.get_by_role("button", name="Confirm 137.50"))
    expect(page.get_by_role("heading", name="Receipt")).to_be_visible()
    receipt = page.url

    page.go_back()
    mary.press(page.get_by_role("button", name="Confirm 137.50"))

    expect(page.get_by_role("heading", name="Receipt")).to_be_visible()
    assert page.url == receipt
    assert fund(world) == before + AMOUNT


def test_mary_records_with_the_keyboard_alone(door: Door, world: World) -> None:
    before = fund(world)
    mary = door.visitor()
    page = mary.go("/sign-in/")
    expect(page.get_by_label("Phone number")).to_be_focused()
    page.keyboard.type("0700 000 011")
    page.keyboard.press("Tab")
    page.keyboard.type("demo-pass-2026")
    page.keyboard.press("Enter")
    page.wait_for_url(mary.base + "/")
    mary.go(f"/groups/{world.umoja.id}/record/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the work")).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, "member")
    page.keyboard.type("4. Alice")
    tab_to(page, "amount")
    page.keyboard.type("137.50")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Confirm 137.50")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Receipt")).to_be_visible()
    assert fund(world) == before + AMOUNT


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the field has the focus; a field that cannot be reached fails here."""
    for _press in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == name:
            return
    raise AssertionError(f"the keyboard never reaches {name}")


def test_an_amount_with_three_decimals_is_explained_beside_its_field(door: Door, world: World) -> None:
    page = door.visitor(script=False).sign_in("mary").go(f"/groups/{world.umoja.id}/record/")
    fill_for_alice(page, "137.505")
    page.get_by_role("button", name="See what changes").click()
    amount = page.get_by_label("How much?")
    expect(amount).to_be_focused()
    expect(amount).to_have_value("137.505")
    expect(amount).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#id_amount_error")).to_contain_text("at most two decimals")


def test_what_alice_brings_for_herself_waits_until_mary_says_yes(door: Door, world: World) -> None:
    before = fund(world)
    alice = door.visitor(script=False).sign_in("alice")
    page = alice.go(f"/groups/{world.umoja.id}/record/")
    page.get_by_label("How much?").fill("250")
    page.get_by_role("button", name="See what changes").click()
    expect(page.get_by_text("It will wait until a second person confirms it")).to_be_visible()
    page.get_by_role("button", name="Confirm 250.00").click()
    expect(page.get_by_role("heading", name="Recorded, waiting to be confirmed")).to_be_visible()
    assert fund(world) == before

    newest = own_vouchers(world.user("alice")).first()
    assert newest is not None
    mary = door.visitor(script=False).sign_in("mary").go("/waiting/")
    mary.locator(f"#act-{newest.id}").get_by_role("button", name="Approve").click()

    expect(mary.get_by_role("status").filter(has_text="approved and in the books")).to_be_visible()
    assert fund(world) == before + 250
