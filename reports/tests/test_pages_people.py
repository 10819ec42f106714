"""The pages about one member: who she is, what is put right, her office, her sign-in, a second group."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import Act
from core.ids import new_id
from core.periods import now
from core.tests.lasting import lasting
from groups.models import BankingGroup, GroupRole, RoleName
from members.models import Member, OfficeProposal, Person
from members.operations import leave, propose_office
from members.queries import next_of_kin
from reports.tests.conftest import AT, TODAY, Enrol, Give, MakeUser, user_of
from reports.tests.desk import At, text, told
from users.models import OneTimeCode, User

pytestmark = pytest.mark.django_db

Edits = Callable[..., dict[str, str]]


@pytest.fixture
@lasting
def daniel(make_user: MakeUser, umoja: BankingGroup, give: Give) -> User:
    """The service admin of Pamoja."""
    user = make_user("Daniel Otieno")
    give(user, RoleName.SERVICE_ADMIN, umoja.organisation)
    return user


@pytest.fixture
@lasting
def joseph(make_user: MakeUser, umoja: BankingGroup, baraka: BankingGroup, give: Give) -> User:
    """The field officer of Umoja and Baraka."""
    user = make_user("Joseph Mutua")
    give(user, RoleName.FIELD_OFFICER, umoja)
    give(user, RoleName.FIELD_OFFICER, baraka)
    return user


def page(name: str, member: Member) -> str:
    return reverse(name, args=[member.pk])


def held(member: Member) -> set[str]:
    rows = GroupRole.objects.filter(user=member.person.user, group=member.group, until__isnull=True)
    return set(rows.values_list("role", flat=True)) - {"MEMBER"}


# Who she is


def test_her_page_says_who_she_is_and_hides_her_number(at_desk: At, ruth: User, alice: Member) -> None:
    shown = text(at_desk(ruth).get(page("member-page", alice)))
    account = alice.account_number
    assert f"{account[:4]} {account[4:]}" in shown
    assert f"•••{alice.person.id_number[-3:]}" in shown
    assert alice.person.id_number not in shown
    assert "ID not verified" in shown
    assert "There is no photo of the ID card yet." in shown


def test_a_whole_number_is_shown_on_demand_and_written_down(at_desk: At, ruth: User, alice: Member) -> None:
    before = Act.objects.filter(verb="member.identity_read").count()
    browser = at_desk(ruth)
    browser.get(page("member-page", alice))
    assert Act.objects.filter(verb="member.identity_read").count() == before
    assert alice.person.id_number in text(browser.get(page("member-page", alice), {"whole": ""}))
    act = Act.objects.filter(verb="member.identity_read").latest("at")
    assert (act.actor_id, act.subject_id) == (ruth.pk, alice.pk)


def test_the_chair_does_not_see_it_whole_however_she_asks(at_desk: At, mary: Member, alice: Member) -> None:
    shown = text(at_desk(user_of(mary)).get(page("member-page", alice), {"whole": ""}))
    assert alice.person.id_number not in shown
    assert "Show it whole" not in shown
    assert not Act.objects.filter(verb="member.identity_read").exists()


def test_what_can_be_done_is_shown_to_who_may(
    at_desk: At, ruth: User, mary: Member, alice: Member, make_user: MakeUser, give: Give
) -> None:
    hers = text(at_desk(user_of(alice)).get(page("member-page", alice)))
    assert "Invite to sign in" not in hers
    assert page("edit-member-page", alice) not in hers
    auditor = make_user("Faith Achieng")
    give(auditor, RoleName.AUDITOR, alice.group.organisation)
    looked = text(at_desk(auditor).get(page("member-page", alice)))
    assert page("documents-page", alice) not in looked
    shown = text(at_desk(ruth).get(page("member-page", alice)))
    for name in ("edit-member-page", "documents-page", "verify-id-page", "office-page", "invite-page", "leave-page"):
        assert page(name, alice) in shown


def test_who_left_is_neither_invited_nor_given_an_office(at_desk: At, ruth: User, alice: Member) -> None:
    leave(member=alice, on=TODAY, at=now(), by=ruth)
    shown = text(at_desk(ruth).get(page("member-page", alice)))
    assert "Left on 4 March 2026" in shown
    assert page("office-page", alice) not in shown
    assert page("invite-page", alice) not in shown
    assert page("leave-page", alice) not in shown


def test_her_page_asks_no_more_of_the_database_for_a_longer_story(
    at_desk: At, ruth: User, alice: Member, bring: Any, django_assert_num_queries: Any
) -> None:
    browser, address = at_desk(ruth), page("member-page", alice)
    bring(alice, "500")
    browser.get(address)
    with CaptureQueriesContext(connection) as few:
        browser.get(address)
    for amount in ("600", "700", "800"):
        bring(alice, amount)
    with django_assert_num_queries(len(few)):
        browser.get(address)


# The list


def test_the_list_follows_its_address(at_desk: At, ruth: User, mary: Member, alice: Member, peter: Member) -> None:
    leave(member=peter, on=TODAY, at=now(), by=ruth)
    browser, address = at_desk(ruth), reverse("members-page", args=[alice.group_id])

    def names(**asked: str) -> list[str]:
        return [row.name for row in browser.get(address, asked).context["roster"].rows]

    assert names() == ["Mary Wanjiku", "Alice Wambui", "Peter Kamau"]
    assert names(search="wa") == ["Mary Wanjiku", "Alice Wambui"]
    assert names(search="2") == ["Alice Wambui"]
    assert names(active="yes") == ["Mary Wanjiku", "Alice Wambui"]
    assert names(active="no") == ["Peter Kamau"]
    assert names(active="perhaps") == names()
    assert names(search="9" * 50) == []
    assert "Nobody fits." in text(browser.get(address, {"search": "xyz"}))


def test_the_list_says_who_is_verified_and_leads_to_both_forms(at_desk: At, ruth: User, alice: Member) -> None:
    shown = text(at_desk(ruth).get(reverse("members-page", args=[alice.group_id])))
    assert "ID not verified" in shown
    assert reverse("register-page", args=[alice.group_id]) in shown
    assert reverse("join-page", args=[alice.group_id]) in shown


def test_a_plain_member_reads_names_and_not_who_is_verified(at_desk: At, mary: Member, alice: Member) -> None:
    shown = text(at_desk(user_of(alice)).get(reverse("members-page", args=[alice.group_id]), {"search": "mary"}))
    assert "Mary Wanjiku" in shown
    assert "ID not verified" not in shown


# Putting right


def edited(member: Member, **more: str) -> dict[str, str]:
    person = member.person
    usual = {
        "member_name": person.name,
        "id_number": person.id_number,
        "date_of_birth": str(person.date_of_birth),
        "phone": person.phone,
        "offline_sync_id": str(new_id()),
        "kin_rows": "1",
    }
    return usual | more


def test_the_form_starts_with_what_is_known_for_who_may_see_it(
    at_desk: At, ruth: User, mary: Member, alice: Member
) -> None:
    number = alice.person.id_number
    assert f'value="{number}"' in text(at_desk(ruth).get(page("edit-member-page", alice)))
    hidden = text(at_desk(user_of(mary)).get(page("edit-member-page", alice)))
    assert number not in hidden
    assert f"ends in {number[-3:]}" in hidden


def test_a_changed_name_is_kept_and_said(at_desk: At, ruth: User, alice: Member) -> None:
    browser = at_desk(ruth)
    answer = browser.post(page("edit-member-page", alice), edited(alice, member_name="Alice Wambui Kariuki"))
    assert answer["Location"] == page("member-page", alice)
    assert told(answer) == [
        "Changed: name.",
        "She counts as not verified until somebody else compares the number with a picture again.",
    ]
    assert Person.objects.get(pk=alice.person_id).name == "Alice Wambui Kariuki"


def test_nothing_changed_is_said_too(at_desk: At, ruth: User, alice: Member) -> None:
    answer = at_desk(ruth).post(page("edit-member-page", alice), edited(alice))
    assert told(answer) == ["Nothing differs from what was written before; nothing was changed."]


def test_an_empty_number_changes_nothing_for_who_does_not_see_it(at_desk: At, mary: Member, alice: Member) -> None:
    before = alice.person.id_number
    answer = at_desk(user_of(mary)).post(
        page("edit-member-page", alice), edited(alice, id_number="", phone="0733000001")
    )
    assert told(answer)[0] == "Changed: phone."
    alice.person.refresh_from_db()
    assert alice.person.id_number == before


def test_kin_are_edited_row_by_row_and_a_number_not_shown_is_kept(
    at_desk: At, ruth: User, mary: Member, alice: Member
) -> None:
    browser, address = at_desk(ruth), page("edit-member-page", alice)
    rose = {"kin_0_name": "Rose", "kin_0_relationship": "mother", "kin_0_id_number": "22334455"}
    browser.post(address, edited(alice, **rose))
    assert 'value="22334455"' in text(browser.get(address))
    assert 'value="22334455"' not in text(at_desk(user_of(mary)).get(address))
    at_desk(ruth)
    asked = {"id_number": "", "kin_rows": "2", "kin_0_name": "Rose", "kin_0_relationship": "mother"}
    at_desk(user_of(mary)).post(address, edited(alice, **asked, kin_1_name="John", kin_1_relationship="brother"))
    assert [(one.name, one.id_number) for one in next_of_kin(alice.person)] == [("Rose", "22334455"), ("John", "")]
    at_desk(ruth).post(address, edited(alice, kin_0_name="John", kin_0_relationship="brother"))
    assert [one.name for one in next_of_kin(alice.person)] == ["John"]


def test_another_row_is_asked_for_without_saving(at_desk: At, ruth: User, alice: Member) -> None:
    answer = at_desk(ruth).post(page("edit-member-page", alice), edited(alice, member_name="", step="add"))
    assert 'name="kin_1_name"' in text(answer)
    assert "This field is required" not in text(answer)


def test_what_is_refused_stands_at_its_field_and_keeps_what_was_typed(
    at_desk: At, ruth: User, alice: Member, peter: Member
) -> None:
    answer = at_desk(ruth).post(
        page("edit-member-page", alice), edited(alice, member_name="A. W.", id_number=peter.person.id_number)
    )
    shown = text(answer, 422)
    assert 'id="id_id_number_error"' in shown
    assert 'value="A. W."' in shown
    assert list(answer.context["form"].errors) == ["id_number"]


def test_nobody_puts_right_who_she_is_herself(at_desk: At, mary: Member) -> None:
    answer = at_desk(user_of(mary)).post(page("edit-member-page", mary), edited(mary, id_number="", member_name="M."))
    assert "Nobody puts right her own name" in text(answer, 422)


# Her office


def asked(office: str, step: str, **more: str) -> dict[str, str]:
    return {"office": office, "step": step, "offline_sync_id": str(new_id())} | more


def test_the_review_says_who_stops_and_what_she_may_do(at_desk: At, daniel: User, mary: Member, alice: Member) -> None:
    answer = at_desk(daniel).post(page("office-page", alice), asked("CHAIR", "review"))
    shown = text(answer)
    assert list(answer.context["review"].sentences) == [
        "Mary Wanjiku stops being chair.",
        "Alice Wambui becomes chair.",
    ]
    assert "verify ID numbers" in shown
    assert "see whole ID numbers" not in shown
    assert (held(mary), held(alice)) == ({"CHAIR"}, set())


def test_confirmed_the_office_passes_on_and_counts_at_the_next_request(
    at_desk: At, daniel: User, mary: Member, alice: Member
) -> None:
    form = asked("CHAIR", "confirm")
    answer = at_desk(daniel).post(page("office-page", alice), form)
    assert told(answer) == ["Alice Wambui becomes chair."]
    assert at_desk(daniel).post(page("office-page", alice), form).status_code == 302
    assert (held(mary), held(alice)) == (set(), {"CHAIR"})
    assert at_desk(user_of(alice)).get(page("edit-member-page", mary)).status_code == 200
    assert at_desk(user_of(mary)).get(page("edit-member-page", alice)).status_code == 403


def test_an_office_is_ended_by_choosing_none(at_desk: At, daniel: User, mary: Member) -> None:
    review = at_desk(daniel).post(page("office-page", mary), asked("", "review")).context["review"]
    assert list(review.sentences) == ["Mary Wanjiku stops being chair."]
    assert "register members" in review.loses
    at_desk(daniel).post(page("office-page", mary), asked("", "confirm"))
    assert held(mary) == set()


def test_a_committee_has_room_for_several(at_desk: At, daniel: User, alice: Member, peter: Member) -> None:
    for one in (alice, peter):
        at_desk(daniel).post(page("office-page", one), asked("COMMITTEE", "confirm"))
    assert (held(alice), held(peter)) == ({"COMMITTEE"}, {"COMMITTEE"})


def test_nothing_new_is_said_to_change_nothing(at_desk: At, daniel: User, mary: Member) -> None:
    review = at_desk(daniel).post(page("office-page", mary), asked("CHAIR", "review")).context["review"]
    assert list(review.sentences) == ["Nothing changes: it is so already."]


def test_going_back_keeps_the_choice(at_desk: At, daniel: User, alice: Member) -> None:
    shown = text(at_desk(daniel).post(page("office-page", alice), asked("SECRETARY", "change")))
    assert 'value="SECRETARY"' in shown.split("checked")[0].rsplit("<input", 1)[1]


def test_an_office_of_nowhere_is_refused(at_desk: At, daniel: User, alice: Member) -> None:
    answer = at_desk(daniel).post(page("office-page", alice), asked("KING", "confirm"))
    assert list(answer.context["form"].errors) == ["office"]
    assert answer.status_code == 422


def test_a_field_officer_proposes_and_the_service_admin_adopts(
    at_desk: At, joseph: User, daniel: User, mary: Member, alice: Member
) -> None:
    answer = at_desk(joseph).post(page("office-page", alice), asked("CHAIR", "propose"))
    assert told(answer) == ["Your proposal is kept. The service admin decides."]
    assert held(alice) == set()
    shown = text(at_desk(daniel).get(page("office-page", mary)))
    assert "Alice Wambui becomes chair." in shown
    assert "Mary Wanjiku stops being chair." in shown
    proposal = OfficeProposal.objects.get()
    address = reverse("office-proposal-page", args=[proposal.pk])
    assert at_desk(joseph).post(address, {"action": "adopt"}).status_code == 403
    assert told(at_desk(daniel).post(address, {"action": "adopt"})) == ["Alice Wambui becomes chair."]
    assert (held(mary), held(alice)) == (set(), {"CHAIR"})
    assert "decided already" in told(at_desk(daniel).post(address, {"action": "adopt"}))[-1]


def test_a_declined_proposal_changes_nothing(at_desk: At, joseph: User, daniel: User, alice: Member) -> None:
    proposal = propose_office(member=alice, office="SECRETARY", at=AT, by=joseph)
    address = reverse("office-proposal-page", args=[proposal.pk])
    assert told(at_desk(daniel).post(address, {"action": "decline"})) == ["Declined. Everything stays as it was."]
    assert held(alice) == set()


def test_what_was_proposed_already_is_said_on_the_form(at_desk: At, joseph: User, alice: Member) -> None:
    propose_office(member=alice, office="SECRETARY", at=AT, by=joseph)
    answer = at_desk(joseph).post(page("office-page", alice), asked("CHAIR", "propose"))
    assert "already proposed for her" in text(answer, 422)


def test_an_office_holder_sees_the_offices_and_gives_none(at_desk: At, mary: Member, alice: Member) -> None:
    browser = at_desk(user_of(mary))
    assert "The group chooses, the service admin writes it down." in text(browser.get(page("office-page", alice)))
    assert browser.post(page("office-page", alice), asked("CHAIR", "confirm")).status_code == 403
    assert held(alice) == set()


def test_a_proposal_of_another_organisation_is_not_found(
    at_desk: At, joseph: User, alice: Member, neema: BankingGroup, make_user: MakeUser, give: Give
) -> None:
    proposal = propose_office(member=alice, office="SECRETARY", at=AT, by=joseph)
    samuel = make_user("Samuel Kiprono")
    give(samuel, RoleName.SERVICE_ADMIN, neema.organisation)
    browser = at_desk(samuel)
    assert browser.post(reverse("office-proposal-page", args=[proposal.pk]), {"action": "adopt"}).status_code == 404
    assert browser.post(reverse("office-proposal-page", args=[new_id()]), {"action": "adopt"}).status_code == 404


# Her sign-in


def test_inviting_sends_a_code_and_says_what_happens_next(
    at_desk: At, ruth: User, umoja: BankingGroup, enrol: Enrol
) -> None:
    lucy = enrol(umoja, "Lucy Nyambura", sign_in=False)
    browser = at_desk(ruth)
    assert browser.get(page("invite-page", lucy)).status_code == 405
    answer = browser.post(page("invite-page", lucy))
    assert answer["Location"] == page("member-page", lucy)
    assert "a code is on its way to her phone" in told(answer)[0]
    lucy.person.refresh_from_db()
    assert OneTimeCode.objects.filter(user=lucy.person.user).count() == 1


def test_the_invitation_sounds_the_same_whether_she_signs_in_or_not(at_desk: At, ruth: User, alice: Member) -> None:
    first = told(at_desk(ruth).post(page("invite-page", alice)))
    user = user_of(alice)
    user.set_password("sukuma-wiki-2026")
    user.save()
    assert told(at_desk(ruth).post(page("invite-page", alice)))[-1:] == first


def test_who_left_cannot_be_invited(at_desk: At, ruth: User, alice: Member) -> None:
    leave(member=alice, on=TODAY, at=now(), by=ruth)
    answer = at_desk(ruth).post(page("invite-page", alice))
    assert "has left the group" in told(answer)[0]


# A second group


def join_page(group: BankingGroup) -> str:
    return reverse("join-page", args=[group.pk])


def search(browser: Client, group: BankingGroup, words: str) -> Any:
    return browser.post(join_page(group), {"step": "search", "search": words})


def found(answer: Any) -> list[str]:
    return [one.name for one in answer.context["found"].people]


def test_joseph_finds_jane_of_his_other_group_by_any_of_three(
    at_desk: At, joseph: User, umoja: BankingGroup, mary: Member, jane: Member
) -> None:
    browser = at_desk(joseph)
    for words in ("jane", "  JANE   aki ", jane.person.id_number, f"0{jane.person.phone[3:]}"):
        assert found(search(browser, umoja, words)) == ["Jane Akinyi"]
    for words in ("mary", jane.person.id_number[:-1], "%", "_", ""):
        assert found(search(browser, umoja, words)) == []
    assert "at least two letters" in text(search(browser, umoja, "j"))
    assert jane.person.id_number not in text(search(browser, umoja, "jane"))


def test_the_number_that_is_searched_for_stands_in_no_address(
    at_desk: At, joseph: User, umoja: BankingGroup, jane: Member
) -> None:
    browser = at_desk(joseph)
    answer = search(browser, umoja, jane.person.id_number)
    shown = text(answer)
    assert re.search(r'<form[^>]*method="post"[^>]*role="search"', shown)
    addresses = re.findall(r'(?:href|action)="([^"]*)"', shown) + re.findall(r'name="next" value="([^"]*)"', shown)
    assert join_page(umoja) in addresses
    assert [one for one in addresses if jane.person.id_number in one] == []
    assert answer.headers.keys().isdisjoint({"Location", "HX-Push-Url", "HX-Replace-Url"})
    assert found(browser.get(join_page(umoja), {"search": "jane"})) == []
    browser.logout()
    assert search(browser, umoja, jane.person.id_number)["Location"] == f"/sign-in/?next={join_page(umoja)}"


def test_the_secretary_finds_nobody_she_does_not_serve(
    at_desk: At, ruth: User, umoja: BankingGroup, jane: Member
) -> None:
    browser = at_desk(ruth)
    answer = search(browser, umoja, jane.person.id_number)
    assert found(answer) == []
    assert "A secretary sees only her own group" in text(answer)
    assert browser.get(join_page(umoja), {"person": str(jane.person_id)}).status_code == 404
    form = {"person": str(jane.person_id), "offline_sync_id": "a-key"}
    assert browser.post(join_page(umoja), form).status_code == 404
    assert not Member.objects.filter(group=umoja).exists()


def test_jane_joins_umoja_once(at_desk: At, joseph: User, umoja: BankingGroup, mary: Member, jane: Member) -> None:
    browser = at_desk(joseph)
    review = text(browser.get(join_page(umoja), {"person": str(jane.person_id)}))
    assert "Jane Akinyi becomes a member of Umoja." in review
    form = {"person": str(jane.person_id), "offline_sync_id": "a-key"}
    first, again = browser.post(join_page(umoja), form), browser.post(join_page(umoja), form)
    assert told(first) == ["Jane Akinyi is a member of Umoja now, with number 2."]
    assert again["Location"] == first["Location"]
    assert "already has a member number" in text(
        browser.post(join_page(umoja), form | {"offline_sync_id": "b-key"}), 409
    )
    assert Member.objects.filter(person=jane.person).count() == 2
    assert found(search(browser, umoja, "jane")) == []


def test_a_form_without_a_person_finds_nobody(at_desk: At, joseph: User, umoja: BankingGroup) -> None:
    browser = at_desk(joseph)
    assert browser.post(join_page(umoja), {"person": "x"}).status_code == 422
    assert browser.get(join_page(umoja), {"person": "x"}).status_code == 200


def test_a_person_of_another_organisation_is_not_found(
    at_desk: At, joseph: User, umoja: BankingGroup, neema: BankingGroup, enrol: Enrol, give: Give
) -> None:
    kevin = enrol(neema, "Kevin Odhiambo")
    give(joseph, RoleName.FIELD_OFFICER, neema)
    browser = at_desk(joseph)
    assert found(search(browser, umoja, "kevin")) == []
    assert browser.get(join_page(umoja), {"person": str(kevin.person_id)}).status_code == 404


# Her own first page


def test_alice_reads_her_number_and_account_on_her_first_page(at_desk: At, mary: Member, alice: Member) -> None:
    shown = text(at_desk(user_of(alice)).get("/"))
    account = alice.account_number
    assert f"{account[:4]} {account[4:]}" in shown
    assert "Your money in Umoja" in shown
    assert "2" in shown
    assert "Chair" in text(at_desk(user_of(mary)).get("/"))


@pytest.mark.parametrize("name", ["edit-member-page", "documents-page", "verify-id-page", "office-page"])
def test_strangers_find_nothing_and_plain_members_are_told_no(
    at_desk: At, alice: Member, jane: Member, name: str
) -> None:
    assert at_desk(user_of(jane)).get(page(name, alice)).status_code == 404
    assert at_desk(user_of(alice)).get(page(name, alice)).status_code == 403
