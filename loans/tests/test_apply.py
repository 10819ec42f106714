"""Applying."""

from loans.tests.world import World


def test_peter_applies(world: World) -> None:
    loan = world.approved()
    assert loan.status == "APPROVED"
