"""Reading meetings: lists, what one meeting comes to, what members brought to it, and how often they come."""

from meetings.queries.counts import CountView, count_view, counts_of
from meetings.queries.expected import Expected, ExpectedLine, expected_at
from meetings.queries.lists import (
    meeting_by_id,
    members_on,
    newest_sealed,
    rates,
    records_of,
    shown,
    visible_to,
)
from meetings.queries.papers import Bringing, lines_of, totals_of
from meetings.queries.views import Confirmation, Marks, MeetingView, Missing, Quorum, StepView, view_of, views_of

__all__ = [
    "Bringing",
    "Confirmation",
    "CountView",
    "Expected",
    "ExpectedLine",
    "Marks",
    "MeetingView",
    "Missing",
    "Quorum",
    "StepView",
    "count_view",
    "counts_of",
    "expected_at",
    "lines_of",
    "meeting_by_id",
    "members_on",
    "newest_sealed",
    "rates",
    "records_of",
    "shown",
    "totals_of",
    "view_of",
    "views_of",
    "visible_to",
]
