"""The cash box by the book while a meeting runs: what lay there, each head in and out, what the seal still lacks."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.money import ZERO, shown
from ledger.models import Line as BookLine
from ledger.rules import BANK, CASH_BOX, HEADS, MPESA
from meetings.models import Meeting
from meetings.queries import MeetingView
from reports.pages.meeting_count import difference_word

REPAYMENTS: Promise = gettext_lazy("Repayments")
PAID_OUT: Promise = gettext_lazy("Loans paid out")
# Without these a meeting is not sealed; everything else that is missing stands on the minutes.
NEEDED = frozenset({"ROLL_CALL", "CLOSING_COUNT"})


@dataclass(frozen=True)
class Line:
    word: str
    amount: Decimal
    is_signed: bool = True


@dataclass(frozen=True)
class Lack:
    code: str
    word: str
    tone: str
    icon: str


@dataclass(frozen=True)
class Box:
    lines: tuple[Line, ...]
    should_be: Decimal
    counted_word: str
    counted: Decimal | None
    difference_word: str
    difference: Decimal
    notes: tuple[str, ...]
    lacks: tuple[Lack, ...]
    may_seal: bool
    seal_words: str


def box_of(view: MeetingView) -> Box:
    """The book of the box at this meeting, beside what was counted."""
    moved, elsewhere = _moved(view.meeting)
    difference = view.difference if view.difference is not None else ZERO
    lacks = tuple(_lack(each.code, each.text) for each in view.missing)
    told = ngettext(
        "After sealing nobody can change these figures, only reverse them at a later meeting. The code is sent to the"
        " %(count)d member.",
        "After sealing nobody can change these figures, only reverse them at a later meeting. The code is sent to all"
        " %(count)d members.",
        view.quorum.members,
    )
    return Box(
        lines=tuple(_lines(view, moved)),
        should_be=view.book_cash,
        counted_word=_("Counted"),
        counted=view.counted_cash,
        difference_word=difference_word(difference),
        difference=difference,
        notes=tuple(_notes(view, elsewhere)),
        lacks=lacks,
        may_seal=not NEEDED & {each.code for each in view.missing},
        seal_words=told % {"count": view.quorum.members},
    )


def _lack(code: str, text: str) -> Lack:
    return Lack(code, text, *(("bad", "warn") if code in NEEDED else ("warn", "waiting")))


def _lines(view: MeetingView, moved: dict[str, Decimal]) -> Iterable[Line]:
    """What lay in the box, then each head. What moved in the box that day without naming the meeting has its line."""
    rest, opening = view.book_cash - sum(moved.values(), ZERO), view.opening_count
    begun = opening.book if opening else rest
    is_counted = opening is not None and opening.counted == begun
    yield Line(_("Opening cash, counted") if is_counted else _("Opening cash, by the book"), begun, is_signed=False)
    yield from (Line(word, amount) for word, amount in moved.items() if amount)
    if rest != begun:
        yield Line(_("Outside the meeting"), rest - begun)


def _notes(view: MeetingView, elsewhere: dict[str, Decimal]) -> Iterable[str]:
    if view.opening_count and view.opening_count.difference:
        told = _("Counted at the opening: %(amount)s, which differed by %(difference)s.")
        count = view.opening_count
        yield told % {"amount": shown(count.counted), "difference": shown(count.difference)}
    if elsewhere[MPESA]:
        yield _("M-Pesa %(amount)s went to the phone, not the box.") % {"amount": shown(elsewhere[MPESA])}
    if elsewhere[BANK]:
        yield _("%(amount)s went to the bank, not the box.") % {"amount": shown(elsewhere[BANK])}


def _moved(meeting: Meeting) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
    """Word → what moved in the box at this meeting, counted differences left out; place → what came elsewhere."""
    paper = "entry__voucher__"
    asked = ("account__code", "head", f"{paper}kind", f"{paper}reverses__kind")
    lines = BookLine.objects.filter(
        account__group=meeting.group_id,
        account__code__in=(CASH_BOX, MPESA, BANK),
        entry__voucher__meeting_id=meeting.pk,
    )
    box: dict[str, Decimal] = defaultdict(lambda: ZERO)
    elsewhere: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for code, head, kind, undone, amount in lines.values_list(*asked).annotate(total=Sum("amount")).order_by("head"):
        if code != CASH_BOX:
            elsewhere[code] += amount
        elif (undone or kind) != "COUNT":
            box[_word(head, undone or kind)] += amount
    return box, elsewhere


def _word(head: str, kind: str) -> str:
    if kind == "REPAYMENT":
        return str(REPAYMENTS)
    return str(PAID_OUT if kind == "DISBURSEMENT" else HEADS[head])
