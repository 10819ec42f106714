"""The timetable is written once and stays what the list says, also when somebody has switched a job off; each job can
be done by hand."""

import datetime as dt
import inspect
from io import StringIO

import pytest
from celery import current_app
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.utils.module_loading import import_string
from django_celery_beat.models import PeriodicTask

from core.periods import today
from groups.models import BankingGroup
from tablebanking import celery_app, schedule
from tests.conftest import World

pytestmark = pytest.mark.django_db

BACKEND = "django.contrib.auth.backends.ModelBackend"


def rows() -> set[tuple[str, str, bool]]:
    return set(PeriodicTask.objects.values_list("name", "task", "enabled"))


def test_every_job_stands_in_the_timetable() -> None:
    schedule.install()
    assert {(job.name, job.task, True) for job in schedule.JOBS} == rows()


def test_writing_it_twice_changes_nothing() -> None:
    schedule.install()
    before = list(PeriodicTask.objects.order_by("id").values())
    call_command("schedule", verbosity=0)
    assert list(PeriodicTask.objects.order_by("id").values()) == before


def test_a_job_that_was_switched_off_is_switched_on_again() -> None:
    schedule.install()
    PeriodicTask.objects.filter(name="prove-books").update(enabled=False)
    schedule.install()
    assert PeriodicTask.objects.get(name="prove-books").enabled


def test_a_job_that_is_no_longer_named_goes() -> None:
    schedule.install()
    known = PeriodicTask.objects.get(name="prove-books")
    PeriodicTask.objects.create(name="an old job", task="old.tasks.job", crontab=known.crontab)
    schedule.install()
    assert not PeriodicTask.objects.filter(name="an old job").exists()


def test_a_job_that_was_renamed_is_there_once() -> None:
    schedule.install()
    row = PeriodicTask.objects.get(name="prove-books")
    PeriodicTask.objects.filter(pk=row.pk).update(name="prove the books")
    schedule.install()
    assert PeriodicTask.objects.filter(task=row.task).count() == 1


def test_what_a_job_is_for_stands_beside_it() -> None:
    schedule.install()
    PeriodicTask.objects.filter(name="prove-books").update(description="something else")
    schedule.install()
    said = dict(PeriodicTask.objects.values_list("name", "description"))
    assert said == {job.name: job.purpose for job in schedule.JOBS}


def test_the_clock_is_nairobis() -> None:
    schedule.install()
    at = PeriodicTask.objects.get(name="prove-books").crontab
    assert (str(at.timezone), at.hour, at.minute) == ("Africa/Nairobi", "2", "15")


def test_every_job_is_a_task_that_a_worker_knows() -> None:
    celery_app.loader.import_default_modules()
    assert {job.task for job in schedule.JOBS} <= set(current_app.tasks)


@pytest.mark.parametrize("job", schedule.JOBS, ids=lambda job: job.name)
def test_every_job_takes_the_day_it_is_done_for(job: schedule.Job) -> None:
    given = inspect.signature(import_string(job.task).run).parameters
    assert {name: each.default for name, each in given.items()} == {"on": None}


def test_a_job_cut_off_with_its_worker_is_given_to_the_next() -> None:
    assert celery_app.conf.task_acks_late
    assert celery_app.conf.task_reject_on_worker_lost


def test_the_records_show_every_job_and_when_it_runs(world: World, client: Client) -> None:
    schedule.install()
    client.force_login(world.user("sarah"), backend=BACKEND)
    page = client.get("/admin/django_celery_beat/periodictask/").content.decode()
    assert [job.name for job in schedule.JOBS if job.name not in page] == []
    row = PeriodicTask.objects.get(name="prove-books")
    page = client.get(f"/admin/django_celery_beat/periodictask/{row.pk}/change/").content.decode()
    assert "Proves every group" in page


# By hand


def says(*words: str) -> str:
    out = StringIO()
    call_command("jobs", *words, stdout=out)
    return out.getvalue()


def test_the_list_names_every_job_its_times_and_what_it_is_for() -> None:
    lines = says("list").splitlines()
    assert [line.split()[0] for line in lines] == [job.name for job in schedule.JOBS]
    times = {line[:18].strip(): line[18:36].strip() for line in lines}
    assert (times["send-messages"], times["close-votes"], times["prove-books"]) == (
        "every minute",
        "every 15 minutes",
        "daily at 02:15",
    )
    assert all(job.purpose in line for job, line in zip(schedule.JOBS, lines, strict=True))


@pytest.mark.parametrize("job", schedule.JOBS, ids=lambda job: job.name)
def test_each_is_done_by_hand_in_the_demo_world(world: World, job: schedule.Job) -> None:
    assert says("run", job.name).startswith(f"{job.name} for {today()} is done. {job.counts}: ")


def test_done_for_a_day_it_does_what_is_due_then_and_once(world: World) -> None:
    later = (today() + dt.timedelta(days=70)).isoformat()
    groups = BankingGroup.objects.filter(status=BankingGroup.Status.ACTIVE).count()
    assert says("run", "plan-meetings", "--on", later).endswith(f"Meetings planned: {groups}.\n")
    assert says("run", "plan-meetings", "--on", later).endswith("Meetings planned: 0.\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nothing"], "There is no job 'nothing'"),
        (["prove-books", "--on", "2026-02-30"], "'2026-02-30' is no day"),
        (["prove-books", "--on", "tomorrow"], "'tomorrow' is no day"),
        (["charge-penalties", "--on", "9998-01-01"], "has not come yet"),
        (["prove-months", "--on", "9998-01-01"], "has not come yet"),
    ],
)
def test_what_cannot_be_done_is_said_and_ends_in_failure(words: list[str], said: str) -> None:
    with pytest.raises(CommandError, match=said) as caught:
        says("run", *words)
    assert caught.value.returncode == 1


def test_a_job_that_fails_ends_in_failure(world: World) -> None:
    BankingGroup.objects.filter(pk=world.umoja.pk).update(meeting_day="NEVER")
    with pytest.raises(CommandError, match=r"plan-meetings for .* failed: MeetingsFailed: "):
        says("run", "plan-meetings")
