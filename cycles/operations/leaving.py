"""The verb of leaving: a member leaves, or has died, and is paid all she owns in one act."""

import contextlib
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from audit.operations import record
from core.errors import Forbidden, Invalid, MakerIsChecker, Refusal
from core.ids import new_id
from core.money import shown
from core.periods import business_day
from cycles.models import Leaving
from cycles.queries import leaving as queries
from cycles.rules import leaving as rules
from groups.access import Standing, standing
from groups.permissions import Reach
from ledger.models import Voucher
from ledger.operations import hold_books
from ledger.places import BOX, Place
from ledger.rules import Leg
from ledger.vouchers import Draft, ReceiptAlreadyUsed, draft, settle
from loans.operations.netting import Owed, hold_loans, loans_paid_out, net, owed_by
from members.models import Member, NextOfKin
from members.operations import MemberInactive
from members.operations import leaving as membership
from members.operations.locks import locked_member
from savings.operations.doors import held, must_be_open, place_picked, send_receipt, tell
from savings.operations.dues import hold_fines, refresh_fines
from savings.operations.tables import hold_table
from savings.queries import LEAVING, WITHDRAWAL, names, seats_of
from savings.rules import fine_legs
from users.models import User
from users.submissions import InProgress

ATTEMPTS = 3


class StillOwes(Refusal):
    code = "still_owes"
    detail = _("She owes the group more than she has. She stays a member until the rest is paid or written off.")


class PapersWait(Refusal):
    code = "papers_wait"
    detail = _("Papers that name her still wait. Confirm or reject them first, then she can leave.")


class LoanWaits(PapersWait):
    detail = _("A loan of hers still waits. Decide about it or cancel it first, then she can leave.")


class HasLeft(MemberInactive):
    detail = _("She has left the group already.")


class WroteTheKin(MakerIsChecker):
    detail = _("You wrote down this next of kin. Somebody else records the death.")


class AmountChanged(Refusal):
    code = "amount_changed"
    detail = _("The amount has changed since you looked. Look at it again, then confirm.")


class _Moved(Exception):
    """Money moved for her between the first look and the lock."""


@dataclass(frozen=True)
class Departure:
    """How somebody leaves, in the words of the contract; who died is paid out to one of her next of kin."""

    on: dt.date
    kind: str = Leaving.Kind.LEFT
    method: str = "CASH"
    receipt_number: str = ""
    paid_to: NextOfKin | None = None
    reason: str = ""
    meeting_id: UUID | None = None
    # What whoever confirms has seen that she is paid, in shillings.
    expected: Decimal | None = None

    @property
    def has_died(self) -> bool:
        return self.kind == Leaving.Kind.DIED


@dataclass(frozen=True)
class _Act:
    """One attempt at it: who does it, when, and what she is to the group."""

    departure: Departure
    by: User
    here: Standing
    at: dt.datetime
    id: UUID


@transaction.atomic
def leave(*, member: Member, departure: Departure, by: User, at: dt.datetime, id: UUID | None = None) -> Leaving:
    """She is paid her savings, ECD, project money and dividends, and is a member no longer: one entry, one act.

    What she owes on fines, then on loans, is settled first, by the same entry. Whoever owns nothing leaves without a
    voucher.
    Refused: `forbidden`, `maker_is_checker` for herself and for who wrote down the next of kin, `invalid` (a day before
    money last moved for her; a next of kin missing or out of place), `member_inactive` when she has left, `still_owes`
    when she owes more than she has, `papers_wait`, `group_suspended`, `date_in_future`, `period_closed`,
    `receipt_already_used`, `insufficient_cash`, `insufficient_fund`, `amount_changed` when she is paid another sum than
    was expected, and `in_progress` when money keeps moving for her.
    """
    here = standing(by, member.group)
    if here.may("members:leave") is not Reach.ALL:
        raise Forbidden
    if names(member, by):
        raise MakerIsChecker
    hold_table(member.group, departure.meeting_id)
    must_be_open(member.group, departure.on, at)
    _must_name_whom(departure)
    if id is not None and Leaving.objects.filter(pk=id).exists():
        raise Invalid(_("This id already names a leaving."), field="id")
    act = _Act(departure, by, here, at, id or new_id())
    for _attempt in range(ATTEMPTS):
        with contextlib.suppress(_Moved), transaction.atomic():
            return _left(member, act)
    raise InProgress


def _must_name_whom(departure: Departure) -> None:
    if departure.paid_to and not departure.has_died:
        raise Invalid(_("Who leaves is paid herself. Name a next of kin only when she died."), field="next_of_kin")


def _left(member: Member, act: _Act) -> Leaving:
    """Locks in the order of every room: the claim and the paper, her person and her membership, the book.

    What she owns is written on the paper before the locks and looked at again under them; an attempt that finds it
    moved is rolled back, its locks with it.
    """
    parts = rules.owned(queries.held_for(member))
    voucher = _paper(member, parts, act) if parts else None
    hold_fines(member)
    fines = queries.fines_owed(member)
    hold_loans(member)
    loans = list(loans_paid_out(member))
    locked_member(member)
    hers = held(member)
    if hers.left_on:
        raise HasLeft
    kin = _kin_now(hers, act)
    membership.leave(member=hers, on=act.departure.on, at=act.at, by=act.by)
    hold_books([hers.group])
    balances = queries.held_for(hers)
    if rules.owned(balances) != parts or loans != list(loans_paid_out(hers)) or fines != queries.fines_owed(hers):
        raise _Moved
    owed = owed_by(loans, business_day(act.at))
    settling = _settling(parts, queries.claims(fines, owed), queries.not_of_loans(balances, loans))
    if act.departure.expected not in {None, settling.paid_out}:
        raise AmountChanged
    _must_be_free_to_go(hers, act.departure)
    if voucher:
        netted = [*_fined(fines, hers), *_netted(voucher, owed, settling.taken[len(fines) :], act)]
        legs = rules.leaving_legs(parts, _source(voucher), hers.pk, netted)
        settle(voucher=voucher, legs=legs, at=act.at, actor=act.by)
        refresh_fines([each.fine for each in fines])
    leaving = _kept(hers, voucher, act, kin)
    _log(leaving, act)
    if voucher:
        _tell(leaving, voucher)
    return leaving


def _kin_now(member: Member, act: _Act) -> NextOfKin | None:
    """The next of kin as the row says under the lock of her person, written down by another than who pays her."""
    named = act.departure.paid_to
    if named is None:
        return None
    kin = NextOfKin.objects.select_related("data_key").filter(pk=named.pk, person=member.person_id).first()
    if kin is None:
        raise Invalid(_("Her next of kin were changed meanwhile. Look at them again."), field="next_of_kin")
    if kin.written_by_id == act.by.pk:
        raise WroteTheKin(field="next_of_kin")
    return kin


def _paper(member: Member, parts: Mapping[str, Decimal], act: _Act) -> Voucher:
    departure = act.departure
    if departure.has_died and departure.paid_to is None:
        raise Invalid(_("Say to which next of kin her money is paid."), field="next_of_kin")
    at_the_table = departure.meeting_id is not None
    paper = Draft(
        group=member.group,
        kind=WITHDRAWAL,
        detail=LEAVING,
        amount=rules.total(parts),
        recorded_by=act.by,
        at=act.at,
        on=departure.on,
        member=member,
        method=departure.method,
        # A service admin who neither holds an office nor carries cash pays from the box.
        source=place_picked(departure.method, act.by, act.here, at_the_table=at_the_table) or BOX,
        meeting_id=departure.meeting_id,
        receipt_number=departure.receipt_number,
    )
    voucher, is_new = draft(paper)
    if not is_new:
        # Only a leaving of hers says the very same with this receipt: this one, or one before she joined again.
        gone = Member.objects.filter(pk=member.pk, left_on__isnull=False).exists()
        raise HasLeft if gone else ReceiptAlreadyUsed(field="transaction_id")
    return voucher


def _source(voucher: Voucher) -> Place:
    return Place(voucher.from_place, voucher.from_officer_id)


def _settling(parts: Mapping[str, Decimal], claims: Sequence[rules.Claim], unsettled: Decimal) -> rules.Settling:
    """What her debts take of what she owns. `unsettled` are those that no loan here knows of: they are paid first."""
    owned = rules.total(parts)
    settling = rules.settling(owned, claims)
    if settling is None or unsettled > 0:
        short = rules.short_by(owned, claims) + unsettled
        said = _("She still owes KES %(amount)s. She stays a member until that is paid or written off.")
        raise StillOwes(said % {"amount": shown(short)}, amount=f"{short:.2f}")
    return settling


def _fined(fines: Sequence[queries.FineOwed], member: Member) -> list[Leg]:
    """Each fine is paid whole: what she owns is enough for what must be paid."""
    return fine_legs({each.fine.pk: each.amount for each in fines}, member.pk)


def _netted(voucher: Voucher, owed: Sequence[Owed], taken: Sequence[Decimal], act: _Act) -> list[Leg]:
    """Each loan gets its part, as of today, and is completed by it where that is all that was owed: what fell due since
    the day she names is owed."""
    return [
        leg
        for each, amount in zip(owed, taken, strict=True)
        if amount
        for leg in net(loan=each.loan, voucher=voucher, amount=amount, on=business_day(act.at), at=act.at)
    ]


def _must_be_free_to_go(member: Member, departure: Departure) -> None:
    """Nothing of hers may stay behind: no paper that waits, no act after the day she goes."""
    if queries.papers_waiting(member).exists():
        raise PapersWait
    if queries.loans_waiting(member).exists():
        raise LoanWaits
    last = queries.last_day_of_hers(member)
    if departure.on < last:
        said = _("Money moved for her, or she joined, on %(day)s. Use that day or a later one.")
        raise Invalid(said % {"day": date_format(last)}, field="left_on")


def _kept(member: Member, voucher: Voucher | None, act: _Act, kin: NextOfKin | None) -> Leaving:
    departure = act.departure
    leaving = Leaving(
        id=act.id,
        group=member.group,
        member=member,
        kind=departure.kind,
        joined_on=member.joined_on,
        left_on=departure.on,
        voucher=voucher,
        recorded_by=act.by,
        recorded_at=act.at,
        data_key=member.person.data_key,
    )
    leaving.paid_to = ", ".join(filter(None, (kin.name, kin.relationship, kin.phone))) if kin else ""
    leaving.reason = departure.reason
    leaving.save(force_insert=True)
    return leaving


def _log(leaving: Leaving, act: _Act) -> None:
    """The audit row of the payment, beside that of the membership's end: ids and the amount, and not to whom."""
    record(
        verb="leaving.recorded",
        at=act.at,
        actor_id=act.by.pk,
        subject="leaving",
        subject_id=leaving.pk,
        group_id=leaving.group_id,
        organisation_id=leaving.group.organisation_id,
        in_place_of_office=act.here.in_place_of_office,
        kind=str(leaving.kind),
        member=leaving.member_id,
        voucher=leaving.voucher_id,
        amount=leaving.voucher.amount if leaving.voucher else None,
        netted=queries.netted(leaving),
        left_on=leaving.left_on,
    )


def _tell(leaving: Leaving, voucher: Voucher) -> None:
    """The receipt, of what was paid to her, goes to her. The table has it as well when she died, when she has no
    sign-in, or when whoever paid her wrote the number that it goes to: so somebody else knows of it."""
    person = leaving.member.person
    paid = queries.paid_out(leaving)
    if person.user_id and leaving.kind == Leaving.Kind.LEFT and person.phone_written_by_id != leaving.recorded_by_id:
        tell(voucher, amount=paid)
        return
    seated = {seat.user for seat in seats_of([leaving.group_id])[leaving.group_id] if seat.is_office}
    told = seated | {person.user_id} if person.user_id else seated
    for user in User.objects.filter(pk__in=told).select_related("data_key").order_by("pk"):
        send_receipt(voucher, user, once=f"voucher:{voucher.pk}:{user.pk}", amount=paid)
