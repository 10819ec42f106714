"""Free text that people give to the verbs on loans."""

from django.utils.translation import gettext_lazy as _

from core.errors import Invalid

LONGEST_REASON = 500


def short(text: str, field: str) -> str:
    """In one line. Refused: more than 500 letters (`invalid`)."""
    told = " ".join(text.split())
    if len(told) > LONGEST_REASON:
        raise Invalid(_("Say it in up to 500 letters."), field=field)
    return told
