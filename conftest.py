"""Fixtures every room's tests share."""

from ledger.testing import flush_past_the_guards

__all__ = ["flush_past_the_guards"]
