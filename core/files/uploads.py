"""Files on their way in are held in memory and nowhere else: a temporary file would be somebody's ID card in clear."""

import io
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from core.files.cleaning import MOST_BYTES

# A registration: her card, her face, her signature.
MOST_FILES = 3


class InMemory(FileUploadHandler):
    """Django's only upload handler here. It counts what really arrives, whatever the headers announced."""

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.arrived = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.held = io.BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.arrived += len(raw_data)
        if self.arrived > MOST_FILES * MOST_BYTES:
            raise RequestDataTooBig("more than the files of one form may have")
        self.held.write(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        self.held.seek(0)
        return InMemoryUploadedFile(
            file=self.held,
            field_name=self.field_name,
            name=str(self.file_name),
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )
