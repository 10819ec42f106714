"""What the verbs on people refuse, where several of them say it."""

from django.utils.translation import gettext_lazy as _

from core.errors import Refusal


class IdNumberTaken(Refusal):
    code = "id_number_taken"
    status = 409
    detail = _(
        "Somebody with this ID number is already registered. Check the number; if she wants to join a second group, "
        "the service admin or an officer of both adds her there."
    )


class AlreadyMember(Refusal):
    code = "already_member"
    status = 409
    detail = _("She already has a member number in this group.")


class MemberInactive(Refusal):
    code = "member_inactive"
    detail = _("She has left the group or is not active, so this cannot be done for her.")


class PhoneTaken(Refusal):
    code = "phone_taken"
    status = 409
    detail = _("Another member uses this phone number. Each person needs a number of her own.")
