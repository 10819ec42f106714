"""Statements of what a year shares out, below api/."""

from django.urls import path

from reports.api import statements_paper

urlpatterns = [
    path(
        "groups/<uuid:group_id>/dividends/<int:year>/statements.pdf",
        statements_paper.DividendStatements.as_view(),
        name="dividend-statements-pdf",
    ),
    path(
        "groups/<uuid:group_id>/share-out/<int:year>/statements.pdf",
        statements_paper.ShareOutStatements.as_view(),
        name="share-out-statements-pdf",
    ),
]
