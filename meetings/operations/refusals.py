"""What the verbs of a meeting refuse, where several of them say it."""

from django.utils.translation import gettext_lazy as _

from core.errors import Refusal


class MeetingSealed(Refusal):
    code = "meeting_sealed"
    status = 409
    detail = _("This meeting is sealed: nothing of it changes any more. Put it right at a later meeting.")


class MeetingNotOpen(Refusal):
    code = "meeting_not_open"
    status = 409
    detail = _("This meeting has not begun. Open it first.")


class MeetingExists(Refusal):
    code = "meeting_exists"
    status = 409
    detail = _("A meeting of this group stands for that day already. Look at its meetings.")


class AlreadyOpen(Refusal):
    code = "invalid_transition"
    status = 409
    detail = _("This meeting is open already. Go on with it.")


class RollCallMissing(Refusal):
    code = "roll_call_missing"
    detail = _("The roll was not called. Mark who is here, then seal the meeting.")


class CountMissing(Refusal):
    code = "count_missing"
    detail = _("The cash was not counted at the end. Count the box, then seal the meeting.")


class CountOutdated(Refusal):
    code = "count_outdated"
    detail = _("The box was counted again since, so this count is out of date. Reject it and go by the newer one.")
