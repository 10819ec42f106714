"""The pages of a group's rules: read aloud, compared, proposed, adopted and declined; each once, or why not."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.ids import new_id
from core.periods import now, today
from core.tests.lasting import lasting
from groups.models import BankingGroup, Constitution, Organisation, RoleName
from groups.operations import adopt_constitution, decline_proposal, propose_constitution
from groups.queries import charter_of, constitution_on
from members.models import Member
from reports.constitution_forms import ConstitutionForm
from reports.tests.conftest import Enrol, Give, MakeUser, user_of
from reports.tests.desk import At, text, told
from users.models import User

pytestmark = pytest.mark.django_db

TODAY = today()
SOON = TODAY + dt.timedelta(days=30)


@pytest.fixture
@lasting
def daniel(make_user: MakeUser, pamoja: Organisation, give: Give) -> User:
    user = make_user("Daniel Otieno")
    give(user, RoleName.SERVICE_ADMIN, pamoja)
    return user


@pytest.fixture
@lasting
def grace(umoja: BankingGroup, enrol: Enrol, give: Give) -> User:
    user = user_of(enrol(umoja, "Grace Atieno"))
    give(user, RoleName.TREASURER, umoja)
    return user


@pytest.fixture
@lasting
def chair(mary: Member) -> User:
    return user_of(mary)


def rules(group: BankingGroup) -> str:
    return reverse("constitution-page", args=[group.pk])


def proposing(group: BankingGroup) -> str:
    return reverse("constitution-propose-page", args=[group.pk])


def comparing(group: BankingGroup) -> str:
    return reverse("constitution-compare-page", args=[group.pk])


def at(row: Constitution) -> str:
    return reverse("constitution-proposal-page", args=[row.group_id, row.pk])


def proposed(group: BankingGroup, by: User, **said: Any) -> Constitution:
    changes = said or {"fine_late": "70"}
    return propose_constitution(group=group, effective_on=SOON, at=now(), by=by, **changes)


def filled(group: BankingGroup, **changed: str) -> dict[str, str]:
    """The form as the browser sends it back: every field as it was filled, but for what somebody changed."""
    form = ConstitutionForm(holds=charter_of(constitution_on(group, TODAY)))
    usual = {name: str(form[name].value() or "") for name in form.fields}
    return usual | {"offline_sync_id": str(new_id()), "effective_on": SOON.isoformat(), "step": "confirm"} | changed


def newest(group: BankingGroup) -> Constitution:
    return Constitution.objects.filter(group=group).latest("pk")


# Reading


def test_a_member_reads_the_articles_in_force_and_who_adopted_them(
    at_desk: At, umoja: BankingGroup, alice: Member
) -> None:
    page = text(at_desk(user_of(alice)).get(rules(umoja)))
    for words in (
        "Version 1, from 15 January 2025",
        "Adopted by Sarah Njeri",
        "Article 2: Fines",
        "Fine for coming late",
        "at most 10,000.00 after 3 months",
        "Flat, once for the whole term",
    ):
        assert words in page
    assert "Propose a change" not in page
    assert "Change the rules" not in page


def test_what_comes_is_announced_and_what_is_proposed_is_listed(
    at_desk: At, umoja: BankingGroup, alice: Member, chair: User, daniel: User
) -> None:
    adopt_constitution(group=umoja, effective_on=SOON, at=now(), by=daniel, minimum_contribution="600")
    row = proposed(umoja, chair)
    answer = at_desk(user_of(alice)).get(rules(umoja))
    page, shown = text(answer), answer.context["page"]
    assert [entry.version for entry in shown.coming] == [2]
    assert "is adopted already and takes over on its day" in page
    assert at(row) in page
    assert shown.current.version == 1
    adopt_constitution(group=umoja, effective_on=TODAY, at=now(), by=daniel, fine_absent="90")
    assert [entry.is_outdated for entry in at_desk(user_of(alice)).get(rules(umoja)).context["page"].proposals] == [
        False
    ]


def test_a_proposal_whose_ground_has_moved_is_marked(
    at_desk: At, umoja: BankingGroup, chair: User, daniel: User
) -> None:
    row = proposed(umoja, chair)
    adopt_constitution(group=umoja, effective_on=TODAY, at=now(), by=daniel, fine_absent="90")
    assert "other rules have come since" in text(at_desk(chair).get(rules(umoja)))
    page = text(at_desk(daniel).get(at(row)))
    assert "let it be proposed again on them" in page
    assert 'value="adopt"' not in page


def test_the_history_tells_each_step_in_words(at_desk: At, umoja: BankingGroup, chair: User, daniel: User) -> None:
    adopt_constitution(group=umoja, effective_on=TODAY, at=now(), by=daniel, fine_late="60", welfare_events=[])
    decline_proposal(proposal=proposed(umoja, chair), reason="Ask Alice first", at=now(), by=daniel)
    answer = at_desk(chair).get(rules(umoja))
    page = text(answer)
    assert [(entry.version, len(entry.changes)) for entry in answer.context["page"].history] == [(2, 5), (1, 0)]
    assert "The social fund pays for no event." in page
    assert "Ask Alice first" in page
    assert "declined by Daniel Otieno" in page


def test_why_a_proposal_fell_is_not_for_everybody(
    at_desk: At, umoja: BankingGroup, alice: Member, chair: User, daniel: User
) -> None:
    row = proposed(umoja, chair)
    decline_proposal(proposal=row, reason="Ask Alice first", at=now(), by=daniel)
    for address in (rules(umoja), at(row)):
        page = text(at_desk(user_of(alice)).get(address))
        assert "Not adopted" in page
        assert "Ask Alice first" not in page
    assert "Ask Alice first" in text(at_desk(chair).get(at(row)))


def test_strangers_find_no_rules_and_the_proposal_of_another_group_is_not_there(
    at_desk: At, umoja: BankingGroup, baraka: BankingGroup, chair: User, jane: Member, daniel: User
) -> None:
    row = proposed(umoja, chair)
    browser = at_desk(user_of(jane))
    for address in (rules(umoja), comparing(umoja), proposing(umoja), at(row)):
        assert browser.get(address).status_code == 404
    elsewhere = reverse("constitution-proposal-page", args=[baraka.pk, row.pk])
    assert at_desk(daniel).get(elsewhere).status_code == 404


def test_the_tab_leads_there(at_desk: At, umoja: BankingGroup, alice: Member) -> None:
    assert f'href="{rules(umoja)}"' in text(at_desk(user_of(alice)).get(reverse("group-page", args=[umoja.pk])))


# Comparing


def test_two_versions_are_compared_in_words(at_desk: At, umoja: BankingGroup, alice: Member, daniel: User) -> None:
    for fine in ("60", "70"):
        adopt_constitution(group=umoja, effective_on=TODAY, at=now(), by=daniel, fine_late=fine)
    browser = at_desk(user_of(alice))
    usual = browser.get(comparing(umoja)).context["page"]
    assert (usual.first, usual.second, [change.words for change in usual.changes]) == (
        2,
        3,
        ["2.1 Fine for coming late: 60.00 → 70.00"],
    )
    back = browser.get(comparing(umoja), {"from": "3", "to": "1"}).context["page"]
    assert [change.words for change in back.changes] == ["2.1 Fine for coming late: 70.00 → 50.00"]
    assert "Nothing changes" in text(browser.get(comparing(umoja), {"from": "2", "to": "2"}))


@pytest.mark.parametrize("asked", [{"from": "9"}, {"to": "x"}, {"from": "-1"}, {"to": "9" * 40}, {"from": ""}])
def test_a_version_that_never_was_is_not_found(
    at_desk: At, umoja: BankingGroup, alice: Member, asked: dict[str, str]
) -> None:
    assert at_desk(user_of(alice)).get(comparing(umoja), asked).status_code == 404


# Proposing


def test_the_form_holds_what_is_in_force(at_desk: At, umoja: BankingGroup, chair: User) -> None:
    answer = at_desk(chair).get(proposing(umoja))
    page, form = text(answer), answer.context["form"]
    assert (form["fine_late"].value(), form["LONG_TERM_rate_percent"].value()) == ("50.00", "12.00")
    assert (form["event_0_event"].value(), form["in_duplum"].value()) == ("BEREAVEMENT", "yes")
    assert "Until now" not in page
    assert "2.1 Fine for coming late" in page
    assert "until the service admin adopts it" in page


def test_the_review_says_only_what_changes_and_saves_nothing(at_desk: At, umoja: BankingGroup, chair: User) -> None:
    fire = {"event_4_event": "fire", "event_4_maximum": "5,000"}
    form = filled(umoja, fine_late="70", LONG_TERM_rate_percent="10", step="review", **fire)
    answer = at_desk(chair).post(proposing(umoja), form)
    assert "Nothing has happened yet." in text(answer)
    assert [change.words for change in answer.context["review"].changes] == [
        "2.1 Fine for coming late: 50.00 → 70.00",
        "5.3 Loans of the type Long-term: rate 12 % → 10 %",
        "6.1 New event: FIRE, at most 5,000.00 from the first day",
    ]
    assert Constitution.objects.filter(group=umoja).count() == 1


def test_who_goes_back_finds_what_she_wrote_with_the_changes_marked(
    at_desk: At, umoja: BankingGroup, chair: User
) -> None:
    page = text(at_desk(chair).post(proposing(umoja), filled(umoja, fine_late="70", step="change")))
    assert 'name="fine_late" value="70"' in page
    assert page.count("Until now:") == 1
    assert "Until now: 50.00" in page


def test_confirming_proposes_once_however_often_it_is_sent(at_desk: At, umoja: BankingGroup, chair: User) -> None:
    browser, form = at_desk(chair), filled(umoja, fine_late="70", event_2_event="")
    first, again = browser.post(proposing(umoja), form), browser.post(proposing(umoja), form)
    assert {first.status_code, again.status_code} == {302}
    assert first["Location"] == rules(umoja)
    assert told(first) == ["Proposed. The service admin adopts or declines it; until then nothing changes."]
    row = Constitution.objects.get(group=umoja, status="PROPOSED")
    assert (str(row.fine_late), row.effective_on, row.proposed_by) == ("70.00", SOON, chair)
    assert sorted(row.welfare_events.values_list("event", flat=True)) == ["BEREAVEMENT", "BIRTH", "OTHER"]


def test_the_same_form_with_other_rules_is_not_taken_for_the_first(
    at_desk: At, umoja: BankingGroup, chair: User
) -> None:
    browser, form = at_desk(chair), filled(umoja, fine_late="70")
    browser.post(proposing(umoja), form)
    page = text(browser.post(proposing(umoja), form | {"fine_late": "80"}), 422)
    assert "already confirmed with other rules" in page
    assert form["offline_sync_id"] not in page


def test_the_service_admin_adopts_by_the_same_form(at_desk: At, umoja: BankingGroup, daniel: User) -> None:
    browser = at_desk(daniel)
    assert "adopted at once as the next version" in text(browser.get(proposing(umoja)))
    form = filled(umoja, fine_late="70", effective_on=TODAY.isoformat())
    assert "Check and adopt" in text(browser.post(proposing(umoja), form | {"step": "review"}))
    done = browser.post(proposing(umoja), form)
    assert told(done)[0].startswith("Adopted: version 2 holds from")
    assert str(constitution_on(umoja, TODAY).fine_late) == "70.00"


def test_a_day_after_which_others_come_is_said_before_it_is_confirmed(
    at_desk: At, umoja: BankingGroup, daniel: User
) -> None:
    adopt_constitution(group=umoja, effective_on=SOON, at=now(), by=daniel, minimum_contribution="600")
    form = filled(umoja, fine_late="70", effective_on=TODAY.isoformat(), step="review")
    assert "Version 2" in text(at_desk(daniel).post(proposing(umoja), form))


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"fine_late": "-5"}, "fine_late", "between 0 and"),
        ({"fine_late": ""}, "fine_late", "required"),
        ({"fine_late": "many"}, "fine_late", "at most two decimals"),
        ({"open_loans": "MANY"}, "open_loans", "valid choice"),
        ({"committee_from": "300,000"}, "system_admin_above", "approver"),
        ({"PROJECT_longest_months": "0"}, "PROJECT_longest_months", "between 1 and 120"),
        ({"LONG_TERM_shortest_months": "40"}, "LONG_TERM_longest_months", "below the shortest"),
        ({"event_4_event": "FIRE"}, "event_4_maximum", "paid at most"),
        ({"event_4_event": "BIRTH", "event_4_maximum": "1"}, "event_4_event", "once"),
        ({"event_0_event": "", "event_5_event": "birth", "event_5_maximum": "1"}, "event_5_event", "once"),
        ({"effective_on": "2020-01-01", "fine_late": "7"}, "effective_on", "never backwards"),
        ({"effective_on": ""}, "effective_on", "required"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(
    at_desk: At, umoja: BankingGroup, chair: User, changed: dict[str, str], field: str, words: str
) -> None:
    answer = at_desk(chair).post(proposing(umoja), filled(umoja, **changed))
    assert answer.status_code in {400, 422}
    form = answer.context["form"]
    assert words in str(form.errors[field])
    assert form.fields[field].widget.attrs["autofocus"]
    assert Constitution.objects.filter(group=umoja).count() == 1


def test_a_form_in_which_nothing_was_changed_says_so(at_desk: At, umoja: BankingGroup, chair: User) -> None:
    assert "Change at least one of them." in text(at_desk(chair).post(proposing(umoja), filled(umoja)), 422)


def test_who_may_not_propose_is_told_so(at_desk: At, umoja: BankingGroup, alice: Member, ruth: User) -> None:
    for reader in (user_of(alice), ruth):
        browser = at_desk(reader)
        assert browser.get(proposing(umoja)).status_code == 403
        assert browser.post(proposing(umoja), filled(umoja, fine_late="70")).status_code == 403


# Settling


def verdict(browser: Client, row: Constitution, action: str, **more: str) -> Any:
    usual = {"offline_sync_id": str(new_id()), "effective_on": row.effective_on.isoformat(), "action": action}
    return browser.post(at(row), usual | more)


def test_the_service_admin_adopts_a_proposal_from_the_day_she_chooses(
    at_desk: At, umoja: BankingGroup, chair: User, daniel: User
) -> None:
    row = proposed(umoja, chair)
    browser = at_desk(daniel)
    assert "Fine for coming late" in text(browser.get(at(row)))
    done = verdict(browser, row, "adopt", effective_on=TODAY.isoformat())
    assert (done.status_code, done["Location"]) == (302, rules(umoja))
    row.refresh_from_db()
    assert (row.status, row.version, row.effective_on, row.adopted_by) == ("ADOPTED", 2, TODAY, daniel)
    assert "Adopted" in text(browser.get(at(row)))


def test_a_proposal_is_declined_with_its_reason_or_not_at_all(
    at_desk: At, umoja: BankingGroup, chair: User, daniel: User
) -> None:
    row, browser = proposed(umoja, chair), at_desk(daniel)
    refused = verdict(browser, row, "decline")
    assert refused.status_code == 400
    assert "Say why" in str(refused.context["form"].errors["reason"])
    assert told(verdict(browser, row, "decline", reason="Too much")) == [
        "Declined. The proposal stays in the history, with your reason."
    ]
    row.refresh_from_db()
    assert (row.status, row.reason) == ("DECLINED", "Too much")
    assert verdict(browser, row, "adopt").status_code == 409


def test_a_verdict_sent_twice_is_given_once(at_desk: At, umoja: BankingGroup, chair: User, daniel: User) -> None:
    row, browser, key = proposed(umoja, chair), at_desk(daniel), str(new_id())
    answers = [verdict(browser, row, "adopt", offline_sync_id=key) for _ in range(2)]
    assert {answer.status_code for answer in answers} == {302}
    assert Constitution.objects.adopted().filter(group=umoja).count() == 2


def test_nobody_adopts_her_own_proposal_on_the_page_either(
    at_desk: At, umoja: BankingGroup, chair: User, pamoja: Organisation, give: Give
) -> None:
    row = proposed(umoja, chair)
    give(chair, RoleName.SERVICE_ADMIN, pamoja)
    browser = at_desk(chair)
    page = text(browser.get(at(row)))
    assert "somebody else adopts it" in page
    assert 'value="adopt"' not in page
    assert "Somebody else must confirm this" in text(verdict(browser, row, "adopt"), 422)


def test_a_day_that_is_none_is_said(at_desk: At, umoja: BankingGroup, chair: User, daniel: User) -> None:
    row = proposed(umoja, chair)
    refused = verdict(at_desk(daniel), row, "adopt", effective_on="tomorrow")
    assert refused.status_code == 422
    assert refused.context["form"].errors["effective_on"]


def test_office_holders_and_members_look_on(
    at_desk: At, umoja: BankingGroup, chair: User, grace: User, alice: Member
) -> None:
    row = proposed(umoja, chair)
    for reader in (grace, user_of(alice)):
        browser = at_desk(reader)
        assert "It binds nobody yet." in text(browser.get(at(row)))
        assert verdict(browser, row, "adopt").status_code == 403
    row.refresh_from_db()
    assert row.status == "PROPOSED"


def test_the_pages_speak_swahili(client: Client, at_desk: At, umoja: BankingGroup, chair: User, daniel: User) -> None:
    row, browser = proposed(umoja, chair), at_desk(daniel)
    browser.post(reverse("language"), {"language": "sw", "next": "/"})
    for address in (rules(umoja), comparing(umoja), proposing(umoja), at(row)):
        page = text(browser.get(address))
        assert 'lang="sw"' in page
        for english in ("Fine for", "Article", "Version", "Proposal", "(months)", "3 months", "Rules<"):
            assert english not in page, (address, english)
