"""What runs by the clock: one list, written as rows that the scheduler reads. The times are Nairobi's.

The table belongs to this list: a row whose name is no longer in it is removed, one that was switched off by hand is
switched on again. Every job takes the day it is done for, and may be done again.
"""

import datetime as dt
from dataclasses import dataclass

from celery import Task
from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string
from django_celery_beat.models import CrontabSchedule, PeriodicTask


@dataclass(frozen=True)
class Job:
    """`counts` names the number it answers with. Who `looks_ahead` may be done for a day still to come."""

    name: str
    task: str
    purpose: str
    counts: str
    minute: str = "*"
    hour: str = "*"
    looks_ahead: bool = False

    @property
    def times(self) -> str:
        """When it runs, in words."""
        if self.hour == "*":
            return "every minute" if self.minute == "*" else f"every {self.minute.removeprefix('*/')} minutes"
        return f"daily at {int(self.hour):02d}:{int(self.minute):02d}"


JOBS = (
    Job("send-messages", "notifications.tasks.send_waiting", "Takes waiting messages to people", "Messages sent"),
    Job(
        "close-votes",
        "campaigns.tasks.close_votes",
        "Counts votes on campaigns whose deadline has passed",
        "Votes closed",
        minute="*/15",
    ),
    Job(
        "plan-meetings",
        "meetings.tasks.plan_meetings",
        "Plans the next meeting of every active group",
        "Meetings planned",
        minute="10",
        hour="0",
        looks_ahead=True,
    ),
    Job(
        "end-campaigns",
        "campaigns.tasks.end_campaigns",
        "Completes campaigns whose last day has passed",
        "Campaigns completed",
        minute="20",
        hour="0",
    ),
    Job(
        "charge-penalties",
        "loans.tasks.charge_penalties",
        "Writes down penalties that fell due",
        "Penalties written",
        minute="30",
        hour="0",
    ),
    Job(
        "prove-months",
        "ledger.tasks.prove_months",
        "Proves the ended month; closes it by standing order, or tells the service admins that they can",
        "Groups closed",
        minute="30",
        hour="1",
    ),
    Job(
        "preview-dividends",
        "cycles.tasks.preview_dividends",
        "Works out the dividends of years that have ended",
        "Previews written",
        minute="45",
        hour="1",
    ),
    Job(
        "prove-books",
        "ledger.tasks.prove_books",
        "Proves every group's books and chain; raises the alarm where they differ",
        "Groups that differ",
        minute="15",
        hour="2",
    ),
    Job(
        "forget-sign-ins",
        "users.tasks.forget_old_sign_ins",
        "Forgets old sign-ins, codes and addresses",
        "Rows forgotten",
        minute="45",
        hour="2",
    ),
    Job(
        "forget-positions",
        "officers.tasks.forget_positions",
        "Forgets where officers were",
        "Positions forgotten",
        minute="0",
        hour="3",
    ),
    Job(
        "forget-files",
        "members.tasks.forget_stray_files",
        "Forgets sealed files that no row names",
        "Files forgotten",
        minute="15",
        hour="3",
    ),
    Job(
        "remind-loans",
        "loans.tasks.remind_loans",
        "Reminds borrowers three days before a due date, and 1, 7 and 30 days after it",
        "Messages written",
        minute="0",
        hour="8",
        looks_ahead=True,
    ),
    Job(
        "remind-voters",
        "campaigns.tasks.remind_voters",
        "Reminds who has not voted the day before a vote closes",
        "Messages written",
        minute="30",
        hour="8",
        looks_ahead=True,
    ),
    Job(
        "remind-meetings",
        "meetings.tasks.remind_meetings",
        "Reminds members and field officers of tomorrow's meeting",
        "Messages written",
        minute="0",
        hour="9",
        looks_ahead=True,
    ),
)
# Rows the scheduler writes for itself.
KEPT = ("celery.backend_cleanup",)


class NoSuchJob(LookupError):
    """No job has that name."""


class NotYet(ValueError):
    """The job changes what is so on its day, and that day has not come."""


def job_named(name: str) -> Job:
    """Raises `NoSuchJob`."""
    for job in JOBS:
        if job.name == name:
            return job
    raise NoSuchJob(name)


def run(job: Job, *, on: dt.date, today: dt.date) -> int:
    """Do a job here and now, for a day; what it counted. Raises `NotYet`, and whatever the job raises."""
    if on > today and not job.looks_ahead:
        raise NotYet(job.name)
    task: Task[[str], int] = import_string(job.task)
    return task(on.isoformat())


@transaction.atomic
def install() -> None:
    """Write the timetable; the same list twice changes nothing."""
    PeriodicTask.objects.exclude(name__in=[*KEPT, *(job.name for job in JOBS)]).delete()
    for job in JOBS:
        times, _ = CrontabSchedule.objects.get_or_create(
            minute=job.minute,
            hour=job.hour,
            day_of_week="*",
            day_of_month="*",
            month_of_year="*",
            timezone=settings.TIME_ZONE,
        )
        row = PeriodicTask.objects.filter(name=job.name).first() or PeriodicTask(name=job.name)
        wanted = (job.task, times.pk, True, job.purpose)
        if (row.task, row.crontab_id, row.enabled, row.description) != wanted:
            row.task, row.crontab, row.enabled, row.description = job.task, times, True, job.purpose
            row.save()
