"""Where a group is: the 47 counties of Kenya, their 290 constituencies and 1,450 wards, by code and by name.

Facts that change with a boundary review and no sooner, so they are a file beside this one and are read once. A name is
found however it is written: capitals, accents, hyphens, apostrophes and blanks make no difference.
"""

import csv
import difflib
import functools
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from core.errors import Invalid

WARDS = Path(__file__).parent / "data" / "wards.csv"
# What people, maps and older lists say instead; the right-hand side is the name of the electoral commission.
ALSO_CALLED = {
    "Nairobi": "Nairobi City",
    "Elgeyo/Marakwet": "Elgeyo-Marakwet",
    "Mbita": "Suba North",
    "Suba": "Suba South",
    "Dujis": "Garissa Township",
    "Garissa Dujis": "Garissa Township",
    "Imenti North": "North Imenti",
    "Imenti Central": "Central Imenti",
    "Imenti South": "South Imenti",
    "Soin/Sigowet": "Sigowet/Soin",
    "Ol Joro Orok": "Ol Jorok",
}
SUGGESTIONS = 3


@dataclass(frozen=True)
class Area:
    """A county, a constituency or a ward, and what lies in it."""

    code: str
    name: str
    parts: tuple["Area", ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Place:
    """Names and codes of where something is: down to the county at least."""

    county: Area
    constituency: Area | None = None
    ward: Area | None = None

    @property
    def columns(self) -> dict[str, str]:
        """By the names of the columns that keep a place; what is not known is empty."""
        levels = {"county": self.county, "constituency": self.constituency, "ward": self.ward}
        names = {level: area.name if area else "" for level, area in levels.items()}
        return names | {f"{level}_code": area.code if area else "" for level, area in levels.items()}


@functools.cache
def counties() -> tuple[Area, ...]:
    """All 47, in the order of their codes; each holds its constituencies, and these their wards."""
    tree: dict[tuple[str, str], dict[tuple[str, str], list[Area]]] = {}
    with WARDS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            county = tree.setdefault((row["county_code"], row["county"]), {})
            wards = county.setdefault((row["constituency_code"], row["constituency"]), [])
            wards.append(Area(row["ward_code"], row["ward"]))
    return _sorted(
        Area(*county, _sorted(Area(*constituency, _sorted(wards)) for constituency, wards in inside.items()))
        for county, inside in tree.items()
    )


def _sorted(areas: Iterable[Area]) -> tuple[Area, ...]:
    return tuple(sorted(areas, key=lambda area: area.code))


@functools.cache
def constituencies() -> tuple[Area, ...]:
    """All 290, in the order of their codes; no two share a name."""
    return _sorted(constituency for county in counties() for constituency in county.parts)


def place_of(*, county: str, constituency: str = "", ward: str = "") -> Place:
    """The place of these names or codes; a county is enough, a ward needs its constituency.

    Refused (`invalid`, with the field and the nearest names): whatever is unknown or lies somewhere else.
    """
    if ward and not constituency:
        raise Invalid(_("Say which constituency the ward lies in."), field="constituency")
    where = find(county, counties(), field="county")
    if not constituency:
        return Place(where)
    part = find(constituency, where.parts, field="constituency", inside=where)
    return Place(where, part, find(ward, part.parts, field="ward", inside=part) if ward else None)


def parts_of(*, county: str = "", constituency: str = "") -> tuple[Area, ...]:
    """What lies in a constituency, in a county, or in the whole country, by name or code. Refused as `place_of`."""
    if not county:
        return find(constituency, constituencies(), field="constituency").parts if constituency else counties()
    where = place_of(county=county, constituency=constituency)
    return (where.constituency or where.county).parts


def find(asked: str, areas: tuple[Area, ...], *, field: str, inside: Area | None = None) -> Area:
    """The area of this name or code among some. Refused (`invalid`): none of them is called so."""
    known = {plain(area.name): area for area in areas}
    spelled = _alias().get(plain(asked), plain(asked))
    found = known.get(spelled) or next((area for area in areas if area.code == asked.strip()), None)
    if found is None:
        raise Invalid(_unknown(asked, spelled, known, inside), field=field)
    return found


def plain(name: str) -> str:
    """A name reduced to its letters and digits: "Ndia", "NDIA " and "N'dia" are one."""
    spread = unicodedata.normalize("NFKD", name).casefold()
    return "".join(letter for letter in spread if letter.isalnum())


@functools.cache
def _alias() -> dict[str, str]:
    return {plain(other): plain(name) for other, name in ALSO_CALLED.items()}


def _unknown(asked: str, spelled: str, known: dict[str, Area], inside: Area | None) -> str:
    said = {"name": asked.strip(), "where": inside.name if inside else ""}
    text = _("“%(name)s” is not in %(where)s.") if inside else _("There is no county called “%(name)s”.")
    near = difflib.get_close_matches(spelled, known, n=SUGGESTIONS)
    if not near:
        return str(text % said)
    named = ", ".join(known[each].name for each in near)
    return f"{text % said} " + str(_("Did you mean %(names)s?") % {"names": named})
