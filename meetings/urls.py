"""Addresses of the meetings room, below `api/`, without trailing slash: middleware takes both forms."""

from django.urls import path

from meetings.api import codes, views

urlpatterns = [
    path("savings-groups/groups/<uuid:group_id>/meetings", views.Meetings.as_view(), name="meetings"),
    path("savings-groups/groups/<uuid:group_id>/attendance", views.RollCall.as_view(), name="attendance"),
    path("meetings/<uuid:meeting_id>", views.MeetingDetail.as_view(), name="meeting-detail"),
    path("meetings/<uuid:meeting_id>/open", views.Open.as_view(), name="meeting-open"),
    path("meetings/<uuid:meeting_id>/count", views.Count.as_view(), name="meeting-count"),
    path("meetings/<uuid:meeting_id>/collections", views.Collect.as_view(), name="meeting-collections"),
    path("meetings/<uuid:meeting_id>/seal", views.Seal.as_view(), name="meeting-seal"),
    path("groups/<uuid:group_id>/cash-counts", views.CashCounts.as_view(), name="cash-counts"),
    path("receipts/<str:code>", codes.Look.as_view(), name="receipt-code"),
]
