"""An officer is called by the name her organisation wrote; whoever has a post already keeps the name of her sign-in."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def take_names(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    officers, users = apps.get_model("officers", "Officer").objects, apps.get_model("users", "User").objects
    hers = users.filter(pk=models.OuterRef("user_id")).values("name")
    officers.update(name=models.Subquery(hers))


def leave(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Going back, the names go with their column."""


class Migration(migrations.Migration):
    dependencies = [("officers", "0002_officers_of_before")]

    operations = [
        migrations.AddField("officer", "name", models.CharField(max_length=255, default=""), preserve_default=False),
        migrations.RunPython(take_names, leave),
    ]
