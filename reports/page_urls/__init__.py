"""Addresses of the staff pages. Each name has its word in `tablebanking.policy`."""

from reports.page_urls import constitution, groups, members, money, officers

urlpatterns = [
    *money.urlpatterns,
    *members.urlpatterns,
    *groups.urlpatterns,
    *officers.urlpatterns,
    *constitution.urlpatterns,
]
