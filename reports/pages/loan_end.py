"""A no about a loan, before it is said: what ends, rehearsed so that a no that would be refused is refused here."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from core.money import shown
from loans.models import Loan, LoanChange, Status
from reports.pages import loan_words
from reports.pages.loan_consent import Effect


@dataclass(frozen=True)
class Ending:
    """What ends: in a sentence, as a word now and after, in the word of the act, and as it is told when it is done."""

    sentence: str
    effects: tuple[Effect, ...]
    verb: str
    said: str


def rejecting(loan: Loan) -> Ending:
    sentence = _("The loan of %(amount)s that %(name)s asks for is rejected.") % _facts(loan)
    effects = (Effect(_("Loan"), str(Status(loan.status).label), str(Status.REJECTED.label)),)
    return Ending(sentence, effects, _("Reject with this reason"), _("Rejected. The borrower reads your reason."))


def cancelling(loan: Loan) -> Ending:
    sentence = _("The loan of %(amount)s that %(name)s asked for is cancelled.") % _facts(loan)
    effects = (Effect(_("Loan"), str(Status(loan.status).label), str(Status.CANCELLED.label)),)
    return Ending(sentence, effects, _("Cancel the loan"), _("Cancelled. No money has moved."))


def turning_down(loan: Loan) -> Ending:
    """Of the change that waits."""
    waiting = LoanChange.objects.filter(loan=loan, state=LoanChange.State.PENDING).first()
    sentence = _("Nothing changes in what %(name)s owes.") % _facts(loan)
    word = str(loan_words.CHANGES[waiting.kind]) if waiting else ""
    effects = (Effect(word, str(Status.PENDING.label), str(Status.REJECTED.label)),)
    return Ending(sentence, effects, _("Reject with this reason"), _("Rejected. The loan stays as it is."))


def _facts(loan: Loan) -> dict[str, str]:
    return {"name": loan.member.person.name, "amount": shown(loan.amount)}


def rehearse(act: Callable[[], object]) -> None:
    """Do it and undo it. Refused: whatever the verb refuses."""
    with transaction.atomic():
        act()
        transaction.set_rollback(True)
