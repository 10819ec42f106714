"""Papers: a page of ours, as it is shown to a browser, printed as a PDF."""

from core.paper.printing import STYLE_SHEET, PdfUnavailable, PressBusy, render

__all__ = ["STYLE_SHEET", "PdfUnavailable", "PressBusy", "render"]
