"""Positions: taken in once, shown while fresh, counted in a week, forgotten in time."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import Act
from core.errors import Invalid
from core.ids import new_id
from core.money import kes
from groups.models import Organisation
from officers import queries
from officers.models import Officer, PositionFix
from officers.operations import (
    Fix,
    NotOnDuty,
    activate,
    forget_positions,
    located,
    register_officer,
    suspend,
    track,
)
from officers.tasks import forget_positions as nightly
from officers.tests.service import Service, fix
from savings.tests.chama import AT, TODAY

pytestmark = pytest.mark.django_db


def minutes(count: float) -> dt.timedelta:
    return dt.timedelta(minutes=count)


def kept(service: Service, *fixes: Fix, name: str = "joseph", at: dt.datetime = AT) -> int:
    return track(officer=service.posts[name], fixes=fixes, at=at)


# Taken in


def test_a_fix_is_kept_with_both_clocks(service: Service) -> None:
    said = fix(
        latitude=Decimal("0.2840005"), accuracy=Decimal("12.345"), member=service.members["alice"], battery_level=64
    )
    assert kept(service, said, at=AT + minutes(3)) == 1
    row = PositionFix.objects.get()
    assert (row.latitude, row.longitude, row.accuracy) == (Decimal("0.284001"), Decimal("34.752"), Decimal("12.35"))
    assert (row.recorded_at, row.received_at) == (AT, AT + minutes(3))
    assert (row.member, row.battery_level) == (service.members["alice"], 64)


def test_a_fix_without_an_instant_is_of_now(service: Service) -> None:
    kept(service, fix(recorded_at=None))
    assert PositionFix.objects.get().recorded_at == AT


def test_a_fix_sent_twice_is_stored_once(service: Service) -> None:
    assert kept(service, fix(), fix(recorded_at=AT - minutes(1))) == 2
    assert kept(service, fix(), fix(recorded_at=AT - minutes(2))) == 1
    assert kept(service, fix()) == 0
    assert PositionFix.objects.count() == 3


def test_two_officers_at_the_same_moment_are_two_fixes(service: Service) -> None:
    assert kept(service, fix()) == kept(service, fix(), name="brian") == 1


@pytest.mark.parametrize(
    ("instant", "is_taken"),
    [
        (AT + minutes(5), True),
        (AT + minutes(5) + dt.timedelta(seconds=1), False),
        (AT - dt.timedelta(days=90), True),
        (AT - dt.timedelta(days=90, seconds=1), False),
    ],
)
def test_the_phones_clock_is_believed_within_limits(service: Service, instant: dt.datetime, is_taken: bool) -> None:
    if is_taken:
        assert kept(service, fix(recorded_at=instant)) == 1
        return
    with pytest.raises(Invalid) as refusal:
        kept(service, fix(), fix(recorded_at=instant))
    assert refusal.value.field == "recorded_at"
    assert not PositionFix.objects.exists()


@pytest.mark.parametrize("count", [0, 501])
def test_one_to_five_hundred_are_taken_at_once(service: Service, count: int) -> None:
    with pytest.raises(Invalid):
        kept(service, *[fix(recorded_at=AT - minutes(turn)) for turn in range(count)])


def test_a_suspended_officer_sends_nothing_more(service: Service) -> None:
    suspend(officer=service.posts["joseph"], by=service.daniel, at=AT)
    with pytest.raises(NotOnDuty):
        kept(service, fix())


def test_five_hundred_cost_as_many_questions_as_one(service: Service) -> None:
    with CaptureQueriesContext(
        connection,
    ) as one:
        kept(service, fix())
    with CaptureQueriesContext(connection) as many:
        kept(service, *[fix(recorded_at=AT - minutes(turn)) for turn in range(1, 501)])
    # SQLite takes fewer values in a statement, so the rows go in by turns.
    assert len(many) <= len(one) + (0 if connection.vendor == "postgresql" else 6)
    assert PositionFix.objects.count() == 501


# Where they are


def on_map(service: Service, at: dt.datetime = AT) -> set[str]:
    officers = list(queries.shown())
    found = queries.on_the_map(officers, at)
    return {officer.name for officer in officers if officer.pk in found}


def test_the_newest_fix_puts_her_on_the_map_while_it_is_fresh(service: Service) -> None:
    kept(service, fix(activity_type="TRAVEL"))
    assert on_map(service, AT + minutes(30)) == {"Joseph"}
    assert on_map(service, AT + minutes(30.1)) == set()


def test_how_long_a_fix_is_fresh_is_the_organisations_rule(service: Service) -> None:
    Organisation.objects.filter(pk=service.pamoja.pk).update(position_fresh_minutes=5)
    kept(service, fix())
    assert on_map(service, AT + minutes(4)) == {"Joseph"}
    assert on_map(service, AT + minutes(6)) == set()


def test_off_duty_takes_her_off_the_map_and_on_duty_brings_her_back(service: Service) -> None:
    kept(service, fix(recorded_at=AT - minutes(2)), fix(recorded_at=AT - minutes(1), activity_type="OFF_DUTY"))
    assert on_map(service) == set()
    newest = queries.newest_fixes([service.posts["joseph"]])[service.posts["joseph"].pk]
    assert newest.recorded_at == AT - minutes(2)
    kept(service, fix(activity_type="TRAVEL"))
    assert on_map(service) == {"Joseph"}


def test_a_suspended_officer_is_not_on_the_map(service: Service) -> None:
    kept(service, fix())
    suspend(officer=service.posts["joseph"], by=service.daniel, at=AT)
    assert on_map(service) == set()
    activate(officer=service.posts["joseph"], by=service.daniel, at=AT)
    assert on_map(service) == {"Joseph"}


def long_trail(service: Service, officer: Officer, count: int) -> None:
    rows = [
        PositionFix(
            id=new_id(),
            officer=officer,
            latitude=Decimal(0),
            longitude=Decimal(34),
            accuracy=Decimal(5),
            activity_type="TRAVEL",
            recorded_at=AT - minutes(turn),
            received_at=AT,
        )
        for turn in range(1, count + 1)
    ]
    PositionFix.objects.bulk_create(rows)


def test_looking_at_the_map_costs_the_same_however_long_the_trails_are(service: Service) -> None:
    officers = list(queries.shown())
    kept(service, fix())
    with CaptureQueriesContext(connection) as short:
        queries.on_the_map(officers, AT)
    long_trail(service, service.posts["joseph"], 300)
    with CaptureQueriesContext(connection) as long:
        assert queries.on_the_map(officers, AT)[service.posts["joseph"].pk].recorded_at == AT
    assert len(long) == len(short) == 2


@pytest.mark.skipif(connection.vendor != "postgresql", reason="the planner of production")
def test_the_newest_fix_is_found_by_the_index(service: Service) -> None:
    long_trail(service, service.posts["joseph"], 3000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE officers_positionfix")
    with CaptureQueriesContext(connection) as asked:
        queries.newest_fixes(list(queries.shown()), on_duty=False)
    question = next(one["sql"] for one in asked.captured_queries if "LIMIT 1" in one["sql"])
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + question)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Index" in plan
    assert "Seq Scan on officers_positionfix" not in plan


# That somebody looked


def test_a_look_at_others_leaves_an_act_for_each_organisation(service: Service) -> None:
    other = register_officer(
        name="Brian", phone="0733000904", organisation=service.neema.organisation, by=service.sarah, at=AT
    )
    located(by=service.sarah, officers=[*service.posts.values(), other], at=AT)
    acts = {act.organisation_id: act.facts["officers"] for act in Act.objects.filter(verb="officers.located")}
    assert acts[service.pamoja.pk] == [str(post.pk) for post in service.posts.values()]
    assert acts[service.neema.organisation_id] == [str(other.pk)]


def test_a_look_at_herself_leaves_none_but_on_the_map(service: Service) -> None:
    located(by=service.joseph, officers=[service.posts["joseph"]], at=AT)
    assert not Act.objects.filter(verb="officers.located").exists()
    located(by=service.joseph, officers=[service.posts["joseph"]], at=AT, on_the_map=True)
    assert Act.objects.get(verb="officers.located").actor_id == service.joseph.pk


def test_a_look_at_an_empty_map_leaves_an_act_too(service: Service) -> None:
    located(by=service.daniel, officers=[], at=AT, on_the_map=True)
    assert Act.objects.get(verb="officers.located").facts == {"officers": []}


# The week


def week(service: Service, name: str = "joseph", on: dt.date = TODAY) -> queries.Week:
    post = service.posts[name]
    return queries.weeks_of([post], on)[post.pk]


def test_an_officer_who_did_nothing_has_a_week_of_nothing(service: Service) -> None:
    assert week(service) == queries.Week(0, 0, kes("0"))


def test_a_member_visited_counts_once_a_day_and_a_meeting_once_a_day(service: Service) -> None:
    alice, peter = service.members["alice"], service.members["peter"]
    kept(
        service,
        fix(member=alice),
        fix(member=alice, recorded_at=AT - minutes(10)),
        fix(member=peter, recorded_at=AT - minutes(20)),
        fix(member=alice, recorded_at=AT - dt.timedelta(days=1)),
        fix(activity_type="GROUP_MEETING", recorded_at=AT - minutes(30)),
        fix(activity_type="GROUP_MEETING", recorded_at=AT - minutes(40)),
        fix(activity_type="TRAVEL", recorded_at=AT - minutes(50)),
        fix(activity_type="OFF_DUTY", recorded_at=AT - minutes(60)),
    )
    assert week(service).visits == 4
    assert week(service, "brian").visits == 0


def test_days_are_nairobis_and_the_week_has_seven(service: Service) -> None:
    alice = service.members["alice"]
    late, early = AT.replace(hour=20, minute=59), AT.replace(hour=21)
    kept(service, *[fix(member=alice, recorded_at=at - dt.timedelta(days=1)) for at in (late, early)])
    assert week(service).visits == 2
    first = dt.datetime(2026, 3, 13, 21, tzinfo=dt.UTC)
    kept(service, fix(member=alice, recorded_at=first), fix(member=alice, recorded_at=first - minutes(1)))
    assert week(service).visits == 3


def test_what_she_recorded_and_what_of_it_stands(service: Service) -> None:
    service.visits("700")
    service.visits("50.50", whom="peter")
    wrong = service.visits("5000")
    service.reverses("mary", wrong)
    service.asks("alice", "100", by="joseph")
    service.brings("peter", "900", by="grace")
    assert week(service) == queries.Week(0, 4, kes("750.50"))
    assert week(service, on=TODAY + dt.timedelta(days=7)) == queries.Week(0, 0, kes("0"))


def test_weeks_of_many_cost_as_many_questions_as_of_one(service: Service) -> None:
    service.visits("700")
    kept(service, fix())
    with CaptureQueriesContext(connection) as one:
        queries.weeks_of([service.posts["joseph"]], TODAY)
    with CaptureQueriesContext(connection) as two:
        queries.weeks_of(list(service.posts.values()), TODAY)
    assert len(one) == len(two) == 3


# Forgotten


def test_each_organisation_forgets_after_its_own_days(service: Service, settings: Any) -> None:
    other = register_officer(
        name="Brian", phone="0733000904", organisation=service.neema.organisation, by=service.sarah, at=AT
    )
    activate(officer=other, by=service.sarah, at=AT)
    Organisation.objects.filter(pk=service.neema.organisation_id).update(position_days_kept=7)
    days = [1, 6.99, 7.01, 89.99]
    for post in (service.posts["joseph"], other):
        long_ago = [fix(recorded_at=AT - dt.timedelta(days=day)) for day in days if post != other or day < 7]
        track(officer=post, fixes=long_ago, at=AT)
    later = AT + dt.timedelta(hours=1)
    assert forget_positions(organisations=list(Organisation.objects.all()), at=later) == 2
    ages = sorted((later - row.recorded_at).total_seconds() / 86400 for row in PositionFix.objects.all())
    assert [row.officer_id for row in PositionFix.objects.filter(officer=other)] == [other.pk]
    assert len(ages) == 4
    assert max(ages) < 90


def test_the_border_is_to_the_second_and_nothing_younger_goes(service: Service) -> None:
    border = AT - dt.timedelta(days=90)
    kept(service, fix(recorded_at=border), fix(recorded_at=border + dt.timedelta(seconds=1)))
    assert forget_positions(organisations=[service.pamoja], at=AT) == 0
    assert forget_positions(organisations=[service.pamoja], at=AT + dt.timedelta(seconds=1)) == 1
    assert PositionFix.objects.get().recorded_at == border + dt.timedelta(seconds=1)


def test_many_are_forgotten_some_at_a_time(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("officers.operations.positions.BATCH", 100)
    long_trail(service, service.posts["joseph"], 350)
    assert forget_positions(organisations=[service.pamoja], at=AT + dt.timedelta(days=90)) == 350
    assert not PositionFix.objects.exists()


def test_the_nightly_job_forgets_by_the_clock(service: Service) -> None:
    long_trail(service, service.posts["joseph"], 1)
    PositionFix.objects.update(recorded_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    assert nightly() == 1
