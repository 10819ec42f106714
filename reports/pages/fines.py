"""Fines of a group in a list, a new one before it is imposed, and one before it is waived."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import NotFound
from core.money import ZERO, shown
from groups.access import standing
from groups.clauses import clause_for
from groups.models import BankingGroup
from groups.permissions import GRANTS, Reach
from members.access import must_reach
from members.models import Member
from members.queries import roster
from reports.pages import words
from reports.pages.loan_words import Pill
from reports.pages.record import Change
from savings import fines
from savings.models import Fine
from savings.operations import fines as operations
from savings.queries import named, seats_of
from savings.rules import Seat
from users.models import User
from users.submissions import Outcome, once

IMPOSE, WAIVE = "pages.fine-impose", "pages.fine-waive"
ROWS_A_PAGE = 25
Status = Fine.Status
CHOICES: dict[str, tuple[Promise, Q]] = {
    "open": (gettext_lazy("Open"), Q(status=Status.OUTSTANDING)),
    "paid": (gettext_lazy("Paid"), Q(status=Status.PAID)),
    "waived": (gettext_lazy("Waived"), Q(status=Status.WAIVED)),
}


@dataclass(frozen=True)
class Choice:
    value: str
    word: str
    is_chosen: bool


@dataclass(frozen=True)
class FineRow:
    """A fine in words; `because` says why the reader does not waive it and who may."""

    name: str
    member_href: str
    reason: str
    cites: str
    imposed_on: dt.date
    due_on: dt.date
    amount: Decimal
    due: Decimal
    state: Pill
    verdict: str
    waive_href: str
    because: str
    pay_href: str


@dataclass(frozen=True)
class FinesPage:
    rows: tuple[FineRow, ...]
    due: Decimal
    count: int
    statuses: tuple[Choice, ...]
    status: str
    members: tuple[tuple[str, str], ...]
    page: int
    pages: int
    newer: str
    older: str


@dataclass(frozen=True)
class Review:
    sentence: str
    amount_words: str
    changes: tuple[Change, ...]
    note: str
    cites: str = ""


def fine_for(user: User, fine_id: UUID, may: str) -> Fine:
    """The fine, for somebody who may speak `may` in its group; to another member it is a stranger's row."""
    fine = fines.shown().filter(pk=fine_id).first()
    if fine is None:
        raise NotFound
    must_reach(user, fine.group, fine.member, may, sight="transactions:read")
    return fine


def page_of(group: BankingGroup, user: User, asked: Mapping[str, str]) -> FinesPage:
    """The fines of a group that are open, or those that were paid or waived, and what is due of all."""
    status = asked.get("status", "open")
    status = status if status in CHOICES else "open"
    hers = fines.shown().filter(group=group)
    page = Paginator(hers.filter(CHOICES[status][1]), ROWS_A_PAGE).get_page(asked.get("page", "1"))
    waiting = list(hers.filter(status=Status.OUTSTANDING))
    may_impose = standing(user, group).may("fines:impose") is Reach.ALL
    return FinesPage(
        rows=rows_of(page.object_list, user),
        due=sum(fines.due_of(waiting).values(), ZERO),
        count=len(waiting),
        statuses=tuple(Choice(value, str(word), value == status) for value, (word, _q) in CHOICES.items()),
        status=status,
        members=_to_fine(group) if may_impose else (),
        page=page.number,
        pages=page.paginator.num_pages,
        newer=f"?status={status}&page={page.previous_page_number()}" if page.has_previous() else "",
        older=f"?status={status}&page={page.next_page_number()}" if page.has_next() else "",
    )


def _to_fine(group: BankingGroup) -> tuple[tuple[str, str], ...]:
    active = roster(group).filter(is_active=True)
    return tuple((str(member.pk), f"{member.number}. {member.person.name}") for member in active)


def rows_of(listed: Iterable[Fine] | QuerySet[Fine], user: User) -> tuple[FineRow, ...]:
    """Fines in words, with what this reader may do about each. A few queries, however many."""
    wanted = list(listed)
    dues, seats = fines.due_of(wanted), seats_of(fine.group_id for fine in wanted)
    groups = {fine.group_id: fine.group for fine in wanted}
    may = {pk: standing(user, group).may for pk, group in groups.items()}
    return tuple(
        _row(
            fine,
            user,
            dues[fine.pk],
            seats[fine.group_id],
            may_waive=may[fine.group_id]("fines:waive") is Reach.ALL,
            may_record=may[fine.group_id]("transactions:create") is Reach.ALL,
        )
        for fine in wanted
    )


def _row(fine: Fine, user: User, due: Decimal, seats: Sequence[Seat], *, may_waive: bool, may_record: bool) -> FineRow:
    is_open = fine.status == Status.OUTSTANDING
    hindered = _hindered(fine, user) if is_open and may_waive else ""
    pay = f"{reverse('record-page', args=[fine.group_id])}?member={fine.member_id}&contribution_type=FINE"
    return FineRow(
        name=fine.member.person.name,
        member_href=reverse("member-page", args=[fine.member_id]),
        reason=fines.reason_in_words(fine),
        cites=cites(fine),
        imposed_on=fine.imposed_on,
        due_on=fine.due_on,
        amount=fine.amount,
        due=due,
        state=state_of(fine, due),
        verdict=fine.verdict,
        waive_href=reverse("fine-waive-page", args=[fine.pk]) if is_open and may_waive and not hindered else "",
        because=f"{hindered} {who_may(fine, seats)}".strip() if hindered else "",
        pay_href=pay if is_open and may_record and fine.member.is_active else "",
    )


def cites(fine: Fine) -> str:
    """Where it comes from: rule 2.1 of version 3."""
    if fine.constitution is None or not fine.clause:
        return ""
    told = _("Rule %(clause)s, version %(version)s")
    return told % {"clause": clause_for(fine.clause).number, "version": fine.constitution.version}


def state_of(fine: Fine, due: Decimal) -> Pill:
    if fine.status == Status.PAID:
        return Pill("good", "tick", _("Paid"))
    if fine.status == Status.WAIVED:
        return Pill("", "cross", _("Waived"))
    return Pill("warn", "waiting", _("Partly paid") if due < fine.amount else _("Open"))


def _hindered(fine: Fine, user: User) -> str:
    """Why this person does not waive it, though her office could; empty when she may. The verb has the last word."""
    if fine.imposed_by_id == user.pk:
        return _("You imposed it.")
    return _("It names you.") if named(fine.member).is_same(user.pk, user.phone_digest) else ""


def who_may(fine: Fine, seats: Sequence[Seat]) -> str:
    """Who of those who serve the group now may waive it: not who imposed it, and not who is fined."""
    free = dict.fromkeys(
        seat.name
        for seat in seats
        if GRANTS["fines:waive"].get(seat.role) is Reach.ALL
        and seat.user != fine.imposed_by_id
        and not seat.is_the(named(fine.member))
    )
    return _("%(names)s may waive it.") % {"names": words.either(list(free))} if free else ""


# Imposing


@dataclass(frozen=True)
class Imposing:
    """A fine as it was typed."""

    amount: Decimal
    reason: str
    due_on: dt.date

    def body(self, member: Member) -> dict[str, str]:
        return {
            "member": str(member.pk),
            "amount": f"{self.amount:.2f}",
            "reason": self.reason,
            "due": self.due_on.isoformat(),
        }


def owed_by(member: Member) -> Decimal:
    """What she owes on fines now."""
    return fines.open_by_member([member]).get(member.pk, fines.NO_FINES).due


def review_imposing(member: Member, imposing: Imposing) -> Review:
    owes, name = owed_by(member), member.person.name
    said = _("%(name)s is fined %(amount)s.") % {"name": name, "amount": shown(imposing.amount)}
    return Review(
        sentence=said,
        amount_words=shown(imposing.amount),
        changes=(Change(_owes_words(member), owes, owes + imposing.amount),),
        note=_("No money moves. It is income of the group when it is paid, and somebody else may waive it."),
    )


def _owes_words(member: Member) -> str:
    return _("%(name)s owes on fines") % {"name": words.first_name(member.person.name)}


def impose(member: Member, imposing: Imposing, *, key: str, by: User, at: dt.datetime, on: dt.date) -> Outcome[Fine]:
    """Do it, once: the same form sent again gives the first outcome."""

    def act() -> tuple[UUID, Fine]:
        fine = operations.impose(
            member=member, amount=imposing.amount, reason=imposing.reason, due_on=imposing.due_on, by=by, at=at, on=on
        )
        return fine.pk, fine

    return once(user=by, operation=IMPOSE, key=key, body=imposing.body(member), act=act, load=fines.fine_by_id)


# Waiving


def review_waiving(fine: Fine) -> Review:
    """What waiving would change. Nothing is written."""
    due, owes = fines.due_of([fine])[fine.pk], owed_by(fine.member)
    about = {"name": fine.member.person.name, "reason": fines.reason_in_words(fine), "amount": shown(due)}
    return Review(
        sentence=_("%(name)s need not pay %(amount)s: %(reason)s") % about,
        amount_words=shown(due),
        changes=(Change(_owes_words(fine.member), owes, owes - due),),
        note=_("What was paid of it stays in the books."),
        cites=cites(fine),
    )


def waive(fine: Fine, *, reason: str, key: str, by: User, at: dt.datetime) -> Outcome[Fine]:
    """Do it, once."""

    def act() -> tuple[UUID, Fine]:
        done = operations.waive(fine=fine, by=by, at=at, reason=reason)
        return done.pk, done

    body = {"fine": str(fine.pk), "reason": reason}
    return once(user=by, operation=WAIVE, key=key, body=body, act=act, load=fines.fine_by_id)
