"""Files that nobody sends by accident, each made here and now: what must be refused, and what must come out clean.

The canary stands wherever a format has room for words; it must not stand in anything that is kept.
"""

import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial

from PIL import ExifTags, Image, ImageCms, PngImagePlugin

from core.tests.pictures import bound, drawing, encoded, jpeg, noise, pdf, png, stream

CANARY = b"CANARY-Wanjiku-23456789"
SCRIPT = b"<script>alert('%s')</script>" % CANARY
Make = Callable[[], bytes]
EIGHT_MEGABYTES = 8 * 1024 * 1024


# JPEG


def segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def with_segments(*segments: bytes) -> bytes:
    plain = jpeg()
    return plain[:2] + b"".join(segments) + plain[2:]


def exif_jpeg() -> bytes:
    exif = Image.Exif()
    for tag in (ExifTags.Base.ImageDescription, ExifTags.Base.Make, ExifTags.Base.Artist, ExifTags.Base.UserComment):
        exif[tag] = CANARY.decode()
    place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    place[1], place[2], place[3], place[4] = "S", (1.0, 17.0, 31.5), "E", (36.0, 49.0, 18.9)
    place[29] = CANARY.decode()
    return encoded(drawing(), "JPEG", exif=exif)


def thumbnail_jpeg() -> bytes:
    """EXIF by hand: its second directory holds a small picture of its own."""
    inner = jpeg((16, 16), comment=CANARY)
    first = struct.pack("<2sHIH", b"II", 42, 8, 0) + struct.pack("<I", 14)
    tags = [(0x0103, 3, 1, 6), (0x0201, 4, 1, 14 + 2 + 36 + 4), (0x0202, 4, 1, len(inner))]
    second = struct.pack("<H", 3) + b"".join(struct.pack("<HHII", *tag) for tag in tags) + struct.pack("<I", 0)
    return with_segments(segment(0xE1, b"Exif\0\0" + first + second + inner))


def icc_jpeg() -> bytes:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return encoded(drawing(), "JPEG", icc_profile=profile + CANARY)


def sized_jpeg(width: int, height: int) -> bytes:
    """An ordinary JPEG whose frame header claims another size."""
    plain = bytearray(jpeg())
    place = plain.index(b"\xff\xc0")
    plain[place + 5 : place + 9] = struct.pack(">HH", height, width)
    return bytes(plain)


def arithmetic_jpeg() -> bytes:
    return jpeg().replace(b"\xff\xc0", b"\xff\xc9", 1)


# PNG


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


SIGNATURE = b"\x89PNG\r\n\x1a\n"


def header(width: int, height: int, depth: int = 8, colour: int = 2, interlaced: int = 0) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlaced))


def by_hand(*chunks: bytes) -> bytes:
    return SIGNATURE + b"".join(chunks) + chunk(b"IEND", b"")


def with_chunks(*chunks: bytes) -> bytes:
    """An ordinary PNG with more chunks behind its header."""
    plain = png()
    return plain[:33] + b"".join(chunks) + plain[33:]


def text_png() -> bytes:
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", CANARY.decode())
    words.add_text("Comment", CANARY.decode(), zip=True)
    words.add_itxt("XML:com.adobe.xmp", CANARY.decode())
    return encoded(drawing(), "PNG", pnginfo=words)


def exif_png() -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.ImageDescription] = CANARY.decode()
    return encoded(drawing(), "PNG", exif=exif)


def moving_png() -> bytes:
    frames = [drawing(), drawing().transpose(Image.Transpose.FLIP_LEFT_RIGHT)]
    return encoded(frames[0], "PNG", save_all=True, append_images=frames[1:])


def zeros(megabytes: int) -> bytes:
    """A deflate stream of nothing, a thousandth of its length."""
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(bytes(1024 * 1024)) for _ in range(megabytes)) + packer.flush()


def interlaced_png() -> bytes:
    """One pixel: Adam7's first pass is all there is."""
    return by_hand(header(1, 1, interlaced=1), chunk(b"IDAT", zlib.compress(b"\0\x80\x10\x10")))


def zero_rows(width: int, height: int) -> bytes:
    """A sheet of black, a few kilobytes for many megapixels."""
    return by_hand(header(width, height, 1, 0), chunk(b"IDAT", zlib.compress(bytes((width // 8 + 1) * height), 9)))


# PDF


def acting(catalogue: bytes = b"", page: bytes = b"", *extra: bytes, trailer: bytes = b"") -> bytes:
    """One page with something that acts; the further objects are numbered from 5."""
    return pdf(catalogue=catalogue, page=page, extra=list(extra), trailer=trailer)


def annotated(action: bytes) -> bytes:
    return acting(b"", b"/Annots[<</Type/Annot/Subtype/Link/Rect[0 0 200 100]/A<<%s>>>>]" % action)


def attached() -> bytes:
    names = b"/Names<</EmbeddedFiles<</Names[(a.exe) 5 0 R]>>>>"
    spec = b"<</Type/Filespec/F(a.exe)/EF<</F 6 0 R>>>>"
    return acting(names, b"", spec, stream(b"MZ" + CANARY, b"/Type/EmbeddedFile"))


def formed() -> bytes:
    form = b"/AcroForm<</Fields[5 0 R]/XFA 6 0 R/NeedAppearances true>>"
    field = b"<</FT/Tx/T(%s)/V(%s)/Subtype/Widget/Rect[0 0 9 9]>>" % (CANARY, CANARY)
    return acting(form, b"", field, stream(b"<xdp>%s</xdp>" % CANARY))


def swallowing_itself() -> bytes:
    """A form that draws itself, on a page that draws it."""
    draws = stream(
        b"q 1 0 0 1 1 1 cm /X Do Q", b"/Type/XObject/Subtype/Form/BBox[0 0 99 99]/Resources<</XObject<</X 5 0 R>>>>"
    )
    return pdf(page=b"/Resources<</XObject<</X 5 0 R>>>>", extra=[draws], content=b"/X Do " * 50)


def pages_in_a_circle() -> bytes:
    return bound([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>"])


def claiming(count: int) -> bytes:
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"
    return bound([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count %d>>" % count, page])


def vast_image_pdf() -> bytes:
    """A picture of thirty thousand by thirty thousand, in half a megabyte."""
    about = b"/Type/XObject/Subtype/Image/Width 30000/Height 30000/ColorSpace/DeviceGray/BitsPerComponent 8"
    page = b"/Resources<</XObject<</X 5 0 R>>>>"
    return pdf(
        page=page, extra=[stream(zeros(860), about + b"/Filter/FlateDecode")], content=b"200 0 0 100 0 0 cm /X Do"
    )


LOCK = b"/Encrypt<</Filter/Standard/V 2/R 3/Length 128/O(%s)/U(%s)/P -4>>/ID[(a)(a)]" % (b"o" * 32, b"u" * 32)


# Other things


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as files:
        files.writestr("META-INF/MANIFEST.MF", CANARY)
        files.writestr("../../evil.php", SCRIPT)
    return out.getvalue()


def zip_bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as files:
        for number in range(5):
            files.writestr(f"{number}.jpg", bytes(10 * 1024 * 1024))
    return out.getvalue()


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">%s<image href="file:///etc/passwd"/></svg>' % SCRIPT
LAUGHS = b'<!DOCTYPE x [<!ENTITY a "%s"><!ENTITY b "%s">]><x>&b;</x>' % (CANARY, b"&a;" * 1000)


def other_pictures() -> Iterator[tuple[str, Make]]:
    for form in ("GIF", "TIFF", "WEBP", "BMP", "ICO", "PPM", "JPEG2000", "TGA", "DDS", "PCX", "AVIF", "EPS"):
        yield f"a real {form}", partial(encoded, drawing((64, 64)), form)
    moving = [drawing(), drawing()]
    yield "a GIF that moves", partial(encoded, moving[0], "GIF", save_all=True, append_images=moving[1:])


def torn(whole: bytes, name: str, *parts: float) -> Iterator[tuple[str, Make]]:
    for part in parts:
        yield f"{name} torn at {part:.1%}", partial(bytes, whole[: int(len(whole) * part)])


def noisy_jpeg() -> bytes:
    return encoded(noise((300, 200)), "JPEG")


def noisy_png() -> bytes:
    return encoded(noise((300, 200)), "PNG")


REFUSED: dict[str, Make] = {
    "nothing but blanks": lambda: b" " * 100,
    "words": lambda: CANARY * 100,
    "a page": lambda: b"<!DOCTYPE html><html>" + SCRIPT,
    "an SVG": lambda: SVG,
    "an SVG behind its XML line": lambda: b'<?xml version="1.0"?>' + SVG,
    "an SVG, packed": lambda: gzip.compress(SVG),
    "a billion laughs": lambda: LAUGHS,
    "an archive": archive,
    "a zip bomb": zip_bomb,
    "a gzip bomb": lambda: gzip.compress(bytes(50 * 1024 * 1024)),
    "a program of Windows": lambda: b"MZ\x90\0" + bytes(500),
    "a program of Linux": lambda: b"\x7fELF\x02\x01\x01" + bytes(500),
    "a shell script": lambda: b"#!/bin/sh\nrm -rf /\n",
    "PHP before a JPEG": lambda: b"<?php system($_GET[0]);?>" + jpeg(),
    "a GIF that is a JPEG too": lambda: b"GIF89a/*" + jpeg(),
    "a page before a PDF": lambda: SCRIPT + pdf(),
    "a bitmap before a PNG": lambda: b"BM" + png(),
    **dict(other_pictures()),
    "a JPEG's first bytes": lambda: b"\xff\xd8\xff\xe0",
    "a JPEG without a scan": lambda: jpeg().split(b"\xff\xda")[0],
    "a JPEG of nothing": lambda: b"\xff\xd8\xff\xd9",
    "a JPEG of 65,535 by 65,535": lambda: sized_jpeg(65_535, 65_535),
    "a JPEG of 65,500 by 1": lambda: sized_jpeg(65_500, 1),
    "a JPEG without height": lambda: sized_jpeg(60, 0),
    "a JPEG without its last two bytes": lambda: jpeg()[:-2],
    **dict(torn(noisy_jpeg(), "a JPEG", 0.01, 0.1, 0.5, 0.9)),
    "a PNG's first bytes": lambda: SIGNATURE,
    "a PNG of 65,535 by 65,535": lambda: by_hand(header(65_535, 65_535), chunk(b"IDAT", zlib.compress(b"\0" * 99))),
    "a PNG as wide as can be said": lambda: by_hand(header(2**31 - 1, 1), chunk(b"IDAT", zlib.compress(b"\0"))),
    "a PNG of nothing": lambda: by_hand(header(0, 0), chunk(b"IDAT", zlib.compress(b""))),
    "a PNG without pixels": lambda: by_hand(header(10, 10)),
    "a PNG with a broken stream": lambda: by_hand(header(10, 10), chunk(b"IDAT", b"\x78\x9c" + CANARY)),
    "a PNG with a wrong sum": lambda: png()[:29] + b"\0\0\0\0" + png()[33:],
    "a PNG that claims more than it has": lambda: by_hand(header(900, 900), chunk(b"IDAT", zlib.compress(bytes(99)))),
    "a PNG of sixty megapixels in black": lambda: zero_rows(10_000, 6_000),
    "a PNG with an unpacked text of 100 MB": lambda: with_chunks(chunk(b"zTXt", b"a\0\0" + zeros(100))),
    "a PNG with an unpacked profile of 100 MB": lambda: with_chunks(chunk(b"iCCP", b"a\0\0" + zeros(100))),
    **dict(torn(noisy_png(), "a PNG", 0.001, 0.1, 0.5, 0.9)),
    "a PDF's first line": lambda: b"%PDF-1.7\n",
    "a PDF without pages": lambda: bound([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>"]),
    "a PDF without a catalogue": lambda: bound([b"<</Type/Nothing>>"]),
    "a PDF whose pages go in a circle": pages_in_a_circle,
    "a PDF of eleven pages": lambda: pdf(pages=11),
    "a PDF of a thousand pages": lambda: pdf(pages=1000),
    "a PDF under lock": lambda: pdf(trailer=LOCK),
    **dict(torn(pdf(pages=3), "a PDF", 0.02, 0.2)),
}

KEPT: dict[str, Make] = {
    "a JPEG that says where it was taken": exif_jpeg,
    "a JPEG with a small picture inside": thumbnail_jpeg,
    "a JPEG with XMP": lambda: encoded(drawing(), "JPEG", xmp=CANARY),
    "a JPEG with a profile": icc_jpeg,
    "a JPEG with a comment": lambda: encoded(drawing(), "JPEG", comment=CANARY),
    "a JPEG with a script for a comment": lambda: with_segments(segment(0xFE, SCRIPT)),
    "a JPEG with PHP for a comment": lambda: with_segments(segment(0xFE, b"<?php /*%s*/ phpinfo();" % CANARY)),
    "a JPEG with words of Photoshop": lambda: with_segments(segment(0xED, b"Photoshop 3.0\x008BIM" + CANARY)),
    "a JPEG with a bill of origin": lambda: with_segments(segment(0xEB, b"JP" + CANARY)),
    "a JPEG with sixty kilobytes of notes": lambda: with_segments(*[segment(0xEF, CANARY * 2_000)] * 8),
    "a JPEG that is an archive too": lambda: jpeg() + archive(),
    "a JPEG with a page behind it": lambda: jpeg() + SCRIPT,
    "a JPEG with a PDF behind it": lambda: jpeg() + acting(b"/OpenAction<</S/JavaScript/JS(%s)>>" % CANARY),
    "a JPEG with another behind it": lambda: jpeg() + encoded(drawing(), "JPEG", comment=CANARY),
    "a JPEG in steps": lambda: jpeg(progressive=True, comment=CANARY),
    "a JPEG for printers": lambda: jpeg(mode="CMYK", comment=CANARY),
    "a grey JPEG": lambda: jpeg(mode="L", comment=CANARY),
    "a large JPEG": lambda: jpeg((6_000, 4_000), comment=CANARY),
    "a PNG with words": text_png,
    "a PNG with EXIF": exif_png,
    "a PNG with a profile": lambda: with_chunks(chunk(b"iCCP", b"a\0\0" + zlib.compress(CANARY * 9))),
    "a PNG with chunks of its own": lambda: with_chunks(chunk(b"caNy", CANARY), chunk(b"prIv", SCRIPT)),
    "a PNG that is an archive too": lambda: png() + archive(),
    "a PNG with a page behind it": lambda: png() + SCRIPT,
    "a PNG that moves": moving_png,
    "a PNG in passes": interlaced_png,
    "a PNG of sixteen bits": lambda: png(mode="I;16") + CANARY,
    "a PNG of one bit": lambda: png(mode="1") + CANARY,
    "a PNG with a palette": lambda: png(mode="P") + CANARY,
    "a see-through PNG": lambda: png(mode="RGBA") + CANARY,
    "a PNG of thirty-nine megapixels in black": lambda: zero_rows(12_000, 3_300),
    "a PNG with too much in its stream": lambda: by_hand(header(4, 4), chunk(b"IDAT", zeros(300))),
    "a PDF with a script": lambda: acting(b"/OpenAction<</S/JavaScript/JS(%s)>>" % CANARY),
    "a PDF with a script by name": lambda: acting(
        b"/Names<</JavaScript<</Names[(a) 5 0 R]>>>>", b"", b"<</S/JavaScript/JS(%s)>>" % CANARY
    ),
    "a PDF that acts when it is opened": lambda: acting(b"", b"/AA<</O<</S/JavaScript/JS(%s)>>>>" % CANARY),
    "a PDF that starts a program": lambda: acting(b"/OpenAction<</S/Launch/F(cmd.exe)/Win<</F(%s)>>>>" % CANARY),
    "a PDF with a file in it": attached,
    "a PDF with a form": formed,
    "a PDF with a link": lambda: annotated(b"/S/URI/URI(https://example.org/%s)" % CANARY),
    "a PDF that sends its form": lambda: annotated(b"/S/SubmitForm/F(https://example.org/%s)" % CANARY),
    "a PDF that opens another": lambda: annotated(b"/S/GoToR/F(//example.org/share/%s)" % CANARY),
    "a PDF with an author": lambda: pdf(trailer=b"/Info<</Author(%s)/Producer(%s)>>" % (CANARY, CANARY)),
    "a PDF with metadata": lambda: acting(b"/Metadata 5 0 R", b"", stream(CANARY, b"/Type/Metadata/Subtype/XML")),
    "a PDF that is an archive too": lambda: pdf() + archive(),
    "a PDF with a page behind it": lambda: pdf() + SCRIPT,
    "a PDF with words after each line": lambda: pdf().replace(b"endobj\n", b"endobj\n%%%s\n" % CANARY),
    "a PDF with a sheet of two hundred inches": lambda: pdf(box=b"0 0 14400 14400") + CANARY,
    "a PDF with a sheet of no size": lambda: pdf(box=b"0 0 1 1") + CANARY,
    "a PDF that swallows itself": swallowing_itself,
    "a PDF of ten pages": lambda: pdf(pages=10) + CANARY,
}

# What a decoder may read either way; what counts is that nothing breaks and nothing foreign is kept.
EITHER: dict[str, Make] = {
    "a JPEG in arithmetic code": arithmetic_jpeg,
    "a JPEG that claims more than it has": lambda: sized_jpeg(3_000, 3_000),
    "a PDF that claims two billion pages": lambda: claiming(2_000_000_000),
    "a PNG with sixty texts of a megabyte": lambda: with_chunks(*[chunk(b"zTXt", b"a\0\0" + zeros(1))] * 60),
    "a PDF with a sheet beyond measure": lambda: pdf(box=b"0 0 1e30 1e30") + CANARY,
    "a PDF with a sheet of nothing": lambda: pdf(box=b"0 0 0 0") + CANARY,
    "a PDF that unpacks to 300 MB": lambda: pdf(
        extra=[stream(zeros(300), b"/Filter/FlateDecode")], page=b"/Contents 5 0 R"
    ),
    "a PDF with a vast picture": vast_image_pdf,
    "a PDF with a deep tower of brackets": lambda: pdf(catalogue=b"/X" + b"[" * 20_000 + b"]" * 20_000),
    **dict(torn(pdf(pages=3) + CANARY, "a PDF", 0.5, 0.8, 0.95)),
}
