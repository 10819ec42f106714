"""The pages of the year: months and years that close, what is shared out, and the trial of it."""

from django.urls import path

from reports.views import closing, statements_paper, year, year_pay

RUN = "groups/<uuid:group_id>/year-end/<slug:kind>/<int:year>/"

urlpatterns = [
    path("groups/<uuid:group_id>/closing/", closing.closing, name="closing-page"),
    path("groups/<uuid:group_id>/year-end/", year.year_ends, name="year-ends-page"),
    path("groups/<uuid:group_id>/year-end/simulator/", year.simulator, name="share-out-simulator-page"),
    path(RUN, year.year_end, name="year-end-page"),
    path(f"{RUN}approve/", year.approve, name="year-end-approve-page"),
    path(f"{RUN}declare/", year.declare, name="year-end-declare-page"),
    path(f"{RUN}pay/", year_pay.pay, name="year-end-pay-page"),
    path(f"{RUN}statements/", statements_paper.statements, name="year-end-statements-page"),
]
