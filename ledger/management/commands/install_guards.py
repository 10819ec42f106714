"""`manage.py install_guards`: put the triggers of books, constitutions and log in place, as every migrate does."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, connections

from audit.guards import LOG
from groups.guards import CONSTITUTIONS
from ledger import guards


class Command(BaseCommand):
    help = (
        "Installs the guards of the books, of the constitutions and of the log of acts (after a failed migration, or "
        "when the system check asks for it)."
    )
    # The very check that asks for this command must not stop it.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--database", default=DEFAULT_DB_ALIAS)

    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        if not guards.tables_stand(connection):
            raise CommandError("The tables are not there yet: run `manage.py migrate`, which installs the guards too.")
        kinds = (guards, CONSTITUTIONS, LOG)
        for kind in kinds:
            kind.install(connection)
        self.stdout.write(f"{sum(len(kind.expected(connection)) for kind in kinds)} guards stand.")
