"""Bring the database up to date in one step: tables, the cache's table, the timetable of jobs.

On request it loads the demo world too. Safe to repeat, on a new database and on an old one; `make run` and the
containers start with it.
"""

from argparse import ArgumentParser

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor

from tablebanking import demo, schedule
from users.models import User, phone_digest

# Of the demo world's people, one for each seat at the table.
TO_SIGN_IN = (
    ("Sarah Njeri", "0700000001", "system administrator"),
    ("Daniel Otieno", "0700000002", "service administrator of Pamoja"),
    ("Joseph Mutua", "0700000003", "field officer of Umoja and Baraka"),
    ("Mary Wanjiku", "0700000011", "chair of Umoja"),
    ("Grace Atieno", "0700000012", "treasurer of Umoja"),
    ("Alice Wambui", "0700000014", "member of Umoja"),
)


class Command(BaseCommand):
    help = "Bring the database up to date: tables, cache table, timetable of jobs; with --demo the demo world."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--demo", action="store_true", help="fill an empty database with the demo world")

    def handle(self, *args: object, **options: object) -> None:
        self._migrate()
        if not settings.REDIS_URL:
            call_command("createcachetable", verbosity=0)
        schedule.install()
        if options["demo"] and settings.DEBUG:
            if demo.is_empty():
                call_command("demo")
            self._name_people()

    def _migrate(self) -> None:
        executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
        waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
        if waiting:
            self.stdout.write(f"Making the tables: {waiting} migrations (the first time takes up to half a minute)")
            call_command("migrate", interactive=False, verbosity=0)

    def _name_people(self) -> None:
        """Say who may sign in, as far as the demo people are really there."""
        digests = {phone_digest(phone): (name, phone, office) for name, phone, office in TO_SIGN_IN}
        present = set(User.objects.filter(phone_digest__in=digests).values_list("phone_digest", flat=True))
        if present:
            self.stdout.write(f"\nWho may sign in, each with the password {demo.PASSWORD}:")
        for key, (name, phone, office) in digests.items():
            if key in present:
                self.stdout.write(f"  {phone}  {name}, {office}")
