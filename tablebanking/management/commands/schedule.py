"""Write the timetable of jobs into the database; safe to repeat."""

from django.core.management.base import BaseCommand

from tablebanking import schedule


class Command(BaseCommand):
    help = "Write the timetable of jobs into the database; safe to repeat."

    def handle(self, *args: object, **options: object) -> None:
        schedule.install()
        self.stdout.write(f"{len(schedule.JOBS)} jobs run by the clock.")
