"""The verbs of ends, one act each: a member leaves, a month or a year is closed, a surplus is shared."""

from cycles.operations.leaving import (
    AmountChanged,
    Departure,
    HasLeft,
    PapersWait,
    StillOwes,
    WroteTheKin,
    leave,
)

__all__ = ["AmountChanged", "Departure", "HasLeft", "PapersWait", "StillOwes", "WroteTheKin", "leave"]
