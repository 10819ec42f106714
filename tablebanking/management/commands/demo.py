"""Build the demo world in an empty database."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from core.guards import watched
from core.periods import now
from ledger import guards
from tablebanking import demo, schedule


class Command(BaseCommand):
    help = "Build the demo world. On a database that is not empty it does nothing; --fresh empties it first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--fresh", action="store_true", help="empty the database first: everything in it is lost")
        parser.add_argument("--i-know", action="store_true", help="also where DEBUG is off: its password is public")

    def handle(self, *args: Any, fresh: bool, i_know: bool, **options: Any) -> None:
        if not settings.DEBUG and not i_know:
            raise CommandError(
                "The password of the demo world is public. It is for DEBUG; --i-know builds it here all the same."
            )
        if fresh:
            self._empty()
        if not demo.is_empty():
            self.stdout.write("The database is not empty: nothing was built. --fresh starts over.")
            return
        self.stdout.write("Building the demo world: three groups and six months of their books …")
        demo.build(at=now())
        self.stdout.write("The demo world stands. Everybody's password is " + demo.PASSWORD)

    def _empty(self) -> None:
        """The guards step aside for this one act, and are back before the first new row."""
        guards.remove(connection)
        for kind in watched():
            kind.remove(connection)
        call_command("flush", interactive=False, verbosity=0)
        guards.install(connection)
        for kind in watched():
            kind.install(connection)
        schedule.install()
