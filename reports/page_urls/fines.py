"""The pages of fines."""

from django.urls import path

from reports.views import fines

urlpatterns = [
    path("groups/<uuid:group_id>/fines/", fines.fines, name="fines-page"),
    path("members/<uuid:member_id>/fine/", fines.impose, name="fine-impose-page"),
    path("fines/<uuid:fine_id>/waive/", fines.waive, name="fine-waive-page"),
]
