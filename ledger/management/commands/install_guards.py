"""`manage.py install_guards`: put the triggers of the books and of the log in place, as every migrate does."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, connections

from audit import guards as log_guards
from ledger import guards


class Command(BaseCommand):
    help = (
        "Installs the guards of the books and of the log of acts (after a failed migration, or when the system check "
        "asks for it)."
    )
    # The very check that asks for this command must not stop it.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--database", default=DEFAULT_DB_ALIAS)

    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        if not guards.tables_stand(connection):
            raise CommandError("The tables are not there yet: run `manage.py migrate`, which installs the guards too.")
        guards.install(connection)
        log_guards.install(connection)
        self.stdout.write(f"{len(guards.expected(connection)) + len(log_guards.expected(connection))} guards stand.")
