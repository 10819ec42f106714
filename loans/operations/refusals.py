"""What the verbs on loans refuse, where several of them say it."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from core.errors import Forbidden, Refusal, Text
from ledger import vouchers


class InvalidTransition(vouchers.InvalidTransition):
    detail = _("This loan is not in a state in which that can be done. Look at what happened to it since.")


class OpenLoanExists(Refusal):
    code = "open_loan_exists"
    status = 409
    detail = _("She has a loan that waits or runs. Repay it in full, or cancel it while it is not paid out.")


class NotEligible(Refusal):
    """Each rule that fails stands in the answer's `errors`: field, code, what it saw and what would change it."""

    code = "not_eligible"
    detail = _("The rules of the group do not allow this loan. Each of them says what would change its answer.")

    def __init__(self, failed: Sequence[tuple[str, str, Text]]) -> None:
        self.errors = [{"field": field, "code": code, "detail": str(text)} for field, code, text in failed]
        super().__init__(errors=self.errors)


class IdNotVerified(Refusal):
    code = "id_not_verified"
    detail = _("Her ID number is not verified yet. Somebody other than the uploader compares it with her card first.")


class AlreadyApproved(Refusal):
    code = "already_approved"
    status = 409
    detail = _("You have already said yes to this. The next yes is somebody else's.")


class NoOpenCapacity(Forbidden):
    detail = _("This waits for the yes of people in other seats than yours.")


class OnlyForHerself(Forbidden):
    detail = _("You can ask for a loan for yourself only. An officer types for other members.")


class NotYoursToCancel(Forbidden):
    detail = _("The borrower cancels it, or whoever typed it for her. Others who approve loans can turn it down.")
