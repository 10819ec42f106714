"""People who sign in, as the admin shows them: no phone numbers, no keys."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from users.models import Session, User


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    list_display = ("name", "is_active", "created_at")
    list_filter = ("is_active",)
    search_fields = ("name",)
    fields = ("id", "name", "language", "is_active", "created_at", "last_login")


@admin.register(Session)
class SessionAdmin(ReadOnlyAdmin):
    list_display = ("user", "started_at", "rotated_at", "expires_at", "ended_at", "ended_because")
    list_filter = ("ended_because",)
    fields = ("id", "user", "started_at", "rotated_at", "expires_at", "ended_at", "ended_because")
