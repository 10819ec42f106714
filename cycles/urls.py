"""Leaving a group, closing months and years, sharing a surplus; below api/, without trailing slash (both forms go)."""

from django.urls import path

from cycles.api import closing, sharing, views
from cycles.api.sharing import DIVIDEND, SHARE_OUT

_DIVIDENDS, _SHARE_OUT = "groups/<uuid:group_id>/dividends", "groups/<uuid:group_id>/share-out"

urlpatterns = [
    path("members/<uuid:member_id>/leave", views.Leave.as_view(), name="member-leave"),
    path("groups/<uuid:group_id>/periods/<str:period>/close", closing.ClosePeriod.as_view(), name="period-close"),
    path("groups/<uuid:group_id>/years/<int:year>/close", closing.CloseYear.as_view(), name="year-close"),
    path(_DIVIDENDS, sharing.Runs.as_view(kind=DIVIDEND), name="dividends"),
    path(f"{_DIVIDENDS}/<int:year>", sharing.DividendYear.as_view(), name="dividend-year"),
    path(f"{_DIVIDENDS}/<int:year>/approve", sharing.Approve.as_view(kind=DIVIDEND), name="dividend-approve"),
    path(f"{_DIVIDENDS}/<int:year>/declare", sharing.Declare.as_view(kind=DIVIDEND), name="dividend-declare"),
    path(f"{_DIVIDENDS}/<int:year>/pay", sharing.Pay.as_view(kind=DIVIDEND), name="dividend-pay"),
    path(_SHARE_OUT, sharing.Runs.as_view(kind=SHARE_OUT), name="share-outs"),
    path(f"{_SHARE_OUT}/<int:year>", sharing.ShareOutYear.as_view(), name="share-out-year"),
    path(f"{_SHARE_OUT}/<int:year>/approve", sharing.Approve.as_view(kind=SHARE_OUT), name="share-out-approve"),
    path(f"{_SHARE_OUT}/<int:year>/declare", sharing.Declare.as_view(kind=SHARE_OUT), name="share-out-declare"),
    path(f"{_SHARE_OUT}/<int:year>/pay", sharing.Pay.as_view(kind=SHARE_OUT), name="share-out-pay"),
]
