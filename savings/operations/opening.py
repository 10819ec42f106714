"""Opening balances: what a group had and owed on the day its books were taken over, once per group."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import Forbidden, Invalid, NotFound, Refusal
from groups.access import standing
from groups.models import BankingGroup
from ledger.models import Voucher
from ledger.places import held_by
from ledger.vouchers import Draft, draft_once, settle
from members.models import Member
from members.operations import MemberInactive
from savings import queries
from savings.operations.doors import hold_post, log, must_be_open
from savings.rules import OPENING_CREDITS, OPENING_DEBITS, OpeningLine, opening_amount, opening_legs
from users.models import User

OPENING = "OPENING"
OF_A_MEMBER = frozenset({"2010", "2030", "2040", "2060", "1110", "1120", "1130"})
# The social fund is the group's; a line of it may say who brought it.
MAY_NAME_A_MEMBER = OF_A_MEMBER | {"2020"}
OF_A_SUBJECT = {"1110": "loan_id", "1120": "loan_id", "1130": "loan_id", "2050": "group_campaign_id"}


class AlreadyOpened(Refusal):
    code = "already_opened"
    status = 409
    detail = _("This group's books have their opening balances. Reverse them first if they are wrong.")


class ServiceAdminOpens(Forbidden):
    detail = _("Opening balances are brought in by the service admin.")


@transaction.atomic
def open_books(
    *, group: BankingGroup, lines: Sequence[OpeningLine], by: User, at: dt.datetime, on: dt.date, reason: str = ""
) -> Voucher:
    """The opening entry, dated `on`: cash and loans on one side, savings and funds on the other, the rest to 3010.

    Once per group while it is not reversed (`already_opened`); a claim with a unique index decides a race. Refused:
    `forbidden` to all but the service admin, `invalid` lines, `not_found` for members and officers of other groups,
    `member_inactive` for who has left, `forbidden` for the hands of who serves no longer, `group_suspended`,
    `date_in_future`, `period_closed`.
    """
    if not standing(by, group).is_service_admin:
        raise ServiceAdminOpens
    must_be_open(group, on, at)
    _must_be_whole(lines)
    _must_be_of(group, lines)
    paper = Draft(
        group=group,
        kind=OPENING,
        detail=OPENING,
        amount=opening_amount(lines),
        recorded_by=by,
        at=at,
        on=on,
        reason=reason,
    )
    voucher = draft_once(paper, mark=f"{OPENING}:{group.pk.hex}")
    if voucher is None:
        raise AlreadyOpened
    _must_still_serve(group, lines)
    _must_still_belong(lines)
    log("books.opened", voucher, by, at)
    return settle(voucher=voucher, legs=opening_legs(lines), at=at, actor=by)


def _must_be_whole(lines: Sequence[OpeningLine]) -> None:
    """Each line names an account that can be taken over, and whose it is."""
    if not lines:
        raise Invalid(_("Give at least one opening balance."), field="lines")
    for place, line in enumerate(lines):
        if line.account not in OPENING_DEBITS | OPENING_CREDITS:
            raise Invalid(_("No opening balance stands on this account."), field=f"lines.{place}.account")
        wanted = _wanting(line)
        if wanted:
            raise Invalid(_("Say whose this is."), field=f"lines.{place}.{wanted}")
        surplus = _surplus(line)
        if surplus:
            raise Invalid(_("This account has no use for that."), field=f"lines.{place}.{surplus}")


def _wanting(line: OpeningLine) -> str | None:
    """What the line must name and does not."""
    if line.account in OF_A_MEMBER and line.member is None:
        return "member_id"
    if line.account in OF_A_SUBJECT and line.subject is None:
        return OF_A_SUBJECT[line.account]
    return "officer_id" if line.account == "1040" and line.officer is None else None


def _surplus(line: OpeningLine) -> str | None:
    """What the line names and may not: nothing is dropped without a word."""
    if line.member is not None and line.account not in MAY_NAME_A_MEMBER:
        return "member_id"
    if line.officer is not None and line.account != "1040":
        return "officer_id"
    return "loan_id" if line.subject is not None and line.account not in OF_A_SUBJECT else None


def _must_be_of(group: BankingGroup, lines: Sequence[OpeningLine]) -> None:
    members = {line.member for line in lines if line.member}
    officers = {line.officer for line in lines if line.officer}
    if Member.objects.filter(group=group, pk__in=members).count() != len(members):
        raise NotFound
    if officers - {seat.user for seat in queries.seats_of([group.pk])[group.pk] if not seat.is_office}:
        raise NotFound


def _must_still_serve(group: BankingGroup, lines: Sequence[OpeningLine]) -> None:
    """Nothing is put into hands that carry no cash any more; their roles are held, so that none ends meanwhile."""
    for officer in sorted({line.officer for line in lines if line.officer}):
        hold_post(held_by(officer), group)


def _must_still_belong(lines: Sequence[OpeningLine]) -> None:
    """Nothing is taken over for who has left; the rows are held, so that nobody leaves meanwhile."""
    named = Member.objects.filter(pk__in={line.member for line in lines if line.member})
    if any(member.left_on for member in named.select_for_update(no_key=True).order_by("pk")):
        raise MemberInactive
