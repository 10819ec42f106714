"""Money that moves without being brought: costs, banking, payouts, outside funds, each rehearsed before it is done.

The review runs the very verb, reads the figures, and rolls everything back. A payout waits for a second office holder,
so its review shows what her yes would change.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.queries import campaigns_of, money_of
from campaigns.queries import shown as campaigns
from core.errors import NotFound
from core.money import shown
from groups.access import Standing, standing
from groups.models import BankingGroup
from groups.queries import constitution_on
from ledger.models import Voucher
from ledger.operations import InsufficientCash, InsufficientFund
from ledger.places import Place
from ledger.queries import account_balances, balance, cash_by_place, member_balances, trf_sheet
from ledger.rules import OFFICER, PLACES
from ledger.vouchers import settle
from meetings.models import Meeting
from members.queries import roster
from reports.movement_forms import Choices
from reports.pages import movement_words as said
from reports.pages import words
from reports.pages.meeting_head import title_of
from reports.pages.meeting_seal import must_be_open
from reports.pages.record import Change, member_of
from savings import queries
from savings.access import campaign_for
from savings.operations import Movement, move_cash
from savings.operations.doors import purse
from savings.operations.movements import CashKeepersMove, word_for
from savings.operations.payouts import OfficeHoldersPay
from savings.operations.postings import legs_for
from savings.rules import PAYOUTS
from users.models import User
from users.submissions import Outcome, once

OPERATION = "pages.movement"
HANDS = "OFFICER"
CAMPAIGN, WELFARE = "CAMPAIGN_PAYOUT", "WELFARE_PAYOUT"
# The fund a payout, or outside money, is counted in; of a member where the fund is hers.
FUND_OF: dict[str, str] = {kind: fund.account for kind, fund in PAYOUTS.items()} | {
    "EXTERNAL_IN": "2070",
    "EXTERNAL_OUT": "2070",
}
HERS = frozenset({"ECD_PAYOUT", "PROJECT_PAYOUT"})


@dataclass(frozen=True)
class Kind:
    value: str
    word: str
    about: str
    href: str


@dataclass(frozen=True)
class Act:
    """What one person is about to do: which kind, in which group, at which table, and what she is asked for it."""

    group: BankingGroup
    by: User
    kind: str
    meeting: Meeting | None
    on: dt.date

    @property
    def meeting_id(self) -> UUID | None:
        return self.meeting.pk if self.meeting else None

    @property
    def title(self) -> str:
        return str(said.KINDS[self.kind].word)

    @property
    def hint(self) -> str:
        return str(said.KINDS[self.kind].about)

    @property
    def is_payout(self) -> bool:
        return self.kind in PAYOUTS

    @property
    def table(self) -> str:
        return title_of(self.meeting) if self.meeting else ""


@dataclass(frozen=True)
class Review:
    """What would happen, before it does."""

    sentence: str
    amount_words: str
    facts: tuple[tuple[str, str], ...]
    is_pending: bool
    waits_for: str
    lacking: str
    changes: tuple[Change, ...]


# What may be asked


def kinds_for(group: BankingGroup, user: User, meeting_id: str = "") -> tuple[Kind, ...]:
    """The kinds she may do here, each with the way to its form; at a table where one is named."""
    here, address = standing(user, group), reverse("movement-page", args=[group.pk])
    at = f"&meeting={meeting_id}" if meeting_id else ""
    return tuple(
        Kind(kind, str(known.word), str(known.about), f"{address}?kind={kind}{at}")
        for kind, known in said.KINDS.items()
        if _may(kind, here)
    )


def _may(kind: str, here: Standing) -> bool:
    """Judged as the verb judges: office holders pay, who keeps cash moves it."""
    keeps = here.is_office_holder if kind in PAYOUTS else here.is_treasurer or here.is_field_officer
    return keeps and here.may(word_for(kind)) is not None


def act_of(group: BankingGroup, user: User, asked: Mapping[str, str], on: dt.date) -> Act | None:
    """What the address or the form names; None where it names no kind.

    Refused: `forbidden` for a kind that is not hers, `not_found` for what is no meeting of the group, `meeting_sealed`,
    `meeting_not_open`.
    """
    kind = asked.get("kind", "")
    meeting = meeting_of(group, asked.get("meeting", ""))
    if kind not in said.KINDS:
        return None
    if not _may(kind, standing(user, group)):
        raise OfficeHoldersPay if kind in PAYOUTS else CashKeepersMove
    return Act(group, user, kind, meeting, meeting.meeting_date if meeting else on)


def meeting_of(group: BankingGroup, named: str) -> Meeting | None:
    """The open meeting that is named, or none. Refused as `act_of` refuses."""
    if not named:
        return None
    try:
        wanted = UUID(named)
    except ValueError as error:
        raise NotFound from error
    meeting = Meeting.objects.select_related("group").filter(group=group, pk=wanted).first()
    if meeting is None:
        raise NotFound
    must_be_open(meeting)
    return meeting


def open_meetings(group: BankingGroup) -> list[tuple[str, str]]:
    """Id and name of each meeting that is open now, the newest first."""
    rows = Meeting.objects.select_related("group").filter(group=group, status=Meeting.Status.OPEN)
    return [(str(each.pk), title_of(each)) for each in rows.order_by("-meeting_date", "-id")]


def choices_for(act: Act) -> Choices:
    """The fields of this kind, and what stands in each."""
    here, kind = standing(act.by, act.group), act.kind
    return Choices(
        source=None if kind == "EXTERNAL_IN" else _places(act, here),
        to=_targets(act, here) if kind in {"BANKING", "EXTERNAL_IN"} else None,
        member_id=tuple(_members(act)) if act.is_payout else None,
        event=tuple(_events(act)) if kind == WELFARE else None,
        group_campaign_id=tuple(_campaigns(act)) if kind == CAMPAIGN else None,
    )


def usual(act: Act) -> dict[str, str]:
    """Where the verb would take it from and bring it to if nothing were said; at the table that is the box."""
    hand = "CASH_BOX" if act.meeting else purse(act.by, standing(act.by, act.group)).word
    if act.kind == "BANKING":
        return {"source": hand, "to": "BANK"}
    if act.kind == "EXTERNAL_IN":
        return {"to": _targets(act, standing(act.by, act.group))[0][0]}
    return {"source": "BANK" if act.kind == "CHARGE" else hand}


def _places(act: Act, here: Standing) -> tuple[tuple[str, str], ...]:
    """Each place she may take from, with what lies there. At the table nothing goes through an officer's hands."""
    held = _held(act)
    told = _("%(who)s: %(amount)s")
    return tuple(
        (place, told % {"who": _word(place), "amount": shown(held[place])})
        for place in held
        if place != HANDS or _has_hands(act, here)
    )


def _targets(act: Act, here: Standing) -> tuple[tuple[str, str], ...]:
    """Into the box only by the treasurer, into hands only into her own."""
    offered = {
        "CASH_BOX": here.is_treasurer,
        HANDS: _has_hands(act, here),
        "BANK": True,
        "MPESA": True,
    }
    return tuple((place, _word(place)) for place, may in offered.items() if may)


def _has_hands(act: Act, here: Standing) -> bool:
    return here.is_field_officer and act.meeting is None


def _word(place: str) -> str:
    return _("Your hands") if place == HANDS else str(words.PLACE_WORDS[place])


def _held(act: Act) -> dict[str, Decimal]:
    """What lies in each place, and of the cash with officers what is in her own hands."""
    return cash_by_place(act.group) | {HANDS: balance(act.group, OFFICER, act.by.pk)}


def _members(act: Act) -> Iterable[tuple[str, str]]:
    members = list(roster(act.group).filter(is_active=True))
    held = member_balances(act.group, members) if act.kind in HERS else {}
    yield "", _("Nobody of the group") if act.kind == CAMPAIGN else _("Choose a member")
    for member in members:
        name = f"{member.number}. {member.person.name}"
        has = held.get(member.pk)
        yield str(member.pk), f"{name}: {shown(has[FUND_OF[act.kind]])}" if has else name


def _events(act: Act) -> Iterable[tuple[str, str]]:
    told = _("%(event)s: at most %(amount)s, after %(months)d months of membership")
    for known in constitution_on(act.group, act.on).welfare_events.order_by("event"):
        fact = {"event": known.event, "amount": shown(known.maximum), "months": known.months_of_membership}
        yield known.event, told % fact


def _campaigns(act: Act) -> Iterable[tuple[str, str]]:
    rows = list(campaigns_of(act.group))
    money = money_of(rows)
    told = _("%(name)s: %(amount)s is left")
    for row in rows:
        if money[row.pk].left > 0:
            yield str(row.pk), told % {"name": row.campaign.name, "amount": shown(money[row.pk].left)}


# What would change


def movement_of(act: Act, given: Mapping[str, Any]) -> Movement:
    """What was typed, as the verb takes it; members and campaigns of other groups are strangers."""
    member, campaign = given.get("member_id"), given.get("group_campaign_id")
    return Movement(
        kind=act.kind,
        amount=given["amount"],
        reason=given["reason"],
        source=given.get("source", ""),
        to=given.get("to", ""),
        member=member_of(act.group, UUID(member)) if member else None,
        group_campaign_id=campaign_for(act.group, UUID(campaign)) if campaign else None,
        event=given.get("event", ""),
        meeting_id=act.meeting_id,
    )


def review(act: Act, movement: Movement, *, at: dt.datetime) -> Review:
    """Rehearse it, a payout as if the second yes had come. Refused: whatever the verb refuses."""
    before = _figures(act, movement)
    with transaction.atomic():
        voucher = move_cash(group=act.group, movement=movement, by=act.by, at=at, on=act.on)
        is_pending = voucher.status == Voucher.Status.PENDING
        waits_for = may_say_yes(voucher) if is_pending else ""
        lacking = lacks(voucher, by=act.by, at=at) if is_pending else ""
        after = _figures(act, movement)
        transaction.set_rollback(True)
    return Review(
        sentence=said.sentence(act.kind, movement, _campaign_name(movement)),
        amount_words=shown(movement.amount),
        facts=tuple(_facts(act, movement, voucher)),
        is_pending=is_pending,
        waits_for=waits_for,
        lacking=lacking,
        changes=tuple(_changes(act, movement, before, after)),
    )


def may_say_yes(voucher: Voucher) -> str:
    """Who may say the next yes to a paper that waits, by name."""
    seats, yes = queries.seats_of([voucher.group_id])[voucher.group_id], queries.said_yes([voucher])
    return words.either([seat.name for seat in queries.called_to(voucher, seats, yes[voucher.pk])])


def lacks(voucher: Voucher, *, by: User, at: dt.datetime, hands: Place | None = None) -> str:
    """Posts a waiting paper as if it were confirmed; says what the books lack for it, and then posts nothing."""
    try:
        with transaction.atomic():
            settle(voucher=voucher, legs=legs_for(voucher, hands=hands), at=at, actor=by)
    except (InsufficientCash, InsufficientFund) as refusal:
        return str(refusal.detail)
    return ""


def _figures(act: Act, movement: Movement) -> dict[str, Decimal]:
    sheet = trf_sheet(group=act.group, on=act.on, members=())
    figures = {**_held(act), "fund": sheet.trf}
    if account := FUND_OF.get(act.kind):
        figures["from"] = _in_fund(act, movement, account)
    return figures


def _in_fund(act: Act, movement: Movement, account: str) -> Decimal:
    if movement.group_campaign_id:
        return money_of(campaigns_of(act.group).filter(pk=movement.group_campaign_id))[movement.group_campaign_id].left
    if movement.member and act.kind in HERS:
        return member_balances(act.group, [movement.member])[movement.member.pk][account]
    return account_balances(act.group, codes=(account,))[account]


def _changes(
    act: Act, movement: Movement, before: Mapping[str, Decimal], after: Mapping[str, Decimal]
) -> Iterable[Change]:
    named = {place: _word(place) for place in PLACES.values()} | {"fund": _("Total revolving fund (TRF)")}
    if "from" in before:
        named["from"] = said.fund(act.kind, movement, _campaign_name(movement))
    for figure, word in named.items():
        if figure in {"fund", "from"} or before[figure] != after[figure]:
            yield Change(word, before[figure], after[figure])


def _facts(act: Act, movement: Movement, voucher: Voucher) -> Iterable[tuple[str, str]]:
    if voucher.from_place:
        yield _("From"), _word(PLACES[voucher.from_place])
    if voucher.to_place:
        yield _("To"), _word(PLACES[voucher.to_place])
    if movement.event:
        yield _("What happened"), movement.event
    if act.kind == CAMPAIGN and movement.member:
        yield _("Paid to"), movement.member.person.name
    if act.meeting:
        yield _("At the table"), act.table
    yield _("Date"), words.full_day(act.on)
    yield _("What for"), movement.reason


def _campaign_name(movement: Movement) -> str:
    row = campaigns().filter(pk=movement.group_campaign_id).first() if movement.group_campaign_id else None
    return row.campaign.name if row else ""


# Doing it


def confirm(act: Act, movement: Movement, *, key: str, at: dt.datetime) -> Outcome[Voucher]:
    """Do it, once: the same form sent again gives the first outcome."""

    def done() -> tuple[UUID, Voucher]:
        voucher = move_cash(group=act.group, movement=movement, by=act.by, at=at, on=act.on)
        return voucher.pk, voucher

    body = _body(act, movement)
    return once(user=act.by, operation=OPERATION, key=key, body=body, act=done, load=queries.voucher_by_id)


def _body(act: Act, movement: Movement) -> dict[str, Any]:
    """What makes two sendings the same."""
    named = movement.group_campaign_id
    return {
        "group": str(act.group.pk),
        "kind": act.kind,
        "amount": f"{movement.amount:.2f}",
        "reason": movement.reason,
        "source": movement.source,
        "to": movement.to,
        "member": str(movement.member.pk) if movement.member else "",
        "campaign": str(named) if named else "",
        "event": movement.event,
        "meeting": str(act.meeting_id or ""),
    }


def done_words(voucher: Voucher) -> str:
    """What came of it, in a sentence."""
    facts = {"deed": words.deed(voucher), "amount": shown(voucher.amount), "code": voucher.code}
    if voucher.status == Voucher.Status.PENDING:
        return _("%(deed)s, %(amount)s: recorded. Another office holder has to say yes before it is paid.") % facts
    return _("%(deed)s, %(amount)s: in the books. Receipt %(code)s.") % facts
