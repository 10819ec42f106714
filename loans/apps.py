"""Loans: see models for what this room keeps. It goes along when papers are taken back, and when books are proved."""

from django.apps import AppConfig


class LoansConfig(AppConfig):
    name = "loans"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Not before all tables are known.
        from groups import judges
        from ledger import verify as books
        from loans import pricing, verify
        from loans.operations.reversal import FOLLOWERS
        from savings.operations import followers

        for kind, follower in FOLLOWERS.items():
            followers.register(kind, follower)
        books.register(verify.loans_are_what_is_told)
        judges.register(pricing.charter_within_cap)
