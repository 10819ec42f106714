"""A table to sit at: the group most of the ledger's tests are about."""

import pytest

from ledger.tests.builders import Table


@pytest.fixture
def table(db: None) -> Table:
    return Table()
