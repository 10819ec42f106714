"""Papers as PDFs, over HTTP. They are what they are, whatever the caller accepts."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.views import APIView

PDF = {(200, "application/pdf"): OpenApiTypes.BINARY}


class PaperView(APIView):
    """A PDF; refusals are problem documents, `pdf_unavailable` where this server cannot make any."""

    parser_classes: list[type[BaseParser]] = []

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        return super().perform_content_negotiation(request, force=True)
