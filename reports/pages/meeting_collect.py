"""What one member brings to the table, all kinds at once: what may be asked, a rehearsal, and the act itself."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.models import GroupCampaign
from campaigns.queries import campaigns_of
from core.errors import NotFound
from core.money import ZERO, shown
from core.periods import business_day
from groups.queries import constitution_on
from ledger.models import Voucher
from ledger.queries import account_balances, member_balances, trf_sheet
from ledger.rules import PLACES
from loans.models import Loan, Status
from loans.queries import states
from meetings import operations
from meetings.models import Meeting
from meetings.operations import Brought
from meetings.queries import expected_at
from meetings.queries.kept import bundle_by_id
from members.models import Member
from reports.pages import meeting_roll as rolls
from reports.pages import words
from reports.pages.fines import owed_by
from reports.pages.loan_seen import FiguresMoved
from reports.pages.meeting_next import in_turn, next_after
from reports.pages.record import Change
from savings.rules import FUNDS
from users.models import User
from users.submissions import Outcome, once

OPERATION = "pages.meeting-collect"
LOAN, CAMPAIGN = "loan_", "campaign_"
SAVINGS = FUNDS["REGULAR"].account
# Her own figures: where they move between review and confirming, they are shown anew.
HERS = ("savings", "principal", "fines")


@dataclass(frozen=True)
class Asked:
    """What may be asked of one member at the table: the fields of the form, and the rows behind their names."""

    fields: tuple[tuple[str, str, str], ...]
    loans: Mapping[str, Loan]
    campaigns: Mapping[str, GroupCampaign]


@dataclass(frozen=True)
class Bringing:
    """What she brings, as it was typed."""

    amounts: Mapping[str, Decimal]
    method: str
    receipt_number: str

    def body(self, meeting: Meeting, member: Member) -> dict[str, Any]:
        """What makes two sendings the same."""
        return {
            "meeting": str(meeting.pk),
            "member": str(member.pk),
            "method": self.method,
            "receipt": self.receipt_number,
            **{name: f"{amount:.2f}" for name, amount in self.amounts.items()},
        }


@dataclass(frozen=True)
class Part:
    word: str
    amount: Decimal


@dataclass(frozen=True)
class Review:
    sentence: str
    amount_words: str
    parts: tuple[Part, ...]
    total_word: str
    total: Decimal
    changes: tuple[Change, ...]
    seen: str


def member_of(meeting: Meeting, member_id: UUID) -> Member:
    """A member who belonged to the group on the meeting's day."""
    members = rolls.members_of(meeting)
    found = next((each for each in members if each.pk == member_id), None)
    if found is None:
        raise NotFound
    found.group = meeting.group
    return found


def asked_of(meeting: Meeting, member: Member) -> Asked:
    """Every kind of money that she may bring, with what is due of each as a hint."""
    day = meeting.meeting_date
    loans = {f"{LOAN}{loan.pk}": loan for loan in _running(member)}
    campaigns = {f"{CAMPAIGN}{row.pk}": row for row in _accepted(meeting)}
    return Asked(
        (*_funds(meeting, member), *_loans(loans, day), *_campaigns(campaigns), _fee(meeting)), loans, campaigns
    )


def _running(member: Member) -> list[Loan]:
    loans = Loan.objects.filter(member=member, status=Status.DISBURSED)
    return list(
        loans.select_related("group__organisation", "member__group", "member__person__data_key").order_by("number")
    )


def _accepted(meeting: Meeting) -> list[GroupCampaign]:
    day = meeting.meeting_date
    running = campaigns_of(meeting.group).filter(status=GroupCampaign.Status.ACCEPTED)
    return list(running.filter(campaign__starts_on__lte=day, campaign__ends_on__gte=day))


def _funds(meeting: Meeting, member: Member) -> Iterable[tuple[str, str, str]]:
    lines = next((each.lines for each in expected_at(meeting) if each.member_id == member.pk), ())
    due = {line.kind: line.amount for line in lines}
    yield (
        "REGULAR",
        str(words.FUND_WORDS["REGULAR"]),
        _hint(_("%(amount)s are left of the month’s minimum"), due, "REGULAR"),
    )
    yield "WELFARE", str(words.FUND_WORDS["WELFARE"]), ""
    if "FINE" in due:
        yield "FINE", _("Fine"), _hint(_("%(amount)s are open; the oldest fine is paid first"), due, "FINE")
    yield from ((kind, str(words.FUND_WORDS[kind]), "") for kind in ("ECD", "PROJECT"))


def _hint(said: str, due: Mapping[str, Decimal], kind: str) -> str:
    return said % {"amount": shown(due[kind])} if kind in due else ""


def _loans(loans: Mapping[str, Loan], day: dt.date) -> Iterable[tuple[str, str, str]]:
    told = states(loans.values(), day)
    for name, loan in loans.items():
        state = told.get(loan.pk)
        hint = ""
        if state is not None:
            hint = _("%(due)s due today; %(all)s settle it") % {
                "due": shown(state.amount_due),
                "all": shown(state.settlement),
            }
        yield name, _("Loan %(number)s") % {"number": loan.loan_number}, hint


def _campaigns(campaigns: Mapping[str, GroupCampaign]) -> Iterable[tuple[str, str, str]]:
    for name, row in campaigns.items():
        each = row.campaign.amount_per_member
        hint = _("%(amount)s is asked of each member") % {"amount": shown(each)} if each else ""
        yield name, _("Campaign “%(name)s”") % {"name": row.campaign.name}, hint


def _fee(meeting: Meeting) -> tuple[str, str, str]:
    fee = constitution_on(meeting.group, meeting.meeting_date).registration_fee
    return "FEE", _("Fee"), _("For joining: %(amount)s") % {"amount": shown(fee)} if fee else ""


# Review and act


def review(meeting: Meeting, member: Member, asked: Asked, bringing: Bringing, *, by: User, at: dt.datetime) -> Review:
    """Rehearse the collection. Refused: whatever the verb refuses."""
    on = business_day(at)
    papers, before, after = _rehearsed(member, on, lambda: _collect(meeting, member, asked, bringing, by, at))
    total, name = sum(bringing.amounts.values(), ZERO), member.person.name
    ways = {"CASH": _("in cash"), "MPESA": _("by M-Pesa"), "BANK": _("by the bank")}
    said = _("%(name)s brings %(amount)s, %(how)s.")
    return Review(
        sentence=said % {"name": name, "amount": shown(total), "how": ways[bringing.method]},
        amount_words=shown(total),
        parts=tuple(Part(_about(paper, asked), paper.amount) for paper in papers),
        total_word=_("Brought"),
        total=total,
        changes=tuple(_changes(member, before, after)),
        seen=_seen(before, after),
    )


def _about(paper: Voucher, asked: Asked) -> str:
    named = next((row for row in asked.campaigns.values() if row.pk == paper.subject_id), None)
    return named.campaign.name if named else words.deed(paper)


def _seen(before: Mapping[str, Decimal], after: Mapping[str, Decimal]) -> str:
    return " ".join(f"{side[name]:.2f}" for side in (before, after) for name in HERS)


def take(
    meeting: Meeting,
    member: Member,
    asked: Asked,
    bringing: Bringing,
    *,
    seen: str,
    key: str,
    by: User,
    at: dt.datetime,
) -> Outcome[list[Voucher]]:
    """Do it, once. Refused: `figures_moved` where it would change anything but what was seen."""
    on = business_day(at)

    def act() -> tuple[UUID, list[Voucher]]:
        before = figures(member, on)
        papers = _collect(meeting, member, asked, bringing, by, at)
        if _seen(before, figures(member, on)) != seen:
            raise FiguresMoved
        return papers[0].bundle_id or papers[0].pk, papers

    body = bringing.body(meeting, member)
    return once(user=by, operation=OPERATION, key=key, body=body, act=act, load=bundle_by_id)


def _collect(
    meeting: Meeting, member: Member, asked: Asked, bringing: Bringing, by: User, at: dt.datetime
) -> list[Voucher]:
    return operations.collect(
        meeting=meeting,
        member=member,
        lines=[_line(name, amount, asked) for name, amount in bringing.amounts.items()],
        method=bringing.method,
        receipt_number=bringing.receipt_number,
        by=by,
        at=at,
    )


def _line(name: str, amount: Decimal, asked: Asked) -> Brought:
    if name in asked.loans:
        return Brought("LOAN_REPAYMENT", amount, loan=asked.loans[name])
    if name in asked.campaigns:
        return Brought("CAMPAIGN", amount, campaign=asked.campaigns[name])
    return Brought(name, amount)


def _rehearsed(
    member: Member, on: dt.date, act: Callable[[], list[Voucher]]
) -> tuple[list[Voucher], dict[str, Decimal], dict[str, Decimal]]:
    before = figures(member, on)
    with transaction.atomic():
        papers = act()
        after = figures(member, on)
        transaction.set_rollback(True)
    return papers, before, after


def figures(member: Member, on: dt.date) -> dict[str, Decimal]:
    """Cash in each place, the fund, and what she has and owes."""
    held = account_balances(member.group, on)
    loans = states(_running(member), on)
    return {
        **{place: held[code] for code, place in PLACES.items()},
        "fund": trf_sheet(group=member.group, on=on, members=()).trf,
        "savings": member_balances(member.group, [member])[member.pk][SAVINGS],
        "principal": sum((state.outstanding for state in loans.values()), ZERO),
        "fines": owed_by(member),
    }


def _changes(member: Member, before: Mapping[str, Decimal], after: Mapping[str, Decimal]) -> Iterable[Change]:
    about = {"name": words.first_name(member.person.name)}
    named = {place: str(word) for place, word in words.PLACE_WORDS.items()} | {
        "fund": _("Total revolving fund (TRF)"),
        "savings": _("%(name)s: savings") % about,
        "principal": _("%(name)s owes, principal") % about,
        "fines": _("%(name)s owes on fines") % about,
    }
    for figure, word in named.items():
        if figure == "fund" or before[figure] != after[figure]:
            yield Change(word, before[figure], after[figure])


def taken_words(member: Member, papers: Sequence[Voucher]) -> str:
    """Ruth Chebet brought 2,840.00; receipts 7K3M…, 9QTX…."""
    total = sum((paper.amount for paper in papers), ZERO)
    said = _("%(name)s brought %(amount)s. Receipts: %(codes)s.")
    codes = ", ".join(paper.code for paper in papers)
    return said % {"name": member.person.name, "amount": shown(total), "codes": codes}


def onward(meeting: Meeting, member: Member) -> Member | None:
    """Who comes after her in the roll."""
    here = in_turn(rolls.members_of(meeting), rolls.marks_of(meeting))
    return next_after(meeting, here, member.pk)
