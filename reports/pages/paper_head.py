"""What every paper of a group begins and ends with: whose it is, when it was printed, where the books stood then."""

import datetime as dt
from dataclasses import dataclass

from core.periods import NAIROBI
from groups.models import BankingGroup
from ledger.models import Book
from reports.pages import words


@dataclass(frozen=True)
class PaperHead:
    organisation: str
    group: str
    place: str
    printed: str
    entries: int
    chain_head: str
    check_at: str


def head_of(group: BankingGroup, at: dt.datetime, *, host: str) -> PaperHead:
    """`host` is where the reader found the paper: codes are checked there, by anybody."""
    entries, chain_head = book_of(group)
    return PaperHead(
        organisation=group.organisation.name,
        group=group.name,
        place=words.place_line(group),
        printed=printed_words(at),
        entries=entries,
        chain_head=chain_head,
        check_at=f"{host}/check/",
    )


def book_of(group: BankingGroup) -> tuple[int, str]:
    """How many entries the group's books hold, and the hash that the last one left."""
    found = Book.objects.filter(group=group).values_list("entries", "last_hash").first()
    return found or (0, "")


def printed_words(at: dt.datetime) -> str:
    """20 November 2026, 13:30: on the clocks of Nairobi."""
    local = at.astimezone(NAIROBI)
    return f"{words.full_day(local.date())}, {local:%H:%M}"
