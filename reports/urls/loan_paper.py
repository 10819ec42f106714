"""Papers about a loan, below api/."""

from django.urls import path

from reports.api import loan_paper

urlpatterns = [
    path("loans/<uuid:loan_id>/statement.pdf", loan_paper.LoanStatement.as_view(), name="loan-statement-pdf"),
    path("loans/<uuid:loan_id>/key-facts.pdf", loan_paper.LoanKeyFacts.as_view(), name="loan-key-facts-pdf"),
]
