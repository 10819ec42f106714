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
    detail = _("She has a loan that is waiting or running. It is repaid or cancelled first.")


class NotEligible(Refusal):
    """Each rule that fails stands in `errors` as (field, code of the rule, what would change it)."""

    code = "not_eligible"
    detail = _("The rules of the group do not allow this loan yet. Each rule says what would change it.")

    def __init__(self, errors: Sequence[tuple[str, str, Text]]) -> None:
        super().__init__(errors=tuple(errors))
        self.errors = tuple(errors)


class RateAboveCap(Refusal):
    code = "rate_above_cap"
    detail = _("With its fees this costs more in a year than the organisation allows.")


class IdNotVerified(Refusal):
    code = "id_not_verified"
    detail = _("Her ID number is not verified yet. Somebody other than the uploader compares it with her card first.")


class AlreadyApproved(Refusal):
    code = "already_approved"
    status = 409
    detail = _("You have already said yes to this loan. The next yes is somebody else's.")


class NoOpenCapacity(Forbidden):
    detail = _("Nobody in your seat is needed for this loan any more, or your seat does not approve loans.")


class OnlyForHerself(Forbidden):
    detail = _("You can ask for a loan for yourself only. An officer types for other members.")
