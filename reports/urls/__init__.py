"""Addresses of answers that span rooms, below api/."""

from reports.urls import constitution, documents, groups, loan_paper, members, receipt_paper

urlpatterns = [
    *groups.urlpatterns,
    *members.urlpatterns,
    *documents.urlpatterns,
    *constitution.urlpatterns,
    *loan_paper.urlpatterns,
    *receipt_paper.urlpatterns,
]
