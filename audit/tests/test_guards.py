"""The log only grows, whoever tries: round the ORM, on either engine."""

import pytest
from django.core.checks import run_checks
from django.db import IntegrityError, connection, transaction

from audit.guards import LOG
from audit.models import Act
from audit.operations import record
from core.periods import now

WAYS = {
    "update": "UPDATE audit_act SET verb = 'nothing'",
    "delete": "DELETE FROM audit_act",
    "truncate": "TRUNCATE audit_act",
    "replace": "REPLACE INTO audit_act SELECT * FROM audit_act",
}
HERE = {"postgresql": ["update", "delete", "truncate"], "sqlite": ["update", "delete", "replace"]}


def raw(sql: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.django_db
def test_no_sql_changes_what_was_recorded() -> None:
    record(verb="signed", at=now(), actor_id=None)
    for way in HERE[connection.vendor]:
        with pytest.raises(IntegrityError):
            raw(WAYS[way])
    assert Act.objects.get().verb == "signed"


@pytest.mark.django_db
def test_the_orm_changes_nothing_either() -> None:
    row = record(verb="signed", at=now(), actor_id=None)
    row.verb = "nothing"
    for change in (row.save, row.delete, Act.objects.all().delete):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    assert Act.objects.get().verb == "signed"


@pytest.mark.django_db
def test_a_guard_that_is_gone_is_found_and_put_back() -> None:
    assert LOG.missing(connection) == []
    LOG.remove(connection)
    assert LOG.missing(connection) == sorted(LOG.expected(connection))
    assert "audit.E001" in {found.id for found in run_checks(databases=["default"])}
    LOG.install(connection)
    assert LOG.stand(["default"]) == []
    assert LOG.stand() == []


@pytest.mark.django_db
def test_a_migration_that_failed_half_way_can_be_run_again() -> None:
    """`migrate` asks the system checks first: an error here would leave no way out."""
    LOG.remove(connection)
    assert [error.hint for error in LOG.stand(["default"])] == ["Run `manage.py install_guards`."]
    raw("DELETE FROM django_migrations WHERE app = 'audit'")
    assert LOG.stand(["default"]) == []
