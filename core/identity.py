"""National ID numbers: one spelling for comparing, a warning where the length is unusual, three digits to show."""

import re

_NOISE = re.compile(r"[\s\-./]")


def normalise_id_number(text: str) -> str:
    """Without blanks and dashes, capitals: two spellings of one ID number compare equal."""
    return _NOISE.sub("", text).upper()


def is_unusual_id_number(text: str) -> bool:
    """Kenyan numbers have 6 to 9 or 14 digits. Others are kept (passports, alien cards) but deserve a second look."""
    plain = normalise_id_number(text)
    return not (plain.isascii() and plain.isdigit() and (6 <= len(plain) <= 9 or len(plain) == 14))


def last_three(text: str) -> str:
    """What most people may see of an ID number."""
    return f"•••{normalise_id_number(text)[-3:]}" if text else ""
