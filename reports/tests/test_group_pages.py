"""The pages that found a group, set its particulars right, suspend and activate it."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from core.ids import new_id
from core.money import kes
from core.periods import now, today
from core.tests.lasting import lasting
from groups.models import BankingGroup, Organisation, RoleName, StatusChange
from groups.operations import edit_organisation, suspend_group
from ledger.models import Voucher
from members.models import Member
from reports.group_forms import GroupForm, TargetField
from reports.tests.conftest import Give, MakeUser, user_of
from reports.tests.desk import At, text, told
from users.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
@lasting
def daniel(make_user: MakeUser, pamoja: Organisation, give: Give) -> User:
    user = make_user("Daniel Otieno")
    give(user, RoleName.SERVICE_ADMIN, pamoja)
    return user


@pytest.fixture
@lasting
def faith(make_user: MakeUser, pamoja: Organisation, give: Give) -> User:
    user = make_user("Faith Achieng")
    give(user, RoleName.AUDITOR, pamoja)
    return user


def particulars(**more: str) -> dict[str, str]:
    usual = {
        "name": "Tujitegemee",
        "group_code": "",
        "county": "015",
        "constituency": "073",
        "ward": "0359",
        "location": "Zombe",
        "village": "Kasovoni",
        "meeting_day": "MONDAY",
        "meeting_venue": "Market hall",
        "target_amount": "20,000",
        "offline_sync_id": str(new_id()),
    }
    return usual | more


def founding(organisation: Organisation, /, **more: str) -> dict[str, str]:
    return particulars() | {"organisation": str(organisation.pk), "registration_date": today().isoformat()} | more


def options(answer: Any, name: str) -> list[str]:
    return [str(code) for code, _name in answer.context["form"].fields[name].choices if code]


# Founding


def test_daniel_founds_a_group(at_desk: At, daniel: User, pamoja: Organisation) -> None:
    browser, address = at_desk(daniel), reverse("new-group-page")
    page = text(browser.get(address))
    assert f'<input type="hidden" name="organisation" value="{pamoja.pk}"' in page
    answer = browser.post(address, founding(pamoja))
    group = BankingGroup.objects.get(name="Tujitegemee")
    assert answer["Location"] == reverse("group-page", args=[group.pk])
    assert told(answer) == [f"Tujitegemee is founded. Its code is {group.group_code}."]
    assert (group.organisation, group.ward, group.ward_code, group.target_amount) == (
        pamoja,
        "Zombe/Mwitika",
        "0359",
        kes("20000"),
    )
    assert "Kasovoni, Zombe, Kitui" in text(browser.get(answer["Location"]))


def test_the_same_form_sent_twice_founds_one_group(at_desk: At, daniel: User, pamoja: Organisation) -> None:
    browser, form = at_desk(daniel), founding(pamoja)
    first, again = (browser.post(reverse("new-group-page"), form) for _time in range(2))
    assert first["Location"] == again["Location"]
    other = browser.post(reverse("new-group-page"), form | {"name": "Other"})
    assert "already used" in text(other, 422)
    assert BankingGroup.objects.count() == 1


def test_each_list_of_places_follows_the_one_before(at_desk: At, daniel: User, pamoja: Organisation) -> None:
    browser, address = at_desk(daniel), reverse("new-group-page")
    first = browser.get(address)
    assert (len(options(first, "county")), options(first, "constituency"), options(first, "ward")) == (47, [], [])
    form = founding(pamoja, constituency="", ward="", step="place")
    second = browser.post(address, form)
    assert "073" in options(second, "constituency")
    assert options(second, "ward") == []
    page = text(second)
    assert 'value="Tujitegemee"' in page
    assert form["offline_sync_id"] in page
    assert "Nothing has been saved yet" not in page
    third = browser.post(address, founding(pamoja, ward="", step="place"))
    assert "0359" in options(third, "ward")
    assert not BankingGroup.objects.exists()


def test_where_scripts_run_only_the_lists_are_fetched(at_desk: At, daniel: User, pamoja: Organisation) -> None:
    answer = at_desk(daniel).post(
        reverse("new-group-page"), founding(pamoja, step="place"), headers={"HX-Request": "true"}
    )
    page = text(answer)
    assert page.strip().startswith("<fieldset")
    assert "<html" not in page
    assert 'value="0359" selected' in page


def test_a_county_chosen_anew_leaves_nothing_of_the_old_one(at_desk: At, daniel: User, pamoja: Organisation) -> None:
    answer = at_desk(daniel).post(reverse("new-group-page"), founding(pamoja, county="017"))
    page = text(answer, 422)
    assert "it follows what you chose above" in page
    assert options(answer, "ward") == []
    assert not BankingGroup.objects.exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"county": ""}, "county"),
        ({"meeting_day": ""}, "meeting_day"),
        ({"registration_date": "2999-01-01"}, "registration_date"),
        ({"registration_date": "1899-01-01"}, "registration_date"),
        ({"target_amount": "-5"}, "target_amount"),
        ({"group_code": "grp-umoja"}, "group_code"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    at_desk: At, daniel: User, pamoja: Organisation, umoja: BankingGroup, change: dict[str, str], field: str
) -> None:
    page = text(at_desk(daniel).post(reverse("new-group-page"), founding(pamoja, **change)), 422)
    assert f'id="id_{field}_error"' in page
    assert "autofocus" in page
    assert BankingGroup.objects.count() == 1


def test_sarah_chooses_the_organisation(at_desk: At, sarah: User, pamoja: Organisation, tumaini: Organisation) -> None:
    browser, address = at_desk(sarah), reverse("new-group-page")
    assert "Choose an organisation" in text(browser.get(address))
    assert f'<option value="{tumaini.pk}" selected>' in text(browser.get(address, {"organisation": str(tumaini.pk)}))
    assert 'id="id_organisation_error"' in text(browser.post(address, founding(pamoja, organisation="")), 422)
    browser.post(address, founding(tumaini))
    assert BankingGroup.objects.get().organisation == tumaini


def test_daniel_cannot_choose_another_organisation(
    at_desk: At, daniel: User, tumaini: Organisation, pamoja: Organisation
) -> None:
    assert at_desk(daniel).post(reverse("new-group-page"), founding(tumaini)).status_code == 422
    assert not BankingGroup.objects.exists()


def test_an_organisation_at_rest_is_not_offered(at_desk: At, sarah: User, pamoja: Organisation) -> None:
    edit_organisation(organisation=pamoja, at=now(), by=sarah, is_active=False)
    assert "Pamoja" not in text(at_desk(sarah).get(reverse("new-group-page")))


def test_who_may_not_found_is_told_so_and_sees_no_button(at_desk: At, faith: User, mary: Member) -> None:
    for user in (faith, user_of(mary)):
        browser = at_desk(user)
        assert browser.get(reverse("new-group-page")).status_code == 403
        assert "New group" not in text(browser.get(reverse("groups-page")))


def test_whoever_may_found_finds_the_way(at_desk: At, daniel: User, umoja: BankingGroup) -> None:
    assert reverse("new-group-page") in text(at_desk(daniel).get(reverse("groups-page")))


# Particulars


def test_the_form_holds_what_is_known(at_desk: At, daniel: User, umoja: BankingGroup) -> None:
    page = text(at_desk(daniel).get(reverse("edit-group-page", args=[umoja.pk])))
    assert 'value="GRP-UMOJA"' in page
    assert '<option value="022" selected>Kiambu' in page
    assert '<option value="THURSDAY" selected>' in page


def test_daniel_sets_the_particulars_right(at_desk: At, daniel: User, umoja: BankingGroup) -> None:
    browser, address = at_desk(daniel), reverse("edit-group-page", args=[umoja.pk])
    form = particulars(name="Umoja Mpya", target_amount="")
    assert browser.post(address, form | {"step": "place"}).status_code == 200
    answer = browser.post(address, form)
    assert answer["Location"] == reverse("group-page", args=[umoja.pk])
    umoja.refresh_from_db()
    assert (umoja.name, umoja.group_code, umoja.ward_code, umoja.target_amount) == (
        "Umoja Mpya",
        "GRP-UMOJA",
        "0359",
        kes("0"),
    )


def test_a_code_that_is_taken_stands_beside_its_field(
    at_desk: At, daniel: User, umoja: BankingGroup, baraka: BankingGroup
) -> None:
    address = reverse("edit-group-page", args=[umoja.pk])
    page = text(at_desk(daniel).post(address, particulars(group_code="grp-baraka")), 422)
    assert 'id="id_group_code_error"' in page
    lists = at_desk(daniel).post(address, particulars(step="place"), headers={"HX-Request": "true"})
    assert text(lists).strip().startswith("<fieldset")


# Suspending and activating


def turning(**more: str) -> dict[str, str]:
    return {"reason": "The books were lost", "offline_sync_id": str(new_id()), "turn": "suspend"} | more


def test_suspending_is_shown_before_it_is_done_and_done_once(
    at_desk: At, daniel: User, umoja: BankingGroup, brought: Voucher
) -> None:
    browser, address = at_desk(daniel), reverse("group-status-page", args=[umoja.pk])
    assert "Suspend Umoja" in text(browser.get(address))
    form = turning()
    answer = browser.post(address, form | {"step": "review"})
    assert "Nothing has happened yet." in text(answer)
    turn = answer.context["turn"]
    assert (turn.status_now, turn.status_after, turn.members, turn.cash) == ("Active", "Suspended", 2, kes("1500"))
    assert not StatusChange.objects.exists()
    for _time in range(2):
        answer = browser.post(address, form | {"step": "confirm"})
        assert answer["Location"] == reverse("group-page", args=[umoja.pk])
    assert "Umoja is suspended and takes no money." in told(answer)
    assert StatusChange.objects.get().reason == "The books were lost"
    page = text(browser.get(answer["Location"]))
    assert "Suspended: takes no money" in page
    assert ">Activate</a>" in page


def test_activating_shows_why_it_was_suspended(at_desk: At, daniel: User, umoja: BankingGroup) -> None:
    suspend_group(group=umoja, reason="The books were lost", at=now(), by=daniel)
    browser, address = at_desk(daniel), reverse("group-status-page", args=[umoja.pk])
    page = text(browser.get(address))
    assert "Activate Umoja" in page
    assert "Suspended: The books were lost" in page
    answer = browser.post(address, turning(turn="activate", reason="They were found", step="confirm"))
    assert told(answer) == ["Umoja is active and takes money again."]
    umoja.refresh_from_db()
    assert umoja.status == "ACTIVE"


def test_without_a_reason_nothing_is_shown_or_done(at_desk: At, daniel: User, umoja: BankingGroup) -> None:
    address = reverse("group-status-page", args=[umoja.pk])
    for step in ("review", "confirm"):
        page = text(at_desk(daniel).post(address, turning(reason=" ", step=step)), 422)
        assert 'id="id_reason_error"' in page
    assert not StatusChange.objects.exists()


def test_what_somebody_else_did_meanwhile_is_said(at_desk: At, daniel: User, umoja: BankingGroup) -> None:
    suspend_group(group=umoja, reason="Somebody was faster", at=now(), by=daniel)
    address = reverse("group-status-page", args=[umoja.pk])
    page = text(at_desk(daniel).post(address, turning(step="confirm")), 409)
    assert "Look at the group again." in page
    assert StatusChange.objects.count() == 1


def test_going_back_keeps_the_reason(at_desk: At, daniel: User, umoja: BankingGroup) -> None:
    form = turning(step="change")
    page = text(at_desk(daniel).post(reverse("group-status-page", args=[umoja.pk]), form))
    assert "The books were lost</textarea>" in page
    assert form["offline_sync_id"] in page


@pytest.mark.parametrize("name", ["edit-group-page", "group-status-page"])
def test_only_its_administrators_open_these_pages(
    at_desk: At,
    faith: User,
    daniel: User,
    mary: Member,
    umoja: BankingGroup,
    neema: BankingGroup,
    client: Client,
    name: str,
) -> None:
    address = reverse(name, args=[umoja.pk])
    assert client.get(address).status_code == 302
    for user in (faith, user_of(mary)):
        assert at_desk(user).get(address).status_code == 403
        assert at_desk(user).post(address, turning(step="confirm") | particulars()).status_code == 403
        assert address not in text(at_desk(user).get(reverse("group-page", args=[umoja.pk])))
    assert at_desk(daniel).get(reverse(name, args=[neema.pk])).status_code == 404
    assert address in text(at_desk(daniel).get(reverse("group-page", args=[umoja.pk])))
    umoja.refresh_from_db()
    assert (umoja.status, umoja.name) == ("ACTIVE", "Umoja")


# The forms


@pytest.mark.parametrize(("typed", "meant"), [("", "0"), ("0", "0"), ("0.00", "0"), ("KES 1,200.50", "1200.50")])
def test_an_empty_target_is_none(typed: str, meant: str) -> None:
    assert TargetField(required=False).clean(typed) == kes(meant)


def test_days_are_said_in_the_reader_s_language() -> None:
    with translation.override("sw"):
        assert "Jumatatu" in str(GroupForm(initial={"offline_sync_id": "1"})["meeting_day"])
