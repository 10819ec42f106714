"""The papers about a loan, to be printed from the browser."""

from django.urls import path

from reports.views import loan_paper

urlpatterns = [
    path("loans/<uuid:loan_id>/statement/", loan_paper.statement, name="loan-statement-page"),
    path("loans/<uuid:loan_id>/key-facts/", loan_paper.key_facts, name="loan-key-facts-page"),
]
