"""How a paper is answered: as a page for the browser's own printer, or as a PDF for nobody's cache."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.template.loader import render_to_string

from core.paper import STYLE_SHEET, render


@dataclass(frozen=True)
class Paper:
    """A template, what it shows, and what the file is called: letters, digits and hyphens of our own."""

    template: str
    content: Any
    name: str


def as_pdf(paper: Paper, *, reader: UUID) -> HttpResponse:
    """The same page, printed. Refused as `core.paper.render` refuses."""
    page = render_to_string(paper.template, {"paper": paper.content, "style_sheet": STYLE_SHEET})
    return HttpResponse(
        render(page, reader=reader),
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="{paper.name}.pdf"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )
