"""What the books say of a code, in words and without names."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.codes import read_code
from meetings.seals import Kind, Match, Verdict, matches
from reports.pages import words

LONGEST = 24
ADVICE = gettext_lazy(
    "What the books say now is not what was written down then. Keep the paper, show it at the next meeting, and tell"
    " the service that keeps the books."
)
# By kind and verdict: the tone, the icon, what is said, and what to do.
SAID: dict[tuple[Kind, Verdict], tuple[str, str, Promise, Promise | str]] = {
    (Kind.RECEIPT, Verdict.VERIFIED): ("", "yes", gettext_lazy("It stands in the books."), ""),
    (Kind.RECEIPT, Verdict.REVERSED): (
        "warn",
        "warn",
        gettext_lazy("It was put right later: a second entry reverses it."),
        gettext_lazy("The money of this receipt no longer counts. The treasurer can say why."),
    ),
    (Kind.RECEIPT, Verdict.BROKEN): (
        "bad",
        "warn",
        gettext_lazy("The books were changed behind it."),
        ADVICE,
    ),
    (Kind.SEAL, Verdict.INTACT): ("", "lock", gettext_lazy("The seal holds: nothing was changed since."), ""),
    (Kind.SEAL, Verdict.BROKEN): ("bad", "warn", gettext_lazy("The seal is broken."), ADVICE),
}
TITLES: dict[Kind, Promise] = {Kind.RECEIPT: gettext_lazy("A receipt"), Kind.SEAL: gettext_lazy("A sealed meeting")}
AMOUNTS: dict[Kind, Promise] = {Kind.RECEIPT: gettext_lazy("Amount"), Kind.SEAL: gettext_lazy("Counted in the box")}
ENTRIES: dict[Kind, Promise] = {Kind.RECEIPT: gettext_lazy("Entry"), Kind.SEAL: gettext_lazy("Entries until then")}


@dataclass(frozen=True)
class Found:
    """One receipt or seal under a code: what it is, what the books say of it, and what to do where they disagree."""

    title: str
    tone: str
    icon: str
    verdict: str
    advice: str
    group: str
    day: str
    amount_word: str
    amount: Decimal
    entry_word: str
    entry_number: int


@dataclass(frozen=True)
class CodePage:
    code: str
    matches: tuple[Found, ...] = ()
    unknown: str = ""
    refused: str = ""


def in_an_address(typed: str) -> str:
    """As somebody typed it, fit to stand in an address."""
    return "".join(typed.split()).replace("/", "")[:LONGEST]


def page_of(typed: str) -> CodePage:
    """What is found under a code as somebody wrote it down."""
    code = read_code(typed)
    if code is None:
        return CodePage(typed[:LONGEST], unknown=_("A letter or digit of this code is wrong. Read it once more."))
    return CodePage(
        code=code,
        matches=tuple(_found(match) for match in matches(code)),
        unknown=_("No receipt and no meeting has this code. If it stands on a paper, ask at the next meeting."),
    )


def _found(match: Match) -> Found:
    tone, icon, verdict, advice = SAID[match.kind, match.status]
    return Found(
        title=str(TITLES[match.kind]),
        tone=tone,
        icon=icon,
        verdict=str(verdict),
        advice=str(advice),
        group=match.group,
        day=words.full_day(match.date),
        amount_word=str(AMOUNTS[match.kind]),
        amount=match.amount,
        entry_word=str(ENTRIES[match.kind]),
        entry_number=match.entry_number,
    )
