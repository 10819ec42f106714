"""Savings: see models for what this room keeps. It goes along when books are proved."""

from django.apps import AppConfig


class SavingsConfig(AppConfig):
    name = "savings"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Not before all tables are known.
        from ledger import verify as books
        from savings import verify

        books.register(verify.fines_are_what_is_paid)
