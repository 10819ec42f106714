"""Whoever served a group as field officer before this room was built gets her post, with the groups she serves."""

from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def take_over(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    roles = apps.get_model("groups", "GroupRole").objects
    officers, assignments = apps.get_model("officers", "Officer").objects, apps.get_model("officers", "Assignment").objects
    posts: dict[Any, Any] = {}
    running = roles.filter(role="FIELD_OFFICER", until__isnull=True).select_related("group").order_by("since", "id")
    for role in running:
        key = role.group.organisation_id, role.user_id
        if key not in posts:
            posts[key] = officers.create(
                organisation_id=key[0],
                user_id=key[1],
                status="ACTIVE",
                registered_at=role.since,
                registered_by_id=role.given_by_id,
            )
        assignments.create(officer=posts[key], group_id=role.group_id, since=role.since, given_by_id=role.given_by_id)


def leave(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Going back, the rows go with their tables."""


class Migration(migrations.Migration):
    dependencies = [("officers", "0001_initial")]

    operations = [migrations.RunPython(take_over, leave)]
