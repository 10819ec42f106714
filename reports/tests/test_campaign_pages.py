"""Campaigns as pages: written down, asked, voted on, brought to and given back, each as its reader may see it."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns import operations, queries
from campaigns.models import GroupCampaign, TargetCampaign, Vote
from campaigns.operations import Idea
from core.ids import new_id
from core.money import kes
from core.periods import now, today
from groups.models import BankingGroup, RoleName
from ledger.models import Voucher
from meetings import operations as meetings
from members.models import Member
from members.tests.conftest import Enrol, Give
from reports.tests.conftest import user_of
from reports.tests.desk import At, text, told
from users.models import User

pytestmark = pytest.mark.django_db

MONTH = dt.timedelta(days=30)


@pytest.fixture
def tank(umoja: BankingGroup, daniel: User) -> TargetCampaign:
    idea = Idea("A water tank", kes("1000"), today(), today() + MONTH, "Ten thousand litres.", kes("300"))
    return operations.create_campaign(organisation=umoja.organisation, idea=idea, by=daniel, at=now())


@pytest.fixture
def asked(
    tank: TargetCampaign, umoja: BankingGroup, daniel: User, mary: Member, grace: Member, alice: Member, peter: Member
) -> GroupCampaign:
    """Umoja, with Mary, Grace, Alice and Peter, is asked: three yes votes are more than half."""
    return operations.assign(campaign=tank, group=umoja, by=daniel, at=now())


@pytest.fixture
def accepted(asked: GroupCampaign, mary: Member, grace: Member, alice: Member) -> GroupCampaign:
    for member in (mary, grace, alice):
        operations.vote(group_campaign=asked, choice="YES", by=user_of(member), at=now())
    return asked


@pytest.fixture
def completed(accepted: GroupCampaign, alice: Member, peter: Member, grace: Member) -> GroupCampaign:
    for member, amount in [(alice, "600"), (peter, "400")]:
        operations.contribute(
            group_campaign=accepted, member=member, amount=kes(amount), by=user_of(grace), at=now(), on=today()
        )
    return accepted


def of(row: GroupCampaign, name: str = "group-campaign-page") -> str:
    return reverse(name, args=[row.group_id, row.pk])


def key() -> dict[str, str]:
    return {"offline_sync_id": str(new_id())}


def status(row: GroupCampaign) -> str:
    return queries.group_campaign_by_id(row.pk).status


# An organisation's


def test_daniel_writes_a_campaign_down_and_asks_umoja(at_desk: At, daniel: User, umoja: BankingGroup) -> None:
    desk = at_desk(daniel)
    assert "There is no campaign yet." in text(desk.get("/campaigns/"))
    form = {
        **key(),
        "organisation": str(umoja.organisation_id),
        "name": "A roof",
        "target_amount": "2,500",
        "amount_per_member": "",
        "start_date": today().isoformat(),
        "end_date": (today() + MONTH).isoformat(),
    }
    assert 'name="organisation"' in text(desk.get("/campaigns/new/"))
    made = desk.post("/campaigns/new/", form)
    roof = TargetCampaign.objects.get()
    assert made["Location"] == reverse("campaign-page", args=[roof.pk])
    assert desk.post("/campaigns/new/", form)["Location"] == made["Location"]
    assert "No group was asked yet." in text(desk.get(made["Location"]))
    assign = reverse("campaign-assign-page", args=[roof.pk])
    answer = desk.post(assign, {**key(), "group": str(umoja.pk), "voting_deadline": (today() + MONTH / 2).isoformat()})
    assert (answer.status_code, told(answer)) == (302, ["Umoja is asked. Its members have been told."])
    page = text(desk.get(made["Location"]))
    assert "1 group was asked, 1 is voting." in page
    assert "Being voted on" in page
    assert desk.post(assign, {**key(), "group": str(umoja.pk)}).status_code == 422


def test_what_makes_no_sense_stands_beside_its_field(at_desk: At, daniel: User, umoja: BankingGroup) -> None:
    form = {
        **key(),
        "organisation": str(umoja.organisation_id),
        "name": "A roof",
        "target_amount": "100",
        "amount_per_member": "101",
        "start_date": today().isoformat(),
        "end_date": today().isoformat(),
    }
    page = text(at_desk(daniel).post("/campaigns/new/", form), 422)
    assert "more than the target" in page
    assert "autofocus" in page
    page = text(at_desk(daniel).post("/campaigns/new/", {**form, "name": "", "end_date": "soon"}), 422)
    assert page.count('class="error"') >= 2
    assert TargetCampaign.objects.count() == 0


def test_a_deadline_in_the_past_is_refused_beside_it(
    at_desk: At, daniel: User, umoja: BankingGroup, tank: TargetCampaign
) -> None:
    path = reverse("campaign-assign-page", args=[tank.pk])
    form = {**key(), "group": str(umoja.pk), "voting_deadline": (today() - MONTH).isoformat()}
    assert "That moment has passed." in text(at_desk(daniel).post(path, form), 400)


def test_each_sees_the_campaigns_of_her_scope(
    at_desk: At, people: dict[str, User], accepted: GroupCampaign, tank: TargetCampaign
) -> None:
    page = reverse("campaign-page", args=[tank.pk])
    for name in ["daniel", "faith", "sarah", "joseph", "mary", "alice"]:
        desk = at_desk(people[name])
        assert "A water tank" in text(desk.get("/campaigns/"))
        shown = text(desk.get(page))
        assert ("Ask a group" in shown) == (name in {"daniel", "sarah"})
    for name in ["jane", "samuel"]:
        desk = at_desk(people[name])
        assert "A water tank" not in text(desk.get("/campaigns/"))
        assert desk.get(page).status_code == 404
    for name in ["mary", "faith", "joseph"]:
        assert at_desk(people[name]).get("/campaigns/new/").status_code == 403
        form = {**key(), "group": str(accepted.group_id)}
        assert at_desk(people[name]).post(reverse("campaign-assign-page", args=[tank.pk]), form).status_code == 403


def test_a_long_list_has_pages(at_desk: At, daniel: User, umoja: BankingGroup) -> None:
    for number in range(21):
        idea = Idea(f"Number {number}", kes("5"), today(), today())
        operations.create_campaign(organisation=umoja.organisation, idea=idea, by=daniel, at=now())
    desk = at_desk(daniel)
    assert "Page 1 of 2" in text(desk.get("/campaigns/"))
    assert "Number 0<" in text(desk.get("/campaigns/?page=2"))
    for odd in ["0", "x", "-1", "99999999999"]:
        text(desk.get(f"/campaigns/?page={odd}"))


def test_the_list_costs_the_same_however_long(at_desk: At, daniel: User, completed: GroupCampaign) -> None:
    def cost(path: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            text(desk.get(path))
        return len(asked)

    desk, paths = at_desk(daniel), ["/campaigns/", reverse("group-campaigns-page", args=[completed.group_id])]
    [cost(path) for path in paths]
    short = [cost(path) for path in paths]
    for number in range(4):
        idea = Idea(f"Number {number}", kes("5"), today(), today())
        made = operations.create_campaign(organisation=completed.group.organisation, idea=idea, by=daniel, at=now())
        operations.assign(campaign=made, group=completed.group, by=daniel, at=now())
    assert [cost(path) for path in paths] == short


# A group's


def test_a_group_without_campaigns_says_so(at_desk: At, alice: Member) -> None:
    page = text(at_desk(user_of(alice)).get(reverse("group-campaigns-page", args=[alice.group_id])))
    assert "This group was asked about no campaign yet." in page


def test_alice_votes_and_changes_her_mind(at_desk: At, alice: Member, asked: GroupCampaign) -> None:
    desk = at_desk(user_of(alice))
    page = text(desk.get(of(asked)))
    assert "0 yes, 0 no. 4 have not voted yet." in page
    assert "It takes 3 yes of 4 members." in page
    assert "Whose vote?" not in page
    for choice, said in [("NO", "You said no."), ("YES", "You said yes.")]:
        answer = desk.post(of(asked, "campaign-vote-page"), {"vote": choice})
        assert (answer.status_code, answer["Location"]) == (302, of(asked))
        assert said in text(desk.get(of(asked)))
        assert said in text(desk.get(reverse("group-campaigns-page", args=[asked.group_id])))
    assert Vote.objects.count() == 1


def test_neither_yes_nor_no_is_asked_again(at_desk: At, alice: Member, asked: GroupCampaign) -> None:
    page = text(at_desk(user_of(alice)).post(of(asked, "campaign-vote-page"), {}), 422)
    assert 'class="error"' in page
    assert Vote.objects.count() == 0


def test_a_vote_that_comes_too_late_is_told_so(at_desk: At, peter: Member, accepted: GroupCampaign) -> None:
    page = text(at_desk(user_of(peter)).post(of(accepted, "campaign-vote-page"), {"vote": "YES"}), 422)
    assert "The vote on this campaign is closed." in page


def test_who_has_no_vote_is_shown_no_form(
    at_desk: At, daniel: User, people: dict[str, User], asked: GroupCampaign
) -> None:
    assert "Shall the group take part?" not in text(at_desk(daniel).get(of(asked)))
    assert at_desk(daniel).post(of(asked, "campaign-vote-page"), {"vote": "YES"}).status_code == 403
    assert at_desk(people["jane"]).post(of(asked, "campaign-vote-page"), {"vote": "YES"}).status_code == 404
    assert at_desk(people["jane"]).get(of(asked)).status_code == 404


def test_the_secretary_names_nobody_without_a_meeting(
    at_desk: At, enrol: Enrol, give: Give, umoja: BankingGroup, alice: Member, asked: GroupCampaign
) -> None:
    naomi = enrol(umoja, "Naomi Cherono")
    give(user_of(naomi), RoleName.SECRETARY, umoja)
    desk = at_desk(user_of(naomi))
    assert "Whose vote?" not in text(desk.get(of(asked)))
    assert desk.post(of(asked, "campaign-vote-page"), {"vote": "YES", "member": str(alice.pk)}).status_code == 422


def test_the_secretary_takes_down_what_alice_says_at_the_table(
    at_desk: At, enrol: Enrol, give: Give, umoja: BankingGroup, alice: Member, asked: GroupCampaign
) -> None:
    naomi = enrol(umoja, "Naomi Cherono")
    give(user_of(naomi), RoleName.SECRETARY, umoja)
    meeting = meetings.schedule(group=umoja, meeting_date=today(), by=user_of(naomi), at=now())
    meetings.open_meeting(meeting=meeting, by=user_of(naomi), at=now())
    desk = at_desk(user_of(naomi))
    assert "Whose vote?" in text(desk.get(of(asked)))
    answer = desk.post(of(asked, "campaign-vote-page"), {"vote": "YES", "member": str(alice.pk)})
    assert answer.status_code == 302
    kept = Vote.objects.get()
    assert (kept.member, kept.meeting_id) == (alice, meeting.pk)


def test_a_plain_member_sees_the_whole_and_her_own_part(
    at_desk: At, alice: Member, grace: Member, completed: GroupCampaign
) -> None:
    page = text(at_desk(user_of(alice)).get(of(completed)))
    assert "1,000.00 of 1,000.00 brought, 100 %" in page
    assert "You have brought" in page
    assert "Who brought what" not in page
    assert "Peter Kamau" not in page
    page = text(at_desk(user_of(grace)).get(of(completed)))
    assert "Who brought what" in page
    assert "Peter Kamau" in page


def test_what_was_turned_down_asks_for_no_money(
    at_desk: At, daniel: User, asked: GroupCampaign, mary: Member, grace: Member
) -> None:
    for member in (mary, grace):
        operations.vote(group_campaign=asked, choice="NO", by=user_of(member), at=now())
    page = text(at_desk(user_of(grace)).get(of(asked)))
    assert "The group turned it down on" in page
    assert "2 did not vote." in page
    assert "Bring money" not in page
    assert at_desk(user_of(grace)).get(of(asked, "campaign-contribute-page")).status_code == 422
    assert "1 group was asked." in text(at_desk(daniel).get("/campaigns/"))


# Money


def typed(member: Member, **more: str) -> dict[str, str]:
    usual = {
        **key(),
        "member": str(member.pk),
        "amount": "250",
        "payment_method": "CASH",
        "contribution_date": today().isoformat(),
    }
    return usual | more


def test_grace_reviews_and_confirms_what_alice_brings(
    at_desk: At, grace: Member, alice: Member, accepted: GroupCampaign
) -> None:
    desk, path = at_desk(user_of(grace)), of(accepted, "campaign-contribute-page")
    assert 'value="300.00"' in text(desk.get(path))
    form = typed(alice)
    review = text(desk.post(path, {**form, "step": "review"}))
    assert "Alice Wambui brings 250.00 to A water tank, in cash." in review
    assert "Brought to the campaign" in review
    assert not Voucher.objects.filter(kind="CAMPAIGN").exists()
    done = desk.post(path, {**form, "step": "confirm"})
    paper = Voucher.objects.get(kind="CAMPAIGN")
    assert done["Location"] == reverse("receipt-page", args=[paper.pk])
    assert desk.post(path, {**form, "step": "confirm"})["Location"] == done["Location"]
    assert Voucher.objects.filter(kind="CAMPAIGN").count() == 1
    assert "Campaign money: Alice Wambui" in text(desk.get(done["Location"]))
    other = text(desk.post(path, {**form, "amount": "251", "step": "confirm"}), 422)
    assert form["offline_sync_id"] not in other


def test_what_reaches_the_target_says_so_first(
    at_desk: At, grace: Member, alice: Member, accepted: GroupCampaign
) -> None:
    path = of(accepted, "campaign-contribute-page")
    review = text(at_desk(user_of(grace)).post(path, {**typed(alice, amount="1000"), "step": "review"}))
    assert "reaches its target and is completed" in review
    assert status(accepted) == "ACCEPTED"


def test_alice_records_her_own_and_it_waits(at_desk: At, alice: Member, peter: Member, accepted: GroupCampaign) -> None:
    desk, path = at_desk(user_of(alice)), of(accepted, "campaign-contribute-page")
    page = text(desk.get(path))
    assert "Peter Kamau" not in page
    review = text(desk.post(path, {**typed(alice), "step": "review"}))
    assert "until a second person confirms it" in review
    assert desk.post(path, {**typed(alice), "step": "confirm"}).status_code == 302
    assert Voucher.objects.get(kind="CAMPAIGN").status == "PENDING"
    assert desk.post(path, {**typed(peter), "step": "confirm"}).status_code == 422


@pytest.mark.parametrize(
    "wrong", [{"amount": "0"}, {"member": ""}, {"payment_method": "MPESA"}, {"contribution_date": "1066-10-14"}]
)
def test_wrong_answers_are_asked_again(
    at_desk: At, grace: Member, alice: Member, accepted: GroupCampaign, wrong: dict[str, str]
) -> None:
    path = of(accepted, "campaign-contribute-page")
    page = text(at_desk(user_of(grace)).post(path, {**typed(alice), **wrong, "step": "review"}), 422)
    assert 'class="error"' in page


def test_what_the_verb_refuses_stands_on_the_form(
    at_desk: At, grace: Member, alice: Member, accepted: GroupCampaign
) -> None:
    path = of(accepted, "campaign-contribute-page")
    early = (today() - MONTH).isoformat()
    page = text(at_desk(user_of(grace)).post(path, {**typed(alice, contribution_date=early), "step": "review"}), 422)
    assert "takes no money on that day" in page


def test_going_back_keeps_what_was_typed(at_desk: At, grace: Member, alice: Member, accepted: GroupCampaign) -> None:
    path = of(accepted, "campaign-contribute-page")
    page = text(at_desk(user_of(grace)).post(path, {**typed(alice, amount="123.45"), "step": "change"}))
    assert 'value="123.45"' in page


def gives_back(desk: Client, row: GroupCampaign, **more: str) -> Any:
    return desk.post(of(row, "campaign-return-page"), {**key(), "reason": "Cheaper", **more})


def test_daniel_gives_back_what_is_left(at_desk: At, daniel: User, alice: Member, completed: GroupCampaign) -> None:
    desk = at_desk(daniel)
    assert "Give back what is left" in text(desk.get(of(completed)))
    assert "1,000" in text(desk.get(of(completed, "campaign-return-page")))
    review = text(gives_back(desk, completed, step="review"))
    assert "1,000.00 goes back" in review
    assert 'value="2 1000.00"' in review
    assert queries.money_of([completed])[completed.pk].left == kes("1000")
    done = gives_back(desk, completed, step="confirm", seen="2 1000.00")
    assert (done.status_code, done["Location"]) == (302, of(completed))
    assert queries.money_of([completed])[completed.pk].left == kes("0")
    assert desk.get(of(completed, "campaign-return-page")).status_code == 422


def test_other_figures_than_were_seen_are_shown_anew(at_desk: At, daniel: User, completed: GroupCampaign) -> None:
    page = text(gives_back(at_desk(daniel), completed, step="confirm", seen="2 900.00"), 422)
    assert "The figures have changed since you looked." in page
    assert queries.money_of([completed])[completed.pk].left == kes("1000")


def test_giving_back_asks_why(at_desk: At, daniel: User, completed: GroupCampaign) -> None:
    assert 'class="error"' in text(gives_back(at_desk(daniel), completed, reason="", step="review"), 422)
    kept = text(gives_back(at_desk(daniel), completed, reason="The tank was cheap", step="change"))
    assert "The tank was cheap" in kept


def test_a_key_is_good_for_one_giving_back(at_desk: At, daniel: User, completed: GroupCampaign) -> None:
    desk, same = at_desk(daniel), {"offline_sync_id": "one", "step": "confirm", "seen": "2 1000.00"}
    assert gives_back(desk, completed, **same).status_code == 302
    assert gives_back(desk, completed, **same).status_code == 302
    assert 'value="one"' not in text(gives_back(desk, completed, **same, reason="Another"), 422)


def test_nobody_else_gives_back(at_desk: At, people: dict[str, User], completed: GroupCampaign) -> None:
    for name in ["mary", "grace", "joseph", "faith", "alice"]:
        assert at_desk(people[name]).get(of(completed, "campaign-return-page")).status_code == 403
    assert at_desk(people["samuel"]).get(of(completed, "campaign-return-page")).status_code == 404


def test_nothing_is_given_back_while_it_runs(at_desk: At, daniel: User, accepted: GroupCampaign) -> None:
    assert at_desk(daniel).get(of(accepted, "campaign-return-page")).status_code == 422
    assert gives_back(at_desk(daniel), accepted, step="review").status_code == 422
