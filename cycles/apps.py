"""Cycles: see models for what this room keeps. It goes along when papers are taken back and when the books
are proven."""

from django.apps import AppConfig


class CyclesConfig(AppConfig):
    name = "cycles"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Not before all tables are known.
        from cycles import verify
        from cycles.operations import sharing_back, years
        from ledger import verify as books
        from savings.operations import followers

        for kind, follower in (years.FOLLOWERS | sharing_back.FOLLOWERS).items():
            followers.register(kind, follower)
        books.register(verify.runs_are_what_was_declared)
        books.register(verify.years_are_closed_by_their_entries)
