"""What stands above every page of a meeting: its day and the way back to it."""

from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from meetings.models import Meeting
from reports.pages import words


@dataclass(frozen=True)
class Head:
    id: UUID
    href: str
    day_words: str
    panel: str = ""


def head_of(meeting: Meeting, panel: str = "") -> Head:
    return Head(
        id=meeting.pk,
        href=reverse("meeting-page", args=[meeting.pk]),
        day_words=words.full_day(meeting.meeting_date),
        panel=panel,
    )
