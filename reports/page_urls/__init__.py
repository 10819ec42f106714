"""Addresses of the staff pages. Each name has its word in `tablebanking.policy`."""

from reports.page_urls import constitution, groups, loan_paper, loans, members, money, officers, receipt_paper

urlpatterns = [
    *money.urlpatterns,
    *members.urlpatterns,
    *loans.urlpatterns,
    *groups.urlpatterns,
    *officers.urlpatterns,
    *constitution.urlpatterns,
    *loan_paper.urlpatterns,
    *receipt_paper.urlpatterns,
]
