"""What was sealed stays: triggers on either engine, whoever tries.

Nothing of a sealed meeting changes, nor its roll, its counts and their notes and coins; no paper is written or settled
under a meeting that is not open, but one that waits may still be rejected. On PostgreSQL each looks at the meeting's
row FOR SHARE, so that it waits for a seal that is being set. Counts are only added, whole, and nothing is ever deleted.
Installed after every migrate and by `manage.py install_guards`; a system check counts them. A refusal arrives as an
IntegrityError that bears the code.
"""

from core.guards import Guards, Triggers

MEETING, ROLL, COUNT, PIECES = "meetings_meeting", "meetings_attendance", "meetings_cashcount", "meetings_denomination"
VOUCHER = "ledger_voucher"

_FUNCTIONS = """
CREATE OR REPLACE FUNCTION meetings_refuse(code text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'refused by the meetings: %', code USING ERRCODE = '23514', CONSTRAINT = code;
END $$;
CREATE OR REPLACE FUNCTION meetings_never() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM meetings_refuse(TG_ARGV[0]);
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION meetings_must_be_open(meeting uuid, of_group uuid) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    found_one record;
BEGIN
    SELECT status, group_id INTO found_one FROM meetings_meeting WHERE id = meeting FOR SHARE;
    IF FOUND AND (found_one.status <> 'OPEN' OR found_one.group_id <> COALESCE(of_group, found_one.group_id)) THEN
        PERFORM meetings_refuse('meeting_sealed');
    END IF;
END $$;
CREATE OR REPLACE FUNCTION meetings_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status = 'SEALED' THEN PERFORM meetings_refuse('meeting_sealed'); END IF;
    IF OLD.status = 'OPEN' AND (NEW.status = 'SCHEDULED' OR NEW.id <> OLD.id OR NEW.group_id <> OLD.group_id
                                OR NEW.meeting_date <> OLD.meeting_date) THEN
        PERFORM meetings_refuse('meeting_open');
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION meetings_roll() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.meeting_id <> OLD.meeting_id OR NEW.member_id <> OLD.member_id) THEN
        PERFORM meetings_refuse('meeting_kept');
    END IF;
    PERFORM meetings_must_be_open(NEW.meeting_id, NULL);
    RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION meetings_under() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM meetings_must_be_open(NEW.meeting_id, NEW.group_id);
    RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION meetings_pieces() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    whole record;
    there bigint;
BEGIN
    SELECT counted, meeting_id INTO whole FROM meetings_cashcount WHERE id = NEW.count_id;
    SELECT COALESCE(sum(worth * pieces), 0) INTO there FROM meetings_denomination WHERE count_id = NEW.count_id;
    IF there + NEW.worth * NEW.pieces > whole.counted THEN PERFORM meetings_refuse('meeting_kept'); END IF;
    PERFORM meetings_must_be_open(whole.meeting_id, NULL);
    RETURN NEW;
END $$;
"""
# Name → table, when it fires, and what it runs. Those of the vouchers come after the books' own, by their names.
_POSTGRESQL = {
    "meetings_meeting_born": (MEETING, "BEFORE INSERT", "ROW WHEN (NEW.status = 'SEALED')", "never('meeting_sealed')"),
    "meetings_meeting_stays": (MEETING, "BEFORE UPDATE", "ROW", "stays()"),
    "meetings_meeting_kept": (MEETING, "BEFORE DELETE OR TRUNCATE", "STATEMENT", "never('meeting_kept')"),
    "meetings_roll_open": (ROLL, "BEFORE INSERT OR UPDATE", "ROW", "roll()"),
    "meetings_roll_kept": (ROLL, "BEFORE DELETE OR TRUNCATE", "STATEMENT", "never('meeting_kept')"),
    "meetings_count_open": (COUNT, "BEFORE INSERT", "ROW WHEN (NEW.meeting_id IS NOT NULL)", "under()"),
    "meetings_count_kept": (COUNT, "BEFORE UPDATE OR DELETE OR TRUNCATE", "STATEMENT", "never('meeting_kept')"),
    "meetings_pieces_open": (PIECES, "BEFORE INSERT", "ROW", "pieces()"),
    "meetings_pieces_kept": (PIECES, "BEFORE UPDATE OR DELETE OR TRUNCATE", "STATEMENT", "never('meeting_kept')"),
    "voucher_table_born": (VOUCHER, "BEFORE INSERT", "ROW WHEN (NEW.meeting_id IS NOT NULL)", "under()"),
    "voucher_table_settled": (
        VOUCHER,
        "BEFORE UPDATE",
        "ROW WHEN (NEW.meeting_id IS NOT NULL AND NEW.status <> 'REJECTED')",
        "under()",
    ),
}

_NOT_OPEN = "EXISTS (SELECT 1 FROM meetings_meeting WHERE id = {meeting} AND status <> 'OPEN')"
_NOT_ITS_OWN = (
    "EXISTS (SELECT 1 FROM meetings_meeting WHERE id = NEW.meeting_id "
    "AND (status <> 'OPEN' OR group_id <> NEW.group_id))"
)
_OF_COUNT = "(SELECT meeting_id FROM meetings_cashcount WHERE id = NEW.count_id)"
_THERE = "(SELECT COALESCE(sum(worth * pieces), 0) FROM meetings_denomination WHERE count_id = NEW.count_id)"
_COUNTED = "(SELECT counted FROM meetings_cashcount WHERE id = NEW.count_id)"
# Name → table, when it fires, on what condition, and the code.
_SQLITE = {
    "meetings_meeting_born": (MEETING, "INSERT", "NEW.status = 'SEALED'", "meeting_sealed"),
    "meetings_meeting_sealed": (MEETING, "UPDATE", "OLD.status = 'SEALED'", "meeting_sealed"),
    "meetings_meeting_stays": (
        MEETING,
        "UPDATE",
        "OLD.status = 'OPEN' AND (NEW.status = 'SCHEDULED' OR NEW.id <> OLD.id OR NEW.group_id <> OLD.group_id "
        "OR NEW.meeting_date <> OLD.meeting_date)",
        "meeting_open",
    ),
    "meetings_meeting_kept": (MEETING, "DELETE", "1", "meeting_kept"),
    "meetings_roll_open": (ROLL, "INSERT", _NOT_OPEN.format(meeting="NEW.meeting_id"), "meeting_sealed"),
    "meetings_roll_stays": (ROLL, "UPDATE", _NOT_OPEN.format(meeting="OLD.meeting_id"), "meeting_sealed"),
    "meetings_roll_own": (
        ROLL,
        "UPDATE",
        "NEW.meeting_id <> OLD.meeting_id OR NEW.member_id <> OLD.member_id",
        "meeting_kept",
    ),
    "meetings_roll_kept": (ROLL, "DELETE", "1", "meeting_kept"),
    "meetings_count_open": (COUNT, "INSERT", _NOT_ITS_OWN, "meeting_sealed"),
    "meetings_count_stays": (COUNT, "UPDATE", "1", "meeting_kept"),
    "meetings_count_kept": (COUNT, "DELETE", "1", "meeting_kept"),
    "meetings_pieces_open": (PIECES, "INSERT", _NOT_OPEN.format(meeting=_OF_COUNT), "meeting_sealed"),
    "meetings_pieces_whole": (
        PIECES,
        "INSERT",
        f"{_THERE} + NEW.worth * NEW.pieces > {_COUNTED}",
        "meeting_kept",
    ),
    "meetings_pieces_stay": (PIECES, "UPDATE", "1", "meeting_kept"),
    "meetings_pieces_kept": (PIECES, "DELETE", "1", "meeting_kept"),
    "voucher_table_born": (VOUCHER, "INSERT", _NOT_ITS_OWN, "meeting_sealed"),
    "voucher_table_settled": (
        VOUCHER,
        "UPDATE",
        f"OLD.status = 'PENDING' AND NEW.status <> 'REJECTED' AND NEW.meeting_id IS OLD.meeting_id AND {_NOT_ITS_OWN}",
        "meeting_sealed",
    ),
}


def _triggers(vendor: str) -> Triggers:
    if vendor == "postgresql":
        return {
            name: (
                f"CREATE TRIGGER {name} {when} ON {table} FOR EACH {each} EXECUTE FUNCTION meetings_{runs}",
                f"DROP TRIGGER IF EXISTS {name} ON {table}",
            )
            for name, (table, when, each, runs) in _POSTGRESQL.items()
        }
    return {
        name: (
            f"CREATE TRIGGER {name} BEFORE {when} ON {table} WHEN {condition} BEGIN SELECT RAISE(ABORT, '{code}'); END",
            f"DROP TRIGGER IF EXISTS {name}",
        )
        for name, (table, when, condition, code) in _SQLITE.items()
    }


TABLES = Guards(
    tables=(MEETING, ROLL, COUNT, PIECES, VOUCHER),
    triggers=_triggers,
    functions=_FUNCTIONS,
    complaint="Sealed meetings can be changed",
    code="meetings.E001",
)
