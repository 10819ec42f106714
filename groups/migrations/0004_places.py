"""Groups founded before places had codes get the code and the spelling of whatever of their place is known."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from core.errors import Invalid
from groups.places import Place, place_of


def known_place(names: dict[str, str]) -> Place | None:
    """As much of the place as is known: down to the ward, to the constituency, or the county alone."""
    for depth in (3, 2, 1):
        try:
            return place_of(**dict(list(names.items())[:depth]))
        except Invalid:
            continue
    return None


def give_codes(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    groups = apps.get_model("groups", "BankingGroup").objects.filter(county_code="")
    for group in groups.iterator():
        place = known_place({"county": group.county, "constituency": group.constituency, "ward": group.ward})
        found = {name: value for name, value in place.columns.items() if value} if place else {}
        for name, value in found.items():
            setattr(group, name, value)
        if found:
            group.save(update_fields=list(found))


class Migration(migrations.Migration):
    dependencies = [("groups", "0003_proposals")]

    operations = [migrations.RunPython(give_codes, migrations.RunPython.noop)]
