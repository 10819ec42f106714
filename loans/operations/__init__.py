"""The verbs on loans, one file each; see docs/decisions for the rules behind them."""

from loans.operations.applying import Application, apply
from loans.operations.changes import AnotherChangeWaits, reject_change, reschedule, write_off
from loans.operations.deciding import approve, cancel, reject
from loans.operations.disbursing import disburse
from loans.operations.netting import net
from loans.operations.penalties import charge_penalties
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
from loans.operations.repaying import Overpayment, repay
from loans.pricing import RateAboveCap

__all__ = [
    "AlreadyApproved",
    "AnotherChangeWaits",
    "Application",
    "IdNotVerified",
    "InvalidTransition",
    "NoOpenCapacity",
    "NotEligible",
    "NotYoursToCancel",
    "OnlyForHerself",
    "OpenLoanExists",
    "Overpayment",
    "RateAboveCap",
    "apply",
    "approve",
    "cancel",
    "charge_penalties",
    "disburse",
    "net",
    "reject",
    "reject_change",
    "repay",
    "reschedule",
    "write_off",
]
