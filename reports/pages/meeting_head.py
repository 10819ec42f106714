"""What stands above every page of a meeting: its name, its day and the way back to it."""

from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from meetings.models import Meeting
from reports.pages import meeting_words, words


@dataclass(frozen=True)
class Head:
    id: UUID
    href: str
    day_words: str
    title: str
    panel: str = ""


def head_of(meeting: Meeting, panel: str = "") -> Head:
    return Head(
        id=meeting.pk,
        href=reverse("meeting-page", args=[meeting.pk]),
        day_words=words.full_day(meeting.meeting_date),
        title=title_of(meeting),
        panel=panel,
    )


def title_of(meeting: Meeting) -> str:
    about = {"group": meeting.group.name, "day": meeting_words.long_day(meeting.meeting_date)}
    return _("%(group)s’s meeting, %(day)s") % about
