"""Leaving a group, below api/, without trailing slash: middleware takes both forms."""

from django.urls import path

from cycles.api import views

urlpatterns = [path("members/<uuid:member_id>/leave", views.Leave.as_view(), name="member-leave")]
