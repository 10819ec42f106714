"""The guards of the meetings, tried from raw SQL past the ORM: what each engine refuses, and with which word."""

# ruff: noqa: S608 - the statements are made of this file's own words

import pytest
from django.core import checks
from django.db import IntegrityError, connection, transaction

from core.ids import new_id
from core.money import kes
from core.tests.lasting import lasting
from ledger.guards import refused_by
from ledger.models import Voucher
from ledger.tests.raw import only_postgresql, only_sqlite, refused, run
from ledger.vouchers import Draft, draft
from meetings.guards import TABLES
from meetings.models import Attendance, CashCount, Denomination, Meeting
from meetings.tests.gathering import DAY, Gathering, regular

pytestmark = pytest.mark.django_db
KEPT = ["meetings_meeting", "meetings_attendance", "meetings_cashcount", "meetings_denomination"]


@pytest.fixture
@lasting
def sealed(gathering: Gathering) -> Gathering:
    """A meeting that is sealed, and a withdrawal of it that still waits."""
    gathering.brings("alice", regular("500"))
    gathering.chama.asks("alice", "100", meeting_id=gathering.id)
    gathering.all_here(peter="LATE")
    gathering.counts("CLOSING", "-50", "A note was torn")
    gathering.seals("mary")
    return gathering


@pytest.mark.parametrize(
    ("table", "change", "code"),
    [
        ("meetings_meeting", "venue = 'Elsewhere'", "meeting_sealed"),
        ("meetings_meeting", "status = 'OPEN'", "meeting_sealed"),
        ("meetings_meeting", "counted_cash = counted_cash + 1", "meeting_sealed"),
        ("meetings_attendance", "status = 'PRESENT'", "meeting_sealed"),
        ("meetings_attendance", "marked_at = marked_at", "meeting_sealed"),
        ("meetings_cashcount", "counted = counted + 1", "meeting_kept"),
        ("meetings_denomination", "pieces = pieces + 1", "meeting_kept"),
    ],
)
def test_nobody_changes_what_is_sealed(sealed: Gathering, table: str, change: str, code: str) -> None:
    with refused(code):
        run(f"UPDATE {table} SET {change}")


@pytest.mark.parametrize("table", KEPT)
def test_nobody_deletes_what_was_a_meeting(gathering: Gathering, table: str) -> None:
    gathering.marks(alice="PRESENT")
    gathering.brings("alice", regular("100"))
    gathering.counts()
    with refused("meeting_kept"):
        run(f"DELETE FROM {table}")


@only_postgresql
@pytest.mark.parametrize("table", KEPT)
def test_nobody_truncates_meetings(sealed: Gathering, table: str) -> None:
    connection.check_constraints()
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        run(f"TRUNCATE {table} CASCADE")
    assert refused_by(caught.value) == "meeting_kept"


@pytest.mark.parametrize("table", KEPT)
def test_nobody_replaces_what_is_sealed(sealed: Gathering, table: str) -> None:
    columns = [c.name for c in connection.introspection.get_table_description(connection.cursor(), table)]
    names = ", ".join(columns)
    if connection.vendor == "postgresql":
        sql = f"INSERT INTO {table} SELECT * FROM {table} ON CONFLICT (id) DO UPDATE SET id = excluded.id"
    else:
        sql = f"INSERT OR REPLACE INTO {table} ({names}) SELECT {names} FROM {table}"
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        run(sql)
    assert refused_by(caught.value) in {"meeting_sealed", "meeting_kept"}


def test_the_orm_is_refused_like_anybody(sealed: Gathering) -> None:
    with refused("meeting_sealed"):
        Meeting.objects.update(seal_code="0")
    with refused("meeting_sealed"):
        Attendance.objects.update(status="PRESENT")
    with refused("meeting_kept"):
        CashCount.objects.update(counted=kes("1"))


def test_nothing_is_added_to_a_sealed_meeting(sealed: Gathering) -> None:
    meeting, grace, at = sealed.meeting, sealed.chama.grace, sealed.chama.at
    with refused("meeting_sealed"):
        Attendance.objects.create(
            meeting=meeting, member=sealed.members["jane"], status="PRESENT", marked_by=grace, marked_at=at
        )
    with refused("meeting_sealed"):
        CashCount.objects.create(
            group=sealed.group, meeting=meeting, moment="CLOSING", counted_on=sealed.chama.today, counted=kes("1"),
            book=kes("1"), counted_by=grace, counted_at=at, data_key=sealed.group.data_key,
        )  # fmt: skip
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        Denomination.objects.create(count=CashCount.objects.get(), worth=kes("1"), pieces=1)
    assert refused_by(caught.value) in {"meeting_sealed", "meeting_kept"}


def test_no_mark_wanders_to_another_meeting(sealed: Gathering) -> None:
    other = sealed.on(sealed.chama.today - DAY)
    other.marks(alice="PRESENT")
    with refused("meeting_kept"):
        Attendance.objects.filter(meeting=other.id).update(member=sealed.members["peter"])
    with pytest.raises(IntegrityError), transaction.atomic():
        Attendance.objects.filter(meeting=other.id).update(meeting=sealed.id)
    with pytest.raises(IntegrityError), transaction.atomic():
        Attendance.objects.filter(meeting=sealed.id, member=sealed.members["lucy"]).update(meeting=other.id)


def test_no_note_joins_a_count_that_is_whole(gathering: Gathering) -> None:
    gathering.brings("alice", regular("500"))
    count = gathering.counts("OPENING")
    with refused("meeting_kept"):
        Denomination.objects.create(count=count, worth=kes("0.50"), pieces=1)


def test_a_meeting_that_runs_keeps_its_day_and_its_group(gathering: Gathering) -> None:
    changes = {
        "meeting_date": gathering.chama.today - DAY,
        "group": gathering.chama.groups["Baraka"],
        "id": new_id(),
    }
    for name, value in changes.items():
        with refused("meeting_open"):
            Meeting.objects.filter(pk=gathering.id).update(**{name: value})
    with refused("meeting_open"):
        Meeting.objects.filter(pk=gathering.id).update(status="SCHEDULED", opened_at=None)


def test_no_meeting_is_born_sealed(sealed: Gathering) -> None:
    twin = sealed.meeting
    twin.pk, twin.meeting_date = new_id(), sealed.chama.today - DAY
    with refused("meeting_sealed"):
        twin.save(force_insert=True)


# Papers


def paper(gathering: Gathering, **more: object) -> Draft:
    words = {
        "group": gathering.group, "kind": "CONTRIBUTION", "detail": "REGULAR", "amount": kes("5"),
        "recorded_by": gathering.chama.grace, "at": gathering.chama.at, "on": gathering.chama.today,
        "meeting_id": gathering.id,
    } | more  # fmt: skip
    return Draft(**words)


def test_no_paper_is_written_under_a_sealed_meeting(sealed: Gathering) -> None:
    with refused("meeting_sealed"):
        draft(paper(sealed))


def test_no_paper_is_written_under_the_meeting_of_another_group(gathering: Gathering) -> None:
    draft(paper(gathering))
    with refused("meeting_sealed"):
        draft(paper(gathering, group=gathering.chama.groups["Baraka"]))


def test_a_paper_of_a_sealed_meeting_is_rejected_and_nothing_else(sealed: Gathering) -> None:
    waiting = Voucher.objects.get(status="PENDING")
    entry = Voucher.objects.exclude(entry=None).first()
    assert entry is not None
    with refused("meeting_sealed"):
        run(f"UPDATE ledger_voucher SET verdict_sealed = verdict_sealed WHERE id = '{hexed(waiting)}'")
    with refused("meeting_sealed"):
        run(f"UPDATE ledger_voucher SET status = 'VERIFIED', entry_id = '{new_id().hex}' WHERE id = '{hexed(waiting)}'")
    run(f"UPDATE ledger_voucher SET status = 'REJECTED' WHERE id = '{hexed(waiting)}'")
    waiting.refresh_from_db()
    assert waiting.status == "REJECTED"


def hexed(voucher: Voucher) -> str:
    return str(voucher.pk) if connection.vendor == "postgresql" else voucher.pk.hex


# That they stand


def test_a_missing_guard_stops_the_start(db: None) -> None:
    assert TABLES.missing(connection) == []
    TABLES.remove(connection)
    found = checks.run_checks(tags=[checks.Tags.database], databases=["default"])
    assert [error.id for error in found] == ["meetings.E001"]
    TABLES.install(connection)
    assert TABLES.missing(connection) == []


@only_postgresql
def test_a_guard_that_was_switched_off_counts_as_missing(db: None) -> None:
    run("ALTER TABLE ledger_voucher DISABLE TRIGGER voucher_table_born")
    assert TABLES.missing(connection) == ["voucher_table_born"]


@only_sqlite
def test_each_engine_has_its_own_guards(db: None) -> None:
    assert "meetings_roll_stays" in TABLES.expected(connection)
