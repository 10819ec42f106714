"""Reading JSON strictly: no NaN, no duplicate names, no depth that only an attacker needs, numbers without floats."""

import codecs
import json
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import IO, Any, NoReturn

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

DEEPEST = 20
LONGEST_NUMBER = 40
# NUL and lone surrogates. A pattern, because pictures travel as megabytes of text.
_UNSAYABLE = re.compile("[\0\ud800-\udfff]")


def _refuse_constant(text: str) -> NoReturn:
    raise ParseError(_("The body holds a number that is not one."))


def _number(text: str) -> Decimal:
    if len(text) > LONGEST_NUMBER:
        raise ParseError(_("The body holds a number that is too long."))
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise ParseError(_("The body holds a number that is not one.")) from error


def _whole(text: str) -> int:
    if len(text) > LONGEST_NUMBER:
        raise ParseError(_("The body holds a number that is too long."))
    return int(text)


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = dict(pairs)
    if len(names) != len(pairs):
        raise ParseError(_("The body says the same name twice."))
    return names


def _check(value: Any, depth: int) -> None:
    """No NUL bytes, no lone surrogates and no great depth anywhere."""
    if depth > DEEPEST:
        raise ParseError(_("The body is nested too deeply."))
    if isinstance(value, str):
        if _UNSAYABLE.search(value):
            raise ParseError(_("The body holds a character that no name or number has."))
    elif isinstance(value, list):
        for inner in value:
            _check(inner, depth + 1)
    elif isinstance(value, dict):
        for name, inner in value.items():
            _check(name, depth + 1)
            _check(inner, depth + 1)


class StrictJSONParser(JSONParser):
    """One JSON object."""

    takes: tuple[type, ...] = (dict,)

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        try:
            text = codecs.getreader("utf-8")(stream).read()
            body = json.loads(
                text,
                parse_constant=_refuse_constant,
                parse_float=_number,
                parse_int=_whole,
                object_pairs_hook=_pairs,
            )
            _check(body, 0)
        except (ValueError, RecursionError) as error:
            raise ParseError(_("The body is not JSON in UTF-8.")) from error
        if not isinstance(body, self.takes):
            raise ParseError(_("The body must be one JSON object."))
        return body


class ObjectOrList(StrictJSONParser):
    """One JSON object, or a list of them, where a phone sends what it gathered while it was offline."""

    takes = (dict, list)
