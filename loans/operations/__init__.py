"""The verbs on loans, one file each; see docs/decisions for the rules behind them."""

from loans.operations.applying import Application, apply
from loans.operations.deciding import approve, cancel, reject
from loans.operations.refusals import (
    AlreadyApproved,
    IdNotVerified,
    InvalidTransition,
    NoOpenCapacity,
    NotEligible,
    NotYoursToCancel,
    OnlyForHerself,
    OpenLoanExists,
)
from loans.pricing import RateAboveCap

__all__ = [
    "AlreadyApproved",
    "Application",
    "IdNotVerified",
    "InvalidTransition",
    "NoOpenCapacity",
    "NotEligible",
    "NotYoursToCancel",
    "OnlyForHerself",
    "OpenLoanExists",
    "RateAboveCap",
    "apply",
    "approve",
    "cancel",
    "reject",
]
