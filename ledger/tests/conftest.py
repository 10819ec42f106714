"""A table to sit at: the group most of the ledger's tests are about."""

import pytest

from core.tests.lasting import lasting
from ledger.tests.builders import Table


@pytest.fixture
@lasting
def table(db: None) -> Table:
    return Table()
