"""Officers and the cash they carry, in the browser: seen by everybody who may, handed over and confirmed."""

import pytest
from playwright.sync_api import expect

from core.money import kes
from core.periods import now, today
from groups.models import RoleName
from ledger.queries.balances import balance
from ledger.verify import check_books
from officers.models import Officer
from officers.operations import activate, register_officer
from savings.operations import contribute
from tests.conftest import PHONES, World
from tests.e2e.conftest import Door, Visitor
from tests.e2e.test_every_page import WIDTHS, barriers, targets_below
from tests.e2e.test_recording import tab_to

pytestmark = pytest.mark.browser


@pytest.fixture
def joseph(world: World) -> Officer:
    """Joseph's post; an active officer of Umoja with cash of Alice's in his hands."""
    user = world.user("joseph")
    post = Officer.objects.filter(user=user).first()
    if post is None:
        by, organisation = world.user("daniel"), world.umoja.organisation
        served = [role.group for role in user.roles.filter(role=RoleName.FIELD_OFFICER, until=None) if role.group]
        post = register_officer(
            name=user.name, phone=PHONES["joseph"], organisation=organisation, by=by, at=now(), groups=served
        )
        activate(officer=post, by=by, at=now())
    contribute(member=world.member("alice"), kind="REGULAR", amount=kes("150"), by=user, at=now(), on=today())
    return post


def pages_of(world: World, officer: Officer) -> list[str]:
    return [
        "/officers/",
        "/officers/?search=nobody",
        "/officers/register/",
        f"/officers/{officer.id}/",
    ]


@pytest.mark.parametrize(("width", "dark"), [(390, False), (1280, False), (1280, True)])
def test_no_page_of_officers_has_a_barrier(door: Door, world: World, joseph: Officer, width: int, dark: bool) -> None:
    daniel = door.visitor(width=width, dark=dark).sign_in("daniel")
    met = {}
    for path in pages_of(world, joseph):
        daniel.go(path)
        met[path] = barriers(daniel)
    page = daniel.page
    daniel.press(page.get_by_role("button", name="Suspend"))
    met["suspend"] = barriers(daniel)
    daniel.press(page.get_by_role("button", name="Suspend"))
    expect(page.get_by_role("alert")).to_be_visible()
    met["suspend, refused"] = barriers(daniel)
    daniel.go(f"/officers/{joseph.id}/")
    page.get_by_label("Baraka").click()
    daniel.press(page.get_by_role("button", name="See what changes"))
    met["groups"] = barriers(daniel)
    officer = door.visitor(width=width, dark=dark).sign_in("joseph")
    officer.go(f"/groups/{world.umoja.id}/hand-over/")
    met["hand over"] = barriers(officer)
    officer.press(officer.page.get_by_role("button", name="See what changes"))
    met["hand over, refused"] = barriers(officer)
    fill(officer, "10")
    met["review"] = barriers(officer)
    assert {path: found for path, found in met.items() if found} == {}


def test_no_page_of_officers_scrolls_sideways_and_thumbs_fit(door: Door, world: World, joseph: Officer) -> None:
    daniel, officer = door.visitor(width=390).sign_in("daniel"), door.visitor(width=390).sign_in("joseph")
    wide, small = [], []
    hand_over = f"/groups/{world.umoja.id}/hand-over/"
    for visitor, paths in [(daniel, pages_of(world, joseph)), (officer, [hand_over, f"/officers/{joseph.id}/"])]:
        for path in paths:
            visitor.go(path)
            for width in WIDTHS:
                visitor.page.set_viewport_size({"width": width, "height": 800})
                if visitor.width() > width:
                    wide.append((path, width, visitor.width()))
            visitor.page.set_viewport_size({"width": 390, "height": 800})
            small += [f"{path}: {word}" for word in targets_below(visitor, 48) if "checkbox" not in word]
    assert wide == []
    assert small == []


def fill(visitor: Visitor, amount: str) -> None:
    visitor.page.get_by_label("How much?").fill(amount)
    visitor.page.get_by_label("Why?").fill("Collected at home")
    visitor.page.get_by_role("button", name="See what changes").click()
    expect(visitor.page.get_by_role("heading", name="Check and confirm")).to_be_visible()


@pytest.mark.parametrize("script", [True, False], ids=["with_javascript", "without_javascript"])
def test_joseph_hands_over_and_grace_confirms(door: Door, world: World, joseph: Officer, script: bool) -> None:
    held, box = balance(world.umoja, "1040", joseph.user_id), balance(world.umoja, "1010")
    officer = door.visitor(width=390, script=script).sign_in("joseph")
    officer.go(f"/officers/{joseph.id}/")
    officer.page.get_by_role("link", name="Hand it over Umoja").click()
    fill(officer, "50")
    expect(officer.page.get_by_role("row", name="Cash box")).to_contain_text(f"{box + 50:,.2f}")
    officer.page.get_by_role("button", name="Hand over 50.00").click()
    expect(officer.page.get_by_role("status").filter(has_text="Grace Atieno confirms")).to_be_visible()
    assert balance(world.umoja, "1040", joseph.user_id) == held

    grace = door.visitor(script=script).sign_in("grace").go(f"/groups/{world.umoja.id}/waiting/")
    paper = grace.locator(".decisions > li").filter(has_text="Cash handed over").last
    expect(paper).to_contain_text(f"{held - 50:,.2f}")
    paper.get_by_role("button", name="Approve").click()

    expect(grace.get_by_role("status").filter(has_text="approved and in the books")).to_be_visible()
    assert balance(world.umoja, "1040", joseph.user_id) == held - 50
    assert balance(world.umoja, "1010") == box + 50
    assert check_books(world.umoja) == []


def test_joseph_hands_over_with_the_keyboard_alone_and_takes_it_back(door: Door, world: World, joseph: Officer) -> None:
    officer = door.visitor().sign_in("joseph")
    page = officer.go(f"/groups/{world.umoja.id}/hand-over/")
    tab_to(page, "amount")
    page.keyboard.type("30")
    tab_to(page, "reason")
    page.keyboard.type("On the way home")
    tab_to(page, "step")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Hand over 30.00")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Recorded")).to_be_visible()
    paper = page.locator(".decisions > li").filter(has_text="30.00").last
    paper.get_by_text("Take it back").first.press("Enter")
    paper.get_by_label("Why?").fill("Counted again")
    paper.get_by_role("button", name="Take it back with this reason").press("Enter")
    expect(page.get_by_role("status").filter(has_text="taken back")).to_be_visible()


def test_daniel_suspends_and_activates_with_a_reason(door: Door, world: World, joseph: Officer) -> None:
    page = door.visitor(script=False).sign_in("daniel").go(f"/officers/{joseph.id}/")
    for verb, state in [("Suspend", "Suspended"), ("Activate", "Active")]:
        page.get_by_role("button", name=verb).click()
        expect(page.get_by_text("Nothing has happened yet.")).to_be_visible()
        page.get_by_label("Why?").fill(f"To see how to {verb.lower()}")
        page.get_by_role("button", name=verb).click()
        expect(page.locator(".head .pill").first).to_have_text(state)
        expect(page.get_by_text(f"To see how to {verb.lower()}").first).to_be_visible()
