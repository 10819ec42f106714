"""Core: words and tools without tables that every room may use."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"
