"""From the bytes somebody sent to a clean JPEG, PNG or PDF, or a refusal.

Decoders are the part of a server that strangers attack. Ours run in a child process with little memory, little time and
no secrets: a bomb, a hang or a crash ends the child. Its word is not believed either; what it hands back is looked at.
"""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore, Timer

from django.utils.translation import gettext_lazy as _

from core.errors import Invalid, Refusal
from core.turns import turn

MOST_BYTES = 8 * 1024 * 1024
MOST_SECONDS = 6
WASHER = Path(__file__).with_name("washer.py")
# What a file must begin with to be looked at, and what its media type must begin with to be kept.
BEGINNINGS = {"image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n\x1a\n", "application/pdf": b"%PDF-"}
# Each may take a gigabyte and a processor for a moment, so a server process has no more than two at work. Another may
# wait a little (`core.turns`).
AT_WORK = 2
PATIENCE = 2.0
COME_BACK_AFTER = 5
_BENCHES = BoundedSemaphore(AT_WORK)
_MOST_ANSWER = MOST_BYTES + 40


class NotAPicture(Invalid):
    """It cannot be read as a picture or paper; the detail says why where that helps."""

    detail = _("This file cannot be read. Send a photo as JPEG or PNG, or a PDF of at most ten pages.")


class TooLarge(Refusal):
    code = "too_large"
    status = 413
    detail = _("A file may have at most 8 MB. Take a smaller photo and send that.")


class Busy(Refusal):
    """As many pictures are being drawn anew as this server process can draw; the same may be sent again soon."""

    code = "busy"
    status = 503
    detail = _("Too many pictures are arriving at this moment. Wait a few seconds and send this one again.")


_REASONS = {
    b"dimensions": _("The picture is too large. Send one of at most 40 megapixels."),
    b"encrypted": _("This PDF is locked with a password. Save it without one, or send a photo."),
    b"pages": _("This PDF has more than ten pages. Send only the pages that show who she is."),
}


@dataclass(frozen=True)
class Clean:
    """A JPEG, PNG or PDF of our own making: pixels, and nothing beside them."""

    media_type: str
    data: bytes
    pages: int = 1


def clean(data: bytes, *, field: str = "file") -> Clean:
    """The picture or paper in `data`, drawn anew: turned upright, at most 2,000 pixels wide or high, without metadata.

    The content decides what it is, never a name or a declared type. A PDF becomes pictures of its pages. Refused:
    `too_large` above 8 MB, before or after; `invalid` for everything that cannot be read whole; `busy`, with the
    seconds to wait, where others came first.
    """
    if len(data) > MOST_BYTES:
        raise TooLarge(field=field)
    if not data.startswith(tuple(BEGINNINGS.values())):
        raise NotAPicture(field=field)
    with turn(_BENCHES, patience=PATIENCE, refusal=Busy(field=field, retry_after=COME_BACK_AFTER)):
        answer = _washed(data)
    return _judged(answer, field)


def _washed(data: bytes) -> bytes:
    """What the child says within its time; nothing where it ended in any other way than well."""
    child = subprocess.Popen(  # noqa: S603 - our own interpreter and our own file
        [sys.executable, "-I", str(WASHER)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"LC_ALL": "C.UTF-8"},
        cwd="/",
    )
    watch = Timer(MOST_SECONDS, child.kill)
    watch.start()
    try:
        with child:
            answer = _asked(child, data)
    except BrokenPipeError:
        return b""
    finally:
        watch.cancel()
    return answer if child.returncode == 0 else b""


def _asked(child: "subprocess.Popen[bytes]", data: bytes) -> bytes:
    """It reads everything before it writes, so one after the other is enough; more than we would keep ends it."""
    if child.stdin is None or child.stdout is None:
        return b""
    child.stdin.write(data)
    child.stdin.close()
    answer: bytes = child.stdout.read(_MOST_ANSWER + 1)
    if len(answer) > _MOST_ANSWER:
        child.kill()
    return answer


def _judged(answer: bytes, field: str) -> Clean:
    """Either a reason that we know by name, or a media type, a number of pages and bytes that begin as they must."""
    first, _newline, rest = answer.partition(b"\n")
    words = first.decode("ascii", "replace").split(" ")
    if len(words) == 3 and words[0] == "clean" and words[1] in BEGINNINGS and words[2].isdigit():
        if len(rest) > MOST_BYTES:
            raise TooLarge(field=field)
        if rest.startswith(BEGINNINGS[words[1]]):
            return Clean(words[1], rest, int(words[2]))
    if first == b"too_large":
        raise TooLarge(field=field)
    raise NotAPicture(_REASONS.get(first), field=field)
