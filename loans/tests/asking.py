"""Bodies of requests about loans, and a loan that runs, for tests over HTTP."""

from typing import Any

from core.money import kes
from loans.models import Loan, Repayment
from loans.operations import disburse, repay
from loans.tests.world import World


def application(world: World, **more: Any) -> dict[str, Any]:
    """10,000 for a cow, over three months, witnessed by Lucy and Agnes."""
    return {
        "loan_type": "SHORT_TERM",
        "amount": "10000.00",
        "duration_months": 3,
        "purpose": "A cow",
        "witnesses": [str(world.members[name].pk) for name in ("lucy", "agnes")],
    } | more


def paid_out(world: World, name: str = "peter", amount: str = "10000", **words: Any) -> Loan:
    """A loan that Grace has paid out in cash today."""
    loan = world.approved(name, amount, **words)
    return disburse(loan=loan, method="CASH", by=world.grace, at=world.at, on=world.today)


def pays_back(world: World, loan: Loan, amount: str) -> Repayment:
    """Cash that Grace takes today."""
    return repay(loan=loan, amount=kes(amount), method="CASH", by=world.grace, at=world.at, on=world.today)


def repayment(world: World, amount: str, **more: Any) -> dict[str, Any]:
    """Cash that came today."""
    return {"amount": amount, "payment_method": "CASH", "payment_date": world.today.isoformat()} | more
