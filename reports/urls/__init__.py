"""Addresses of answers that span rooms, below api/."""

from reports.urls import constitution, documents, groups, loan_paper, members

urlpatterns = [
    *groups.urlpatterns,
    *members.urlpatterns,
    *documents.urlpatterns,
    *constitution.urlpatterns,
    *loan_paper.urlpatterns,
]
