"""Mary lets Beatrice go, her loan settled from what she owns: seen in figures, paid; with a phone and without."""

from decimal import Decimal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from core.money import ZERO
from core.periods import today
from cycles.models import Leaving
from ledger.queries import cash_by_place, member_balances
from ledger.verify import check_books
from loans.models import Loan, Status
from loans.queries import states as states_of
from members.models import Member
from savings.fines import open_by_member
from tests.conftest import World
from tests.e2e.conftest import Door

pytestmark = pytest.mark.browser


def called(world: World, name: str) -> Member:
    return Member.objects.select_related("group", "person").get(group=world.umoja, person__name=name)


def owed(member: Member) -> Decimal:
    """Her open fines and what settles her running loans today: Beatrice has both, Agnes neither."""
    states = states_of(Loan.objects.filter(member=member, status=Status.DISBURSED), today())
    fined = open_by_member([member]).get(member.pk)
    return sum((state.settlement for state in states.values()), fined.due if fined else ZERO)


def barriers(page: Page) -> list[str]:
    page.wait_for_load_state()
    return [found["id"] for found in Axe().run(page).response["violations"]]


@pytest.mark.parametrize(
    ("name", "width", "script"),
    [("Beatrice Adhiambo", 390, True), ("Agnes Mueni", 1280, False)],
    ids=["phone", "desktop_without_javascript"],
)
def test_mary_lets_a_member_go(door: Door, world: World, name: str, width: int, script: bool) -> None:
    member = called(world, name)
    held = member_balances(world.umoja, [member])[member.pk]
    paid = held["2010"] + held["2030"] + held["2040"] - owed(member)
    box = cash_by_place(world.umoja)["CASH_BOX"]
    mary = door.visitor(width=width, script=script).sign_in("mary")
    page = mary.go(f"/members/{member.pk}/leave/")
    assert (barriers(page) if script else [], mary.width() <= width) == ([], True)

    mary.press(page.get_by_role("button", name="See what changes"))
    expect(page.get_by_label("Why?")).to_be_focused()
    page.get_by_label("Why?").fill("Moves to Mombasa")
    page.get_by_role("button", name="See what changes").click()
    expect(page.get_by_role("heading", name="Check and confirm")).to_be_visible()
    expect(page.get_by_role("row", name="Paid out")).to_contain_text(f"{paid:,.2f}")
    expect(page.get_by_role("row", name="Cash box")).to_contain_text(f"{box - paid:,.2f}")
    assert (barriers(page) if script else [], mary.width() <= width) == ([], True)
    assert not Leaving.objects.filter(member=member).exists()

    page.get_by_role("button", name="let her go").click()
    expect(page.get_by_role("heading", name="Receipt")).to_be_visible()
    expect(page.get_by_text(f"Paid out on leaving: {name}")).to_be_visible()
    assert Leaving.objects.get(member=member).left_on == today()
    assert cash_by_place(world.umoja)["CASH_BOX"] == box - paid
    assert check_books(world.umoja) == []
    expect(mary.go(f"/members/{member.pk}/").get_by_text("left on").first).to_be_visible()


def test_the_page_speaks_swahili(door: Door, world: World) -> None:
    mary = door.visitor(script=False).sign_in("mary")
    mary.press(mary.page.locator(".rail").get_by_role("button", name="Kiswahili"))
    page = mary.go(f"/members/{called(world, 'Joyce Kemunto').pk}/leave/")
    expect(page.get_by_role("heading", name="Joyce Kemunto anaondoka kwenye kikundi")).to_be_visible()
    expect(page.get_by_label("Kwa nini?")).to_be_visible()
