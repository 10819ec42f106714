"""Lists: by page number for what people leaf through, by cursor for long histories."""

from typing import Any

from rest_framework.exceptions import ValidationError
from rest_framework.pagination import CursorPagination, PageNumberPagination
from rest_framework.request import Request


class PageNumbers(PageNumberPagination):
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200

    def get_page_size(self, request: Request) -> int | None:
        """`page_size` above 200 counts as 200; what is not a whole number above zero is refused, not guessed."""
        asked = request.query_params.get(self.page_size_query_param or "")
        if asked is not None and not (asked.isascii() and asked.isdigit() and int(asked[:9]) > 0):
            raise ValidationError({"page_size": "A whole number above zero."})
        return super().get_page_size(request)


class NewestFirst(CursorPagination):
    """Rows whose ids were given by time: a page costs the same however long the history is."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
    ordering = "-id"

    def get_page_size(self, request: Request) -> Any:
        asked = request.query_params.get(self.page_size_query_param or "")
        if asked is not None and not (asked.isascii() and asked.isdigit() and int(asked[:9]) > 0):
            raise ValidationError({"page_size": "A whole number above zero."})
        return super().get_page_size(request)
