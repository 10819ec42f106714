"""Reversal: a mistake is taken back by a second entry, never edited."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import Invalid
from ledger import vouchers
from ledger.models import Voucher
from savings.operations.doors import log, tell
from users.models import User


@transaction.atomic
def reverse(*, voucher: Voucher, by: User, at: dt.datetime, reason: str) -> Voucher:
    """The REVERSAL voucher of an act of any kind, posted today. Whoever may reverse may reverse any act.

    Refused: `invalid` without a reason, `already_reversed`, `invalid_transition`, and whatever the books refuse when
    the money has left again.
    """
    if not reason.strip():
        raise Invalid(_("Say why it is reversed: the reason stays with it."), field="reason")
    reversal = vouchers.reverse(voucher=voucher, by=by, at=at, reason=reason)
    log("voucher.reversed", reversal, by, at)
    tell(reversal)
    return reversal
