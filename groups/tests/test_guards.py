"""What was adopted stays, whoever tries: round the operations and round the ORM, on either engine."""

import datetime as dt

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.db import IntegrityError, connection, models, transaction

from core.tests.lasting import lasting
from groups import guards
from groups.guards import CONSTITUTIONS
from groups.models import BankingGroup, Constitution, LoanTerms, WelfareEvent
from groups.operations import adopt_proposal, decline_proposal, propose_constitution
from groups.queries import constitution_on
from groups.tests.conftest import AT, MakeGroup, MakeUser
from users.models import User

SOON = AT.date() + dt.timedelta(days=30)
WAYS = {
    "update": "UPDATE {table} SET id = id",
    "delete": "DELETE FROM {table}",
    "truncate": "TRUNCATE {table} CASCADE",
    "replace": "REPLACE INTO {table} SELECT * FROM {table}",
}
HERE = {"postgresql": ["update", "delete", "truncate"], "sqlite": ["update", "delete", "replace"]}


@pytest.fixture
@lasting
def proposal(umoja: BankingGroup, make_user: MakeUser) -> Constitution:
    mary = make_user("Mary Wanjiku")
    return propose_constitution(group=umoja, effective_on=SOON, at=AT, by=mary, fine_late="70")


def raw(sql: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def refuses(rows: "models.QuerySet[Constitution]", **values: object) -> bool:
    try:
        with transaction.atomic():
            rows.update(**values)
    except IntegrityError:
        return True
    return False


@pytest.mark.parametrize("table", guards.TABLES)
def test_no_sql_changes_what_was_adopted(umoja: BankingGroup, table: str) -> None:
    connection.check_constraints()  # nothing may be pending where a table is emptied
    for way in HERE[connection.vendor]:
        with pytest.raises(IntegrityError):
            raw(WAYS[way].format(table=table))
    assert constitution_on(umoja, AT.date()).loan_terms.count() == 3


@pytest.mark.parametrize("model", [Constitution, LoanTerms, WelfareEvent])
def test_the_orm_changes_nothing_either(umoja: BankingGroup, model: type[Constitution]) -> None:
    row = model.objects.all()[:1].get()
    for change in (row.save, row.delete, model.objects.all().delete):
        with pytest.raises((IntegrityError, models.ProtectedError)), transaction.atomic():
            change()


def test_every_column_of_a_settled_text_is_held(umoja: BankingGroup, proposal: Constitution, sarah: User) -> None:
    adopted = adopt_proposal(proposal=proposal, at=AT, by=sarah)
    rows = Constitution.objects.filter(pk=adopted.pk)
    for column in [field.attname for field in Constitution._meta.concrete_fields if field.name != "id"]:
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**{column: models.F(column)})


def test_a_declined_text_stays_declined(umoja: BankingGroup, proposal: Constitution, sarah: User) -> None:
    decline_proposal(proposal=proposal, reason="No", at=AT, by=sarah)
    rows = Constitution.objects.filter(pk=proposal.pk)
    assert refuses(rows, status="PROPOSED")
    assert refuses(rows, status="ADOPTED", version=2)
    with pytest.raises((IntegrityError, models.ProtectedError)), transaction.atomic():
        rows.delete()


def test_a_proposal_is_settled_or_left_alone(umoja: BankingGroup, proposal: Constitution, sarah: User) -> None:
    rows = Constitution.objects.filter(pk=proposal.pk)
    verdict = {"status": "ADOPTED", "version": 2, "adopted_by": sarah, "adopted_at": AT}
    assert refuses(rows, effective_on=SOON)
    assert refuses(rows, status="PROPOSED", fine_late=1)
    assert refuses(rows, **verdict, fine_late=1)
    assert refuses(rows, **verdict, proposed_by=sarah)
    assert refuses(rows, **verdict, proposed_upon=7)
    assert refuses(rows, status="DECLINED", effective_on=SOON + dt.timedelta(days=1))
    assert not refuses(rows, **verdict, effective_on=SOON + dt.timedelta(days=1))


def test_no_proposal_is_deleted(proposal: Constitution) -> None:
    with pytest.raises(IntegrityError):
        raw(f"DELETE FROM {guards.WHOLE} WHERE status = 'PROPOSED'")  # noqa: S608  # our own table's name


def test_nothing_is_added_to_a_text_that_stands(umoja: BankingGroup, proposal: Constitution) -> None:
    for text in (constitution_on(umoja, AT.date()), proposal):
        with pytest.raises(IntegrityError), transaction.atomic():
            WelfareEvent.objects.create(constitution=text, event="FIRE", maximum=1)
        with pytest.raises(IntegrityError), transaction.atomic():
            LoanTerms.objects.create(
                constitution=text, loan_type="OTHER", method="FLAT", rate_percent=1, shortest_months=1, longest_months=1
            )


def test_every_column_is_either_kept_or_part_of_the_verdict() -> None:
    """On SQLite the guard names what it keeps: a new column must be put on one of the two lists."""
    columns = {field.column for field in Constitution._meta.concrete_fields}
    assert {*guards.KEPT, *guards.VERDICT} == columns
    assert not set(guards.KEPT) & set(guards.VERDICT)


@pytest.mark.django_db
def test_a_guard_that_is_gone_is_found_and_put_back() -> None:
    assert CONSTITUTIONS.missing(connection) == []
    CONSTITUTIONS.remove(connection)
    assert CONSTITUTIONS.missing(connection) == sorted(CONSTITUTIONS.expected(connection))
    assert "groups.E001" in {found.id for found in run_checks(databases=["default"])}
    CONSTITUTIONS.install(connection)
    assert CONSTITUTIONS.stand(["default"]) == []
    assert CONSTITUTIONS.stand() == []


@pytest.mark.django_db
def test_while_migrations_wait_missing_guards_are_no_error() -> None:
    CONSTITUTIONS.remove(connection)
    raw("DELETE FROM django_migrations WHERE app = 'ledger'")
    assert CONSTITUTIONS.stand(["default"]) == []


@pytest.mark.django_db(transaction=True)
class TestFlush:
    """Tests that commit empty the tables afterwards; the guards are back each time."""

    def test_the_first_leaves_rules_behind(self, umoja: BankingGroup) -> None:
        assert CONSTITUTIONS.missing(connection) == []

    def test_the_second_finds_none_and_all_guards(self, make_group: MakeGroup) -> None:
        assert not Constitution.objects.exists()
        assert CONSTITUTIONS.missing(connection) == []

    def test_migrating_again_leaves_the_guards_standing(self) -> None:
        call_command("migrate", verbosity=0)
        assert CONSTITUTIONS.missing(connection) == []
