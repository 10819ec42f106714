"""What payments do to fines: held, reached oldest first, and paid or open again as the journal says.

Beside the verbs, so that paying, verifying, taking back and leaving all do it in one way.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from core.errors import Refusal
from core.money import ZERO, shown
from ledger.models import Voucher
from ledger.places import Place
from ledger.vouchers import settle
from members.models import Member
from savings import fines, rules
from savings.models import Fine
from users.models import User

FINE_PAYMENT = "FINE_PAYMENT"
Status = Fine.Status


class MoreThanTheFines(Refusal):
    code = "overpayment"
    detail = _("That is more than is owed. Take what is owed and give back the rest.")


def hold_fines(member: Member) -> list[Fine]:
    """Her outstanding fines, the oldest first, their rows held until the act ends.

    After the act's paper, before any loan, her own row and the book.
    """
    hers = Fine.objects.filter(group=member.group_id, member=member, status=Status.OUTSTANDING)
    held = _held(hers.values_list("pk", flat=True))
    return [fine for fine in fines.open_of(member) if fine.pk in held]


def hold_fines_paid_by(voucher: Voucher) -> list[Fine]:
    """The fines to which a posted paper brought money, their rows held: before it is taken back."""
    held = _held(fines.paid_by(voucher))
    return list(Fine.objects.filter(pk__in=held).order_by("pk"))


def _held(ids: Iterable[UUID]) -> set[UUID]:
    """Always in the order of their ids, so that no two acts wait for each other in a ring."""
    rows = Fine.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=list(ids))
    return set(rows.order_by("pk").values_list("pk", flat=True))


def must_be_owed(amount: Decimal, held: Sequence[Fine], named: UUID | None) -> dict[UUID, Decimal]:
    """Fine → its part of `amount`: all of it for the fine that is named, else the oldest first.

    Refuses `overpayment` where less is due, also where nothing is. The caller holds the fines.
    """
    reached = [fine for fine in held if named in {None, fine.pk}]
    dues = fines.due_of(reached)
    owed = sum(dues.values(), ZERO)
    if amount > owed:
        said = _("KES %(owed)s is owed. Take that much, and give back the rest.") % {"owed": shown(owed)}
        raise MoreThanTheFines(said, field="amount", amount_due=f"{owed:.2f}")
    return rules.allocated(amount, dues)


def settle_fines(
    *, voucher: Voucher, held: Sequence[Fine], to: Place, at: dt.datetime, actor: User, verified_by: User | None = None
) -> Voucher:
    """Post the paper of a fine payment: its money finds its fines as they are now, and those it fills are PAID.

    Refused: `overpayment`, and whatever the books refuse.
    """
    if voucher.member_id is None:
        raise ValueError("a fine is paid by somebody")
    parts = must_be_owed(voucher.amount, held, voucher.subject_id)
    legs = rules.fine_payment_legs(parts, to, voucher.member_id)
    posted = settle(voucher=voucher, legs=legs, at=at, actor=actor, verified_by=verified_by)
    refresh_fines([fine for fine in held if fine.pk in parts])
    return posted


def refresh_fines(held: Sequence[Fine]) -> None:
    """PAID or OUTSTANDING as the journal says; what was waived or cancelled stays so. The caller holds the rows."""
    paid = fines.paid_of(fine.pk for fine in held)
    for fine in held:
        if fine.status not in {Status.OUTSTANDING, Status.PAID}:
            continue
        settled = rules.is_settled(fine.amount, paid.get(fine.pk, ZERO))
        fine.status = Status.PAID if settled else Status.OUTSTANDING
        fine.save(update_fields=["status"])
