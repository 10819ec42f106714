"""How campaigns are said and drawn: a state as a pill, money and votes as bars with their words beside them."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.models import GroupCampaign
from campaigns.queries import View
from campaigns.rules import Poll, percent_reached
from core.money import shown
from core.periods import NAIROBI, business_day
from reports.charts import at
from reports.loan_charts import METER, meter
from reports.pages import words
from reports.pages.loan_words import Pill

Status = GroupCampaign.Status


@dataclass(frozen=True)
class MoneyBar:
    """What was brought of what is wanted."""

    width: str
    words: str
    is_full: bool


@dataclass(frozen=True)
class VoteBar:
    """Yes from the left, no from the right, and the mark that the yes votes have to reach."""

    yes_width: str
    no_from: str
    no_width: str
    mark: str
    words: str
    rule: str


def state_of(row: GroupCampaign) -> Pill:
    match row.status:
        case Status.PROPOSED:
            return Pill("warn", "waiting", _("Being voted on"))
        case Status.ACCEPTED:
            return Pill("good", "tick", _("Accepted, takes money"))
        case Status.REJECTED:
            return Pill("bad", "cross", _("Turned down"))
        case _:
            return Pill("", "yes", _("Completed"))


def days_of(first: dt.date, last: dt.date) -> str:
    return _("%(first)s to %(last)s") % {"first": words.full_day(first), "last": words.full_day(last)}


def moment(at_: dt.datetime) -> str:
    """3 April 2026, 23:59."""
    return f"{words.full_day(business_day(at_))}, {date_format(at_.astimezone(NAIROBI), 'H:i')}"


def money_bar(contributed: Decimal, target: Decimal) -> MoneyBar:
    said = _("%(brought)s of %(target)s brought, %(percent)d %%") % {
        "brought": shown(contributed),
        "target": shown(target),
        "percent": percent_reached(contributed, target),
    }
    return MoneyBar(meter(contributed, target), said, contributed >= target)


def vote_bar(poll: Poll, *, is_open: bool) -> VoteBar:
    yes, no = meter(poll.yes, poll.active), meter(poll.no, poll.active)
    rule = (
        _("It takes %(needed)d yes of %(active)d members.")
        if is_open
        else _("It took %(needed)d yes of %(active)d members.")
    )
    return VoteBar(
        yes_width=yes,
        no_from=at(METER - Decimal(no)),
        no_width=no,
        mark=meter(poll.needed, poll.active),
        words=_so_far(poll, is_open=is_open),
        rule=rule % {"needed": poll.needed, "active": poll.active},
    )


def _so_far(poll: Poll, *, is_open: bool) -> str:
    said = _("%(yes)d yes, %(no)d no.") % {"yes": poll.yes, "no": poll.no}
    if poll.open <= 0:
        return said
    if is_open:
        rest = ngettext("%(count)d has not voted yet.", "%(count)d have not voted yet.", poll.open)
    else:
        rest = ngettext("%(count)d did not vote.", "%(count)d did not vote.", poll.open)
    return f"{said} {rest % {'count': poll.open}}"


def outcome_of(view: View) -> str:
    """What became of the vote, or until when it is open."""
    row = view.row
    if row.status == Status.PROPOSED or row.decided_at is None:
        return _("The vote is open until %(moment)s.") % {"moment": moment(row.voting_deadline)}
    day = {"day": words.full_day(business_day(row.decided_at))}
    if row.status == Status.REJECTED:
        return _("The group turned it down on %(day)s.") % day
    return _("The group accepted it on %(day)s.") % day
