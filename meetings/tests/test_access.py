"""From an id to a meeting, or to what a line at the table names: strangers find nothing."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser

from core.errors import Forbidden, NotFound
from core.ids import new_id
from core.tests.lasting import lasting
from meetings.access import campaign_of, loan_of, meeting_for, members_of_table
from meetings.models import Meeting
from meetings.tests.sitting import Sitting
from savings.access import fine_of
from savings.models import Fine

pytestmark = [pytest.mark.django_db, pytest.mark.urls("meetings.tests.urls")]


@pytest.fixture
@lasting
def planned(umoja: Sitting) -> Meeting:
    return umoja.plans()


def is_not_found(act: Callable[[], object]) -> bool:
    with pytest.raises(NotFound):
        act()
    return True


def test_everybody_of_the_group_reads_its_meeting(umoja: Sitting, planned: Meeting) -> None:
    for name in ("alice", "grace", "joseph", "daniel", "faith", "sarah"):
        assert meeting_for(umoja.world.users[name], planned.pk, "meetings:read") == planned


def test_strangers_do_not_find_it(umoja: Sitting, planned: Meeting) -> None:
    for user in (umoja.world.jane, umoja.world.rose, umoja.world.kevin, AnonymousUser()):
        assert is_not_found(lambda user=user: meeting_for(user, planned.pk, "meetings:run"))  # type: ignore[misc]  # bound at once
    assert is_not_found(lambda: meeting_for(umoja.world.grace, new_id(), "meetings:read"))


def test_who_may_only_read_or_act_for_herself_runs_none(umoja: Sitting, planned: Meeting) -> None:
    for name, word in [("alice", "meetings:run"), ("faith", "meetings:run"), ("alice", "transactions:create")]:
        with pytest.raises(Forbidden):
            meeting_for(umoja.world.users[name], planned.pk, word)


def test_members_come_once_and_in_the_order_named(umoja: Sitting) -> None:
    members = umoja.world.members
    peter, alice, jane = (members[name] for name in ("peter", "alice", "jane"))
    assert members_of_table(umoja.world.umoja, [peter.pk, alice.pk, peter.pk]) == [peter, alice]
    assert members_of_table(umoja.world.umoja, []) == []
    assert is_not_found(lambda: members_of_table(umoja.world.umoja, [alice.pk, jane.pk]))


def test_a_line_names_only_what_is_hers_or_her_groups(umoja: Sitting) -> None:
    peter, alice = umoja.world.members["peter"], umoja.world.members["alice"]
    loan, fine, asked = umoja.lent(), umoja.fined(), umoja.asked()
    assert (loan_of(peter, loan.pk), fine_of(peter, fine.pk)) == (loan, fine)
    assert campaign_of(umoja.world.umoja, asked.pk) == asked
    assert is_not_found(lambda: loan_of(alice, loan.pk))
    assert is_not_found(lambda: fine_of(alice, fine.pk))
    assert is_not_found(lambda: campaign_of(umoja.world.groups["Baraka"], asked.pk))


def test_a_fine_that_was_never_due_is_not_found(umoja: Sitting) -> None:
    umoja.door().post(umoja.roll, umoja.marks(peter="LATE"))
    umoja.door().post(umoja.roll, umoja.marks())
    cancelled = Fine.objects.get()
    assert is_not_found(lambda: fine_of(umoja.world.members["peter"], cancelled.pk))
