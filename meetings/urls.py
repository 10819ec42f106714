"""Addresses of the meetings room, below `api/`, without trailing slash: middleware takes both forms."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
