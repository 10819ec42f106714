"""The log only grows: triggers on either engine that refuse to change, delete or empty it.

Installed after every migrate and by `manage.py install_guards`; a system check counts them. A refusal arrives as an
IntegrityError.
"""

from core.guards import Guards, Triggers

_POSTGRESQL = {
    "audit_no_change": (
        "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit_act "
        "FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
        "DROP TRIGGER IF EXISTS audit_no_change ON audit_act",
    ),
    "audit_no_truncate": (
        "CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit_act "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
        "DROP TRIGGER IF EXISTS audit_no_truncate ON audit_act",
    ),
}
_SQLITE = {
    "audit_no_update": (
        "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit_act BEGIN SELECT RAISE(ABORT, 'audit_append_only'); END",
        "DROP TRIGGER IF EXISTS audit_no_update",
    ),
    "audit_no_delete": (
        "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit_act BEGIN SELECT RAISE(ABORT, 'audit_append_only'); END",
        "DROP TRIGGER IF EXISTS audit_no_delete",
    ),
}
_FUNCTION = """
CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the log of acts only grows' USING ERRCODE = '23514', CONSTRAINT = 'audit_append_only';
END $$
"""


def _triggers(vendor: str) -> Triggers:
    return _POSTGRESQL if vendor == "postgresql" else _SQLITE


LOG = Guards(
    tables=("audit_act",),
    triggers=_triggers,
    functions=_FUNCTION,
    complaint="The log of acts can be changed",
    code="audit.E001",
)
