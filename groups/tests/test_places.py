"""The places of Kenya: as many as there are, each with its code and in its parent, found as people write them."""

import csv
import itertools
import re
from collections import Counter

import pytest

from core.errors import Invalid
from groups.places import ALSO_CALLED, WARDS, Area, constituencies, counties, parts_of, place_of, plain


def wards() -> list[Area]:
    return [ward for constituency in constituencies() for ward in constituency.parts]


def rows() -> list[dict[str, str]]:
    with WARDS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_there_are_47_counties_290_constituencies_and_1450_wards() -> None:
    assert (len(counties()), len(constituencies()), len(wards())) == (47, 290, 1450)


def test_codes_run_without_gaps() -> None:
    assert [area.code for area in counties()] == [f"{number:03d}" for number in range(1, 48)]
    assert [area.code for area in constituencies()] == [f"{number:03d}" for number in range(1, 291)]
    assert sorted(area.code for area in wards()) == [f"{number:04d}" for number in range(1, 1451)]


def test_a_code_has_one_name_and_one_parent() -> None:
    for code, name, parent in (
        ("county_code", "county", "county_code"),
        ("constituency_code", "constituency", "county_code"),
        ("ward_code", "ward", "constituency_code"),
    ):
        said = Counter((row[code], row[name], row[parent]) for row in rows())
        assert len(said) == len({row[code] for row in rows()})


def test_constituencies_stand_in_the_order_of_their_counties() -> None:
    """The commission numbered them county by county; a constituency under a wrong county would break the order."""
    inside = [county.code for county in counties() for _constituency in county.parts]
    assert [area.code for county in counties() for area in county.parts] == [f"{n:03d}" for n in range(1, 291)]
    assert inside == sorted(inside)


def test_wards_stand_in_the_order_of_their_constituencies_but_for_one() -> None:
    """Kibirichia was numbered with Central Imenti and lies in Buuri."""
    numbered = [(ward.code, area.code) for area in constituencies() for ward in area.parts]
    out_of_order = [pair for pair, following in itertools.pairwise(numbered) if pair[0] > following[0]]
    assert out_of_order == [("0289", "057")]


@pytest.mark.parametrize("areas", [counties(), *(area.parts for area in (*counties(), *constituencies()))])
def test_no_two_names_in_one_parent_can_be_taken_for_each_other(areas: tuple[Area, ...]) -> None:
    assert len({plain(area.name) for area in areas}) == len(areas) > 0


def test_no_two_constituencies_share_a_name() -> None:
    assert len({plain(area.name) for area in constituencies()}) == 290


def test_names_are_written_as_names() -> None:
    name = re.compile(r"[A-Z][A-Za-z'. /-]*[A-Za-z']")
    odd = [text for row in rows() for text in (row["ward"], row["constituency"], row["county"])]
    odd = [text for text in odd if not name.fullmatch(text) or "  " in text or re.search(r"[ /](?!la |wa )[a-z]", text)]
    assert odd == []
    assert "Murang'a" in {row["county"] for row in rows()}


def test_the_file_is_sorted_by_ward() -> None:
    codes = [row["ward_code"] for row in rows()]
    assert codes == sorted(codes)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"county": "Kitui"}, "015"),
        ({"county": " kitui "}, "015"),
        ({"county": "015"}, "015"),
        ({"county": "015 "}, "015"),
        ({"county": "MURANGA"}, "021"),
        ({"county": "Murang’a"}, "021"),
        ({"county": "Taita-Taveta"}, "006"),
        ({"county": "Elgeyo/Marakwet"}, "028"),
        ({"county": "Nairobi"}, "047"),
        ({"county": "nairobi city"}, "047"),
    ],
)
def test_a_county_is_found_however_it_is_written(asked: dict[str, str], code: str) -> None:
    place = place_of(**asked)
    assert place.columns["county_code"] == code
    assert (place.columns["constituency"], place.columns["ward_code"]) == ("", "")


def test_a_whole_place_has_names_and_codes() -> None:
    assert place_of(county="kitui", constituency="KITUI EAST", ward="zombe mwitika").columns == {
        "county": "Kitui",
        "county_code": "015",
        "constituency": "Kitui East",
        "constituency_code": "073",
        "ward": "Zombe/Mwitika",
        "ward_code": "0359",
    }


@pytest.mark.parametrize(
    ("county", "constituency", "ward", "code"),
    [
        ("Nairobi", "Lang'ata", "South-C", "1384"),
        ("Homa Bay", "Mbita", "Gembe", "1255"),
        ("Meru", "Imenti South", "Nkuene", "0295"),
        ("Meru", "Buuri", "Kibirichia", "0289"),
        ("Mandera", "Mandera East", "Libehia", "0215"),
        ("West Pokot", "Kacheliba", "Kapchok", "0654"),
        ("Kisii", "Kitutu Chache South", "Kitutu Central", "1344"),
        ("Elgeyo-Marakwet", "Marakwet West", "Cherangany/Chebororwa", "0737"),
        ("045", "269", "1344", "1344"),
    ],
)
def test_wards_that_lists_disagree_about_are_those_of_the_register(
    county: str, constituency: str, ward: str, code: str
) -> None:
    place = place_of(county=county, constituency=constituency, ward=ward)
    assert place.columns["ward_code"] == code


def test_every_other_name_leads_to_a_place_that_exists() -> None:
    names = {plain(area.name) for area in (*counties(), *constituencies())}
    assert {plain(name) for name in ALSO_CALLED.values()} <= names
    assert not {plain(other) for other in ALSO_CALLED} & {plain(area.name) for area in constituencies()}


@pytest.mark.parametrize(
    ("asked", "field", "words"),
    [
        ({"county": "Kitiu"}, "county", "Did you mean Kitui"),
        ({"county": "Uganda"}, "county", "There is no county called “Uganda”."),
        ({"county": ""}, "county", "There is no county called “”."),
        ({"county": "15"}, "county", "There is no county"),
        ({"county": "Kitui", "constituency": "Kaiti"}, "constituency", "“Kaiti” is not in Kitui."),
        ({"county": "Kitui", "constituency": "085"}, "constituency", "“085” is not in Kitui."),
        ({"county": "Kitui", "constituency": "Kitui Central", "ward": "Miambini"}, "ward", "Did you mean Miambani?"),
        (
            {"county": "Kitui", "constituency": "Kitui Central", "ward": "Ilima"},
            "ward",
            "“Ilima” is not in Kitui Central",
        ),
        ({"county": "Kitui", "ward": "Miambani"}, "constituency", "Say which constituency"),
    ],
)
def test_what_does_not_exist_or_lies_elsewhere_is_refused(asked: dict[str, str], field: str, words: str) -> None:
    with pytest.raises(Invalid) as refusal:
        place_of(**asked)
    assert refusal.value.field == field
    assert words in str(refusal.value.detail)


def test_parts_are_listed_from_the_country_down() -> None:
    assert parts_of() == counties()
    assert [area.code for area in parts_of(county="Mombasa")] == ["001", "002", "003", "004", "005", "006"]
    assert [area.name for area in parts_of(county="Makueni", constituency="Kaiti")] == [
        "Ukia",
        "Kee",
        "Kilungu",
        "Ilima",
    ]
    assert parts_of(constituency="085") == parts_of(county="Makueni", constituency="Kaiti")
    with pytest.raises(Invalid):
        parts_of(county="Mombasa", constituency="Kaiti")


def test_no_list_of_parts_is_long() -> None:
    """The API answers them all at once."""
    assert max(len(county.parts) for county in counties()) == 17
    assert max(len(constituency.parts) for constituency in constituencies()) <= 10
