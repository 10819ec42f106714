"""Phone numbers: 07…, 01…, 7…, 1…, 254…, +254… are one number, kept as 2547XXXXXXXX or 2541XXXXXXXX."""

import re

_SEPARATORS = re.compile(r"[\s\-().\u00a0]")
_KENYAN = re.compile(r"(?:\+?254|0)?([17][0-9]{8})", re.ASCII)


class NotAPhone(ValueError):
    """Not a Kenyan mobile number in any of its spellings."""


def normalise_phone(text: str) -> str:
    """`2547XXXXXXXX` or `2541XXXXXXXX` from any spelling; anything else raises `NotAPhone`."""
    match = _KENYAN.fullmatch(_SEPARATORS.sub("", text))
    if match is None:
        raise NotAPhone(text[-3:])
    return f"254{match.group(1)}"
