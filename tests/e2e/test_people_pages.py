"""A new member from her first form to her office: Joseph on his phone, Mary and Daniel at their desks."""

from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from groups.models import GroupRole
from members.models import Member
from members.operations.documents import read_document
from members.papers import newest_documents, verification_of
from members.queries import next_of_kin
from tests.conftest import World
from tests.e2e.conftest import Door, Visitor
from tests.e2e.test_every_page import barriers, targets_below

pytestmark = pytest.mark.browser

PHONE = 390


@pytest.fixture
def card(tmp_path: Path) -> Path:
    """What the phone's camera took: large, with the place it was taken at written into it."""
    drawn = Image.new("RGB", (2400, 1600), "#cfe0cf")
    ImageDraw.Draw(drawn).text((200, 300), "SAMPLE IDENTITY CARD  31427999", fill="black", font_size=80)
    exif = Image.Exif()
    exif[0x010E] = "taken in Mulundi"
    path = tmp_path / "IMG_0001.jpg"
    drawn.save(path, exif=exif)
    return path


def anybody() -> tuple[str, str, str]:
    """A name, an ID number and a phone number of nobody yet: this world outlives the test."""
    number = Member.objects.count()
    return f"Zawadi Number {number}", f"3142{number:04d}", f"0745{number:06d}"


def fill_in(page: Page, who: tuple[str, str, str], card: Path) -> None:
    name, number, phone = who
    page.get_by_label("Full name").fill(name)
    page.get_by_label("ID number").first.fill(number)
    page.get_by_label("Date of birth").fill("1990-02-28")
    page.get_by_label("Phone").first.fill(phone)
    page.get_by_label("Photo of the ID card").set_input_files(card)
    page.get_by_label("Name", exact=True).fill("Rose Kariuki")
    page.get_by_label("How they are related").fill("mother")


def add_john(page: Page) -> None:
    page.get_by_role("button", name="Add another").click()
    second = page.get_by_role("group", name="Next of kin, number 2")
    expect(second.get_by_label("Name", exact=True)).to_be_focused()
    second.get_by_label("Name", exact=True).fill("John Kariuki")
    second.get_by_label("How they are related").fill("brother")


def register(joseph: Visitor, world: World, who: tuple[str, str, str], card: Path) -> Member:
    page = joseph.go(f"/groups/{world.umoja.id}/members/register/")
    fill_in(page, who, card)
    add_john(page)
    if not page.get_by_label("Photo of the ID card").input_value():
        expect(page.get_by_text("Please choose this file again")).to_be_visible()
        page.get_by_label("Photo of the ID card").set_input_files(card)
    page.get_by_role("button", name="Register").last.click()
    expect(page.get_by_role("status").filter(has_text="is registered as member number")).to_be_visible()
    return Member.objects.select_related("person", "group").get(person__name=who[0])


@pytest.mark.parametrize("script", [True, False], ids=["with_javascript", "without_javascript"])
def test_joseph_registers_mary_verifies_and_daniel_gives_an_office(
    door: Door, world: World, card: Path, script: bool
) -> None:
    joseph = door.visitor(width=PHONE, script=script).sign_in("joseph")
    zawadi = register(joseph, world, anybody(), card)
    assert [one.name for one in next_of_kin(zawadi.person)] == ["Rose Kariuki", "John Kariuki"]
    kept = newest_documents(zawadi.person)
    assert kept.keys() == {"ID_FRONT"}
    assert b"Mulundi" not in read_document(kept["ID_FRONT"])

    page = joseph.go(f"/members/{zawadi.id}/verify-id/")
    expect(page.get_by_text("You uploaded this picture yourself")).to_contain_text("Mary Wanjiku (Chair)")

    mary = door.visitor(script=script).sign_in("mary").go(f"/members/{zawadi.id}/")
    expect(mary.get_by_text("ID not verified")).to_be_visible()
    mary.get_by_role("link", name="Verify the ID number").click()
    picture = mary.get_by_role("img", name="ID card, front")
    expect(picture).to_have_js_property("complete", True)
    expect(picture).to_have_js_property("naturalWidth", 2000)
    mary.get_by_role("button", name="Number, name and date agree").click()
    expect(mary.get_by_text("Verified by Mary Wanjiku on")).to_be_visible()
    assert verification_of(zawadi.person) is not None

    daniel = door.visitor(script=script).sign_in("daniel").go(f"/members/{zawadi.id}/office/")
    daniel.get_by_label("Committee").check()
    daniel.get_by_role("button", name="See what changes").click()
    expect(daniel.get_by_text(f"{zawadi.person.name} joins the committee.")).to_be_visible()
    expect(daniel.get_by_text("record money for everybody in the group")).to_be_visible()
    daniel.get_by_role("button", name="Confirm").click()
    expect(daniel.get_by_role("heading", name=f"{zawadi.person.name} · Committee")).to_be_visible()
    zawadi.person.refresh_from_db()
    assert GroupRole.objects.filter(user=zawadi.person.user, role="COMMITTEE", until=None).exists()


def test_with_a_script_the_chosen_picture_stays_when_a_row_is_added(door: Door, world: World, card: Path) -> None:
    page = door.visitor(width=PHONE).sign_in("joseph").go(f"/groups/{world.umoja.id}/members/register/")
    fill_in(page, anybody(), card)
    add_john(page)
    assert page.get_by_label("Photo of the ID card").input_value().endswith("IMG_0001.jpg")
    assert "register/" in page.url
    for _press in range(8):
        page.get_by_role("button", name="Add another").click()
    expect(page.get_by_role("button", name="Add another")).to_have_count(0)
    expect(page.get_by_role("group", name="Next of kin")).to_have_count(10)


def test_a_refused_form_has_the_cursor_where_it_is_wrong(door: Door, world: World, card: Path) -> None:
    page = door.visitor(script=False).sign_in("joseph").go(f"/groups/{world.umoja.id}/members/register/")
    fill_in(page, anybody(), card)
    page.get_by_label("Phone").first.fill("12")
    page.get_by_label("Full name").press("Enter")
    phone = page.get_by_label("Phone").first
    expect(phone).to_be_focused()
    expect(phone).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_text("Please choose this file again")).to_have_count(1)
    expect(page.get_by_label("Name", exact=True)).to_have_value("Rose Kariuki")


def test_mary_verifies_with_the_keyboard_alone(door: Door, world: World, card: Path) -> None:
    joseph = door.visitor(script=False).sign_in("joseph")
    zawadi = register(joseph, world, anybody(), card)
    page = door.visitor().sign_in("mary").go(f"/members/{zawadi.id}/verify-id/")
    for _press in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.includes('Number, name and date agree')"):
            break
    expect(page.get_by_role("button", name="Number, name and date agree")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Verified by Mary Wanjiku on")).to_be_visible()


def test_the_pages_about_a_person_have_no_barrier(door: Door, world: World, card: Path) -> None:
    zawadi = register(door.visitor(script=False).sign_in("joseph"), world, anybody(), card)
    hers = [f"/members/{zawadi.id}/{name}" for name in ("", "edit/", "documents/", "verify-id/", "office/")]
    group = f"/groups/{world.umoja.id}/members/"
    paths = [*hers, f"{group}?search=zawadi&active=yes", f"{group}register/", f"{group}join/"]
    met, wide, small = {}, {}, []
    for width, dark in ((PHONE, False), (1280, False), (1280, True)):
        visitor = door.visitor(width=width, dark=dark).sign_in("daniel" if dark else "joseph")
        for path in paths:
            page = visitor.go(path)
            if path.endswith("join/"):
                page.get_by_label("Name, or the whole ID or phone number").fill("jane")
                page.get_by_role("button", name="Find").click()
                expect(page.get_by_text("Jane Akinyi").first).to_be_visible()
                assert page.url.endswith("join/")
            met[path, width, dark] = barriers(visitor)
            if visitor.width() > width:
                wide[path, width] = visitor.width()
            if width == PHONE:
                small += [f"{path}: {word}" for word in targets_below(visitor, 48)]
    assert {where: found for where, found in met.items() if found} == {}
    assert (wide, small) == ({}, [])
