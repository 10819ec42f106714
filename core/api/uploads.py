"""Forms that bring one file: exactly one, under its name, whatever it calls itself."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from rest_framework.request import Request

from core.errors import Invalid

FIELD = "file"


def one_file(request: Request) -> bytes:
    """The bytes of the form's only file. Refused (400): none, several, one under another name, an empty one."""
    sent: list[tuple[str, Any]] = [(name, file) for name, files in request.FILES.lists() for file in files]
    if [name for name, file in sent] != [FIELD] or not isinstance(sent[0][1], UploadedFile):
        raise Invalid(_("Send exactly one file, under the name “file”."), field=FIELD)
    # Closed at once: while the decoder works, the server holds the file once and not twice.
    with sent[0][1] as file:
        data: bytes = file.read()
    if not data:
        raise Invalid(_("This file is empty. Choose another one."), field=FIELD)
    return data
