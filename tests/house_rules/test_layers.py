"""Dependencies point down: import-linter holds the imports, these tests hold the tables to the same order."""

import tomllib

from django.apps import apps
from django.db.models import PROTECT, Model

from tests.house_rules import tree

FOREIGN_KINDS = ("ForeignKey", "OneToOneField", "ManyToManyField")


def rank(model: type[Model]) -> int | None:
    """How far down the model's room stands; None for what is not ours."""
    label = model._meta.app_label
    return tree.ROOMS.index(label) if label in tree.ROOMS else None


def own_models() -> list[type[Model]]:
    return [model for model in apps.get_models() if rank(model) is not None]


def pointers() -> list[tuple[str, type[Model], type[Model]]]:
    return [
        (f"{model._meta.label}.{field.name}", model, field.related_model)
        for model in own_models()
        for field in model._meta.get_fields()
        if type(field).__name__ in FOREIGN_KINDS and isinstance(field.related_model, type)
    ]


def test_foreign_keys_point_down() -> None:
    upward = [
        f"{label} -> {target._meta.label}"
        for label, model, target in pointers()
        if (here := rank(model)) is not None and (there := rank(target)) is not None and there < here
    ]
    assert pointers()
    assert upward == []


def test_no_history_is_deleted_along() -> None:
    """What stands behind a booked shilling stays: every pointer of these rooms protects what it points at."""
    loose = [
        f"{model._meta.label}.{field.name}"
        for model in own_models()
        if model._meta.app_label in {"ledger", "savings", "loans", "groups", "audit"}
        for field in model._meta.concrete_fields
        if field.remote_field is not None and getattr(field.remote_field, "on_delete", PROTECT) is not PROTECT
    ]
    assert loose == []


def test_import_linter_knows_the_same_order_and_every_room() -> None:
    configured = tomllib.loads((tree.ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    layers = next(contract for contract in configured["contracts"] if contract["id"] == "layers")
    packages = {path.parent.name for path in tree.files() if path.name == "apps.py" and path.parent.parent == tree.ROOT}
    assert tuple(layers["layers"]) == tree.ROOMS
    assert set(configured["root_packages"]) == set(tree.ROOMS) == packages


def test_every_room_is_measured() -> None:
    measured = tomllib.loads((tree.ROOT / "pyproject.toml").read_text())["tool"]["coverage"]["run"]["source"]
    assert tuple(measured) == tree.ROOMS


def test_every_money_table_says_whose_it_is() -> None:
    """Tables of the ledger reach their group by one or two steps, so that one group can be cut out of the whole."""
    by_step = {"group", "account", "entry", "voucher", "loan", "period"}
    lost = [
        model._meta.label
        for model in own_models()
        if model._meta.app_label in {"ledger", "savings", "loans"}
        and not by_step & {field.name for field in model._meta.get_fields()}
    ]
    assert lost == []
