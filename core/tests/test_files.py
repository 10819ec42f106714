"""Files from strangers: what comes out is a picture drawn anew, and nobody sends too many."""

import base64
import datetime as dt
import re
from collections.abc import Callable, Iterator

import pypdfium2
import pytest
from django.core.cache import cache
from PIL import ExifTags, Image, ImageCms, ImageOps, PngImagePlugin

from core.errors import Refusal
from core.files import (
    Clean,
    NotAPicture,
    TooLarge,
    TooManyFiles,
    clean,
    cleaning,
    count_files,
    from_data_url,
    washer,
)
from core.ids import new_id
from core.tests.pictures import drawing, encoded, jpeg, noise, pdf, png, seen

CANARY = b"Wanjiku-23456789"
WHITE = (255, 255, 255)


def near(pixel: object, wanted: tuple[int, ...]) -> bool:
    return isinstance(pixel, tuple) and all(abs(a - b) < 40 for a, b in zip(pixel, wanted, strict=False))


# What comes out


@pytest.mark.parametrize(
    ("data", "media_type"),
    [(jpeg() + CANARY, "image/jpeg"), (png() + CANARY, "image/png"), (pdf() + CANARY, "application/pdf")],
)
def test_its_content_says_what_it_is(data: bytes, media_type: str) -> None:
    kept = clean(data)
    assert (kept.media_type, kept.pages) == (media_type, 1)
    assert kept.data != data


def test_a_photo_is_turned_as_the_camera_was_held() -> None:
    for turn in range(1, 9):
        exif = Image.Exif()
        exif[ExifTags.Base.Orientation] = turn
        data = encoded(drawing((64, 32)), "JPEG", exif=exif, quality=95)
        ours, theirs = seen(washer.wash(data).data), ImageOps.exif_transpose(seen(data))
        assert ours.size == theirs.size
        for place in [(4, 4), (ours.width - 4, 4), (4, ours.height - 4), (ours.width - 4, ours.height - 4)]:
            assert near(ours.getpixel(place), theirs.getpixel(place)), turn  # type: ignore[arg-type]  # RGB is a tuple
        assert not ours.getexif()


@pytest.mark.parametrize(("size", "becomes"), [((4000, 1000), (2000, 500)), ((30, 2500), (24, 2000)), ((9, 7), (9, 7))])
@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_no_edge_is_longer_than_two_thousand(form: str, size: tuple[int, int], becomes: tuple[int, int]) -> None:
    assert seen(washer.wash(encoded(drawing(size), form)).data).size == becomes


def laden_jpeg() -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.ImageDescription] = CANARY.decode()
    exif.get_ifd(ExifTags.IFD.GPSInfo)[1] = "S"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return encoded(drawing(), "JPEG", exif=exif, comment=CANARY, icc_profile=profile + CANARY, xmp=CANARY) + CANARY


def laden_png() -> bytes:
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", CANARY.decode())
    words.add_text("Comment", CANARY.decode(), zip=True)
    words.add_itxt("XML:com.adobe.xmp", CANARY.decode())
    exif = Image.Exif()
    exif[ExifTags.Base.ImageDescription] = CANARY.decode()
    return encoded(drawing(), "PNG", pnginfo=words, exif=exif, dpi=(300, 300)) + CANARY


@pytest.mark.parametrize("data", [laden_jpeg(), laden_png()], ids=["jpeg", "png"])
def test_nothing_beside_the_pixels_survives(data: bytes) -> None:
    assert CANARY in data
    kept = clean(data).data
    again = seen(kept)
    assert CANARY not in kept
    assert not again.getexif()
    assert set(again.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert near(again.getpixel((2, 2)), (200, 30, 30))


def chunks(data: bytes) -> list[bytes]:
    """The kinds of a PNG's chunks, in order; nothing may stand behind the last one."""
    kinds, place = [], 8
    while place < len(data):
        kinds.append(data[place + 4 : place + 8])
        place += 12 + int.from_bytes(data[place : place + 4], "big")
    return kinds


def test_a_png_keeps_three_kinds_of_chunks() -> None:
    assert len(set(chunks(laden_png().removesuffix(CANARY)))) > 5
    assert chunks(clean(laden_png()).data) == [b"IHDR", b"IDAT", b"IEND"]


def test_a_signature_stays_see_through() -> None:
    ink = Image.new("RGBA", (80, 30), (0, 0, 0, 0))
    ink.paste((0, 0, 60, 255), (10, 10, 70, 14))
    kept = seen(clean(encoded(ink, "PNG")).data)
    assert (kept.mode, kept.getpixel((0, 0)), kept.getpixel((20, 12))) == ("RGBA", (0, 0, 0, 0), (0, 0, 60, 255))


def see_through_palette() -> bytes:
    return encoded(drawing().convert("P"), "PNG", transparency=0)


@pytest.mark.parametrize(
    ("data", "mode"),
    [
        (png(mode="1"), "L"), (png(mode="L"), "L"), (png(mode="LA"), "RGBA"), (png(mode="P"), "RGB"),
        (png(mode="RGBA"), "RGBA"), (see_through_palette(), "RGBA"), (png(mode="I;16"), "L"),
        (jpeg(mode="L"), "L"), (jpeg(mode="CMYK"), "RGB"), (jpeg(progressive=True), "RGB"),
    ],
)  # fmt: skip
def test_every_kind_of_pixels_becomes_plain_ones(data: bytes, mode: str) -> None:
    kept = seen(washer.wash(data).data)
    assert (kept.mode, kept.size) == (mode, (60, 40))


def test_sixteen_bits_of_grey_keep_their_shades() -> None:
    grey = Image.new("I;16", (256, 1))
    for level in range(256):
        grey.putpixel((level, 0), level * 257)
    kept = seen(washer.wash(encoded(grey, "PNG")).data)
    assert [kept.getpixel((level, 0)) for level in range(256)] == list(range(256))


def test_of_a_moving_picture_the_first_one_is_kept() -> None:
    frames = [Image.new("RGB", (20, 20), (0, 100 + 50 * number, 0)) for number in range(3)]
    data = encoded(frames[0], "PNG", save_all=True, append_images=frames[1:])
    assert b"acTL" in data
    kept = washer.wash(data).data
    assert b"acTL" not in kept
    assert seen(kept).getpixel((5, 5)) == (0, 100, 0)


def test_a_picture_that_does_not_fit_is_halved_until_it_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(washer, "MOST_BYTES", 20_000)
    kept = washer.wash(encoded(noise((400, 200)), "PNG")).data
    assert len(kept) <= 20_000
    assert seen(kept).size == (100, 50)


# Papers


def test_a_paper_becomes_pictures_of_its_pages() -> None:
    kept = clean(pdf(pages=3))
    again = pypdfium2.PdfDocument(kept.data)
    assert (kept.pages, len(again)) == (3, 3)
    page = again[2].render(scale=1).to_pil().convert("RGB")
    assert [round(side) for side in again[2].get_size()] == [200, 100]
    assert near(page.getpixel((20, 50)), (204, 26, 26))
    assert near(page.getpixel((180, 50)), WHITE)


NAMES = {
    b"/Type", b"/Catalog", b"/Pages", b"/Kids", b"/Count", b"/Page", b"/Parent", b"/MediaBox", b"/Contents",
    b"/Resources", b"/XObject", b"/P", b"/Length", b"/Subtype", b"/Image", b"/Width", b"/Height", b"/ColorSpace",
    b"/DeviceRGB", b"/BitsPerComponent", b"/Filter", b"/DCTDecode", b"/Size", b"/Root",
}  # fmt: skip


def outside_streams(paper: bytes) -> bytes:
    return re.sub(rb"stream\n.*?\nendstream", b"", paper, flags=re.DOTALL)


def test_a_kept_paper_knows_no_word_that_acts() -> None:
    script = b"<</S/JavaScript/JS(app.alert\\(1\\) %s)>>" % CANARY
    link = b"<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(https://example.org/%s)>>>>" % CANARY
    data = pdf(
        catalogue=b"/OpenAction 5 0 R/Names<</EmbeddedFiles<</Names[(a) 6 0 R]>>>>/Metadata 6 0 R",
        page=b"/Annots[%s]/AA<</O 5 0 R>>" % link,
        extra=[script, b"<</Type/Filespec/F(a)>>"],
        trailer=b"/Info<</Author(%s)>>" % CANARY,
    )
    kept = clean(data).data
    assert CANARY in data
    assert CANARY not in kept
    assert set(re.findall(rb"/[A-Za-z]+", outside_streams(kept))) == NAMES


def test_large_and_small_sheets_both_fit() -> None:
    for box in (b"0 0 14400 9000", b"0 0 1 1", b"-50 -50 50 50"):
        kept = washer.wash(pdf(box=box))
        assert max(pypdfium2.PdfDocument(kept.data)[0].get_size()) <= 2000 * 72 / 150


def sheets(kept: bytes) -> list[tuple[int, int]]:
    """The pixels of each page of one of our own papers."""
    found = re.findall(rb"/Width (\d+)/Height (\d+)", kept)
    return [(int(width), int(height)) for width, height in found]


A4 = b"0 0 595 842"


def test_a_card_keeps_its_sharpness_and_many_pages_share_one_budget() -> None:
    one, five, ten = (sheets(washer.wash(pdf(pages=pages, box=A4)).data) for pages in (1, 5, 10))
    assert one == five[:1] == [(1240, 1755)]
    assert len(set(ten)) == 1
    assert ten[0][0] > 900
    for pages in (1, 3, 10):
        drawn = sheets(washer.wash(pdf(pages=pages, box=b"0 0 14400 14400")).data)
        assert sum(width * height for width, height in drawn) < washer.MOST_PAPER_PIXELS * 1.01


LOCK = b"/Encrypt<</Filter/Standard/V 1/R 2/O(%s)/U(%s)/P -4>>/ID[(a)(a)]" % (b"o" * 32, b"u" * 32)


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (pdf(pages=11), "pages"),
        (pdf(trailer=LOCK), "locked"),
        (png((12_001, 1), "1"), "megapixels"),
        (png((7_000, 6_000), "1"), "megapixels"),
    ],
)  # fmt: skip
def test_a_refusal_says_what_to_do(data: bytes, word: str) -> None:
    with pytest.raises(NotAPicture) as refusal:
        clean(data)
    assert word in str(refusal.value.detail)
    assert (refusal.value.field, refusal.value.status, refusal.value.code) == ("file", 400, "invalid")


def test_ten_pages_are_taken() -> None:
    assert clean(pdf(pages=10)).pages == 10


@pytest.mark.parametrize(
    "data", [b"", b"GIF89a", jpeg()[:-300], png()[:-60], pdf()[:60], b"\xff\xd8\xff", b"PK\x03\x04"]
)
def test_what_cannot_be_read_whole_is_refused(data: bytes) -> None:
    with pytest.raises(NotAPicture, match="invalid"):
        clean(data)


def test_more_than_eight_megabytes_are_not_looked_at() -> None:
    with pytest.raises(TooLarge) as refusal:
        clean(b"\xff\xd8\xff" + bytes(cleaning.MOST_BYTES), field="id_photo")
    assert (refusal.value.status, refusal.value.code, refusal.value.field) == (413, "too_large", "id_photo")


def test_the_rules_beneath_are_the_rules_above() -> None:
    assert washer.MOST_BYTES == cleaning.MOST_BYTES


# How many somebody sends

NOON = dt.datetime(2026, 3, 4, 12, 0, 0, tzinfo=dt.UTC)
Send = Callable[..., None]


@pytest.fixture
def send() -> Iterator[Send]:
    """So many files of one sender, so many seconds after noon."""
    cache.clear()
    joseph = new_id()
    yield lambda files, after, sender=joseph: count_files(
        sender=sender, files=files, at=NOON + dt.timedelta(seconds=after)
    )
    cache.clear()


def test_so_many_files_a_minute_and_the_next_minute_again(send: Send) -> None:
    send(239, 0)
    send(1, 10)
    with pytest.raises(TooManyFiles) as refusal:
        send(1, 45)
    assert (refusal.value.status, refusal.value.code, refusal.value.facts) == (429, "throttled", {"retry_after": 15})
    send(240, 60)


def test_a_registration_day_fits_into_its_hours(send: Send) -> None:
    """Forty people, three pictures each, every one of them taken twice: ten officers' worth of it."""
    for person in range(40):
        send(30, person * 60)
        send(30, person * 60 + 30)
    with pytest.raises(TooManyFiles) as refusal:
        send(1, 3000)
    assert refusal.value.facts == {"retry_after": 600}
    send(1, 3600)


def test_each_counts_for_herself_and_who_sends_nothing_counts_nothing(send: Send) -> None:
    send(240, 0)
    send(240, 0, sender=new_id())
    send(0, 0)
    with pytest.raises(TooManyFiles):
        send(1, 0)


# Data-URLs


def data_url(data: bytes, media_type: str = "image/jpeg") -> str:
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}"


def test_a_data_url_gives_its_bytes() -> None:
    for media_type in cleaning.BEGINNINGS:
        assert from_data_url(data_url(b"whatever it is", media_type), "id_photo") == b"whatever it is"


@pytest.mark.parametrize(
    "text",
    [
        "", "data:", "data:,", "data:image/jpeg,abc", "image/jpeg;base64,QUJD", data_url(b"x", "image/svg+xml"),
        data_url(b"x", "image/gif"), data_url(b"x", "text/html"), "data:image/jpeg;charset=x;base64,QUJD",
        "data:image/jpeg;base64,QUJ", "data:image/jpeg;base64,QU JD", "data:image/jpeg;base64,QUJD\n",
        "data:image/jpeg;base64,QUJ✓", "data:image/jpeg;base64,QUJD=", "data:image/jpeg;base64,%51%55",
        "https://example.org/a.jpg",
    ],
)  # fmt: skip
def test_any_other_text_is_refused_at_its_field(text: str) -> None:
    with pytest.raises(NotAPicture) as refusal:
        from_data_url(text, "signature")
    assert (refusal.value.field, refusal.value.status) == ("signature", 400)


def test_a_data_url_is_measured_before_it_is_decoded() -> None:
    whole = bytes(cleaning.MOST_BYTES)
    assert len(from_data_url(data_url(whole), "id_photo")) == cleaning.MOST_BYTES
    with pytest.raises(TooLarge) as refusal:
        from_data_url("data:image/png;base64," + "!" * (12 * 1024 * 1024), "id_photo")
    assert refusal.value.field == "id_photo"
    with pytest.raises(Refusal):
        clean(from_data_url(data_url(bytes(3)), "id_photo"), field="id_photo")


def test_a_clean_file_is_one_page_unless_it_says_more() -> None:
    assert Clean("image/png", b"").pages == 1
