"""How people, places and acts are said on the pages: sentences in the words of the meeting, never codes."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from django.utils.dates import MONTHS, MONTHS_3
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.money import shown
from groups.models import BankingGroup
from ledger.models import Voucher

FUND_WORDS: dict[str, Promise] = {
    "REGULAR": gettext_lazy("Savings"),
    "WELFARE": gettext_lazy("Welfare"),
    "ECD": gettext_lazy("ECD"),
    "PROJECT": gettext_lazy("Project"),
    "FINE": gettext_lazy("Fines"),
}
METHOD_WORDS: dict[str, Promise] = {
    "CASH": gettext_lazy("Cash"),
    "MPESA": gettext_lazy("M-Pesa"),
    "BANK": gettext_lazy("Bank"),
}
PLACE_WORDS: dict[str, Promise] = {
    "CASH_BOX": gettext_lazy("Cash box"),
    "BANK": gettext_lazy("Bank"),
    "MPESA": gettext_lazy("M-Pesa"),
    "OFFICER": gettext_lazy("With an officer"),
}
# What is done, by kind and detail of the voucher: a deed for somebody who still has to say yes.
DEEDS: dict[str, Promise] = {
    "CONTRIBUTION.REGULAR": gettext_lazy("Savings brought"),
    "CONTRIBUTION.WELFARE": gettext_lazy("Welfare brought"),
    "CONTRIBUTION.ECD": gettext_lazy("ECD brought"),
    "CONTRIBUTION.PROJECT": gettext_lazy("Project money brought"),
    "CONTRIBUTION.FINE": gettext_lazy("Fine paid"),
    "WITHDRAWAL": gettext_lazy("Savings withdrawn"),
    "WITHDRAWAL.LEAVING": gettext_lazy("Paid out on leaving"),
    "FINE_PAYMENT": gettext_lazy("Fine paid"),
    "FEE": gettext_lazy("Fee paid"),
    "REPAYMENT": gettext_lazy("Loan repaid"),
    "DISBURSEMENT": gettext_lazy("Loan paid out"),
    "MOVEMENT": gettext_lazy("Cash moved"),
    "MOVEMENT.BANKING": gettext_lazy("Cash carried to another place"),
    "MOVEMENT.HANDOVER": gettext_lazy("Cash handed over"),
    "MOVEMENT.EXTERNAL_IN": gettext_lazy("Outside funds received"),
    "MOVEMENT.EXTERNAL_OUT": gettext_lazy("Outside funds repaid"),
    "PAYOUT": gettext_lazy("Paid out"),
    "PAYOUT.WELFARE_PAYOUT": gettext_lazy("Welfare paid out"),
    "PAYOUT.ECD_PAYOUT": gettext_lazy("ECD paid out"),
    "PAYOUT.PROJECT_PAYOUT": gettext_lazy("Project money paid out"),
    "PAYOUT.CAMPAIGN_PAYOUT": gettext_lazy("Campaign money paid out"),
    "EXPENSE": gettext_lazy("Costs of the group"),
    "EXPENSE.CHARGE": gettext_lazy("Bank or M-Pesa charge"),
    "CAMPAIGN": gettext_lazy("Campaign money"),
    "DIVIDEND": gettext_lazy("Dividend"),
    "SHARE_OUT": gettext_lazy("Share-out"),
    "RECEIPT": gettext_lazy("Receipt without an owner"),
    "COUNT": gettext_lazy("Difference found when counting"),
    "OPENING": gettext_lazy("Opening balances"),
    "ADJUSTMENT": gettext_lazy("Adjustment"),
    "YEAR_CLOSE": gettext_lazy("Year closed"),
    "REVERSAL": gettext_lazy("Put right: reversed"),
}
OUTGOING = frozenset({"WITHDRAWAL", "PAYOUT", "EXPENSE", "DISBURSEMENT", "DIVIDEND", "SHARE_OUT"})
MEETS: dict[str, Promise] = {
    "MONDAY": pgettext_lazy("meeting day", "meets on Mondays"),
    "TUESDAY": pgettext_lazy("meeting day", "meets on Tuesdays"),
    "WEDNESDAY": pgettext_lazy("meeting day", "meets on Wednesdays"),
    "THURSDAY": pgettext_lazy("meeting day", "meets on Thursdays"),
    "FRIDAY": pgettext_lazy("meeting day", "meets on Fridays"),
    "SATURDAY": pgettext_lazy("meeting day", "meets on Saturdays"),
    "SUNDAY": pgettext_lazy("meeting day", "meets on Sundays"),
}


def deed(voucher: Voucher) -> str:
    """What the voucher is about, in two or three words."""
    finer = DEEDS.get(f"{voucher.kind}.{voucher.detail}")
    return str(finer or DEEDS.get(voucher.kind) or voucher.kind)


def is_out(voucher: Voucher) -> bool:
    """Does it take money out of the group's hands?"""
    if voucher.kind == "REVERSAL" and voucher.reverses is not None:
        return not is_out(voucher.reverses)
    return voucher.kind in OUTGOING or voucher.detail == "EXTERNAL_OUT"


def place_line(group: BankingGroup) -> str:
    """Where the group is, from the village outwards, each name once."""
    names = [group.village, group.location, group.county]
    return ", ".join(dict.fromkeys(name for name in names if name))


def meets(group: BankingGroup) -> str:
    day = str(MEETS.get(group.meeting_day, ""))
    if day and group.meeting_venue:
        return _("%(day)s, %(venue)s") % {"day": day, "venue": group.meeting_venue}
    return day


def day(value: dt.date) -> str:
    return date_format(value, "j F")


def short_day(value: dt.date) -> str:
    return date_format(value, "j M")


def full_day(value: dt.date) -> str:
    return date_format(value, "j F Y")


def month(value: dt.date) -> str:
    return str(MONTHS[value.month])


def short_month(value: dt.date) -> str:
    return str(MONTHS_3[value.month]).capitalize()


def round_amount(amount: Decimal) -> str:
    """Whole shillings, for a heading."""
    return shown(amount.quantize(Decimal(1))).removesuffix(".00")


def first_name(name: str) -> str:
    return name.split(" ", maxsplit=1)[0]


def how(voucher: Voucher) -> str:
    """Cash, or by M-Pesa with the number of its receipt."""
    method = str(METHOD_WORDS.get(voucher.method, ""))
    if voucher.receipt_number:
        return _("%(method)s, receipt %(number)s") % {"method": method, "number": voucher.receipt_number}
    return method


def brought(name: str, fund: str, amount: Decimal, method: str) -> str:
    """Alice Wambui brings 137.50 for savings, in cash."""
    sentences = {
        "CASH": _("%(name)s brings %(amount)s for %(fund)s, in cash."),
        "MPESA": _("%(name)s brings %(amount)s for %(fund)s, by M-Pesa."),
        "BANK": _("%(name)s brings %(amount)s for %(fund)s, by the bank."),
    }
    return sentences[method] % {"name": name, "amount": shown(amount), "fund": str(FUND_WORDS[fund]).lower()}


def has_brought(name: str, fund: str, amount: Decimal, group: str) -> str:
    """Alice Wambui brought 137.50 for savings to Umoja."""
    said = _("%(name)s brought %(amount)s for %(fund)s to %(group)s.")
    return said % {"name": name, "amount": shown(amount), "fund": str(FUND_WORDS[fund]).lower(), "group": group}


def either(names: Sequence[str]) -> str:
    """Mary, Grace or Ruth."""
    if len(names) < 2:
        return "".join(names)
    return _("%(names)s or %(last)s") % {"names": ", ".join(names[:-1]), "last": names[-1]}
