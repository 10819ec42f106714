"""The jobs of the clock, by hand: `jobs list`, and `jobs run NAME [--on YYYY-MM-DD]`."""

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.periods import today
from tablebanking import schedule


class Command(BaseCommand):
    help = "The jobs of the clock: what there is, and one of them done now."

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_subparsers(dest="what", required=True)
        what.add_parser("list", help="every job, when it runs, and what it is for")
        one = what.add_parser("run", help="do a job now; done twice, it is done once")
        one.add_argument("name")
        one.add_argument("--on", default="", metavar="YYYY-MM-DD", help="the day it is done for; today where none is")

    def handle(self, *args: object, **options: Any) -> None:
        if options["what"] == "list":
            self._list()
        else:
            self._run(options["name"], options["on"])

    def _list(self) -> None:
        for job in schedule.JOBS:
            self.stdout.write(f"{job.name:<18}{job.times:<18}{job.purpose}.")

    def _run(self, name: str, on: str) -> None:
        try:
            job = schedule.job_named(name)
        except schedule.NoSuchJob:
            raise CommandError(f"There is no job {name!r}. `jobs list` names them all.") from None
        day = _day(on)
        try:
            count = schedule.run(job, on=day, today=today())
        except schedule.NotYet:
            raise CommandError(f"{name} changes what is so on its day, and {day} has not come yet.") from None
        except Exception as error:
            raise CommandError(f"{name} for {day} failed: {type(error).__name__}: {error}") from error
        self.stdout.write(f"{name} for {day} is done. {job.counts}: {count}.")


def _day(on: str) -> dt.date:
    try:
        return dt.datetime.strptime(on, "%Y-%m-%d").date() if on else today()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise CommandError(f"{on!r} is no day. Write it as YYYY-MM-DD.") from None
