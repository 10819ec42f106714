"""Pictures and papers for tests, drawn here and now."""

import io
from collections.abc import Sequence
from typing import Any

from PIL import Image

RED, BLUE = (200, 30, 30), (30, 30, 200)


def drawing(size: tuple[int, int] = (60, 40), mode: str = "RGB") -> Image.Image:
    """Left half red, right half blue, so that it can be seen which way up it is."""
    image = Image.new("RGB", size, BLUE)
    image.paste(RED, (0, 0, size[0] // 2, size[1]))
    return image.convert(mode)


def encoded(image: Image.Image, form: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def jpeg(size: tuple[int, int] = (60, 40), mode: str = "RGB", **options: Any) -> bytes:
    return encoded(drawing(size, mode), "JPEG", **options)


def png(size: tuple[int, int] = (60, 40), mode: str = "RGB", **options: Any) -> bytes:
    return encoded(drawing(size, mode), "PNG", **options)


def noise(size: tuple[int, int] = (60, 40), mode: str = "RGB") -> Image.Image:
    """Hard to compress: each picture is another one."""
    return Image.effect_noise(size, 90).convert(mode)


def seen(data: bytes) -> Image.Image:
    """Decoded whole."""
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def bound(objects: Sequence[bytes], trailer: bytes = b"", head: bytes = b"%PDF-1.7\n") -> bytes:
    """A PDF of these objects, numbered from 1; the first is its catalogue."""
    out, places = bytearray(head), []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, trailer, start)
    return bytes(out)


def stream(body: bytes, about: bytes = b"") -> bytes:
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (about, len(body), body)


def pdf(
    *, pages: int = 1, box: bytes = b"0 0 200 100", catalogue: bytes = b"", page: bytes = b"", **more: Any
) -> bytes:
    """Pages with a red left half; `catalogue` and `page` go into their dictionaries, `extra` are further objects."""
    kids = b" ".join(b"%d 0 R" % (4 + number) for number in range(pages))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R%s>>" % catalogue,
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, pages),
        stream(more.get("content", b"0.8 0.1 0.1 rg 0 0 100 100 re f")),
    ]
    objects += [b"<</Type/Page/Parent 2 0 R/MediaBox[%s]/Contents 3 0 R%s>>" % (box, page)] * pages
    return bound([*objects, *more.get("extra", [])], more.get("trailer", b""))
