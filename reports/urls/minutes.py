"""Minutes of meetings, below api/."""

from django.urls import path

from reports.api import minutes

urlpatterns = [
    path("meetings/<uuid:meeting_id>/minutes.pdf", minutes.MeetingMinutes.as_view(), name="meeting-minutes-pdf"),
]
