"""The pages of meetings: a whole meeting step by step, and the count of the box outside one."""

from django.urls import path

from reports.views import meeting_collect, meeting_count, meeting_roll, meeting_seal, meetings

urlpatterns = [
    path("groups/<uuid:group_id>/meetings/", meetings.meetings, name="meetings-page"),
    path("groups/<uuid:group_id>/cash-count/", meeting_count.outside, name="cash-count-page"),
    path("meetings/<uuid:meeting_id>/", meetings.meeting, name="meeting-page"),
    path("meetings/<uuid:meeting_id>/open/", meetings.open_it, name="meeting-open-page"),
    path("meetings/<uuid:meeting_id>/roll/", meeting_roll.roll, name="meeting-roll-page"),
    path("meetings/<uuid:meeting_id>/count/<str:moment>/", meeting_count.count, name="meeting-count-page"),
    path("meetings/<uuid:meeting_id>/collect/<uuid:member_id>/", meeting_collect.collect, name="meeting-collect-page"),
    path("meetings/<uuid:meeting_id>/seal/", meeting_seal.seal, name="meeting-seal-page"),
]
