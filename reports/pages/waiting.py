"""Money that waits for a second pair of eyes: what it is, who recorded it, and whether the reader may decide."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from core.errors import NotFound
from core.money import shown
from groups.access import groups_where
from groups.models import BankingGroup
from ledger.models import Voucher
from members.access import must_reach
from reports.pages import words
from reports.pages.hand_over import changes_of
from reports.pages.record import Change
from savings import operations, queries
from savings.rules import Seat
from users.models import User

VERIFY = "transactions:verify"


@dataclass(frozen=True)
class Waiting:
    """One act that moves nothing until somebody decides."""

    id: uuid.UUID
    group_name: str
    words: str
    who: str
    why: str
    amount: Decimal
    is_out: bool
    since: dt.date
    may_decide: bool
    may_take_back: bool
    because: str
    changes: tuple[Change, ...]
    decide_href: str
    look_href: str


def waiting_in(group: BankingGroup, user: User) -> tuple[Waiting, ...]:
    """Everything that waits in one group, the oldest first."""
    return _shown(_pending().filter(group=group), user, names_group=False)


def waiting_for(user: User) -> tuple[Waiting, ...]:
    """What this person may decide now, in all her groups, the oldest first."""
    return tuple(act for act in waiting_around(user) if act.may_decide)


def waiting_around(user: User) -> tuple[Waiting, ...]:
    """Everything that waits in the groups where she may decide, also what somebody else must decide."""
    return _shown(_pending().filter(group__in=groups_where(user, VERIFY)), user)


def count_for(user: User) -> int:
    return len(waiting_for(user))


def count_in(group: BankingGroup) -> int:
    return Voucher.objects.filter(group=group, status=Voucher.Status.PENDING).count()


def voucher_to_decide(user: User, voucher_id: uuid.UUID, may: str) -> Voucher:
    """The voucher, for somebody who may speak `may` in its group; who would not see it finds nothing."""
    voucher = Voucher.objects.select_related("group__organisation", "member__person").filter(pk=voucher_id).first()
    if voucher is None:
        raise NotFound
    must_reach(user, voucher.group, voucher.member, may, sight="transactions:read")
    return voucher


def decide(voucher: Voucher, *, yes: bool, reason: str, by: User, at: dt.datetime) -> str:
    """One person's yes or no, and what came of it in words. Refused: whatever the operation refuses."""
    said = {"deed": words.deed(voucher), "amount": shown(voucher.amount)}
    if not yes:
        operations.reject(voucher=voucher, by=by, at=at, reason=reason)
        if voucher.recorded_by_id == by.pk:
            return (
                _("%(deed)s, %(amount)s: taken back. It moved nothing and stays in the list with your reason.") % said
            )
        return _("%(deed)s, %(amount)s: rejected. It moved nothing and stays in the list with your reason.") % said
    done = operations.verify(voucher=voucher, by=by, at=at)
    if done.status == Voucher.Status.PENDING:
        return _("%(deed)s, %(amount)s: your yes is kept. One more office holder has to say yes.") % said
    return _("%(deed)s, %(amount)s: approved and in the books.") % said


def _pending() -> QuerySet[Voucher]:
    rows = Voucher.objects.filter(status=Voucher.Status.PENDING)
    return rows.select_related("group", "member__person", "recorded_by", "reverses").order_by("recorded_at", "id")


def _shown(vouchers: QuerySet[Voucher], user: User, *, names_group: bool = True) -> tuple[Waiting, ...]:
    """The vouchers in words, with what hinders the reader from deciding each. A few queries, however many."""
    listed = list(vouchers)
    seats = queries.seats_of(voucher.group_id for voucher in listed)
    said, changes = queries.said_yes(listed), changes_of(listed)
    acts = []
    for voucher in listed:
        because = _because(voucher, user, seats[voucher.group_id], said[voucher.pk])
        act = _waiting(voucher, because, names_group=names_group)
        is_hers = _may_take_back(voucher, user, seats[voucher.group_id])
        acts.append(replace(act, may_take_back=is_hers, changes=changes.get(voucher.pk, ())))
    return tuple(acts)


def _may_take_back(voucher: Voucher, user: User, seats: Sequence[Seat]) -> bool:
    """A hand-over that waits is taken back by who gave it, while she still serves the group."""
    gave = voucher.detail == queries.HANDOVER and user.id in queries.givers(voucher)
    return gave and user.id in {seat.user for seat in seats}


def _waiting(voucher: Voucher, because: str, *, names_group: bool) -> Waiting:
    facts = [voucher.group.name if names_group else "", words.day(voucher.booked_on), words.how(voucher)]
    recorded = _("recorded by %(name)s") % {"name": voucher.recorded_by.name}
    return Waiting(
        id=voucher.id,
        group_name=voucher.group.name,
        words=words.deed(voucher),
        who=voucher.member.person.name if voucher.member else "",
        why=" · ".join(fact for fact in [*facts, recorded] if fact),
        amount=voucher.amount,
        is_out=words.is_out(voucher),
        since=voucher.booked_on,
        may_decide=not because,
        may_take_back=False,
        because=because,
        changes=(),
        decide_href=reverse("decide-page", args=[voucher.id]),
        look_href=f"{reverse('group-waiting-page', args=[voucher.group_id])}#act-{voucher.id}",
    )


def _because(voucher: Voucher, user: User, seats: Sequence[Seat], said_yes: frozenset[uuid.UUID]) -> str:
    """Why the reader does not decide this one; empty when she may. The operation has the last word."""
    if user.id in said_yes:
        return _("You said yes")
    if voucher.recorded_by_id == user.id:
        return _("You recorded it")
    if queries.names(voucher.member, user):
        return _("It names you")
    if user.id in {seat.user for seat in queries.called_to(voucher, seats, said_yes)}:
        return ""
    if voucher.kind == queries.PAYOUT:
        return _("Office holders decide")
    return _("The receiver confirms") if voucher.detail == queries.HANDOVER else _("Others decide")
