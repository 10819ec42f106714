"""The pages of officers: the list, one of them, registering, giving groups, and each move with its reason."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import Act
from core.ids import new_id
from core.money import kes
from core.periods import now, today
from core.tests.lasting import lasting
from groups.access import standing
from groups.models import BankingGroup, RoleName
from groups.operations import edit_organisation, give_role
from ledger.models import Voucher
from ledger.queries.balances import balance
from members.models import Member
from officers.models import Officer, OfficerChange
from officers.operations import Fix, activate, register_officer, track
from reports.tests.conftest import Give, MakeUser, user_of
from reports.tests.desk import At, text, told
from savings.operations import Movement, contribute, move_cash
from users.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
@lasting
def daniel(make_user: MakeUser, umoja: BankingGroup, give: Give) -> User:
    user = make_user("Daniel Otieno")
    give(user, RoleName.SERVICE_ADMIN, umoja.organisation)
    return user


@pytest.fixture
@lasting
def grace(make_user: MakeUser, umoja: BankingGroup, give: Give) -> User:
    user = make_user("Grace Atieno")
    give(user, RoleName.TREASURER, umoja)
    return user


@pytest.fixture
@lasting
def joseph(umoja: BankingGroup, daniel: User) -> Officer:
    """He serves Umoja."""
    post = register_officer(
        name="Joseph Mutua", phone="0733000901", organisation=umoja.organisation, by=daniel, at=now(), groups=[umoja]
    )
    return activate(officer=post, by=daniel, at=now())


@pytest.fixture
@lasting
def carried(joseph: Officer, alice: Member) -> Voucher:
    """700.00 that Joseph took at Alice's door."""
    return contribute(member=alice, kind="REGULAR", amount=kes("700"), by=joseph.user, at=now(), on=today())


def address(officer: Officer, route: str = "officer-page") -> str:
    return reverse(route, args=[officer.pk])


# The list


def test_the_list_says_who_serves_where_and_what_is_in_whose_hands(
    at_desk: At, daniel: User, joseph: Officer, carried: Voucher
) -> None:
    page = text(at_desk(daniel).get(reverse("officers-page")))
    assert "Joseph Mutua" in page
    assert "Umoja" in page
    assert "No position yet" in page
    assert "700<small>.00</small>" in page
    assert "Register an officer" in page


def test_the_list_is_narrowed_by_the_address(at_desk: At, daniel: User, joseph: Officer, umoja: BankingGroup) -> None:
    browser, path = at_desk(daniel), reverse("officers-page")
    for asked, is_there in [
        ({"status": "ACTIVE"}, True),
        ({"status": "EXITED"}, False),
        ({"group": str(umoja.pk)}, True),
        ({"group": "7"}, True),
        ({"search": "mutua"}, True),
        ({"search": "wanjiku"}, False),
        ({"status": "NONSENSE", "page": "99"}, True),
    ]:
        assert ("Joseph Mutua" in text(browser.get(path, asked))) == is_there, asked
    assert "No officer is like that." in text(browser.get(path, {"search": "wanjiku"}))


def test_an_empty_list_says_what_to_do(at_desk: At, daniel: User) -> None:
    assert "There is no officer yet." in text(at_desk(daniel).get(reverse("officers-page")))


def test_an_officer_finds_himself_and_a_chair_is_told_that_she_may_not(
    at_desk: At, joseph: Officer, mary: Member
) -> None:
    page = text(at_desk(joseph.user).get(reverse("officers-page")))
    assert "Joseph Mutua" in page
    assert "Register an officer" not in page
    assert at_desk(user_of(mary)).get(reverse("officers-page")).status_code == 403


def test_a_look_at_where_somebody_was_leaves_an_act(at_desk: At, daniel: User, joseph: Officer) -> None:
    place: dict[str, Any] = {"latitude": kes("1"), "longitude": kes("34"), "accuracy": kes("20")}
    fixes = [Fix(**place, activity_type="TRAVEL", battery_level=64), Fix(**place, activity_type="OFFICE")]
    track(officer=joseph, fixes=fixes[:1], at=now())
    text(at_desk(joseph.user).get(address(joseph)))
    assert not Act.objects.filter(verb="officers.located").exists()
    page = text(at_desk(daniel).get(address(joseph)))
    assert Act.objects.filter(verb="officers.located", actor_id=daniel.pk).count() == 1
    assert "On the way" in page
    assert "battery 64 %" in page
    assert "Just now" in text(at_desk(daniel).get(reverse("officers-page")))


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (dt.timedelta(seconds=30), "Just now"),
        (dt.timedelta(seconds=60), "1 minute ago"),
        (dt.timedelta(minutes=59), "59 minutes ago"),
        (dt.timedelta(minutes=60), "1 hour ago"),
        (dt.timedelta(hours=23), "23 hours ago"),
        (dt.timedelta(hours=25), "1 day ago"),
        (dt.timedelta(days=3), "3 days ago"),
    ],
)
def test_when_he_was_seen_is_said_in_words(
    at_desk: At, daniel: User, joseph: Officer, ago: dt.timedelta, words: str
) -> None:
    place: dict[str, Any] = {"latitude": kes("1"), "longitude": kes("34"), "accuracy": kes("20")}
    track(officer=joseph, fixes=[Fix(**place, activity_type="TRAVEL", recorded_at=now() - ago)], at=now())
    assert words in text(at_desk(daniel).get(reverse("officers-page")))


# Registering


def new(**said: str) -> dict[str, str]:
    return {"name": "Naomi Wairimu", "phone": "0733 000 902", "offline_sync_id": str(new_id())} | said


def test_daniel_registers_naomi_once(at_desk: At, daniel: User, umoja: BankingGroup) -> None:
    browser, path = at_desk(daniel), reverse("register-officer-page")
    assert "What comes next" in text(browser.get(path))
    form = new(organisation=str(umoja.organisation_id))
    first, again = browser.post(path, form), browser.post(path, form)
    naomi = Officer.objects.get(name="Naomi Wairimu")
    assert first["Location"] == again["Location"] == address(naomi)
    assert told(first) == ["Naomi Wairimu is registered. Give groups, then activate."]
    assert "Has not chosen a password yet" in text(browser.get(address(naomi)))


def test_a_wrong_number_is_said_beside_its_field(at_desk: At, daniel: User, umoja: BankingGroup) -> None:
    form = new(organisation=str(umoja.organisation_id), phone="12")
    page = text(at_desk(daniel).post(reverse("register-officer-page"), form), 422)
    assert 'id="id_phone_error"' in page
    assert "autofocus" in page
    assert not Officer.objects.exists()


def test_the_system_admin_chooses_the_organisation(at_desk: At, sarah: User, umoja: BankingGroup, neema: Any) -> None:
    browser, path = at_desk(sarah), reverse("register-officer-page")
    assert "Choose an organisation" in text(browser.get(path))
    assert "id_organisation_error" in text(browser.post(path, new()), 422)
    browser.post(path, new(organisation=str(neema.organisation_id)))
    assert Officer.objects.get().organisation == neema.organisation


def test_no_page_tells_whose_number_it_is(at_desk: At, daniel: User, make_user: MakeUser, umoja: BankingGroup) -> None:
    """Samuel signs in already; Daniel, who only has his number, reads the name he wrote himself."""
    samuel = make_user("Samuel Kiprono")
    samuel.set_password("milk-and-maize-2026")
    samuel.save()
    browser = at_desk(daniel)
    form = new(name="Some Body", phone=samuel.phone, organisation=str(umoja.organisation_id))
    done = browser.post(reverse("register-officer-page"), form)
    assert told(done) == ["Some Body is registered. Give groups, then activate."]
    post = Officer.objects.get(user=samuel)
    pages = [
        browser.get(reverse("officers-page"), {"search": "body"}),
        browser.get(address(post)),
        give_groups(browser, post, umoja),
        move(browser, post, "activate"),
    ]
    for page in map(text, pages):
        assert "Some Body" in page
        assert "Samuel" not in page
    assert give_groups(browser, post, umoja, step="confirm")["Location"] == address(post)
    assert told(move(browser, post, "activate", step="confirm", reason="New")) == [
        "The groups of Some Body are changed.",
        "Some Body is active.",
    ]
    assert "No officer is like that." in text(browser.get(reverse("officers-page"), {"search": "Samuel"}))


def test_an_organisation_at_rest_says_so_on_the_form_and_at_the_move(
    at_desk: At, daniel: User, umoja: BankingGroup
) -> None:
    where = umoja.organisation
    post = register_officer(name="Joseph Mutua", phone="0733000901", organisation=where, by=daniel, at=now())
    edit_organisation(organisation=where, at=now(), by=daniel, is_active=False)
    browser = at_desk(daniel)
    page = text(browser.post(reverse("register-officer-page"), new(organisation=str(where.pk))), 422)
    assert "This organisation is at rest" in page
    assert "This organisation is at rest" in text(move(browser, post, "activate", step="confirm", reason="Now"), 422)
    assert [one.status for one in Officer.objects.all()] == ["REGISTERED"]


def test_a_number_whose_sign_in_was_closed_is_said_beside_its_field(
    at_desk: At, daniel: User, make_user: MakeUser, umoja: BankingGroup
) -> None:
    samuel = make_user("Samuel Kiprono")
    User.objects.filter(pk=samuel.pk).update(is_active=False)
    form = new(phone=samuel.phone, organisation=str(umoja.organisation_id))
    page = text(at_desk(daniel).post(reverse("register-officer-page"), form), 422)
    assert 'id="id_phone_error"' in page
    assert not Officer.objects.exists()


# Groups


def give_groups(browser: Client, officer: Officer, *groups: BankingGroup, step: str = "") -> Any:
    form = {"groups": [str(group.pk) for group in groups], "step": step}
    return browser.post(address(officer, "officer-groups-page"), form)


def test_groups_are_reviewed_then_given_and_taken(
    at_desk: At, daniel: User, joseph: Officer, umoja: BankingGroup, baraka: BankingGroup
) -> None:
    browser = at_desk(daniel)
    review = give_groups(browser, joseph, baraka).context["review"]
    assert (review.given, review.taken, review.stays) == (("Baraka",), ("Umoja",), ())
    assert standing(joseph.user, umoja).is_field_officer
    assert give_groups(browser, joseph, baraka, step="confirm")["Location"] == address(joseph)
    assert not standing(joseph.user, umoja).roles
    assert standing(joseph.user, baraka).is_field_officer


def test_a_group_whose_cash_he_holds_is_not_taken_and_the_page_says_why(
    at_desk: At, daniel: User, joseph: Officer, umoja: BankingGroup, carried: Voucher
) -> None:
    page = text(give_groups(at_desk(daniel), joseph, step="confirm"), 422)
    assert "Umoja: 700.00" in page
    assert standing(joseph.user, umoja).is_field_officer


def test_the_same_groups_change_nothing_and_going_back_keeps_the_ticks(
    at_desk: At, daniel: User, joseph: Officer, umoja: BankingGroup, baraka: BankingGroup
) -> None:
    browser = at_desk(daniel)
    assert "Nothing changes with this." in text(give_groups(browser, joseph, umoja))
    page = text(give_groups(browser, joseph, baraka, step="change"))
    assert f'value="{baraka.pk}" id="id_groups_0" checked' in page
    stranger = browser.post(address(joseph, "officer-groups-page"), {"groups": [str(new_id())]})
    assert stranger.status_code == 422


# Moves


def move(browser: Client, officer: Officer, verb: str, **said: str) -> Any:
    return browser.post(address(officer, "officer-status-page"), {"verb": verb} | said)


def test_suspending_shows_what_it_does_asks_why_and_does_it(
    at_desk: At, daniel: User, joseph: Officer, umoja: BankingGroup, carried: Voucher
) -> None:
    browser = at_desk(daniel)
    review = text(move(browser, joseph, "suspend"))
    assert "Nothing has happened yet." in review
    assert "700.00" in review
    unexplained = text(move(browser, joseph, "suspend", step="confirm"), 422)
    assert "This field is required." in unexplained
    assert "autofocus" in unexplained
    assert standing(joseph.user, umoja).is_field_officer
    done = move(browser, joseph, "suspend", step="confirm", reason="Away without a word")
    assert told(done) == ["Joseph Mutua is suspended."]
    assert not standing(joseph.user, umoja).roles
    assert OfficerChange.objects.latest("id").reason == "Away without a word"
    page = text(browser.get(address(joseph)))
    assert "Away without a word" in page
    assert "Activate" in page


def test_letting_go_is_refused_in_words_while_he_serves(at_desk: At, daniel: User, joseph: Officer) -> None:
    page = text(move(at_desk(daniel), joseph, "exit", step="confirm", reason="A new job"), 422)
    assert "still serves Umoja" in page
    assert Officer.objects.get().status == "ACTIVE"


def test_a_move_that_does_not_exist_is_not_found(at_desk: At, daniel: User, joseph: Officer) -> None:
    assert move(at_desk(daniel), joseph, "promote").status_code == 404


def test_who_may_not_manage_sees_no_button_and_is_refused(at_desk: At, joseph: Officer, mary: Member) -> None:
    page = text(at_desk(joseph.user).get(address(joseph)))
    assert "Suspend" not in page
    assert move(at_desk(joseph.user), joseph, "suspend").status_code == 403
    assert at_desk(user_of(mary)).get(address(joseph)).status_code == 403


def test_nobody_moves_himself_and_the_page_says_so(at_desk: At, sarah: User, joseph: Officer) -> None:
    where = joseph.organisation
    give_role(user=joseph.user, role=RoleName.SERVICE_ADMIN, organisation=where, at=now(), by=sarah)
    page = text(at_desk(joseph.user).get(address(joseph)))
    assert "Nobody changes their own post" in page
    assert "Suspend" not in page
    refused = move(at_desk(joseph.user), joseph, "suspend", step="confirm", reason="Mine")
    assert "nobody changes their own post" in text(refused, 422)


# Cash


def test_his_page_leads_to_the_hand_over_and_shows_what_waits(
    at_desk: At, joseph: Officer, daniel: User, umoja: BankingGroup, carried: Voucher, grace: User
) -> None:
    assert reverse("hand-over-page", args=[umoja.pk]) in text(at_desk(joseph.user).get(address(joseph)))
    over = Movement(kind="HANDOVER", amount=kes("700"), reason="Collected", to="CASH_BOX")
    move_cash(group=umoja, movement=over, by=joseph.user, at=now(), on=today())
    page = at_desk(daniel).get(address(joseph))
    assert reverse("hand-over-page", args=[umoja.pk]) not in text(page)
    (row,) = page.context["page"].hands
    assert (row.amount, row.waiting) == (kes("700"), kes("700"))
    assert balance(umoja, "1040", joseph.user_id) == kes("700")
