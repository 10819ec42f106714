"""What members brought to a meeting: a row a member, a column for each thing it was for, and her papers under it."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from core.money import ZERO
from ledger.models import Voucher
from meetings.models import Meeting
from meetings.queries import Bringing, lines_of
from reports.pages import meeting_words, words
from reports.pages.loan_words import Pill

COLUMNS: dict[str, Promise] = {
    "welfare": gettext_lazy("Welfare"),
    "savings": gettext_lazy("Savings"),
    "fine": gettext_lazy("Fine"),
    "loan": gettext_lazy("Loan"),
}
BROUGHT = ("CONTRIBUTION", "FINE_PAYMENT", "REPAYMENT", "CAMPAIGN", "FEE")


@dataclass(frozen=True)
class Line:
    """One paper of a member at this meeting, with the way to its receipt."""

    word: str
    code: str
    amount: Decimal
    is_reversed: bool
    is_pending: bool
    href: str
    correct_href: str


@dataclass(frozen=True)
class Allowed:
    """What the reader may do at this table: take what is brought, and take back what was taken."""

    collect: bool
    correct: bool


@dataclass(frozen=True)
class Row:
    """A member, what she brought in each column, and all of it."""

    id: UUID
    name: str
    mark: Pill | None
    fined: Decimal
    amounts: tuple[tuple[str, Decimal], ...]
    total: Decimal
    how: str
    lines_href: str
    lines: tuple[Line, ...]
    collect_href: str


@dataclass(frozen=True)
class Brought:
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    totals: tuple[tuple[str, Decimal], ...]
    total: Decimal


def brought_to(meeting: Meeting, fined: Mapping[UUID, Decimal], *, looked_at: str, allowed: Allowed) -> Brought:
    """The table of a meeting, with the papers of the member looked at; the same queries for any number of members."""
    bringing, papers = lines_of(meeting), papers_of(meeting)
    rows = tuple(_row(meeting, each, papers[each.member.pk], fined, allowed) for each in bringing)
    rows = tuple(row if str(row.id) == looked_at else replace(row, lines=()) for row in rows)
    totals = tuple((str(word), sum((getattr(each, name) for each in bringing), ZERO)) for name, word in COLUMNS.items())
    return Brought(
        columns=tuple(str(word) for word in COLUMNS.values()),
        rows=rows,
        totals=totals,
        total=sum((row.total for row in rows), ZERO),
    )


def papers_of(meeting: Meeting) -> dict[UUID, list[Voucher]]:
    """Member id → the papers of what she brought, in the order in which they were written; not what was rejected."""
    papers = Voucher.objects.filter(group=meeting.group_id, meeting_id=meeting.pk, kind__in=BROUGHT)
    found: dict[UUID, list[Voucher]] = defaultdict(list)
    for paper in papers.exclude(status=Voucher.Status.REJECTED).prefetch_related("reversals").order_by("id"):
        if paper.member_id:
            found[paper.member_id].append(paper)
    return found


def _row(
    meeting: Meeting, bringing: Bringing, papers: list[Voucher], fined: Mapping[UUID, Decimal], allowed: Allowed
) -> Row:
    member = bringing.member
    others = sorted(bringing.methods - {Voucher.Method.CASH.value})
    address = reverse("meeting-collect-page", args=[meeting.pk, member.pk])
    return Row(
        id=member.pk,
        name=member.person.name,
        mark=meeting_words.mark(bringing.status) if bringing.status not in {None, "PRESENT"} else None,
        fined=fined.get(member.pk, ZERO),
        amounts=tuple((str(word), getattr(bringing, name)) for name, word in COLUMNS.items()),
        total=bringing.brought,
        how=", ".join(str(words.METHOD_WORDS[method]) for method in others if method in words.METHOD_WORDS),
        lines_href=f"{reverse('meeting-page', args=[meeting.pk])}?member={member.pk}#m-{member.pk}" if papers else "",
        lines=tuple(_line(paper, allowed) for paper in papers),
        collect_href=address if allowed.collect and member.is_active else "",
    )


def _line(paper: Voucher, allowed: Allowed) -> Line:
    is_reversed, is_pending = bool(paper.reversals.all()), paper.status == Voucher.Status.PENDING
    may_correct = allowed.correct and not (is_reversed or is_pending)
    return Line(
        word=words.deed(paper),
        code=paper.code,
        amount=paper.amount,
        is_reversed=is_reversed,
        is_pending=is_pending,
        href=reverse("receipt-page", args=[paper.pk]),
        correct_href=reverse("reverse-page", args=[paper.pk]) if may_correct else "",
    )
