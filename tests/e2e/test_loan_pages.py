"""Peter asks for a loan on his phone; it is decided, paid out and repaid at the table; nothing axe objects to."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from core.periods import now
from ledger.queries import cash_by_place
from ledger.verify import check_books
from loans import operations
from loans.models import Loan, Status
from tests.conftest import World
from tests.e2e.conftest import Door, Visitor

pytestmark = pytest.mark.browser

WIDTHS = (320, 390, 768, 1280)


def barriers(page: Page) -> list[str]:
    page.wait_for_load_state()
    return [found["id"] for found in Axe().run(page).response["violations"]]


def too_wide(visitor: Visitor) -> list[int]:
    wide = []
    for width in WIDTHS:
        visitor.page.set_viewport_size({"width": width, "height": 800})
        if visitor.width() > width:
            wide.append(width)
    return wide


def filled(visitor: Visitor, world: World, amount: str) -> Page:
    page = visitor.go(f"/groups/{world.umoja.id}/loans/apply/")
    page.get_by_label("How much?").fill(amount)
    page.get_by_label("For how many months?").fill("12")
    page.get_by_role("radio", name="Long-term loan").check(force=True)
    page.get_by_label("What for?").fill("Maize to store")
    for name in ("8. Agnes Mueni", "12. Joyce Kemunto"):
        page.get_by_label(name).check()
    return page


def asks(door: Door, world: World) -> Loan:
    """On his phone: too much first, then what the rules allow."""
    peter = door.visitor(width=390).sign_in("peter")
    page = filled(peter, world, "90,000.01")
    assert barriers(page) == []
    peter.press(page.get_by_role("button", name="See rules and cost"))
    expect(page.get_by_text("1 rule not met")).to_be_visible()
    expect(page.get_by_role("button", name="Ask for")).to_have_count(0)
    assert (barriers(page), peter.width()) == ([], 390)
    peter.press(page.get_by_role("button", name="Change something"))
    page.get_by_label("How much?").fill("30,000")
    peter.press(page.get_by_role("button", name="See rules and cost"))
    expect(page.get_by_text("All rules met")).to_be_visible()
    peter.press(page.get_by_role("button", name="Ask for 30,000.00"))
    expect(page.get_by_role("heading", name="Peter Kamau asks for a long-term loan")).to_be_visible()
    assert (barriers(page), peter.width()) == ([], 390)
    return Loan.objects.get(member=world.member("peter"), status=Status.PENDING)


def test_without_scripts_he_asks_as_well(door: Door, world: World) -> None:
    peter = door.visitor(width=390, script=False).sign_in("peter")
    page = filled(peter, world, "25,000")
    peter.press(page.get_by_role("button", name="See rules and cost"))
    expect(page.get_by_text("All rules met")).to_be_visible()
    assert not Loan.objects.filter(member=world.member("peter")).exists()
    peter.press(page.get_by_role("button", name="Ask for 25,000.00"))
    expect(page.get_by_role("heading", name="Peter Kamau asks for a long-term loan")).to_be_visible()
    loan = Loan.objects.get(member=world.member("peter"))
    assert (loan.status, loan.purpose) == (Status.PENDING, "Maize to store")
    # So that he may ask again.
    operations.cancel(loan=loan, by=world.user("peter"), at=now())


def test_a_loan_from_the_question_to_a_repayment(door: Door, world: World) -> None:
    loan, box = asks(door, world), cash_by_place(world.umoja)["CASH_BOX"]

    for name in ("joseph", "mary"):
        decider = door.visitor(script=False).sign_in(name)
        page = decider.go("/loans/")
        decider.press(page.get_by_role("link", name="Peter Kamau asks for a long-term loan"))
        decider.press(page.get_by_role("button", name="Approve"))
    expect(page.get_by_text("Approved, not paid out")).to_be_visible()
    assert cash_by_place(world.umoja)["CASH_BOX"] == box

    grace = door.visitor().sign_in("grace")
    page = grace.go(f"/loans/{loan.pk}/")
    assert (barriers(page), too_wide(grace)) == ([], [])
    grace.press(page.get_by_role("link", name="Pay it out"))
    grace.press(page.get_by_role("button", name="See what changes"))
    expect(page.get_by_role("row", name="Cash box")).to_contain_text(f"{box - 30_000:,.2f}")
    expect(page.get_by_role("button", name="Pay out 30,000.00")).to_be_focused()
    assert barriers(page) == []
    grace.press(page.get_by_role("button", name="Pay out 30,000.00"))
    expect(page.get_by_text("Paid out and in the books.")).to_be_visible()
    assert (barriers(page), too_wide(grace)) == ([], [])

    grace.press(page.get_by_role("link", name="Record a repayment"))
    page.get_by_label("How much?").fill("2,800")
    grace.press(page.get_by_role("button", name="See what changes"))
    expect(page.get_by_role("row", name="Interest")).to_contain_text("300.00")
    grace.press(page.get_by_role("button", name="Confirm 2,800.00"))
    expect(page.get_by_role("heading", name="Receipt")).to_be_visible()
    assert cash_by_place(world.umoja)["CASH_BOX"] == box - 30_000 + 2_800
    assert (Loan.objects.get(pk=loan.pk).status, check_books(world.umoja)) == (Status.DISBURSED, [])

    page = grace.go(f"/loans/{loan.pk}/")
    grace.press(page.get_by_role("link", name="Statement"))
    reads_the_statement(grace)


def reads_the_statement(visitor: Visitor) -> None:
    """On the screen, on the printer's paper, where nothing is left to press, and as a file."""
    page = visitor.page
    expect(page.get_by_role("heading", level=1, name="Loan statement")).to_be_visible()
    expect(page.locator("main")).to_contain_text("2,800.00")
    assert (barriers(page), too_wide(visitor)) == ([], [])
    page.emulate_media(media="print")
    expect(page.get_by_role("link", name="Download as PDF")).to_be_hidden()
    expect(page.locator("main")).to_contain_text("2,800.00")
    page.emulate_media(media="screen")
    with page.expect_download() as kept:
        page.get_by_role("link", name="Download as PDF").click()
    assert kept.value.path().read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize(("width", "dark"), [(390, True), (390, False), (1280, True), (1280, False)])
def test_no_page_of_loans_has_a_barrier_or_runs_over_the_edge(door: Door, world: World, width: int, dark: bool) -> None:
    grace = door.visitor(width=width, dark=dark).sign_in("grace")
    late = Loan.objects.filter(group=world.umoja, status=Status.DISBURSED).order_by("oldest_due_on")[0]
    met = {}
    for path in (
        "/loans/",
        f"/groups/{world.umoja.id}/loans/",
        f"/groups/{world.umoja.id}/arrears/",
        f"/groups/{world.umoja.id}/loans/apply/",
        f"/loans/{late.pk}/",
        f"/loans/{late.pk}/statement/",
    ):
        page = grace.go(path)
        met[path] = (barriers(page), too_wide(grace))
        page.set_viewport_size({"width": width, "height": 800})
    assert {path: found for path, found in met.items() if found != ([], [])} == {}


def test_the_pages_of_loans_speak_swahili(door: Door, world: World) -> None:
    mary = door.visitor(script=False).sign_in("mary")
    mary.press(mary.page.locator(".rail").get_by_role("button", name="Kiswahili"))
    page = mary.go(f"/groups/{world.umoja.id}/arrears/")
    expect(page.get_by_role("heading", name="Nani amechelewa")).to_be_visible()
    late = Loan.objects.filter(group=world.umoja, status=Status.DISBURSED).order_by("oldest_due_on")[0]
    mary.go(f"/loans/{late.pk}/")
    expect(page.get_by_role("heading", name="Awamu za malipo")).to_be_visible()
    assert too_wide(mary) == []
    mary.press(page.get_by_role("link", name="Taarifa", exact=True))
    expect(page.get_by_role("heading", level=1, name="Taarifa ya mkopo")).to_be_visible()
