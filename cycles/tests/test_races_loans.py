"""Leaving with a loan, and that loan's own acts, at the same moment. Real threads on PostgreSQL."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command

from core.money import kes
from cycles.tests.leavers import leaves
from groups.models import Organisation
from loans.tests.lending import Lending
from loans.tests.together import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def table(transactional_db: None) -> Lending:
    """An empty database first: another test may have left the demo world committed."""
    if Organisation.objects.exists():
        call_command("flush", interactive=False, verbosity=0)
    return Lending()


def test_leaving_against_repaying(table: Lending) -> None:
    """Whichever is first: all that came is on the loan, and what is left over was paid to her."""
    table.brings("alice", "20000")
    loan = table.lent(amount="6000")
    table.waits()
    works: list[Callable[[], Any]] = [*[lambda: table.repays(loan, "100")] * 5, lambda: leaves(table, "alice")] * 2
    seen = at_once(works)
    assert set(seen) <= {"done", "invalid_transition", "member_inactive"}
    assert seen["member_inactive"] == 1
    now = table.loan(loan)
    assert (now.status, table.told(loan).paid.total) == ("COMPLETED", kes("6600"))
    assert (table.holds("2010", "alice"), table.holds("1110", "alice")) == (kes("0"), kes("0"))
    assert table.is_sound


def test_leaving_against_a_disbursement(table: Lending) -> None:
    table.brings("alice", "20000")
    loan = table.approved(amount="6000")
    seen = at_once([lambda: table.pays_out(loan), lambda: leaves(table, "alice")])
    assert seen in ({"done": 2}, {"done": 1, "papers_wait": 1})
    assert table.loan(loan).status in {"COMPLETED", "DISBURSED"}
    assert table.is_sound


def test_leavings_taken_back_against_repayments_taken_back(table: Lending) -> None:
    table.brings("alice", "20000")
    loan = table.lent(amount="6000")
    paid = table.repays(loan, "1000")
    table.waits()
    left = leaves(table, "alice").voucher
    assert left
    seen = at_once([lambda: table.reverses("mary", left), lambda: table.takes_back(paid)] * 3)
    assert seen["done"] in {1, 2}
    assert set(seen) <= {"done", "member_inactive", "already_reversed"}
    assert table.is_sound
