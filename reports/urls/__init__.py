"""Addresses of answers that span rooms, below api/."""

from reports.urls import constitution, documents, groups, loan_paper, members, minutes, receipt_paper, statements_paper

urlpatterns = [
    *groups.urlpatterns,
    *members.urlpatterns,
    *documents.urlpatterns,
    *constitution.urlpatterns,
    *loan_paper.urlpatterns,
    *receipt_paper.urlpatterns,
    *statements_paper.urlpatterns,
    *minutes.urlpatterns,
]
