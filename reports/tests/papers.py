"""What the tests of papers share: a loan that somebody waits for, the addresses of its papers, and their reading."""

from typing import Any

import pypdfium2

from core.money import kes
from core.periods import now, today
from loans.models import Loan
from members.models import Member
from users.models import User

AGREED = {"LONG_TERM": ("REDUCING", "12"), "SHORT_TERM": ("FLAT", "10"), "PROJECT": ("ANNUITY", "12")}


def asked_for(member: Member, by: User, **words: Any) -> Loan:
    """A loan that somebody waits for."""
    usual: dict[str, Any] = {
        "number": 7,
        "loan_type": "LONG_TERM",
        "amount": kes("36000"),
        "months": 12,
        "slot": "LOAN",
    }
    return Loan.objects.create(
        group=member.group,
        member=member,
        recorded_by=by,
        applied_at=now(),
        applied_on=today(),
        data_key=member.person.data_key,
        **usual | words,
    )


def address(loan: Loan, what: str, *, pdf: bool = False) -> str:
    return f"/api/loans/{loan.pk}/{what}.pdf" if pdf else f"/loans/{loan.pk}/{what}/"


def read(pdf: bytes) -> list[str]:
    """What stands on each page, line ends as blanks."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]
