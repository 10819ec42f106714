"""Short codes for receipts and seals, and check digits for numbers that people type.

Codes find a thing, they do not open it: the first 50 bits of SHA-256 of the id as ten Crockford characters and
Crockford's check character. Check digits are Damm's (2004): they catch every wrong digit and every two neighbours
that changed places.
"""

import hashlib
import uuid

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CHECKS = _ALPHABET + "*~$=U"
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})


def short_code(identifier: uuid.UUID) -> str:
    """Eleven characters for an id: ten that locate it and one that catches a slip of the pen."""
    bits = int.from_bytes(hashlib.sha256(str(identifier).encode()).digest()[:8], "big") >> 14
    body = "".join(_ALPHABET[(bits >> shift) & 31] for shift in range(45, -1, -5))
    return body + _CHECKS[bits % 37]


def read_code(text: str) -> str | None:
    """The code as it is kept, from how a person wrote it; None when the check character does not fit."""
    plain = text.strip().upper().replace("-", "").replace(" ", "").translate(_READ_AS)
    if len(plain) != 11 or any(letter not in _ALPHABET for letter in plain[:10]):
        return None
    bits = 0
    for letter in plain[:10]:
        bits = bits << 5 | _ALPHABET.index(letter)
    return plain if plain[10] == _CHECKS[bits % 37] else None


# Damm's totally anti-symmetric quasigroup of order 10.
_DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)


def check_digit(digits: str) -> str:
    """The digit to write behind these digits."""
    state = 0
    for digit in digits:
        state = int(_DAMM[state][int(digit)])
    return str(state)


def checks_out(number: str) -> bool:
    """Is it digits whose last one is their check digit?"""
    return number.isascii() and number.isdigit() and len(number) > 1 and check_digit(number) == "0"
