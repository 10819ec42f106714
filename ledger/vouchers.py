"""The verbs on vouchers that every room shares: draft, settle, reject, reverse, and the claim on a receipt number.

A voucher is the paper of an act; its entry is the money. Order of locks, the same in every room, so that no two acts
wait for each other: submission, receipt claims, voucher row, member row, and last the group's book (taken by `post`).
An act of several papers drafts them all before it settles the first.
"""

import datetime as dt
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from core.codes import short_code
from core.errors import Invalid, Refusal
from core.ids import new_id
from core.money import shown
from core.periods import business_day
from groups.access import standing
from groups.models import BankingGroup
from groups.permissions import Reach
from ledger import operations
from ledger.models import Entry, ReceiptClaim, Voucher
from ledger.places import Place
from ledger.rules import Leg
from members.models import Member
from users.models import User

REVERSAL = Entry.Kind.REVERSAL.value
# They have happened whether or not the loan fund can bear them.
FACTS = frozenset(
    {Entry.Kind.OPENING.value, Entry.Kind.COUNT.value, Entry.Kind.WRITE_OFF.value, Entry.Kind.ADJUSTMENT.value}
)
# Receipt numbers of these belong to a network or a bank and name one payment; what is written on cash is a note.
CLAIMING = frozenset({Voucher.Method.MPESA.value, Voucher.Method.BANK.value})
LONGEST_RECEIPT = 40
_WAIT_FOR_NUMBER = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
# A paper that waits, or whose money has not been taken back.
_STANDS = ~Q(status=Voucher.Status.REJECTED) & ~Exists(Voucher.objects.filter(reverses=OuterRef("pk")))


class NotAReceipt(Invalid):
    detail = _("Write the receipt number as it stands there: letters A to Z and digits, at most 40.")


class ReceiptAlreadyUsed(Refusal):
    code = "receipt_already_used"
    detail = _(
        "This receipt number was already used. Check the number; if it is right, ask an officer of your group or the "
        "service admin to look it up."
    )


class TakenBackByYou(ReceiptAlreadyUsed):
    detail = _(
        "You took back what this receipt number had paid for somebody else. Who takes a receipt back does not give it "
        "to another member: somebody else looks at it and records it."
    )


class InvalidTransition(Refusal):
    code = "invalid_transition"
    status = 409
    detail = _("This paper is not waiting any more, so this cannot be done with it.")


class AlreadyVerified(Refusal):
    code = "already_verified"
    status = 409
    detail = _("This is already verified. If it is wrong, reverse it.")


@dataclass(frozen=True)
class Draft:
    """What a paper says when it is written. `on` is the business date of the act, `at` the instant of recording."""

    group: BankingGroup
    kind: str
    detail: str
    amount: Decimal
    recorded_by: User
    at: dt.datetime
    on: dt.date
    member: Member | None = None
    method: str = ""
    source: Place | None = None
    to: Place | None = None
    meeting_id: UUID | None = None
    bundle_id: UUID | None = None
    subject_id: UUID | None = None
    receipt_number: str = ""
    reason: str = ""
    is_short: bool = False


def normalised_receipt(number: str) -> str:
    """A receipt number in capitals A to Z and digits: as typed by hand and as the network sends it are one.

    Full-width spellings are read as the plain ones; blanks, dashes and dots are dropped. Refused (`NotAReceipt`):
    every other character, more than forty, and a text that holds no number.
    """
    plain = unicodedata.normalize("NFKC", number)
    kept = [letter for letter in plain if not _is_spacing(letter)]
    if any(not (letter.isascii() and letter.isalnum()) for letter in kept):
        raise NotAReceipt(field="transaction_id")
    if len(kept) > LONGEST_RECEIPT or (plain.strip() and not kept):
        raise NotAReceipt(field="transaction_id")
    return "".join(kept).upper()


def _is_spacing(letter: str) -> bool:
    return letter.isspace() or letter == "." or unicodedata.category(letter) == "Pd"


@transaction.atomic
def draft(paper: Draft) -> tuple[Voucher, bool]:
    """A PENDING voucher and True; the first one and False when its receipt number already paid for the very same act.

    Its reason is sealed under the member's key, or the group's where nobody is named. Refused: a receipt number used
    for anything else (`receipt_already_used`).
    """
    voucher = _written(paper)
    if not voucher.receipt_number or voucher.method not in CLAIMING:
        voucher.save(force_insert=True)
        return voucher, True
    return claim_receipt(voucher)


def _written(paper: Draft) -> Voucher:
    source, to = paper.source, paper.to
    identifier = new_id()
    voucher = Voucher(
        id=identifier,
        code=short_code(identifier),
        group=paper.group,
        kind=paper.kind,
        detail=paper.detail,
        member=paper.member,
        amount=paper.amount,
        method=paper.method,
        booked_on=paper.on,
        from_place=source.account if source else "",
        from_officer_id=source.officer if source else None,
        to_place=to.account if to else "",
        to_officer_id=to.officer if to else None,
        meeting_id=paper.meeting_id,
        bundle_id=paper.bundle_id,
        subject_id=paper.subject_id,
        receipt_number=normalised_receipt(paper.receipt_number),
        is_short=paper.is_short,
        recorded_by=paper.recorded_by,
        recorded_at=paper.at,
        data_key=paper.member.person.data_key if paper.member else paper.group.data_key,
    )
    voucher.reason = paper.reason
    return voucher


@transaction.atomic
def claim_receipt(voucher: Voucher) -> tuple[Voucher, bool]:
    """Write the voucher together with its claim on the receipt number; of two with one number one comes first.

    A number is one payment whichever way it is said to have come, so the method is not asked. A twin that is still
    being written is waited for. Returns the first voucher and False when both say the same, else refuses
    `receipt_already_used`; so also to who took the number back from another member.
    """
    first = hold_receipt(voucher.group, voucher.receipt_number)
    if first is not None and voucher.bundle_id is not None and first.bundle_id == voucher.bundle_id:
        # Another line of the same act holds the number for all of them.
        voucher.save(force_insert=True)
        return voucher, True
    if first is None and _write_with_claim(voucher, voucher.method, voucher.receipt_number):
        _must_not_move_it(voucher)
        return voucher, True
    if first is not None and _is_same_act(first, voucher):
        return first, False
    raise _already_used(first, voucher)


@transaction.atomic
def draft_once(paper: Draft, mark: str) -> Voucher | None:
    """A PENDING voucher of which its organisation has one under this mark; None while an unreversed one stands."""
    voucher = _written(paper)
    return voucher if _write_with_claim(voucher, "", mark) else None


def _write_with_claim(voucher: Voucher, method: str, number: str) -> bool:
    """The claim first: a twin that is still being written is waited for on the unique index."""
    claim = ReceiptClaim(
        organisation_id=voucher.group.organisation_id,
        group=voucher.group,
        method=method,
        number=number,
        voucher=voucher,
    )
    try:
        with transaction.atomic():
            claim.save(force_insert=True)
    except IntegrityError:
        return False
    voucher.save(force_insert=True)
    return True


def hold_receipt(group: BankingGroup, number: str) -> Voucher | None:
    """The paper that a receipt number stands for, None where it is free; the number is held until the act ends.

    An act of several papers holds it before any row: who comes with the same number by another door waits here, where
    nobody holds anything yet that the other still needs.
    """
    plain = normalised_receipt(number)
    # SQLite has one writer anyway.
    wait = _WAIT_FOR_NUMBER if connection.features.has_select_for_update else "SELECT %s"
    with connection.cursor() as cursor:
        cursor.execute(wait, [f"receipt:{group.organisation_id}:{plain}"])
    claim = ReceiptClaim.objects.filter(organisation_id=group.organisation_id, number=plain, freed_at__isnull=True)
    return Voucher.objects.filter(claims__in=claim).select_related("group__organisation", "member__person").first()


def _must_not_move_it(voucher: Voucher) -> None:
    """One person alone does not carry a payment from one member to another."""
    if voucher.member is None:
        return
    freed = ReceiptClaim.objects.filter(
        organisation_id=voucher.group.organisation_id, number=voucher.receipt_number, freed_at__isnull=False
    )
    taken_back = Voucher.objects.filter(claims__in=freed, reversals__recorded_by=voucher.recorded_by)
    if taken_back.exclude(member__person=voucher.member.person_id).exists():
        raise TakenBackByYou(field="transaction_id")


def _is_same_act(first: Voucher, second: Voucher) -> bool:
    def said(voucher: Voucher) -> tuple[object, ...]:
        return voucher.group_id, voucher.kind, voucher.detail, voucher.member_id, voucher.subject_id, voucher.amount

    return said(first) == said(second)


def _already_used(first: Voucher | None, voucher: Voucher) -> ReceiptAlreadyUsed:
    """Tells where to look, within the group and to who reads all its rows: others' money is not for everybody."""
    if first is None or first.group_id != voucher.group_id or not _reads_all(voucher.recorded_by, first.group):
        return ReceiptAlreadyUsed(field="transaction_id")
    where = _("Receipt %(number)s was already recorded in this group on %(day)s for %(amount)s. Look there first.") % {
        "number": first.receipt_number,
        "day": first.booked_on.isoformat(),
        "amount": shown(first.amount),
    }
    return ReceiptAlreadyUsed(where, field="transaction_id")


def _reads_all(user: User, group: BankingGroup) -> bool:
    return standing(user, group).may("transactions:read") is Reach.ALL


def locked(voucher: Voucher) -> Voucher:
    """The voucher as it is now, its row held until the transaction ends."""
    rows = Voucher.objects.select_for_update(of=("self",), no_key=True)
    joined = rows.select_related(
        "group__organisation", "group__data_key", "member__person", "member__group", "data_key", "recorded_by"
    )
    return joined.get(pk=voucher.pk)


def must_be_pending(voucher: Voucher) -> None:
    """Refuses `already_verified` and, for a rejected paper, `invalid_transition`."""
    if voucher.status == Voucher.Status.VERIFIED:
        raise AlreadyVerified
    if voucher.status != Voucher.Status.PENDING:
        raise InvalidTransition


@transaction.atomic
def settle(
    *, voucher: Voucher, legs: Sequence[Leg], at: dt.datetime, actor: User, verified_by: User | None = None
) -> Voucher:
    """Post the voucher's entry and mark it VERIFIED, in one change. The caller holds the row or has just written it.

    Refused: a voucher that is not PENDING, and whatever `ledger.operations.post` refuses.
    """
    must_be_pending(voucher)
    entry = operations.post(
        group=voucher.group,
        kind=voucher.kind,
        on=voucher.booked_on,
        at=at,
        actor=actor,
        key=f"{voucher.id}:0",
        legs=legs,
        is_fact=voucher.kind in FACTS,
    )
    return _close(voucher, status=Voucher.Status.VERIFIED, entry=entry, verified_by=verified_by, verified_at=at)


@transaction.atomic
def reject(*, voucher: Voucher, by: User, at: dt.datetime, reason: str) -> Voucher:
    """The voucher is REJECTED and stays, with the reason sealed on it; its receipt number is free again.

    Who takes back her own paper has not checked it: no checker stands on it then. Refused: a voucher that is not
    PENDING. The caller holds the row.
    """
    must_be_pending(voucher)
    voucher.verdict = reason
    _free_receipts(voucher, at)
    checker = None if by.pk == voucher.recorded_by_id else by
    return _close(voucher, status=Voucher.Status.REJECTED, entry=None, verified_by=checker, verified_at=at)


def _close(
    voucher: Voucher, *, status: str, entry: Entry | None, verified_by: User | None, verified_at: dt.datetime
) -> Voucher:
    """Everything in one UPDATE: a trigger lets nothing change afterwards."""
    voucher.status = status
    voucher.entry = entry
    voucher.verified_by = verified_by
    voucher.verified_at = verified_at
    voucher.save(update_fields=["status", "entry", "verified_by", "verified_at", "verdict_sealed"])
    return voucher


@transaction.atomic
def reverse(*, voucher: Voucher, by: User, at: dt.datetime, reason: str, meeting_id: UUID | None = None) -> Voucher:
    """A REVERSAL voucher dated today, whose entry takes back the first one's; the receipt number is free again.

    Allowed in a suspended group too: a mistake is put right whatever the group's state. Refused: `already_reversed`;
    `invalid_transition` for a paper that never moved money or is a reversal itself; and whatever the books refuse.
    """
    first = locked(voucher)
    posted = must_be_reversible(first)
    second = _mirror(first, by, at, reason, meeting_id)
    second.save(force_insert=True)
    entry = operations.reverse(entry=posted, key=f"{second.id}:0", actor=by, at=at)
    _free_receipts(first, at)
    return _close(second, status=Voucher.Status.VERIFIED, entry=entry, verified_by=None, verified_at=at)


def must_be_reversible(voucher: Voucher) -> Entry:
    """The entry that would be taken back. Refused: `already_reversed`, `invalid_transition` where no money moved."""
    if voucher.kind == REVERSAL or voucher.status != Voucher.Status.VERIFIED or voucher.entry_id is None:
        raise InvalidTransition(_("Only an act that moved money can be reversed, and a reversal is final."))
    if Voucher.objects.filter(reverses=voucher).exists():
        raise operations.AlreadyReversed
    return Entry.objects.get(pk=voucher.entry_id)


def _mirror(first: Voucher, by: User, at: dt.datetime, reason: str, meeting_id: UUID | None) -> Voucher:
    identifier = new_id()
    second = Voucher(
        id=identifier,
        code=short_code(identifier),
        group=first.group,
        kind=REVERSAL,
        detail=first.detail or first.kind,
        member=first.member,
        amount=first.amount,
        method=first.method,
        booked_on=business_day(at),
        from_place=first.to_place,
        from_officer_id=first.to_officer_id,
        to_place=first.from_place,
        to_officer_id=first.from_officer_id,
        meeting_id=meeting_id,
        subject_id=first.subject_id,
        recorded_by=by,
        recorded_at=at,
        reverses=first,
        data_key=first.data_key,
    )
    second.reason = reason
    return second


def _free_receipts(voucher: Voucher, at: dt.datetime) -> None:
    """A number that paid for several lines is free when none of them stands any more."""
    lines = Voucher.objects.filter(bundle_id=voucher.bundle_id) if voucher.bundle_id else None
    if lines is not None and lines.exclude(pk=voucher.pk).filter(_STANDS).exists():
        return
    held = Q(voucher__in=lines.values("pk")) if lines is not None else Q(voucher=voucher)
    ReceiptClaim.objects.filter(held, freed_at__isnull=True).update(freed_at=at)
