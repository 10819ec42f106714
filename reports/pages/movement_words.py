"""How each kind of movement is said: its name, when to choose it, the sentence of its review, the fund it touches."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.money import shown
from reports.pages import words
from savings.operations import Movement


@dataclass(frozen=True)
class Known:
    word: Promise
    about: Promise
    sentence: Promise


KINDS: dict[str, Known] = {
    "EXPENSE": Known(
        gettext_lazy("Pay a cost"),
        gettext_lazy("Something the group pays for: stationery, transport, the hall."),
        gettext_lazy("The group pays %(amount)s for its costs."),
    ),
    "CHARGE": Known(
        gettext_lazy("Bank or M-Pesa charge"),
        gettext_lazy("What the bank or M-Pesa kept for its service."),
        gettext_lazy("The bank or M-Pesa keeps %(amount)s for its service."),
    ),
    "BANKING": Known(
        gettext_lazy("Banking"),
        gettext_lazy("Cash carried to the bank or the phone, or fetched from there."),
        gettext_lazy("%(amount)s changes its place."),
    ),
    "WELFARE_PAYOUT": Known(
        gettext_lazy("Welfare payout"),
        gettext_lazy("The social fund helps a member, as the constitution allows."),
        gettext_lazy("%(name)s is paid %(amount)s from the social fund."),
    ),
    "ECD_PAYOUT": Known(
        gettext_lazy("ECD payout"),
        gettext_lazy("A member is paid of what she brought for ECD."),
        gettext_lazy("%(name)s is paid %(amount)s of her ECD money."),
    ),
    "PROJECT_PAYOUT": Known(
        gettext_lazy("Project payout"),
        gettext_lazy("A member is paid of what she brought for the project."),
        gettext_lazy("%(name)s is paid %(amount)s of her project money."),
    ),
    "CAMPAIGN_PAYOUT": Known(
        gettext_lazy("Campaign payout"),
        gettext_lazy("The money of a campaign is spent on what it was collected for."),
        gettext_lazy("%(amount)s is paid from the campaign “%(campaign)s”."),
    ),
    "EXTERNAL_IN": Known(
        gettext_lazy("Outside funds received"),
        gettext_lazy("Money from outside that the group owes back."),
        gettext_lazy("The group receives %(amount)s from outside and owes it back."),
    ),
    "EXTERNAL_OUT": Known(
        gettext_lazy("Outside funds repaid"),
        gettext_lazy("What the group owed to somebody outside goes back."),
        gettext_lazy("The group pays %(amount)s of outside funds back."),
    ),
}


def sentence(kind: str, movement: Movement, campaign: str) -> str:
    """What would be done, in one sentence."""
    name = movement.member.person.name if movement.member else ""
    return str(KINDS[kind].sentence) % {"amount": shown(movement.amount), "name": name, "campaign": campaign}


def fund(kind: str, movement: Movement, campaign: str) -> str:
    """The fund whose figure the review shows."""
    if kind == "WELFARE_PAYOUT":
        return _("Social fund")
    if kind == "CAMPAIGN_PAYOUT":
        return _("Campaign “%(name)s”") % {"name": campaign}
    if movement.member is None:
        return _("External funds owed")
    part = words.FUND_WORDS["ECD" if kind == "ECD_PAYOUT" else "PROJECT"]
    return _("%(name)s: %(fund)s") % {"name": words.first_name(movement.member.person.name), "fund": str(part)}
