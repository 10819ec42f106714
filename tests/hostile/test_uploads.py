"""Hostile uploads through the real API: refused by name with nothing stored, or stored as a picture we drew ourselves.

The files stand in `bad_files`; here they are sent, and the forms around them are twisted.
"""

import base64
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from rest_framework.test import APIClient

from core.files.cleaning import MOST_BYTES
from core.tests.pictures import jpeg, pdf, png, seen
from members.models import IdentityDocument, Member, Person
from members.operations import documents
from members.tests.papers import names, shelf
from tests.conftest import Sign, World
from tests.hostile.bad_files import CANARY, EITHER, KEPT, REFUSED, SVG, archive, exif_jpeg

__all__ = ["shelf"]

pytestmark = pytest.mark.django_db
BOUNDARY = "quite-a-boundary"
MOST_GROWTH = 300 * 1024
INERT = {"/Catalog", "/Count", "/DCTDecode", "/DeviceRGB", "/Image", "/Page", "/Pages"}
ACTS = re.compile(
    rb"/(?:JavaScript|JS|OpenAction|AA|Launch|EmbeddedFile|URI|Annots|AcroForm|XFA|Names|Metadata|Info)\b"
)


def part(name: str, body: bytes, file: str | None = None, kind: str = "image/jpeg", more: str = "") -> bytes:
    """One part of a form, its headers exactly as given."""
    named = "" if file is None else f'; filename="{file}"\r\nContent-Type: {kind}'
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{named}{more}\r\n\r\n'
    return head.encode("utf-8", "surrogateescape") + body + b"\r\n"


FRONT = part("kind", b"ID_FRONT")
END = f"--{BOUNDARY}--\r\n".encode()


class Desk:
    """Ruth uploads to Alice; every answer is judged."""

    def __init__(self, client: APIClient, member: Member, shelf: Path) -> None:
        self.client, self.shelf = client, shelf
        self.path = f"/api/members/{member.pk}/documents"
        self.before = self.stored()

    def send(self, form: bytes, kind: str = f"multipart/form-data; boundary={BOUNDARY}", **headers: Any) -> Any:
        post: Any = self.client.generic
        return post("POST", self.path, form, content_type=kind, **headers)

    def upload(self, data: bytes, file: str = "card.jpg", kind: str = "image/jpeg") -> Any:
        return self.send(FRONT + part("file", data, file, kind) + END)

    def stored(self) -> tuple[list[str], int]:
        return names(self.shelf), IdentityDocument.objects.count()

    def verdict(self, answer: Any) -> str:
        """REFUSED with nothing stored since the last verdict, KEPT with something clean, or what is wrong."""
        before, self.before = self.before, self.stored()
        if answer.status_code == 201:
            return self.flaw(answer.json()) or "KEPT"
        if answer.status_code not in {400, 413, 415} or answer["Content-Type"] != "application/problem+json":
            return f"{answer.status_code} {answer.content[:200]!r}"
        if answer.json()["code"] not in {"invalid", "too_large", "unsupported_media_type"}:
            return f"without a name: {answer.json()}"
        return "REFUSED" if self.before == before else "refused, and something was stored"

    def flaw(self, row: dict[str, Any]) -> str:
        """What is wrong with a document that was kept: on the shelf, or as it is answered."""
        sealed, answer = (self.shelf / row["id"]).read_bytes(), self.client.get(row["url"])
        if CANARY in sealed or shown_by(sealed, answer.content):
            return "readable on the shelf"
        if answer.status_code != 200 or answer["Content-Type"] != row["media_type"]:
            return f"answered as {answer['Content-Type']}"
        return foreign(answer.content, row["media_type"])


def shown_by(sealed: bytes, clean: bytes) -> bool:
    """Whether the signs of a picture or pieces of this one stand in it: none so short that chance writes it."""
    signs = any(sign in sealed for sign in (b"JFIF", b"Exif", b"IHDR", b"%PDF")) or sealed.startswith(b"\xff\xd8\xff")
    return signs or any(clean[at : at + 16] in sealed for at in range(0, len(clean) - 15, 4_096))


def foreign(kept: bytes, media_type: str) -> str:
    """What does not belong in a clean file, if anything."""
    if CANARY in kept or b"<script" in kept or b"PK\x03\x04" in kept:
        return "a foreign byte was kept"
    if len(kept) > MOST_BYTES:
        return "too large to keep"
    if media_type == "application/pdf":
        outside = re.sub(rb"stream\n.*?\nendstream", b"", kept, flags=re.DOTALL)
        return "a PDF that acts" if ACTS.search(outside) or not kept.startswith(b"%PDF-1.4\n") else ""
    image = seen(kept)
    if f"image/{str(image.format).lower()}" != media_type or max(image.size) > 2000:
        return f"a {image.format} of {image.size}"
    unknown = set(image.info) - {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    return f"it still says {unknown}" if unknown or image.getexif() else ""


@pytest.fixture
def desk(world: World, signed_in: Sign, shelf: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    # One desk sends more than a day's worth.
    monkeypatch.setattr(documents, "MOST_A_DAY", 1_000)
    return Desk(signed_in("ruth"), world.member("alice"), shelf)


def peak() -> int:
    """The most memory this process has held since it was last asked to forget, in kilobytes."""
    status = Path("/proc/self/status").read_text()
    return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0])


def test_a_hundred_and_more_hostile_files(desk: Desk) -> None:
    """All through one server process, whose memory is measured over the whole of it."""
    wrong, cases = [], {name: make() for name, make in {**REFUSED, **KEPT, **EITHER}.items()}
    Path("/proc/self/clear_refs").write_text("5")
    begun = peak()
    for name, data in cases.items():
        verdict = desk.verdict(desk.upload(data))
        expected = {"REFUSED"} if name in REFUSED else {"KEPT"} if name in KEPT else {"REFUSED", "KEPT"}
        if verdict not in expected:
            wrong.append(f"{name}: {verdict}")
    assert wrong == []
    assert len(cases) >= 120
    growth = peak() - begun
    assert growth < MOST_GROWTH, f"{growth // 1024} MB"


NAMES_OF_FILES = [
    "../../../../etc/passwd", "..\\..\\evil.jpg", "/etc/cron.d/x", "C:\\boot.ini", "a\x00.jpg", "x" * 800 + ".jpg",
    "\u202egpj.exe", "a.php", ".htaccess", "CON", "'; DROP TABLE members; --.jpg", "<img src=x onerror=alert(1)>.jpg",
    "%2e%2e%2f%00", "&#47;&#0;", " ", "...",
]  # fmt: skip


@pytest.mark.parametrize("file", NAMES_OF_FILES, ids=range(len(NAMES_OF_FILES)))
def test_a_file_s_name_means_nothing(desk: Desk, file: str, tmp_path: Path) -> None:
    answer = desk.upload(exif_jpeg(), file)
    assert desk.verdict(answer) == "KEPT"
    assert names(desk.shelf) == [answer.json()["id"]]
    assert {path.name for path in tmp_path.iterdir()} == {"documents"}
    shown = desk.client.get(answer.json()["url"])["Content-Disposition"]
    assert re.fullmatch(r'inline; filename="id_front-[0-9a-f-]{36}\.jpg"', shown)


LIES = [
    (jpeg(), "text/html", "KEPT"), (png(), "image/jpeg", "KEPT"), (pdf(), "image/png", "KEPT"), (jpeg(), "", "KEPT"),
    (jpeg(), "x" * 500, "KEPT"), (jpeg(), "image/jpeg; charset=utf-16", "KEPT"), (SVG, "image/jpeg", "REFUSED"),
    (SVG, "image/png", "REFUSED"), (archive(), "application/pdf", "REFUSED"),
    (b"<html>" + jpeg(), "image/jpeg", "REFUSED"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "kind", "expected"), LIES, ids=range(len(LIES)))
def test_a_declared_type_means_nothing(desk: Desk, data: bytes, kind: str, expected: str) -> None:
    assert desk.verdict(desk.upload(data, "card.svg", kind)) == expected


GOOD = part("file", jpeg(), "a.jpg")
BASE64 = "\r\nContent-Transfer-Encoding: base64"
ENDLESS = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="'.encode() + b"x" * 9_000
INNER = (FRONT + GOOD + END).replace(BOUNDARY.encode(), b"inner")
FORMS: dict[str, bytes] = {
    "nothing": b"",
    "only an end": END,
    "no file": FRONT + END,
    "no kind": GOOD + END,
    "a kind twice, the last unknown": FRONT + part("kind", b"PASSPORT") + GOOD + END,
    "two files": FRONT + GOOD + GOOD + END,
    "a file under another name": FRONT + part("picture", jpeg(), "a.jpg") + END,
    "a file too many": FRONT + GOOD + part("extra", jpeg(), "b.jpg") + END,
    "a file as words": FRONT + part("file", jpeg()) + END,
    "words and a file": FRONT + part("file", b"words") + part("files", jpeg(), "a.jpg") + END,
    "an empty file": FRONT + part("file", b"", "a.jpg") + END,
    "a file without a name": FRONT + part("file", jpeg(), "") + END,
    "a file whose name is five thousand letters": FRONT + part("file", jpeg(), "x" * 5_000) + END,
    "a file whose name is no text": FRONT + part("file", jpeg(), "\udcff\udcfe.jpg") + END,
    "a file that is a kind": part("kind", jpeg(), "a.jpg") + GOOD + END,
    "bytes that are no base64": FRONT + part("file", b"!" * 9, "a.jpg", more=BASE64) + END,
    "a thousand fields": FRONT + b"".join(part(f"f{n}", b"x") for n in range(1_500)) + GOOD + END,
    "a megabyte of words": FRONT + part("note", b"x" * 1_100_000) + END,
    "a form in a form": FRONT + part("file", INNER, "a.jpg", "multipart/mixed; boundary=inner") + END,
    "a header that does not end": FRONT + ENDLESS,
    "no end at all, and no file": FRONT,
    "eight megabytes and one byte": FRONT + part("file", jpeg() + bytes(MOST_BYTES), "a.jpg") + END,
    "more than the door takes": FRONT + part("file", bytes(MOST_BYTES + 100_000), "a.jpg") + END,
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_a_twisted_form_is_refused_by_name(desk: Desk, form: str) -> None:
    assert desk.verdict(desk.send(FORMS[form])) == "REFUSED"


HEADERS = [
    "multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=another",
    "multipart/form-data; boundary=" + "x" * 300, "multipart/form-data; boundary=\u00e9", "multipart/mixed; boundary=x",
    "application/x-www-form-urlencoded",
    "application/json", "image/jpeg", "application/octet-stream", "text/plain", "nonsense",
]  # fmt: skip


@pytest.mark.parametrize("kind", HEADERS)
def test_a_form_under_another_header_is_no_server_error(desk: Desk, kind: str) -> None:
    assert desk.verdict(desk.send(FRONT + GOOD + END, kind)) in {"REFUSED", "KEPT"}


class FiftyMegabytes(io.RawIOBase):
    """A stream that must not be followed to its end."""

    def __init__(self) -> None:
        self.given = 0

    def read(self, size: int = -1) -> bytes:
        self.given += size
        return bytes(max(size, 0))


def test_fifty_megabytes_are_refused_unread(desk: Desk) -> None:
    body = FiftyMegabytes()
    announced: dict[str, Any] = {"CONTENT_LENGTH": str(50 * 1024 * 1024), "wsgi.input": body}
    answer = desk.send(b"", **announced)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert body.given == 0


@pytest.mark.parametrize("length", ["", "0", "10", "500", "-1", "x"])
def test_a_length_that_lies_gains_nothing(desk: Desk, length: str) -> None:
    """A shorter one cuts the form, a missing one (as with chunks) leaves it empty."""
    form = FRONT + GOOD + END
    answer = desk.send(form, CONTENT_LENGTH=length)
    assert desk.verdict(answer) == "REFUSED"


def test_nothing_waits_in_a_temporary_folder(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A large file is where temporary ones used to be made."""

    def refuse(*args: Any, **kwargs: Any) -> None:
        raise AssertionError("a temporary file was made")

    for maker in ("NamedTemporaryFile", "TemporaryFile", "mkstemp", "SpooledTemporaryFile"):
        monkeypatch.setattr(f"tempfile.{maker}", refuse)
    large = jpeg((300, 200), comment=CANARY) + CANARY * 200_000
    assert len(large) > 4 * 1024 * 1024
    assert desk.verdict(desk.upload(large)) == "KEPT"
    assert project.FILE_UPLOAD_HANDLERS == ["core.files.uploads.InMemory"]


# Pictures inside a registration


def data_url(data: bytes, media_type: str = "image/jpeg") -> str:
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}"


Register = Callable[..., Any]


@pytest.fixture
def registering(world: World, signed_in: Sign, shelf: Path) -> Register:
    client = signed_in("ruth")
    body = {
        "group_id": str(world.umoja.pk), "member_name": "Wairimu Gathogo", "id_number": "31415926",
        "phone": "0733 141 592", "date_of_birth": "1990-01-31", "next_of_kin": [],
    }  # fmt: skip
    return lambda **pictures: client.post("/api/members", body | pictures, format="json")


WRONG_PICTURES = [
    data_url(SVG, "image/svg+xml"), data_url(SVG), data_url(archive(), "application/pdf"), data_url(jpeg()[:-300]),
    data_url(b""), "data:image/jpeg;base64,!!!!", "https://example.org/a.jpg", "file:///etc/passwd", "x" * 100_000,
    data_url(REFUSED["a PNG of 65,535 by 65,535"](), "image/png"), data_url(pdf(pages=11), "application/pdf"),
    5, True, [], {}, ["data:image/jpeg;base64,"], "\x00", "data:image/jpeg;base64," + "A" * 1_000_001,
]  # fmt: skip


@pytest.mark.parametrize("field", ["id_photo", "signature"])
def test_a_hostile_picture_registers_nobody(registering: Register, shelf: Path, field: str) -> None:
    before, wrong = Person.objects.count(), []
    for place, picture in enumerate(WRONG_PICTURES):
        answer = registering(**{field: picture})
        if answer.status_code not in {400, 413} or (picture != "\x00" and answer.json()["errors"][0]["field"] != field):
            wrong.append((place, answer.status_code, answer.content[:200]))
    assert wrong == []
    assert (Person.objects.count(), names(shelf)) == (before, [])


def test_two_pictures_come_with_a_registration_and_are_drawn_anew(registering: Register, shelf: Path) -> None:
    heavy = exif_jpeg() + CANARY * 300_000
    answer = registering(id_photo=data_url(heavy), signature=data_url(png(mode="RGBA") + CANARY, "image/png"))
    assert answer.status_code == 201, answer.content[:300]
    kept = IdentityDocument.objects.filter(person=answer.json()["person_id"])
    assert {one.kind: one.media_type for one in kept} == {"ID_FRONT": "image/jpeg", "SIGNATURE": "image/png"}
    assert [foreign(documents.read_document(one), one.media_type) for one in kept] == ["", ""]
    assert len(names(shelf)) == 2


def test_a_registration_that_is_refused_leaves_no_picture(registering: Register, shelf: Path) -> None:
    assert registering().status_code == 201
    assert registering(id_photo=data_url(jpeg())).json()["code"] == "id_number_taken"
    assert names(shelf) == []
