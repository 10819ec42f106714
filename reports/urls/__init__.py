"""Addresses of answers that span rooms, below api/."""

from reports.urls import documents, groups, members

urlpatterns = [*groups.urlpatterns, *members.urlpatterns, *documents.urlpatterns]
