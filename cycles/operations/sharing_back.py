"""What goes along when a paper of a run is taken back; the door itself is `savings.operations.reversal.reverse`.

A declaration is taken back while nobody was paid by it, and can then be declared anew; a payment taken back leaves its
part open. What a share-out settled of loans is owed again, as its own room says.
"""

import datetime as dt

from cycles.models import Allocation, Run
from cycles.operations.sharing import PaymentsStand, locked_run, log
from cycles.queries import runs as queries
from cycles.rules import sharing as rules
from ledger.models import Voucher
from loans.operations.reversal import FOLLOWERS as OF_LOANS
from savings.operations.followers import Follower
from users.models import User

_loans = OF_LOANS["WITHDRAWAL"]
Status, Outcome = Run.Status, Allocation.Outcome


def _run_behind(voucher: Voucher) -> Run:
    found = Run.objects.filter(voucher=voucher) | Run.objects.filter(allocations__voucher=voucher)
    return locked_run(found.distinct().get())


def _hold(voucher: Voucher) -> None:
    _loans.hold(voucher)
    run = _run_behind(voucher)
    if voucher.detail == rules.DECLARED and queries.was_paid_from(run):
        raise PaymentsStand


def _after(voucher: Voucher, reversal: Voucher, by: User, at: dt.datetime) -> None:
    """The run is held since `hold`."""
    _loans.after(voucher, reversal, by, at)
    run = _run_behind(voucher)
    if voucher.detail == rules.DECLARED:
        run.status, run.voucher = Status.APPROVED, None
        run.save(update_fields=["status", "voucher"])
        log("sharing.undeclared", run, by, at, voucher=voucher.pk)
        return
    Allocation.objects.filter(run=run, voucher=voucher).update(outcome=Outcome.OPEN, voucher=None)
    run.status = Status.DECLARED
    run.save(update_fields=["status"])
    log("sharing.reopened", run, by, at, voucher=voucher.pk)


_SHARED = Follower(hold=_hold, before=_loans.before, after=_after)
FOLLOWERS: dict[str, Follower] = {Run.Kind.DIVIDEND.value: _SHARED, Run.Kind.SHARE_OUT.value: _SHARED}
