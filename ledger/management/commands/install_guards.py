"""`manage.py install_guards`: put the triggers of the books and of every other room in place, as every migrate does."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, connections

from core.guards import watched
from ledger import guards


class Command(BaseCommand):
    help = (
        "Installs the guards of the books, the constitutions, the meetings and the log of acts (after a failed "
        "migration, or when the system check asks for it)."
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
        for kind in watched():
            kind.install(connection)
        standing = len(guards.expected(connection)) + sum(len(kind.expected(connection)) for kind in watched())
        self.stdout.write(f"{standing} guards stand.")
