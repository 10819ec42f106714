"""An officer's last moments and everybody else's: she never leaves with cash. Real threads on PostgreSQL."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, connections, transaction

from core.errors import Refusal
from core.money import kes
from groups.access import standing
from groups.models import GroupRole, Organisation, RoleName
from groups.operations import appoint
from notifications.models import Message
from officers.models import Assignment, Officer, PositionFix
from officers.operations import activate, assign, edit, exit_officer, register_officer, suspend, track, unassign
from officers.tests.service import Service, fix
from savings.tests.chama import AT
from users.models import User, phone_digest
from users.operations import activate as activate_sign_in
from users.tests.people import in_parallel

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True), pytest.mark.urls("officers.tests.urls")]
# Long enough that whoever can go on has gone on.
A_WHILE = 0.5


@pytest.fixture
def table(transactional_db: None) -> Service:
    """An empty database first: another test may have left the demo world committed."""
    if Organisation.objects.exists():
        call_command("flush", interactive=False, verbosity=0)
    return Service()


def outcomes(works: list[Callable[[], Any]]) -> list[str]:
    results = in_parallel(works)
    assert len(results) == len(works), "a thread died of something that is no refusal"
    return sorted(result.code if isinstance(result, Refusal) else "done" for result in results)


class Meanwhile:
    """An act in a thread of its own; `is_waiting` tells whether it still waits for somebody."""

    def __init__(self, act: Callable[[], Any]) -> None:
        self.result: Any = None
        self.thread = threading.Thread(target=self._run, args=[act])
        self.thread.start()

    def _run(self, act: Callable[[], Any]) -> None:
        try:
            self.result = act()
        except Refusal as refusal:
            self.result = refusal
        finally:
            connections.close_all()

    @property
    def is_waiting(self) -> bool:
        self.thread.join(A_WHILE)
        return self.thread.is_alive()

    def ended(self) -> Any:
        self.thread.join(20)
        assert not self.thread.is_alive()
        return self.result


def go(table: Service) -> None:
    """Her group is taken from her, and she leaves."""
    unassign(officer=table.posts["joseph"], group=table.umoja, by=table.daniel, at=AT)
    exit_officer(officer=table.posts["joseph"], by=table.daniel, at=AT)


@pytest.mark.skipif(connection.vendor == "sqlite", reason="one writer at a time")
def test_who_takes_her_group_waits_for_the_cash_she_is_just_taking(table: Service) -> None:
    with transaction.atomic():
        table.visits("700")
        leaving = Meanwhile(lambda: go(table))
        assert leaving.is_waiting
    assert leaving.ended().code == "cash_not_handed_over"
    assert table.post("joseph").status == Officer.Status.ACTIVE
    assert standing(table.joseph, table.umoja).is_field_officer
    assert table.holds("1040", "joseph") == kes("700")


@pytest.mark.skipif(connection.vendor == "sqlite", reason="one writer at a time")
@pytest.mark.parametrize("act", ["contribution", "external", "hand_over_to_her", "verified_into_her_hands"])
def test_no_cash_comes_into_the_hands_of_who_is_just_leaving(table: Service, act: str) -> None:
    """She began as their officer, was gone before she ended, and is told so."""
    table.brings("alice", "1000")
    waiting = table.brings("peter", "250", by="peter")
    acts: dict[str, Callable[[], Any]] = {
        "contribution": lambda: table.visits("700"),
        "external": lambda: table.moves("EXTERNAL_IN", "700", by="joseph", to="OFFICER"),
        "hand_over_to_her": lambda: table.moves("HANDOVER", "700", to=str(table.joseph.pk)),
        "verified_into_her_hands": lambda: table.verifies("joseph", waiting),
    }
    with transaction.atomic():
        go(table)
        taking = Meanwhile(acts[act])
        assert taking.is_waiting
    assert taking.ended().code == "forbidden"
    assert table.post("joseph").status == Officer.Status.EXITED
    assert table.holds("1040", "joseph") == kes("0")
    assert table.fresh(waiting).status == "PENDING"
    assert table.books_are_proven


@pytest.mark.parametrize("turn", range(5))
def test_leaving_and_collecting_at_once_end_in_one_of_the_two(table: Service, turn: int) -> None:
    seen = outcomes([lambda: go(table), lambda: table.visits("700"), lambda: table.visits("50", whom="peter")])
    post, held = table.post("joseph"), table.holds("1040", "joseph")
    assert (post.status == Officer.Status.EXITED) == (held == kes("0")), seen
    assert table.books_are_proven


def test_two_who_suspend_at_once_suspend_once(table: Service) -> None:
    move = [lambda: suspend(officer=table.posts["joseph"], by=table.daniel, at=AT)] * 4
    assert outcomes(move) == ["done"] + ["invalid_transition"] * 3
    assert not standing(table.joseph, table.umoja).roles


def test_a_group_given_and_the_post_left_at_once_end_in_one_of_the_two(table: Service) -> None:
    unassign(officer=table.posts["joseph"], group=table.umoja, by=table.daniel, at=AT)
    outcomes(
        [
            lambda: assign(officer=table.posts["joseph"], group=table.baraka, by=table.daniel, at=AT),
            lambda: exit_officer(officer=table.posts["joseph"], by=table.sarah, at=AT),
        ]
    )
    assigned = Assignment.objects.filter(officer=table.posts["joseph"], until__isnull=True).exists()
    roles = GroupRole.objects.filter(user=table.joseph, role=RoleName.FIELD_OFFICER, until__isnull=True).exists()
    assert assigned == roles == (table.post("joseph").status != Officer.Status.EXITED)


def test_a_group_given_and_a_suspension_at_once_leave_no_role(table: Service) -> None:
    outcomes(
        [
            lambda: assign(officer=table.posts["joseph"], group=table.baraka, by=table.daniel, at=AT),
            lambda: suspend(officer=table.posts["joseph"], by=table.daniel, at=AT),
        ]
    )
    assert table.post("joseph").status == Officer.Status.SUSPENDED
    assert not GroupRole.objects.filter(user=table.joseph, until__isnull=True).exists()
    activate(officer=table.posts["joseph"], by=table.daniel, at=AT)
    assert standing(table.joseph, table.baraka).is_field_officer


def test_ten_who_register_her_at_once_make_one_post(table: Service) -> None:
    def register() -> Officer:
        return register_officer(name="Naomi", phone="0733000902", organisation=table.pamoja, by=table.daniel, at=AT)

    assert outcomes([register] * 10) == ["done"] + ["officer_exists"] * 9
    assert Officer.objects.filter(name="Naomi").count() == 1


def test_a_list_of_fixes_sent_ten_times_at_once_is_stored_once(table: Service) -> None:
    fixes = [fix(), fix(recorded_at=AT.replace(hour=8))]
    stored = in_parallel([lambda: track(officer=table.posts["joseph"], fixes=fixes, at=AT)] * 10)
    assert sorted(stored) == [0] * 9 + [2]
    assert PositionFix.objects.count() == 2


def moved(table: Service, post: Officer) -> Officer:
    return edit(officer=post, by=table.daniel, at=AT, phone="0733000903")


def code_of(user: User) -> str:
    said = str(Message.objects.filter(user=user, template="activation_code").latest("id").body)
    return said.partition("code is ")[2].partition(".")[0]


@pytest.mark.skipif(connection.vendor == "sqlite", reason="one writer at a time")
def test_whoever_is_just_choosing_her_password_keeps_her_number(table: Service) -> None:
    """Read before she chose it, her sign-in would go to the new number with a password that somebody else knows."""
    post = register_officer(name="Naomi", phone="0733000902", organisation=table.pamoja, by=table.daniel, at=AT)
    with transaction.atomic():
        user = User.objects.select_for_update(no_key=True).get(pk=post.user_id)
        user.set_password("milk-and-maize-2026")
        user.save(update_fields=["password"])
        moving = Meanwhile(lambda: moved(table, post))
        assert moving.is_waiting
    assert moving.ended().code == "known_elsewhere"
    user.refresh_from_db()
    assert user.phone_digest == phone_digest("0733000902")
    assert user.check_password("milk-and-maize-2026")


@pytest.mark.skipif(connection.vendor == "sqlite", reason="one writer at a time")
def test_whoever_is_just_becoming_the_auditor_is_not_called_elsewhere(table: Service) -> None:
    post = register_officer(name="Naomi", phone="0733000902", organisation=table.pamoja, by=table.daniel, at=AT)
    role, where = RoleName.AUDITOR, table.pamoja
    with transaction.atomic():
        appoint(organisation=where, name="Naomi", phone="0733000902", role=role, at=AT, by=table.sarah)
        moving = Meanwhile(lambda: moved(table, post))
        assert moving.is_waiting
    assert moving.ended().code == "known_elsewhere"
    assert User.objects.get(pk=post.user_id).phone_digest == phone_digest("0733000902")


@pytest.mark.skipif(connection.vendor == "sqlite", reason="one writer at a time")
def test_the_code_sent_to_the_old_number_opens_nothing_once_it_is_moved(table: Service) -> None:
    post = register_officer(name="Naomi", phone="0733000902", organisation=table.pamoja, by=table.daniel, at=AT)
    old = code_of(post.user)

    def choose() -> User:
        return activate_sign_in(phone="0733000902", code=old, password="milk-and-maize-2026", address="10.0.0.9", at=AT)

    with transaction.atomic():
        moved(table, post)
        choosing = Meanwhile(choose)
        assert choosing.is_waiting
    assert choosing.ended().code == "code_invalid"
    user = User.objects.get(pk=post.user_id)
    assert user.phone_digest == phone_digest("0733000903")
    assert not user.has_usable_password()


@pytest.mark.parametrize("turn", range(5))
def test_a_password_chosen_and_a_number_moved_at_once_end_in_one_of_the_two(table: Service, turn: int) -> None:
    post = register_officer(name="Naomi", phone="0733000902", organisation=table.pamoja, by=table.daniel, at=AT)
    code, chosen = code_of(post.user), "milk-and-maize-2026"
    outcomes(
        [
            lambda: activate_sign_in(phone="0733000902", code=code, password=chosen, address="10.0.0.9", at=AT),
            lambda: moved(table, post),
        ]
    )
    user = User.objects.get(pk=post.user_id)
    assert user.has_usable_password() == (user.phone_digest == phone_digest("0733000902"))
