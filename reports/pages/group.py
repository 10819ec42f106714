"""One group's pages: the frame around each of them, the proof of its two sides, its cash book and its statements."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.money import ZERO
from core.periods import month_start
from groups.access import standing
from groups.models import BankingGroup, RoleName
from groups.permissions import Reach
from ledger.queries import CashLedger, TrfSheet, account_balances, cash_ledger, first_booked_on, trf_sheet
from ledger.rules import CHART, Nature
from ledger.verify import ChainReport, verify_chain
from reports.charts import Waterfall, waterfall
from reports.pages import loan_lists, waiting, words
from reports.pages.periods import Asked
from reports.queries.organisations import tables_of
from reports.queries.trf import overdue_by_line
from users.models import User

ROWS_A_PAGE = 100
ROWS_ON_OVERVIEW = 60
WAITS_ON_OVERVIEW = 5
NAMED_OFFICES: dict[str, Promise] = {
    RoleName.CHAIR: gettext_lazy("Chair %(name)s"),
    RoleName.TREASURER: gettext_lazy("Treasurer %(name)s"),
    RoleName.SECRETARY: gettext_lazy("Secretary %(name)s"),
    RoleName.FIELD_OFFICER: gettext_lazy("Field officer %(name)s"),
}


@dataclass(frozen=True)
class Tab:
    key: str
    name: str
    href: str
    tally: int = 0


@dataclass(frozen=True)
class Frame:
    """What stands around every page of a group: who it is, its fund, the way to its other pages."""

    id: uuid.UUID
    name: str
    code: str
    place: str
    meets: str
    officers: str
    is_suspended: bool
    href: str
    here: str
    here_name: str
    tabs: tuple[Tab, ...]
    fund: Decimal
    fund_change: Decimal
    since: dt.date
    record_href: str
    movement_href: str
    register_href: str
    edit_href: str
    status_href: str


@dataclass(frozen=True)
class Line:
    """A word and its amount; `kind` says whether it is a part of a subtotal or the subtotal itself, `arrears` what is
    overdue of loans."""

    word: str
    amount: Decimal
    kind: str = ""
    arrears: Decimal | None = None


@dataclass(frozen=True)
class Side:
    title: str
    lines: tuple[Line, ...]
    total: Decimal


@dataclass(frozen=True)
class Proof:
    sides: tuple[Side, Side]
    fund: Decimal
    claims: Decimal
    difference: Decimal


@dataclass(frozen=True)
class BookRow:
    booked_on: dt.date
    number: int
    words: str
    place: str
    came: Decimal
    went: Decimal
    balance: Decimal


@dataclass(frozen=True)
class Book:
    """Rows of the cash book between what was brought and what is carried forward."""

    caption: str
    brought_words: str
    brought_forward: Decimal
    rows: tuple[BookRow, ...]
    came: Decimal
    went: Decimal
    carried_words: str
    carried_forward: Decimal


@dataclass(frozen=True)
class Overview:
    proof: Proof
    chain: ChainReport | None
    waterfall: Waterfall
    waterfall_title: str
    waits: tuple[waiting.Waiting, ...]
    asks: tuple[loan_lists.Asked, ...]
    held: tuple[Line, ...]
    reads_book: bool
    book: Book | None


@dataclass(frozen=True)
class PlaceChoice:
    value: str
    word: str
    is_chosen: bool


@dataclass(frozen=True)
class CashBookPage:
    first: dt.date
    last: dt.date
    places: tuple[PlaceChoice, ...]
    refused: str
    book: Book
    onward: str
    is_first: bool
    start: str


def frame(
    group: BankingGroup, user: User, *, here: str, here_name: str = "", on: dt.date, sheet: TrfSheet | None = None
) -> Frame:
    """The frame of one page, with what this person may do on it."""
    sheet = sheet or trf_sheet(group=group, on=on, since=month_start(on), members=())
    here_now = standing(user, group)
    return Frame(
        id=group.id,
        name=group.name,
        code=group.group_code,
        place=words.place_line(group),
        meets=words.meets(group),
        officers=_officers(group),
        is_suspended=group.status != BankingGroup.Status.ACTIVE,
        href=reverse("group-page", args=[group.id]),
        here=here,
        here_name=here_name,
        tabs=tuple(_tabs(group, here_now.may)),
        fund=sheet.trf,
        fund_change=sheet.trf - sheet.brought_forward.trf,
        since=sheet.since,
        record_href=reverse("record-page", args=[group.id]) if here_now.may("transactions:create") else "",
        movement_href=reverse("movement-page", args=[group.id])
        if here_now.may("transactions:create") is Reach.ALL
        else "",
        register_href=reverse("register-page", args=[group.id]) if here_now.may("members:create") else "",
        edit_href=reverse("edit-group-page", args=[group.id]) if here_now.may("groups:edit") else "",
        status_href=reverse("group-status-page", args=[group.id]) if here_now.may("groups:suspend") else "",
    )


def overview(group: BankingGroup, user: User, on: dt.date, *, check_chain: bool) -> tuple[Frame, Overview]:
    """The group at a glance: the proof, why the fund grew, where the cash lies, the newest lines of the book."""
    sheet = trf_sheet(group=group, on=on, since=month_start(on), members=())
    may = standing(user, group).may
    reads_book = may("reports:read") is Reach.ALL
    change = sheet.trf - sheet.brought_forward.trf
    told = (
        _("The fund grew by %(amount)s in %(month)s") if change >= 0 else _("The fund fell by %(amount)s in %(month)s")
    )
    page = Overview(
        proof=proof_of(group, sheet),
        chain=verify_chain(group) if check_chain else None,
        waterfall=waterfall_of(sheet),
        waterfall_title=told % {"amount": words.round_amount(abs(change)), "month": words.month(on)},
        waits=waiting.waiting_in(group, user)[:WAITS_ON_OVERVIEW] if reads_book else (),
        asks=loan_lists.waiting_in(group, user, on)[:WAITS_ON_OVERVIEW] if reads_book else (),
        held=tuple(_held_lines(sheet)),
        reads_book=reads_book,
        book=_newest(group, on) if reads_book else None,
    )
    return frame(group, user, here="overview", on=on, sheet=sheet), page


def _officers(group: BankingGroup) -> str:
    table = tables_of([group])[group.pk]
    seats = (*table.office_holders, *table.field_officers)
    return " · ".join(
        str(words) % {"name": seat.name} for role, words in NAMED_OFFICES.items() for seat in seats if seat.role == role
    )


def _tabs(group: BankingGroup, may: Callable[[str], Reach | None]) -> Iterable[Tab]:
    def href(name: str) -> str:
        return reverse(name, args=[group.id])

    yield Tab("overview", _("Overview"), href("group-page"))
    yield Tab("members", _("Members"), href("members-page"))
    if may("meetings:read"):
        yield Tab("meetings", _("Meetings"), href("meetings-page"))
    if may("reports:read") is Reach.ALL:
        yield Tab("cash-book", _("Cash book"), href("cash-book-page"))
        yield Tab("waiting", _("Waiting"), href("group-waiting-page"), waiting.count_in(group))
        yield Tab("books", _("Books"), href("books-page"))
    if may("loans:read") is Reach.ALL:
        yield Tab("loans", _("Loans"), href("group-loans-page"), loan_lists.count_in(group))
    if may("transactions:read") is Reach.ALL:
        yield Tab("fines", _("Fines"), href("fines-page"))
    if may("reports:read"):
        yield Tab("year", _("Year"), href("year-ends-page"))
    if may("campaigns:read"):
        yield Tab("campaigns", _("Campaigns"), href("group-campaigns-page"))
    if may("constitution:read"):
        yield Tab("rules", _("Rules"), href("constitution-page"))


# The proof


def proof_of(group: BankingGroup, sheet: TrfSheet) -> Proof:
    """What the group has against whose it is, each head read by itself, the difference as a subtraction."""
    has = Side(_("What the group has"), tuple(_assets(sheet, overdue_by_line(group, sheet.on))), sheet.trf)
    owes = Side(_("Whose it is"), tuple(_claims(sheet, _profit_parts(group, sheet.on))), sheet.claims_total)
    return Proof((has, owes), sheet.trf, sheet.claims_total, sheet.difference)


def _assets(sheet: TrfSheet, overdue: dict[str, Decimal]) -> Iterable[Line]:
    yield from (Line(line.word, line.amount, "part") for line in _place_lines(sheet))
    yield Line(_("less money held for others"), ZERO - sheet.held_for_others.total, "part")
    yield Line(_("Cash for lending"), sheet.loan_fund_cash, "subtotal")
    for head in sheet.assets:
        if head.head.endswith("_loans"):
            yield Line(str(head.label), head.amount, arrears=overdue[head.head])


def _claims(sheet: TrfSheet, parts: Iterable[tuple[str, Decimal]]) -> Iterable[Line]:
    """The group's own profit in its parts, then whatever is owed to members and lenders."""
    yield from (Line(word, amount, "part") for word, amount in parts)
    by_head = {head.head: head for head in sheet.claims}
    yield Line(_("Profit not yet shared"), by_head.pop("accumulated_profit").amount, "subtotal")
    yield from (Line(str(head.label), head.amount) for head in by_head.values())


def _profit_parts(group: BankingGroup, on: dt.date) -> list[tuple[str, Decimal]]:
    held = account_balances(group, on)
    of = {nature: sum((held[code] for code, line in CHART.items() if line.nature is nature), ZERO) for nature in Nature}
    return [
        (_("Profit of earlier years"), of[Nature.EQUITY]),
        (_("Income not yet closed"), of[Nature.INCOME]),
        (_("less costs not yet closed"), ZERO - of[Nature.EXPENSE]),
    ]


def _place_lines(sheet: TrfSheet) -> Iterable[Line]:
    for place, amount in sheet.cash_by_place.items():
        if amount or place != "OFFICER":
            yield Line(str(words.PLACE_WORDS[place]), amount)


def _held_lines(sheet: TrfSheet) -> Iterable[Line]:
    held = sheet.held_for_others
    named = [
        (_("welfare"), held.social),
        (_("ECD"), held.ecd),
        (_("campaigns"), held.campaigns),
        (_("receipts without an owner"), held.unallocated),
        (_("project fund not lent"), held.projects),
    ]
    return (Line(word, amount) for word, amount in named if amount)


def waterfall_of(sheet: TrfSheet) -> Waterfall:
    """From the fund at the period's start to the fund now, by what changes it; other movements stay inside it."""
    came = {flow.head: flow.came - flow.went for flow in sheet.flows}
    interest = sum((came.get(head, ZERO) for head in INTEREST), ZERO)
    fees = sum((came.get(head, ZERO) for head in FEES), ZERO)
    costs = sum((came.get(head, ZERO) for head in COSTS), ZERO)
    savings = came.get("regular_savings", ZERO)
    taken = came.get("withdrawal", ZERO)
    known = savings + taken + interest + fees + costs
    rest = sheet.trf - sheet.brought_forward.trf - known
    steps = [
        (_("Savings"), savings),
        (_("Withdrawn"), taken),
        (_("Interest"), interest),
        (_("Fees, fines"), fees),
        (_("Costs"), costs),
        (_("Other"), rest),
    ]
    start = words.short_day(sheet.since), sheet.brought_forward.trf
    return waterfall(start, [step for step in steps if step[1]], (words.short_day(sheet.on), sheet.trf))


INTEREST = ("short_term_interest", "long_term_interest", "project_interest", "penalty")
FEES = ("fine", "appreciation_fee", "other_fee", "cash_over")
COSTS = ("expense", "charges", "cash_short")


# The cash book


def cash_book(group: BankingGroup, asked: Asked, place: str, after: str | None) -> CashBookPage:
    """One page of the cash book for the days and place in the address bar."""
    ledger = cash_ledger(
        group=group, first=asked.first, last=asked.last, place=place or None, after=after, limit=ROWS_A_PAGE
    )
    said = {"from": asked.first.isoformat(), "to": asked.last.isoformat(), "place": place}
    return CashBookPage(
        first=asked.first,
        last=asked.last,
        places=tuple(_place_choices(place)),
        refused=asked.refused,
        book=_book(ledger, place, is_first=after is None),
        onward=urlencode({**said, "after": ledger.next}) if ledger.next else "",
        is_first=after is None,
        start=urlencode(said),
    )


def _place_choices(chosen: str) -> Iterable[PlaceChoice]:
    yield PlaceChoice("", _("All places"), not chosen)
    for place, word in words.PLACE_WORDS.items():
        yield PlaceChoice(place, str(word), place == chosen)


def _newest(group: BankingGroup, on: dt.date) -> Book | None:
    """The last seven days on which the book moved; None where it never did."""
    first = first_booked_on(group)
    if first is None:
        return None
    return _book(cash_ledger(group=group, first=max(first, on - dt.timedelta(days=6)), last=on, limit=ROWS_ON_OVERVIEW))


def _book(ledger: CashLedger, place: str = "", *, is_first: bool = True) -> Book:
    rows = tuple(
        BookRow(
            booked_on=row.transaction_date,
            number=row.entry_number,
            words=row.description,
            place=str(words.PLACE_WORDS[row.place]) if row.place else "",
            came=row.amount if row.signed > 0 else ZERO,
            went=row.signed if row.signed < 0 else ZERO,
            balance=row.balance_after,
        )
        for row in ledger.rows
    )
    brought = ledger.rows[0].balance_after - ledger.rows[0].signed if ledger.rows else ledger.opening_balance
    carried = ledger.rows[-1].balance_after if ledger.next else ledger.closing_balance
    where = str(words.PLACE_WORDS[place]) if place else _("All places of cash together")
    return Book(
        caption=_("%(where)s, %(first)s to %(last)s")
        % {"where": where, "first": words.full_day(ledger.first), "last": words.full_day(ledger.last)},
        brought_words=_("Brought forward %(day)s") % {"day": words.day(ledger.first)}
        if is_first
        else _("Brought forward from the page before"),
        brought_forward=brought,
        rows=rows,
        came=sum((row.came for row in rows), ZERO),
        went=sum((row.went for row in rows), ZERO),
        carried_words=_("Carried to the next page")
        if ledger.next
        else _("Carried forward %(day)s") % {"day": words.day(ledger.last)},
        carried_forward=carried,
    )
