"""What people write to the verbs on loans is short, whichever door it comes through."""

import pytest

from core.errors import Invalid
from core.tests.lasting import lasting
from loans.operations import changes, texts
from loans.tests.lending import Lending

pytestmark = pytest.mark.django_db


@pytest.fixture
@lasting
def lending(db: None) -> Lending:
    return Lending()


def test_reasons_are_of_five_hundred_letters_at_most(lending: Lending) -> None:
    late = lending.lent()
    with pytest.raises(Invalid) as refused:
        lending.writes_off(late, "joseph", reason="x" * 501)
    assert refused.value.field == "reason"
    change = lending.writes_off(late, "joseph", reason="x" * 500)
    with pytest.raises(Invalid) as refused:
        changes.reject_change(loan=late, by=lending.mary, at=lending.at, reason="x" * 501)
    assert refused.value.field == "reason"
    change.refresh_from_db()
    assert change.state == "PENDING"


def test_what_is_written_stands_in_one_line() -> None:
    assert texts.short("  She has\n moved\taway ", "reason") == "She has moved away"
