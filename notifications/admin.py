"""The outbox as the admin sees it: whether messages go out, never what they say."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from notifications.models import Message


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    list_display = ("template", "written_at", "sent_at", "channel", "attempts", "failure")
    list_filter = ("template", "channel", "sent_at")
    fields = ("id", "template", "group_id", "written_at", "sent_at", "channel", "attempts", "next_at", "failure")
