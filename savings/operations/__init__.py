"""The verbs of the savings room, one act each: every one atomic, logged, and told to the member it pays or credits.

Locks are taken in one order, so that no two acts wait for each other in a ring: submission, the meeting that is named
(`tables`), receipt claim, voucher row, rows of the room (loan, fine, campaign), member row, and last the group's book,
which `ledger.operations.post` takes.
"""

from savings.operations.contributions import NoSuchFund, contribute
from savings.operations.dues import MoreThanTheFines
from savings.operations.fine_payments import pay_fine
from savings.operations.fines import FinePaid, cancel_for_roll_call, impose, impose_for_roll_call, waive
from savings.operations.movements import Movement, move_cash
from savings.operations.opening import AlreadyOpened, open_books
from savings.operations.payouts import WelfareLimit
from savings.operations.reversal import reverse
from savings.operations.tables import Table
from savings.operations.verification import reject, verify
from savings.operations.withdrawals import WithdrawalLimit, request_withdrawal

__all__ = [
    "AlreadyOpened",
    "FinePaid",
    "MoreThanTheFines",
    "Movement",
    "NoSuchFund",
    "Table",
    "WelfareLimit",
    "WithdrawalLimit",
    "cancel_for_roll_call",
    "contribute",
    "impose",
    "impose_for_roll_call",
    "move_cash",
    "open_books",
    "pay_fine",
    "reject",
    "request_withdrawal",
    "reverse",
    "verify",
    "waive",
]
