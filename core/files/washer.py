"""The child that decodes: bytes on standard input, one line and a clean file on standard output.

It stands alone (nothing of ours is imported, nothing of the environment is given) and draws every picture anew from its
pixels, so that no profile, position, comment, text, thumbnail, script or trailing byte can come along. Any failure is
an exit: the server reads that as "cannot be read".
"""

import io
import math
import resource
import sys
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

MEMORY = 1024 * 1024 * 1024
CPU_SECONDS = 3
MOST_BYTES = 8 * 1024 * 1024
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 12_000
LONGEST_EDGE = 2_000
MOST_PAGES = 10
# Of all pages of one paper together: a card has the full sharpness, ten sheets of A4 are still well readable.
MOST_PAPER_PIXELS = 12_000_000
DOTS_PER_INCH = 150
POINTS_PER_INCH = 72
QUALITY = 85
ORIENTATION = 0x0112
# How the camera was held, as EXIF counts it, and what turns the picture upright.
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class Refused(Exception):
    """A reason that the server knows by name."""


@dataclass(frozen=True)
class Washed:
    media_type: str
    data: bytes
    pages: int = 1


def wash(data: bytes) -> Washed:
    """A paper or a picture, by its first bytes."""
    return paper(data) if data.startswith(b"%PDF-") else picture(data)


# Pictures


def picture(data: bytes) -> Washed:
    """JPEG stays JPEG and PNG stays PNG. The header is judged before anything is decoded; a torn file fails."""
    image = Image.open(io.BytesIO(data), formats=["JPEG", "PNG"])
    width, height = image.size
    if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE:
        raise Refused("dimensions")
    if image.format == "JPEG":
        image.draft(image.mode, (LONGEST_EDGE, LONGEST_EDGE))
        return Washed("image/jpeg", jpeg(upright(image)))
    image.load()
    return Washed("image/png", png(upright(image)))


def upright(image: Image.Image) -> Image.Image:
    """Decoded whole, no larger than we keep, turned as the camera was held."""
    image.load()
    turn = image.getexif().get(ORIENTATION)
    small = plain(image)
    small.thumbnail((LONGEST_EDGE, LONGEST_EDGE), Image.Resampling.LANCZOS)
    return small.transpose(TURNS[turn]) if turn in TURNS else small


def plain(image: Image.Image) -> Image.Image:
    """Grey or colour of eight bits, with transparency where there is some."""
    if image.mode.startswith("I"):
        # Sixteen bits of grey: the upper eight are what a screen shows.
        return image.convert("I").point(lambda level: level * (1 / 256)).convert("L")
    if "transparency" in image.info or image.mode in {"LA", "PA", "La", "RGBa"}:
        return image.convert("RGBA")
    if image.mode == "1":
        return image.convert("L")
    return image if image.mode in {"L", "RGB", "RGBA"} else image.convert("RGB")


def fresh(image: Image.Image) -> Image.Image:
    """A new picture with these pixels: whatever else the old one carried stays behind."""
    pixels = Image.new(image.mode, image.size)
    pixels.paste(image)
    return pixels


def jpeg(image: Image.Image) -> bytes:
    out = io.BytesIO()
    fresh(image).save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def png(image: Image.Image) -> bytes:
    """What does not shrink enough by itself is halved until it fits."""
    out = io.BytesIO()
    fresh(image).save(out, "PNG")
    if len(out.getvalue()) > MOST_BYTES:
        image.thumbnail((max(image.size) // 2, max(image.size) // 2), Image.Resampling.LANCZOS)
        return png(image)
    return out.getvalue()


# Papers


def paper(data: bytes) -> Washed:
    """Every page is looked at, and only the look is kept: a PDF that holds pictures and nothing that acts."""
    document = opened(data)
    if pdfium.FPDF_GetSecurityHandlerRevision(document.raw) >= 0:
        raise Refused("encrypted")
    if len(document) > MOST_PAGES:
        raise Refused("pages")
    count = len(document)
    if not count:
        raise ValueError("a paper without pages")
    pages = [drawn(document[number], MOST_PAPER_PIXELS // count) for number in range(count)]
    return Washed("application/pdf", bound(pages), len(pages))


def opened(data: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) in {pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY}:
            raise Refused("encrypted") from error
        raise


def drawn(page: pypdfium2.PdfPage, most_pixels: int) -> Image.Image:
    """As it would be printed, at 150 dots an inch unless the sheet or the paper is so large that fewer must do."""
    width, height = page.get_size()
    if not (0 < width < float("inf") and 0 < height < float("inf")):
        raise ValueError("a page without a size")
    scale = min(
        DOTS_PER_INCH / POINTS_PER_INCH,
        (LONGEST_EDGE - 1) / max(width, height),
        math.sqrt(most_pixels / width / height),
    )
    image: Image.Image = page.render(scale=scale).to_pil()
    return image.convert("RGB")


def bound(pages: Sequence[Image.Image]) -> bytes:
    """The smallest PDF that shows these pictures, each on a page of its own: no dates, no names, no actions."""
    count = len(pages)
    kids = " ".join(f"{3 + 3 * number} 0 R" for number in range(count))
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Kids[{kids}]/Count {count}>>".encode()]
    for number, image in enumerate(pages):
        objects += _page(image, 3 + 3 * number)
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(places) + 1, table)
    out += b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, start)
    return bytes(out)


def _page(image: Image.Image, number: int) -> list[bytes]:
    """Three objects: the page, what it draws, and the picture."""
    width, height = (max(1.0, side * POINTS_PER_INCH / DOTS_PER_INCH) for side in image.size)
    box, pixels = f"{width:.2f} 0 0 {height:.2f}", jpeg(image)
    page = (
        f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {width:.2f} {height:.2f}]"
        f"/Contents {number + 1} 0 R/Resources<</XObject<</P {number + 2} 0 R>>>>>>"
    )
    about = (
        f"/Type/XObject/Subtype/Image/Width {image.width}/Height {image.height}"
        "/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode"
    )
    return [page.encode(), _stream("", f"q {box} 0 0 cm /P Do Q".encode()), _stream(about, pixels)]


def _stream(about: str, body: bytes) -> bytes:
    return f"<<{about}/Length {len(body)}>>\nstream\n".encode() + body + b"\nendstream"


# The child


def confine() -> None:
    """Before the first strange byte: this much memory, this much time, nothing written to a file, no core dump."""
    limits = {
        resource.RLIMIT_AS: MEMORY,
        resource.RLIMIT_CPU: CPU_SECONDS,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
    }
    for limit, most in limits.items():
        resource.setrlimit(limit, (most, most))
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS


def main() -> int:
    data = sys.stdin.buffer.read()
    try:
        washed = wash(data)
        if len(washed.data) > MOST_BYTES:
            raise Refused("too_large")
    except (Refused, Image.DecompressionBombError, Image.DecompressionBombWarning) as refusal:
        sys.stdout.write(f"{refusal}\n" if isinstance(refusal, Refused) else "dimensions\n")
        return 0
    sys.stdout.buffer.write(f"clean {washed.media_type} {washed.pages}\n".encode() + washed.data)
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    confine()
    sys.exit(main())
