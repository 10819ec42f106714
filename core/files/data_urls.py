"""Pictures inside a JSON body: `data:image/jpeg;base64,…`, read strictly and judged by size before decoding."""

import base64
import binascii

from core.files.cleaning import BEGINNINGS, MOST_BYTES, NotAPicture, TooLarge


def from_data_url(text: str, field: str) -> bytes:
    """The bytes that a data-URL holds. What they are, `clean` decides.

    Refused, with `field`: another media type than JPEG, PNG or PDF, or what is not plain base64 (`invalid`); more than
    8 MB (`too_large`).
    """
    head, comma, body = text.partition(",")
    if not comma or len(body) % 4 or head not in {f"data:{media_type};base64" for media_type in BEGINNINGS}:
        raise NotAPicture(field=field)
    if len(body) // 4 * 3 > MOST_BYTES + 2:
        raise TooLarge(field=field)
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NotAPicture(field=field) from error
