"""A constitution that was adopted or declined never changes: triggers on either engine, whoever tries.

A proposal may only be settled: it gets its verdict, its number and its day, and its rules stay. No part is added to a
constitution that stands, none is changed, none is taken away. Installed after every migrate and by
`manage.py install_guards`; a system check counts them. A refusal arrives as an IntegrityError.
"""

from core.guards import Guards, Triggers
from groups.clauses import RULE_NAMES

WHOLE = "groups_constitution"
PARTS = ("groups_loanterms", "groups_welfareevent")
TABLES = (WHOLE, *PARTS)
# A verdict writes its own columns; every other one stays as it was proposed.
KEPT = ("id", "group_id", "proposed_by_id", "proposed_at", "proposed_upon", *RULE_NAMES)

VERDICT = ("status", "version", "effective_on", "adopted_by_id", "adopted_at", "reason_sealed")

_SAME = " AND ".join(f"NEW.{column} IS OLD.{column}" for column in KEPT)
# Open before, settled after, nothing else touched; a declined one keeps its day too.
_SETTLING = (
    "OLD.status = 'PROPOSED' AND NEW.status IN ('ADOPTED', 'DECLINED') "
    "AND (NEW.status = 'ADOPTED' OR NEW.effective_on = OLD.effective_on) AND "
)

_FUNCTIONS = """
CREATE OR REPLACE FUNCTION constitution_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a constitution stays as it was' USING ERRCODE = '23514', CONSTRAINT = 'constitution_stands';
END $$;
CREATE OR REPLACE FUNCTION constitution_settle() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    verdict text[] = '{status, version, effective_on, adopted_by_id, adopted_at, reason_sealed}';
BEGIN
    IF OLD.status = 'PROPOSED' AND NEW.status IN ('ADOPTED', 'DECLINED')
        AND (NEW.status = 'ADOPTED' OR NEW.effective_on = OLD.effective_on)
        AND to_jsonb(NEW) - verdict = to_jsonb(OLD) - verdict
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a proposal is only settled' USING ERRCODE = '23514', CONSTRAINT = 'constitution_stands';
END $$;
CREATE OR REPLACE FUNCTION constitution_part() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM groups_constitution WHERE id = NEW.constitution_id) THEN
        RAISE EXCEPTION 'its constitution stands' USING ERRCODE = '23514', CONSTRAINT = 'constitution_stands';
    END IF;
    RETURN NEW;
END $$;
"""
_RAISE = "BEGIN SELECT RAISE(ABORT, 'constitution_stands'); END"


def _on_postgresql(table: str) -> Triggers:
    """Name → when it fires and what it runs."""
    made = {
        f"{table}_no_truncate": ("BEFORE TRUNCATE", "STATEMENT", "constitution_refuse"),
        f"{table}_no_delete": ("BEFORE DELETE", "ROW", "constitution_refuse"),
    }
    if table == WHOLE:
        made[f"{table}_settle"] = ("BEFORE UPDATE", "ROW", "constitution_settle")
    else:
        made[f"{table}_no_update"] = ("BEFORE UPDATE", "ROW", "constitution_refuse")
        made[f"{table}_late"] = ("BEFORE INSERT", "ROW", "constitution_part")
    return {
        name: (
            f"CREATE TRIGGER {name} {when} ON {table} FOR EACH {each} EXECUTE FUNCTION {runs}()",
            f"DROP TRIGGER IF EXISTS {name} ON {table}",
        )
        for name, (when, each, runs) in made.items()
    }


def _on_sqlite(table: str) -> Triggers:
    made = {f"{table}_no_delete": "BEFORE DELETE ON {table}"}
    if table == WHOLE:
        made[f"{table}_settle"] = f"BEFORE UPDATE ON {{table}} WHEN NOT ({_SETTLING}{_SAME})"
    else:
        made[f"{table}_no_update"] = "BEFORE UPDATE ON {table}"
        stands = "EXISTS (SELECT 1 FROM groups_constitution WHERE id = NEW.constitution_id)"
        made[f"{table}_late"] = f"BEFORE INSERT ON {{table}} WHEN {stands}"
    return {
        name: (f"CREATE TRIGGER {name} {when.format(table=table)} {_RAISE}", f"DROP TRIGGER IF EXISTS {name}")
        for name, when in made.items()
    }


def _triggers(vendor: str) -> Triggers:
    of_table = _on_postgresql if vendor == "postgresql" else _on_sqlite
    return {name: how for table in TABLES for name, how in of_table(table).items()}


CONSTITUTIONS = Guards(
    tables=TABLES,
    triggers=_triggers,
    functions=_FUNCTIONS,
    complaint="Constitutions can be changed",
    code="groups.E001",
)
