"""Addresses of the staff pages. Each name has its word in `tablebanking.policy`."""

from reports.page_urls import (
    campaigns,
    codes,
    constitution,
    fines,
    groups,
    loan_paper,
    loans,
    meetings,
    members,
    minutes,
    money,
    officers,
    receipt_paper,
    year,
)

urlpatterns = [
    *money.urlpatterns,
    *members.urlpatterns,
    *loans.urlpatterns,
    *groups.urlpatterns,
    *officers.urlpatterns,
    *constitution.urlpatterns,
    *loan_paper.urlpatterns,
    *meetings.urlpatterns,
    *fines.urlpatterns,
    *codes.urlpatterns,
    *receipt_paper.urlpatterns,
    *year.urlpatterns,
    *minutes.urlpatterns,
    *campaigns.urlpatterns,
]
