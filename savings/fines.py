"""Reading fines: who owes the group what, and why. What was paid of a fine is what the journal says under its id."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet, Sum

from core.money import ZERO
from groups.access import groups_where
from groups.clauses import clause_for
from ledger.models import Entry, Line, Voucher
from members.models import Member
from savings import rules
from savings.models import Fine
from users.models import User

Status = Fine.Status


@dataclass(frozen=True)
class OpenFines:
    """How many fines of a member are outstanding, and what is due on them together."""

    count: int
    due: Decimal


NO_FINES = OpenFines(0, ZERO)


def shown() -> QuerySet[Fine]:
    """Fines with what a list shows of them, newest first; those that were never due are left out."""
    joined = Fine.objects.select_related("group__organisation", "member__person__data_key", "data_key", "constitution")
    return joined.exclude(status=Status.CANCELLED).order_by("-imposed_on", "-id")


def visible_to(user: User | AnonymousUser) -> QuerySet[Fine]:
    """Every fine of the groups whose transactions she may read, and her own elsewhere."""
    if isinstance(user, AnonymousUser):
        return Fine.objects.none()
    whole = groups_where(user, "transactions:read").values("pk")
    partly = groups_where(user, "transactions:read", own=True).values("pk")
    return shown().filter(Q(group__in=whole) | Q(group__in=partly, member__person__user=user))


def fine_by_id(fine_id: UUID) -> Fine:
    """One fine as lists show it; for ids that this program has kept itself."""
    return shown().get(pk=fine_id)


def open_of(member: Member) -> list[Fine]:
    """Her outstanding fines in the order in which money reaches them: the oldest first."""
    hers = shown().filter(group=member.group_id, member=member, status=Status.OUTSTANDING)
    return list(hers.order_by("imposed_on", "id"))


def open_by_member(members: Iterable[Member]) -> dict[UUID, OpenFines]:
    """Member id → her outstanding fines; members without any are left out. Two queries, however many members."""
    waiting = Fine.objects.filter(member__in=[member.pk for member in members], status=Status.OUTSTANDING)
    fines = list(waiting.only("id", "member_id", "amount", "status"))
    dues = due_of(fines)
    found: dict[UUID, OpenFines] = {}
    for fine in fines:
        known = found.get(fine.member_id, NO_FINES)
        found[fine.member_id] = OpenFines(known.count + 1, known.due + dues[fine.pk])
    return found


def due_of(fines: Iterable[Fine]) -> dict[UUID, Decimal]:
    """Fine id → what is still to pay of it; nothing of what was waived or cancelled. One query."""
    wanted = list(fines)
    paid = paid_of(fine.pk for fine in wanted)
    return {
        fine.pk: fine.amount - paid.get(fine.pk, ZERO) if fine.status == Status.OUTSTANDING else ZERO for fine in wanted
    }


def paid_of(fines: Iterable[UUID]) -> dict[UUID, Decimal]:
    """Fine id → what the journal holds as paid of it; those of which nothing was paid are left out. One query."""
    wanted = list(fines)
    if not wanted:
        return {}
    lines = payments().filter(subject_id__in=wanted)
    sums = lines.values_list("subject_id").annotate(total=Sum("amount")).order_by()
    return {fine: -total for fine, total in sums if fine is not None and total}


def payments() -> QuerySet[Line]:
    """The lines that name a fine. What was paid stays so when its year is closed into the surplus."""
    named = Line.objects.filter(account__code=rules.FINES, subject_id__isnull=False)
    return named.exclude(entry__kind=Entry.Kind.YEAR_CLOSE)


def paid_by(voucher: Voucher) -> dict[UUID, Decimal]:
    """Fine id → what the entry of a paper brought to it, in the order of its lines."""
    lines = payments().filter(entry=voucher.entry_id)
    return {fine: -amount for fine, amount in lines.order_by("id").values_list("subject_id", "amount") if fine}


def reason_in_words(fine: Fine) -> str:
    """Why, as it was written down, or else as the rules call it."""
    return fine.reason or str(Fine.Cause(fine.cause).label)


def clause_number(fine: Fine) -> str | None:
    """The clause it comes from, as the constitution numbers it: "2.1"."""
    return clause_for(fine.clause).number if fine.clause else None
