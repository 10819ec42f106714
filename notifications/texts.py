"""What the programme says to people: every message, short enough for one SMS, in the reader's language."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TEMPLATES: dict[str, str | Promise] = {
    "activation_code": _(
        "Welcome to Table Banking. Your code is %(code)s. Use it within 7 days to choose your password. "
        "Tell it to nobody."
    ),
    "reset_code": _(
        "Your Table Banking code is %(code)s. Use it within 15 minutes to choose a new password. "
        "If you did not ask for it, do nothing. Tell it to nobody."
    ),
    "number_moved": _(
        "Since %(day)s you sign in to Table Banking with another number, and no more with this one. "
        "If you did not ask for that, call your service admin."
    ),
    "transaction_receipt": _("%(group)s: %(what)s of KES %(amount)s on %(day)s is recorded. Receipt %(code)s."),
    "member_added": _(
        "You were added as a member of %(group)s in Table Banking. You sign in as before. "
        "If that is not you, tell the group's office at once."
    ),
    "role_given": _(
        "%(organisation)s has taken you on as %(role)s in Table Banking. You sign in as before. "
        "If you did not expect this, tell them."
    ),
    "loan_applied": _(
        "%(group)s: your request for loan %(loan)s of KES %(amount)s is recorded and waits for approval."
    ),
    "loan_waits": _("%(group)s: loan %(loan)s of KES %(amount)s waits for your yes or no in Table Banking."),
    "loan_approved": _("%(group)s: your loan %(loan)s of KES %(amount)s is approved. It can be paid out now."),
    "loan_rejected": _("%(group)s: your loan %(loan)s of KES %(amount)s was turned down. Ask your office holders why."),
    "loan_cancelled": _("%(group)s: your request for loan %(loan)s of KES %(amount)s was cancelled."),
    "loan_penalties_cancelled": _(
        "%(group)s: KES %(paid)s for loan %(loan)s dated back to %(day)s took away penalties of KES %(amount)s. "
        "Receipt %(code)s. Look at it."
    ),
    "fine_imposed": _("%(group)s: you owe a fine of KES %(amount)s (%(cause)s). Pay it by %(due)s."),
    "fine_waived": _("%(group)s: your fine of KES %(amount)s (%(cause)s) was waived. Nothing is owed on it any more."),
    "fine_cancelled": _("%(group)s: your fine of KES %(amount)s (%(cause)s) was a mistake and is taken back."),
    "campaign_proposed": _(
        "%(group)s: shall we take up %(campaign)s, KES %(amount)s? Vote yes or no in Table Banking until %(day)s."
    ),
    "campaign_vote_reminder": _(
        "%(group)s: the vote on %(campaign)s, KES %(amount)s, closes on %(day)s. You have not voted yet."
    ),
    "books_differ": _(
        "%(group)s: the books do not add up. Differences: %(count)s. Look at them in Table Banking today."
    ),
    "closing_proposed": _("%(group)s asks you to close %(period)s in Table Banking."),
    "month_can_be_closed": _("%(group)s: %(period)s is over and its books add up. You can close it in Table Banking."),
    "months_can_be_closed": _(
        "%(period)s is over and the books of %(count)s groups add up. You can close it there in Table Banking."
    ),
    "loan_due": _("%(group)s: KES %(amount)s of loan %(loan)s is due on %(day)s."),
    "loan_late": _("%(group)s: KES %(amount)s of loan %(loan)s was due on %(day)s. Pay it, or talk to your office."),
    "meeting_sealed": _("%(group)s: the meeting of %(day)s is sealed. Its code is %(code)s. Anybody can check it."),
    "meeting_tomorrow": _("%(group)s meets tomorrow, %(day)s."),
    "meeting_tomorrow_at": _("%(group)s meets tomorrow, %(day)s, at %(venue)s."),
}


def render(template: str, words: dict[str, str]) -> str:
    """The text in the language that is active. Raises KeyError for an unknown template or a missing word."""
    return str(TEMPLATES[template]) % words
