"""Proving the papers: every voucher says what its entry says, its receipt is claimed, and enough people said yes.

The chain covers entries, not vouchers; whoever can take the guards away could leave the journal whole and rewrite the
paper beside it. Each check here is one query, but for the last look at entries that no voucher points at.
"""

from collections.abc import Callable, Iterator
from itertools import islice
from uuid import UUID

from django.db.models import CharField, Count, Exists, F, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Cast, Concat, Replace

from core.codes import short_code
from groups.models import BankingGroup
from ledger.differences import NAMED, Difference
from ledger.models import Entry, Line, ReceiptClaim, Voucher

PAYOUT = Entry.Kind.PAYOUT.value
REVERSAL = Entry.Kind.REVERSAL.value
# Two office holders say yes to what a fund pays out; the one it is paid to is neither of them.
APPROVERS_OF_A_PAYOUT = 2
_NUMBERED = Q(method__in=[Voucher.Method.MPESA, Voucher.Method.BANK]) & ~Q(receipt_number="")

Found = Iterator[Difference]


def verified(group: BankingGroup) -> QuerySet[Voucher]:
    return Voucher.objects.filter(group=group, status=Voucher.Status.VERIFIED)


def _named(what: str, papers: QuerySet[Voucher]) -> Found:
    for paper in papers.order_by("pk").values_list("pk", flat=True)[:NAMED]:
        yield Difference(what, f"voucher {paper}")


def _bare(words: Cast | F) -> Replace:
    """Without hyphens: PostgreSQL writes ids with them, SQLite keeps ids without."""
    return Replace(words, Value("-"), Value(""))


def verified_vouchers_are_posted(group: BankingGroup) -> Found:
    """The entry of every verified voucher exists in the voucher's own group."""
    for paper in verified(group).exclude(entry__group=group).order_by("pk")[:NAMED]:
        yield Difference("a verified voucher has no entry here", f"voucher {paper.pk}", paper.amount)


def entries_bear_their_vouchers_key(group: BankingGroup) -> Found:
    """A voucher's entry has the key "<voucher id>:<line of the act>"."""
    marked = verified(group).annotate(
        mark=Concat(_bare(Cast("pk", CharField())), Value(":")), bare=_bare(F("entry__key"))
    )
    return _named("a voucher's entry bears another key", marked.exclude(bare__startswith=F("mark")))


def keys_belong_to_their_voucher(group: BankingGroup) -> Found:
    """An entry whose key begins with a voucher's id is that voucher's entry, and no second one behind it.

    Only entries that no voucher points at are left to ask about, and such a key names at most one voucher.
    """
    alone = Entry.objects.filter(group=group, voucher__isnull=True).values_list("key", "number")
    claimed = {_voucher_of(key): number for key, number in alone}
    known = Voucher.objects.filter(pk__in=[name for name in claimed if name])
    for number in sorted(claimed[paper] for paper in known.values_list("pk", flat=True))[:NAMED]:
        yield Difference("an entry bears the key of a voucher that has another entry or none", f"entry {number}")


def _voucher_of(key: str) -> UUID | None:
    try:
        return UUID(key.partition(":")[0])
    except ValueError:
        return None


def vouchers_say_what_their_entries_say(group: BankingGroup) -> Found:
    """The same kind, and the same business day."""
    same = Q(entry__kind=F("kind"), entry__booked_on=F("booked_on"))
    return _named("a voucher and its entry differ in kind or day", verified(group).exclude(same))


def vouchers_name_their_entries_member(group: BankingGroup) -> Found:
    """Where a voucher names a member, its entry has lines of hers and of no other member.

    A voucher that names nobody (opening balances, an act for the whole group) may stand behind lines of many.
    """
    lines = Line.objects.filter(entry=OuterRef("entry"), member__isnull=False)
    hers = Q(Exists(lines.filter(member=OuterRef("member"))))
    others = Q(Exists(lines.exclude(member=OuterRef("member"))))
    named = verified(group).filter(member__isnull=False)
    return _named("a voucher and its entry name different members", named.filter(~hers | others))


def vouchers_amount_to_their_entries_debits(group: BankingGroup) -> Found:
    """The amount on the paper is the sum of its entry's debits.

    Opening balances too: what stands on their paper is the larger side of what was taken over, and the entry fills
    the smaller side up with surplus or deficit until both are that.
    """
    debits = Sum("entry__lines__amount", filter=Q(entry__lines__amount__gt=0))
    sums = verified(group).values("pk", "amount").annotate(debits=debits).exclude(debits=F("amount")).order_by("pk")
    for row in sums[:NAMED]:
        off = row["amount"] - (row["debits"] or 0)
        yield Difference("a voucher's amount is not its entry's", f"voucher {row['pk']}", off)


def posted_receipts_are_claimed(group: BankingGroup) -> Found:
    """A payment by M-Pesa or bank that stands holds its number, so that it cannot be posted again.

    For the lines of a bundle one of them holds it.
    """
    its_own = Q(voucher=OuterRef("pk")) | Q(voucher__bundle_id=OuterRef("bundle_id"))
    live = ReceiptClaim.objects.filter(
        its_own, number=OuterRef("receipt_number"), organisation=OuterRef("group__organisation"), freed_at__isnull=True
    )
    standing = verified(group).filter(_NUMBERED, reversals__isnull=True)
    return _named("a receipt that was posted is not claimed", standing.exclude(Exists(live)))


def claims_are_of_papers_that_stand(group: BankingGroup) -> Found:
    """No number stays taken by a paper that was rejected or reversed, unless another line of its bundle stands."""
    fallen = Q(voucher__status=Voucher.Status.REJECTED) | Q(voucher__reversals__isnull=False)
    live = ReceiptClaim.objects.filter(voucher__group=group, freed_at__isnull=True)
    others = Voucher.objects.filter(bundle_id=OuterRef("voucher__bundle_id"), reversals__isnull=True)
    alone = live.filter(fallen).exclude(Exists(others.exclude(status=Voucher.Status.REJECTED)))
    for paper in alone.order_by("voucher_id").values_list("voucher_id", flat=True)[:NAMED]:
        yield Difference("a receipt is claimed for a paper that fell", f"voucher {paper}")


def reversals_reverse_what_they_say(group: BankingGroup) -> Found:
    """A REVERSAL voucher, and no other, points at a voucher, and its entry reverses that voucher's entry."""
    same = Q(reverses__isnull=False, entry__reverses__isnull=False, entry__reverses=F("reverses__entry"))
    wrong = Q(kind=REVERSAL) & ~same | ~Q(kind=REVERSAL) & Q(reverses__isnull=False)
    return _named("a reversal's entry does not reverse what its paper reverses", verified(group).filter(wrong))


def reversed_papers_have_a_paper(group: BankingGroup) -> Found:
    """An entry with a voucher is not taken back without one."""
    undone = Entry.objects.filter(group=group, reverses__voucher__isnull=False, voucher__isnull=True)
    for number in undone.order_by("number").values_list("number", flat=True)[:NAMED]:
        yield Difference("a paper's entry was reversed without a paper", f"entry {number}")


def payouts_were_approved(group: BankingGroup) -> Found:
    """Two different people said yes to every payout, and the one it was paid to is not counted."""
    hers = Q(member__person__user__isnull=False, approvals__approver=F("member__person__user"))
    yes = Count("approvals__approver", filter=~hers, distinct=True)
    payouts = verified(group).filter(kind=PAYOUT).annotate(yes=yes)
    return _named("a payout lacks approvals", payouts.filter(yes__lt=APPROVERS_OF_A_PAYOUT))


def papers_bear_their_code(group: BankingGroup) -> Found:
    """Whoever looks a receipt up by its code finds this paper and no other."""
    papers = Voucher.objects.filter(group=group).order_by("pk").values_list("pk", "code")
    wrong = (paper for paper, code in papers.iterator() if code != short_code(paper))
    for paper in islice(wrong, NAMED):
        yield Difference("a voucher bears another code than its own", f"voucher {paper}")


PAPER_CHECKS: list[Callable[[BankingGroup], Found]] = [
    verified_vouchers_are_posted,
    entries_bear_their_vouchers_key,
    keys_belong_to_their_voucher,
    vouchers_say_what_their_entries_say,
    vouchers_name_their_entries_member,
    vouchers_amount_to_their_entries_debits,
    posted_receipts_are_claimed,
    claims_are_of_papers_that_stand,
    reversals_reverse_what_they_say,
    reversed_papers_have_a_paper,
    payouts_were_approved,
    papers_bear_their_code,
]
