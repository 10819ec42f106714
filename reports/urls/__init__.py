"""Addresses of answers that span rooms, below api/."""

from reports.urls import constitution, documents, groups, members

urlpatterns = [*groups.urlpatterns, *members.urlpatterns, *documents.urlpatterns, *constitution.urlpatterns]
