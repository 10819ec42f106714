"""What runs by the clock, as rows the scheduler reads: the times are Nairobi's.

The table belongs to this list: a row whose task is no longer named here is removed, one that was switched off by hand
is switched on again.
"""

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django_celery_beat.models import CrontabSchedule, PeriodicTask


@dataclass(frozen=True)
class Job:
    name: str
    task: str
    minute: str = "*"
    hour: str = "*"


JOBS = (
    Job("send waiting messages", "notifications.tasks.send_waiting"),
    Job("charge penalties", "loans.tasks.charge_penalties", minute="30", hour="0"),
    Job("prove the books", "ledger.tasks.prove_books", minute="15", hour="2"),
    Job("forget old sign-ins", "users.tasks.forget_old_sign_ins", minute="45", hour="2"),
    Job("forget old positions", "officers.tasks.forget_positions", minute="0", hour="3"),
    Job("forget stray files", "members.tasks.forget_stray_files", minute="15", hour="3"),
)
# Rows the scheduler writes for itself.
KEPT = ("celery.backend_cleanup",)


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
        if (row.task, row.crontab_id, row.enabled) != (job.task, times.pk, True):
            row.task, row.crontab, row.enabled = job.task, times, True
            row.save()
