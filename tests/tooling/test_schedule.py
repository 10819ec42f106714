"""The timetable is written once and stays what the list says, also when somebody has switched a job off."""

import pytest
from celery import current_app
from django.core.management import call_command
from django_celery_beat.models import PeriodicTask

from tablebanking import celery_app, schedule

pytestmark = pytest.mark.django_db


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
    PeriodicTask.objects.filter(name="prove the books").update(enabled=False)
    schedule.install()
    assert PeriodicTask.objects.get(name="prove the books").enabled


def test_a_job_that_is_no_longer_named_goes() -> None:
    schedule.install()
    known = PeriodicTask.objects.get(name="prove the books")
    PeriodicTask.objects.create(name="an old job", task="old.tasks.job", crontab=known.crontab)
    schedule.install()
    assert not PeriodicTask.objects.filter(name="an old job").exists()


def test_the_clock_is_nairobis() -> None:
    schedule.install()
    at = PeriodicTask.objects.get(name="prove the books").crontab
    assert (str(at.timezone), at.hour, at.minute) == ("Africa/Nairobi", "2", "15")


def test_every_job_is_a_task_that_a_worker_knows() -> None:
    celery_app.loader.import_default_modules()
    assert {job.task for job in schedule.JOBS} <= set(current_app.tasks)
