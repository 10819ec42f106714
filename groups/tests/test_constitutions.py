"""Proposing, adopting and declining rules: what holds, what is refused, and what two hands at once make of it."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from audit.models import Act
from core.errors import Invalid, MakerIsChecker, NotFound, Refusal
from core.tests.lasting import lasting
from groups.access import constitution_for
from groups.models import BankingGroup, Constitution, RoleName
from groups.operations import (
    NothingChanges,
    ProposalOutdated,
    ProposalSettled,
    adopt_constitution,
    adopt_proposal,
    decline_proposal,
    propose_constitution,
)
from groups.queries import charter_of, constitution_by_id, constitution_on, constitutions_of
from groups.tests.conftest import AT, Give, MakeUser
from users.models import User

TODAY = AT.date()
SOON = TODAY + dt.timedelta(days=30)
LATER = AT + dt.timedelta(days=1)


@pytest.fixture
@lasting
def mary(umoja: BankingGroup, make_user: MakeUser, give: Give) -> User:
    user = make_user("Mary Wanjiku")
    give(user, RoleName.CHAIR, umoja)
    return user


@pytest.fixture
@lasting
def grace(umoja: BankingGroup, make_user: MakeUser, give: Give) -> User:
    user = make_user("Grace Atieno")
    give(user, RoleName.TREASURER, umoja)
    return user


def proposes(group: BankingGroup, by: User, on: dt.date = SOON, fine_late: str = "70") -> Constitution:
    return propose_constitution(group=group, effective_on=on, at=AT, by=by, fine_late=fine_late)


def adopts(group: BankingGroup, by: User, on: dt.date = SOON, fine_late: str = "60") -> Constitution:
    return adopt_constitution(group=group, effective_on=on, at=AT, by=by, fine_late=fine_late)


def field_of(act: Callable[[], object]) -> str | None:
    with pytest.raises(Invalid) as refusal:
        act()
    return refusal.value.field


# Proposing


def test_a_proposal_binds_nobody(umoja: BankingGroup, mary: User) -> None:
    proposal = proposes(umoja, mary, TODAY)
    assert (proposal.status, proposal.version, proposal.proposed_upon) == ("PROPOSED", None, 1)
    assert (proposal.proposed_by, proposal.adopted_by) == (mary, None)
    assert proposal.fine_late == Decimal("70.00")
    assert (proposal.loan_terms.count(), proposal.welfare_events.count()) == (3, 4)
    assert constitution_on(umoja, TODAY).fine_late == Decimal("50.00")
    act = Act.objects.get(verb="constitution.proposed")
    assert (act.subject_id, act.actor_id, act.group_id, act.organisation_id) == (
        proposal.id,
        mary.id,
        umoja.id,
        umoja.organisation_id,
    )


def test_a_proposal_that_changes_nothing_is_no_proposal(umoja: BankingGroup, mary: User) -> None:
    with pytest.raises(NothingChanges) as refusal:
        proposes(umoja, mary, fine_late="50.00")
    assert (refusal.value.code, refusal.value.status) == ("nothing_changes", 422)
    with pytest.raises(NothingChanges):
        adopts(umoja, mary, fine_late="50.00")
    assert not Constitution.objects.filter(group=umoja, status="PROPOSED").exists()


def test_a_second_proposal_takes_the_place_of_her_first(umoja: BankingGroup, mary: User, grace: User) -> None:
    first, other, second = proposes(umoja, mary), proposes(umoja, grace), proposes(umoja, mary, fine_late="80")
    first.refresh_from_db()
    assert (first.status, first.adopted_by, first.reason) == ("DECLINED", mary, "")
    assert set(Constitution.objects.filter(status="PROPOSED")) == {other, second}
    assert Act.objects.get(verb="constitution.withdrawn").subject_id == first.id


@pytest.mark.parametrize("verb", [propose_constitution, adopt_constitution])
@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"withdrawal_percent": 101}, "withdrawal_percent"),
        ({"loan_terms": [{"loan_type": "PROJECT", "longest_months": 0}]}, "loan_terms.0.longest_months"),
        ({"welfare_events": [{"event": "FIRE"}]}, "welfare_events.0.maximum"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_breaks_a_bound_is_neither_proposed_nor_adopted(
    umoja: BankingGroup, mary: User, verb: Callable[..., Constitution], said: dict[str, Any], field: str
) -> None:
    assert field_of(lambda: verb(group=umoja, effective_on=SOON, at=AT, by=mary, **said)) == field
    assert Constitution.objects.filter(group=umoja).count() == 1


# The day


def test_rules_are_not_changed_backwards(umoja: BankingGroup, mary: User, sarah: User) -> None:
    yesterday = TODAY - dt.timedelta(days=1)
    assert field_of(lambda: proposes(umoja, mary, yesterday)) == "effective_on"
    assert field_of(lambda: adopts(umoja, sarah, yesterday)) == "effective_on"
    assert adopts(umoja, sarah, TODAY).version == 2


def test_nobody_binds_the_table_longer_than_two_years_ahead(umoja: BankingGroup, mary: User, sarah: User) -> None:
    last = dt.date(TODAY.year + 2, TODAY.month, TODAY.day)
    assert field_of(lambda: adopts(umoja, sarah, last + dt.timedelta(days=1))) == "effective_on"
    assert adopts(umoja, sarah, last).effective_on == last


def test_today_is_the_day_in_nairobi(umoja: BankingGroup, sarah: User) -> None:
    late = dt.datetime(2026, 3, 4, 21, 30, tzinfo=dt.UTC)
    today = dt.date(2026, 3, 5)
    assert field_of(lambda: adopt_constitution(group=umoja, effective_on=TODAY, at=late, by=sarah, fine_late=1)) == (
        "effective_on"
    )
    assert adopt_constitution(group=umoja, effective_on=today, at=late, by=sarah, fine_late=1).version == 2


def test_the_first_rules_may_be_older_than_the_books(umoja: BankingGroup) -> None:
    assert (umoja.registration_date < TODAY, constitution_on(umoja, TODAY).version) == (True, 1)


def test_a_version_between_two_others_follows_the_one_before_it_and_the_later_one_still_comes(
    umoja: BankingGroup, sarah: User
) -> None:
    adopts(umoja, sarah, TODAY + dt.timedelta(days=60), fine_late="75")
    between = adopt_constitution(group=umoja, effective_on=SOON, at=AT, by=sarah, minimum_contribution="600")
    assert (between.version, between.fine_late) == (3, Decimal("50.00"))
    assert constitution_on(umoja, SOON).version == 3
    comes = constitution_on(umoja, TODAY + dt.timedelta(days=60))
    assert (comes.version, comes.fine_late, comes.minimum_contribution) == (2, Decimal("75.00"), Decimal("500.00"))


def test_what_was_adopted_for_a_day_to_come_is_taken_back_by_a_newer_one_for_that_day(
    umoja: BankingGroup, sarah: User
) -> None:
    adopts(umoja, sarah, SOON, fine_late="75")
    assert adopts(umoja, sarah, SOON, fine_late="50").version == 3
    assert constitution_on(umoja, SOON).fine_late == Decimal("50.00")


# Adopting a proposal


def test_an_adopted_proposal_is_the_next_version(umoja: BankingGroup, mary: User, sarah: User) -> None:
    proposal = proposes(umoja, mary)
    adopted = adopt_proposal(proposal=proposal, at=LATER, by=sarah)
    assert (adopted.pk, adopted.version, adopted.status) == (proposal.pk, 2, "ADOPTED")
    assert (adopted.adopted_by, adopted.adopted_at, adopted.proposed_by) == (sarah, LATER, mary)
    assert constitution_on(umoja, SOON) == adopted
    assert Act.objects.get(verb="constitution.adopted", facts__version=2).actor_id == sarah.id


def test_the_service_admin_may_move_its_day(umoja: BankingGroup, mary: User, sarah: User) -> None:
    moved = SOON + dt.timedelta(days=7)
    adopted = adopt_proposal(proposal=proposes(umoja, mary), at=LATER, by=sarah, effective_on=moved)
    assert adopted.effective_on == moved
    assert constitution_on(umoja, SOON).version == 1


def test_a_proposal_whose_day_went_by_needs_a_new_one(umoja: BankingGroup, mary: User, sarah: User) -> None:
    proposal = proposes(umoja, mary, TODAY)
    assert field_of(lambda: adopt_proposal(proposal=proposal, at=LATER, by=sarah)) == "effective_on"
    assert adopt_proposal(proposal=proposal, at=LATER, by=sarah, effective_on=LATER.date()).version == 2


def test_nobody_adopts_what_she_proposed(umoja: BankingGroup, mary: User) -> None:
    proposal = proposes(umoja, mary)
    with pytest.raises(MakerIsChecker):
        adopt_proposal(proposal=proposal, at=LATER, by=mary)
    proposal.refresh_from_db()
    assert proposal.status == "PROPOSED"


def test_a_proposal_read_against_other_rules_is_not_adopted_over_them(
    umoja: BankingGroup, mary: User, sarah: User
) -> None:
    proposal = proposes(umoja, mary, TODAY + dt.timedelta(days=60))
    adopt_constitution(group=umoja, effective_on=SOON, at=AT, by=sarah, minimum_contribution="600")
    with pytest.raises(ProposalOutdated) as refusal:
        adopt_proposal(proposal=proposal, at=LATER, by=sarah)
    assert (refusal.value.code, refusal.value.status) == ("proposal_outdated", 409)
    # Before the new rules begin, its own are still the next step.
    early = adopt_proposal(proposal=proposal, at=LATER, by=sarah, effective_on=SOON - dt.timedelta(days=1))
    assert (early.version, early.minimum_contribution) == (3, Decimal("500.00"))


def test_a_proposal_is_settled_once(umoja: BankingGroup, mary: User, sarah: User) -> None:
    adopted, declined = proposes(umoja, mary), proposes(umoja, sarah)
    decline_proposal(proposal=declined, reason="Not yet", at=LATER, by=mary)
    adopt_proposal(proposal=adopted, at=LATER, by=sarah)
    for proposal in (adopted, declined, constitution_on(umoja, TODAY)):
        with pytest.raises(ProposalSettled):
            adopt_proposal(proposal=proposal, at=LATER, by=sarah)
        with pytest.raises(ProposalSettled) as refusal:
            decline_proposal(proposal=proposal, reason="No", at=LATER, by=sarah)
        assert (refusal.value.code, refusal.value.status) == ("invalid_transition", 409)


# Declining


def test_a_declined_proposal_stays_as_it_was_with_its_reason_sealed(
    umoja: BankingGroup, mary: User, sarah: User
) -> None:
    proposal = proposes(umoja, mary)
    declined = decline_proposal(proposal=proposal, reason=" Talk about it\n at the table ", at=LATER, by=sarah)
    assert (declined.status, declined.version, declined.effective_on) == ("DECLINED", None, SOON)
    assert (declined.adopted_by, declined.adopted_at) == (sarah, LATER)
    assert constitution_by_id(proposal.pk).reason == "Talk about it at the table"
    assert b"Talk" not in bytes(Constitution.objects.get(pk=proposal.pk).reason_sealed)
    act = Act.objects.get(verb="constitution.declined")
    assert (act.subject_id, act.facts) == (proposal.pk, {"version": None})


@pytest.mark.parametrize("reason", ["", "  \n", "x" * 501])
def test_who_declines_says_why(umoja: BankingGroup, mary: User, sarah: User, reason: str) -> None:
    proposal = proposes(umoja, mary)
    assert field_of(lambda: decline_proposal(proposal=proposal, reason=reason, at=LATER, by=sarah)) == "reason"


# Reading


def test_open_proposals_come_first_then_versions_then_what_fell(umoja: BankingGroup, mary: User, sarah: User) -> None:
    decline_proposal(proposal=proposes(umoja, mary), reason="No", at=LATER, by=sarah)
    adopts(umoja, sarah)
    proposes(umoja, mary, fine_late="65")
    rows = [(row.status, row.version) for row in constitutions_of(umoja)]
    assert rows == [("PROPOSED", None), ("ADOPTED", 2), ("ADOPTED", 1), ("DECLINED", None)]


def test_the_text_is_read_in_a_steady_order(umoja: BankingGroup) -> None:
    text = charter_of(constitution_on(umoja, TODAY))
    assert [terms.loan_type for terms in text.terms] == ["SHORT_TERM", "LONG_TERM", "PROJECT"]
    assert [event.event for event in text.events] == ["BEREAVEMENT", "BIRTH", "HOSPITAL", "OTHER"]


def test_a_text_of_baraka_is_not_found_in_umoja(umoja: BankingGroup, baraka: BankingGroup) -> None:
    theirs = constitution_on(baraka, TODAY)
    assert constitution_for(baraka, theirs.pk) == theirs
    with pytest.raises(NotFound):
        constitution_for(umoja, theirs.pk)


# Many hands


def at_once(acts: Sequence[Callable[[], object]]) -> Counter[str]:
    """Every act in a thread of its own, all starting together; the outcomes by name."""
    gate, outcomes = Barrier(len(acts)), Counter[str]()

    def one(act: Callable[[], object]) -> None:
        try:
            gate.wait(timeout=60)
            act()
            outcomes["done"] += 1
        except Refusal as refusal:
            outcomes[refusal.code] += 1
        finally:
            connection.close()

    threads = [Thread(target=one, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
class TestManyHands:
    def test_ten_adoptions_at_once_get_ten_numbers(self, umoja: BankingGroup, sarah: User) -> None:
        acts = [lambda fine=fine: adopts(umoja, sarah, SOON, fine_late=str(fine)) for fine in range(100, 110)]
        assert at_once(acts) == {"done": 10}
        numbers = Constitution.objects.adopted().filter(group=umoja).values_list("version", flat=True)
        assert set(numbers) == set(range(1, 12))

    def test_one_proposal_adopted_ten_times_at_once_is_one_version(
        self, umoja: BankingGroup, mary: User, sarah: User
    ) -> None:
        row = proposes(umoja, mary)
        acts = [lambda: adopt_proposal(proposal=constitution_by_id(row.pk), at=LATER, by=sarah)] * 10
        assert at_once(acts) == {"done": 1, "invalid_transition": 9}
        assert Constitution.objects.adopted().filter(group=umoja).count() == 2

    def test_adopted_and_declined_at_once_it_is_one_of_the_two(
        self, umoja: BankingGroup, mary: User, sarah: User
    ) -> None:
        row = proposes(umoja, mary)
        acts = [
            lambda: adopt_proposal(proposal=constitution_by_id(row.pk), at=LATER, by=sarah),
            lambda: decline_proposal(proposal=constitution_by_id(row.pk), reason="No", at=LATER, by=sarah),
        ] * 3
        assert at_once(acts) == {"done": 1, "invalid_transition": 5}

    def test_ten_proposals_of_one_person_at_once_leave_one_open(self, umoja: BankingGroup, mary: User) -> None:
        acts = [lambda fine=fine: proposes(umoja, mary, fine_late=str(fine)) for fine in range(100, 110)]
        assert at_once(acts) == {"done": 10}
        assert Constitution.objects.filter(group=umoja, status="PROPOSED").count() == 1

    def test_two_proposals_adopted_at_once_are_not_laid_over_each_other(
        self, umoja: BankingGroup, mary: User, grace: User, sarah: User
    ) -> None:
        rows = [proposes(umoja, mary), proposes(umoja, grace, fine_late="90")]
        acts = [lambda row=row: adopt_proposal(proposal=constitution_by_id(row.pk), at=LATER, by=sarah) for row in rows]
        assert at_once(acts) == {"done": 1, "proposal_outdated": 1}
