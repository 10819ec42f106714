"""From a page of ours to a PDF, or a refusal that says what to do instead.

WeasyPrint draws with libraries of the system that a machine may lack, takes a while, and is not made for several
threads: so it works in a child process of its own (`core.paper.press`) with little memory, little time, no secrets and
no way out. It starts anew for each paper; a second or two is what that costs.
"""

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import BoundedSemaphore, Lock
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.errors import Refusal
from core.turns import turn

PRESS = Path(__file__).with_name("press.py")
PAPER_CSS = Path(settings.BASE_DIR) / "static" / "css" / "paper.css"
# The address by which a page to be printed names its style sheet.
STYLE_SHEET = "paper:paper.css"
MOST_HTML = 1024 * 1024
MOST_SECONDS = 25
# Each takes a processor for a second or two; another may wait a little (`core.turns`).
AT_WORK, PATIENCE, COME_BACK_AFTER = 2, 2.0, 5
_PRESSES = BoundedSemaphore(AT_WORK)
_READERS, _READERS_LOCK = set[UUID](), Lock()
_LOG = logging.getLogger(__name__)


class PdfUnavailable(Refusal):
    """There is no PDF to be had; the same page can be printed by the browser."""

    code = "pdf_unavailable"
    status = 503
    detail = _(
        "This server cannot make PDFs yet: whoever runs it installs Pango (apt-get install libpango-1.0-0 "
        "libpangoft2-1.0-0 fonts-dejavu-core). Until then, open the print view and print it from "
        "your browser."
    )


class PressBusy(Refusal):
    """As many papers are being printed as this server process can print; the same may be asked for again soon."""

    code = "busy"
    status = 503
    detail = _("Too many papers are being printed at this moment. Wait a few seconds and ask for this one again.")


def render(html: str, *, reader: UUID) -> bytes:
    """The page as a PDF. It may ask for `STYLE_SHEET` and for nothing else: no other address is ever opened.

    Refused: `pdf_unavailable` where the machine lacks Pango, and for a page too long to be printed in time; `busy`
    with the seconds to wait where others came first, or where this reader's last paper is still in the press.
    """
    if len(html) > MOST_HTML:
        raise _not_this_one()
    order = json.dumps({"html": html, "sheets": {STYLE_SHEET.partition(":")[2]: PAPER_CSS.read_text()}}).encode()
    refusal = PressBusy(retry_after=COME_BACK_AFTER)
    with _alone(reader, refusal), turn(_PRESSES, patience=PATIENCE, refusal=refusal):
        answer = _pressed(order)
    first, _newline, pdf = answer.partition(b"\n")
    if first == b"missing":
        raise PdfUnavailable
    if not first.startswith(b"pdf ") or not pdf.startswith(b"%PDF-"):
        raise _not_this_one()
    return pdf


def _not_this_one() -> PdfUnavailable:
    return PdfUnavailable(
        _("This paper is too long to be made into a PDF. Open the print view and print it from your browser.")
    )


@contextmanager
def _alone(reader: UUID, refusal: PressBusy) -> Iterator[None]:
    """One paper at a time for one person, so that nobody keeps every press from the others."""
    with _READERS_LOCK:
        if reader in _READERS:
            raise refusal
        _READERS.add(reader)
    try:
        yield
    finally:
        _READERS.discard(reader)


def _pressed(order: bytes) -> bytes:
    """What the child says within its time; nothing where it ended in any other way than well."""
    try:
        child = subprocess.run(  # noqa: S603 - our own interpreter and our own file
            [sys.executable, "-I", str(PRESS)],
            input=order,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"LC_ALL": "C.UTF-8"},
            cwd="/",
            timeout=MOST_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        _LOG.warning("a paper was not printed within %d seconds", MOST_SECONDS)
        return b""
    if child.returncode:
        _LOG.warning("the press ended with code %d", child.returncode)
        return b""
    return child.stdout
