"""Minutes of meetings, to be printed from the browser."""

from django.urls import path

from reports.views import minutes

urlpatterns = [path("meetings/<uuid:meeting_id>/minutes/", minutes.minutes, name="minutes-page")]
