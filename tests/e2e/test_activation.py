"""From the invitation to her own page: the code comes by message, the password is hers, no stranger learns of it."""

import datetime as dt
import re

import pytest
from playwright.sync_api import Page, expect

from core.periods import business_day, now
from groups.models import BankingGroup
from members.models import Member
from members.operations import register
from members.rules import Particulars
from notifications.models import Message
from tests.conftest import World
from tests.e2e.conftest import Door, Visitor
from tests.e2e.test_every_page import barriers
from users.models import phone_digest

pytestmark = pytest.mark.browser

CHOSEN = "mbuzi-wawili-2026"
CODE = re.compile(r"code is ([2-9A-Z]{8})")


def newcomer(world: World, group: BankingGroup) -> Member:
    """Somebody who was registered and never signed in; this world outlives the test."""
    number, at = Member.objects.count(), now()
    told = Particulars(
        name=f"Neema Number {number}",
        id_number=f"2718{number:04d}",
        phone=f"0746{number:06d}",
        date_of_birth=dt.date(1991, 5, 1),
    )
    return register(group=group, particulars=told, at=at, on=business_day(at), by=world.user("ruth"))


def code_for(phone: str) -> str:
    """What stands in the newest message to this phone number."""
    theirs = Message.objects.filter(user__phone_digest=phone_digest(phone))
    newest = theirs.select_related("data_key").latest("written_at")
    found = CODE.search(str(newest.body))
    assert found
    return found.group(1)


def choose(page: Page, code: str, password: str = CHOSEN) -> None:
    page.get_by_label("Code from the message").fill(code)
    page.get_by_label("New password", exact=True).fill(password)
    page.get_by_label("New password, once more").fill(password)
    page.get_by_role("button", name="Choose this password").click()


@pytest.mark.parametrize("script", [True, False], ids=["with_javascript", "without_javascript"])
def test_invited_she_chooses_a_password_and_reads_her_own_page(door: Door, world: World, script: bool) -> None:
    neema = newcomer(world, world.umoja)
    ruth = door.visitor(script=script).sign_in("ruth").go(f"/members/{neema.id}/")
    ruth.get_by_role("button", name="Invite to sign in").click()
    expect(ruth.get_by_role("status").filter(has_text="a code is on its way to her phone")).to_be_visible()

    hers = door.visitor(width=390, script=script)
    page = hers.go("/sign-in/")
    page.get_by_role("link", name="I have a code").click()
    expect(page.get_by_label("Phone number")).to_be_focused()
    page.get_by_label("Phone number").fill(neema.person.phone)
    choose(page, code_for(neema.person.phone))

    page.wait_for_url(hers.base + "/")
    expect(page.get_by_role("status").filter(has_text="you are signed in")).to_be_visible()
    expect(page.get_by_role("heading", name="Your money in Umoja")).to_be_visible()
    account = neema.account_number
    expect(page.get_by_text(f"{account[:4]} {account[4:]}")).to_be_visible()
    page.get_by_role("link", name="All of it, with receipts").click()
    expect(page.get_by_role("heading", name=neema.person.name)).to_be_visible()
    assert hers.width() == 390


def test_who_forgot_comes_back_in_with_a_new_password(door: Door, world: World) -> None:
    neema = newcomer(world, world.umoja)
    ruth = door.visitor(script=False).sign_in("ruth").go(f"/members/{neema.id}/")
    ruth.get_by_role("button", name="Invite to sign in").click()
    expect(ruth.get_by_role("status").filter(has_text="a code is on its way to her phone")).to_be_visible()
    hers = door.visitor(script=False)
    hers.go("/activate/").get_by_label("Phone number").fill(neema.person.phone)
    choose(hers.page, code_for(neema.person.phone))
    hers.page.wait_for_url(hers.base + "/")
    hers.page.locator(".rail").get_by_role("button", name="Sign out").click()

    page = hers.page
    page.get_by_role("link", name="I have forgotten my password").click()
    page.get_by_label("Phone number").fill(neema.person.phone)
    page.get_by_role("button", name="Send me a code").click()
    expect(page.get_by_role("heading", name="A new password")).to_be_visible()
    expect(page.get_by_label("Code from the message")).to_be_focused()
    expect(page.get_by_label("Phone number")).to_have_value(neema.person.phone)
    assert page.url == f"{hers.base}/activate/?new=yes"
    choose(page, code_for(neema.person.phone), "kuku-watatu-2026")
    page.wait_for_url(hers.base + "/")


def test_known_and_unknown_numbers_look_alike(door: Door, world: World) -> None:
    seen = [asked(door.visitor(script=False), phone) for phone in ("0700 000 016", "0799 999 999")]
    assert seen[0] == seen[1]


def asked(visitor: Visitor, phone: str) -> list[str]:
    """What a stranger reads who asks for a code and then guesses one."""
    page = visitor.go("/forgotten/")
    page.get_by_label("Phone number").fill(phone)
    visitor.press(page.get_by_role("button", name="Send me a code"))
    read = [page.locator("main").inner_text()]
    with page.expect_navigation():
        choose(page, "ZZZZZZZZ")
    return [*read, page.locator("main").inner_text()]


def test_the_pages_at_the_door_have_no_barrier(door: Door, world: World) -> None:
    met = {}
    for width, dark in ((390, False), (1280, True)):
        visitor = door.visitor(width=width, dark=dark)
        for path in ("/sign-in/", "/activate/", "/activate/?new=yes", "/forgotten/"):
            visitor.go(path)
            met[path, width] = barriers(visitor)
            assert visitor.width() <= width
        visitor.press(visitor.go("/activate/").get_by_role("button", name="Choose this password"))
        expect(visitor.page.get_by_label("Phone number")).to_be_focused()
        met["refused", width] = barriers(visitor)
    assert {where: found for where, found in met.items() if found} == {}
