"""PDFs: what is printed, what a page cannot reach however it asks, and what is said where nothing can be printed."""

import base64
import ctypes.util
import json
import os
import resource
import socket
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from threading import BoundedSemaphore, Thread
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from django.core.checks import Info

from core import turns
from core.files import Busy, clean
from core.ids import new_id
from core.paper import STYLE_SHEET, PdfUnavailable, PressBusy, checks, press, printing
from core.tests.pictures import jpeg, png

PLAIN = f'<link rel="stylesheet" href="{STYLE_SHEET}"><h1>Loan statement</h1><p>Alice Wambui</p>'
WITHOUT_PANGO = """
import cffi, runpy, sys
really = cffi.FFI.dlopen
def dlopen(self, name, flags=0):
    if "pango" in str(name):
        raise OSError(f"cannot load library {name!r}")
    return really(self, name, flags)
cffi.FFI.dlopen = dlopen
runpy.run_path(PRESS, run_name="__main__")
"""


def render(page: str) -> bytes:
    """For somebody who prints nothing else at that moment."""
    return printing.render(page, reader=new_id())


class Canary:
    """A server that somebody might be made to call; it counts whoever does."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.door = socket.create_server(("127.0.0.1", 0))
        self.door.settimeout(0.1)
        self.port = self.door.getsockname()[1]
        self.open = True
        self.watch = Thread(target=self._listen)
        self.watch.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _listen(self) -> None:
        while self.open:
            try:
                caller, where = self.door.accept()
            except TimeoutError:
                continue
            with caller:
                self.calls.append(str(where))
                caller.sendall(b"HTTP/1.0 404 Not Found\r\nContent-Length: 0\r\n\r\n")

    def close(self) -> None:
        self.open = False
        self.watch.join()
        self.door.close()


@pytest.fixture
def canary() -> Iterator[Canary]:
    server = Canary()
    yield server
    server.close()


@pytest.fixture
def trap(tmp_path: Path) -> Path:
    """A pipe into which nobody ever writes: whoever opens it to read waits for ever, and is ended for that."""
    path = tmp_path / "secret"
    os.mkfifo(path)
    return path


def pages_of(pdf: bytes) -> list[str]:
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.get_textpage().get_text_bounded() for page in document]


def pictures_in(pdf: bytes) -> int:
    with pypdfium2.PdfDocument(pdf) as document:
        return sum(1 for page in document for _each in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE]))


def asking(where: str) -> str:
    """A page that asks for an address in every way that a page can."""
    return f"""
    <html><head>
      <base href="{where}/">
      <link rel="stylesheet" href="{where}/sheet.css"><link rel="stylesheet" href="relative.css">
      <link rel="attachment" href="{where}/attached"><link rel="icon" href="{where}/icon">
      <style>
        @import url({where}/imported.css);
        @import "{where}/imported-too.css";
        @page {{ background: url({where}/page.png) }}
        body {{ background: url({where}/ground.png) }}
        li {{ list-style-image: url({where}/dot.png) }}
        p::before {{ content: url({where}/before.png) }}
      </style>
    </head><body>
      <p>Alice Wambui</p><ul><li>one</li></ul>
      <img src="{where}/picture.png"><img src="{where}"><img srcset="{where}/wide.png 2x">
      <object data="{where}/object.svg"></object><embed src="{where}/embedded.svg">
      <iframe src="{where}/frame"></iframe><a href="{where}/link" rel="attachment">attached</a>
      <svg width="9" height="9"><image href="{where}/in.svg" width="9" height="9"/><use href="{where}/u.svg#a"/></svg>
      <video poster="{where}/poster.png"></video><input type="image" src="{where}/button.png">
    </body></html>"""


# What is printed


def test_a_page_of_ours_becomes_a_pdf_with_its_words_and_its_style() -> None:
    pdf = render(PLAIN)
    assert pdf.startswith(b"%PDF-")
    assert "Loan statement" in pages_of(pdf)[0]
    with pypdfium2.PdfDocument(pdf) as document:
        assert [round(side) for side in document[0].get_size()] == [595, 842]


def test_arabic_letters_and_signs_of_markup_are_printed_as_they_are() -> None:
    text = pages_of(render("<p>&lt;img src=x&gt; Alice</p><p>علي</p>"))[0]
    assert "<img src=x> Alice" in text
    assert "ع" in text


def test_a_long_table_runs_over_many_pages() -> None:
    rows = "".join(f"<tr><td>{number}</td></tr>" for number in range(400))
    assert len(pages_of(render(f"<table>{rows}</table>"))) > 3


# What a page cannot reach


def test_nothing_is_fetched_from_the_network_however_a_page_asks(canary: Canary) -> None:
    pdf = render(asking(canary.address))
    assert canary.calls == []
    assert "Alice Wambui" in pages_of(pdf)[0]
    assert pictures_in(pdf) == 0


def test_a_page_with_a_font_of_its_own_is_not_printed_and_calls_nobody(canary: Canary) -> None:
    with pytest.raises(PdfUnavailable):
        render(f"<style>@font-face {{ font-family: Odd; src: url({canary.address}/odd.woff2) }}</style>{PLAIN}")
    assert canary.calls == []


def test_the_same_page_would_have_called_out_if_nobody_held_it(canary: Canary) -> None:
    """Else the test above would prove nothing."""
    free = "import sys, weasyprint; weasyprint.HTML(string=sys.stdin.read()).write_pdf()"
    page = asking(canary.address)
    subprocess.run([sys.executable, "-c", free], input=page, text=True, check=True, capture_output=True)  # noqa: S603
    assert len(canary.calls) > 8


def test_no_file_is_opened_however_a_page_asks(trap: Path) -> None:
    """Whoever opened the trap would hang there until the press is ended, and there would be no PDF."""
    pdf = render(asking(f"file://{trap}") + asking(str(trap)) + f'<img src="file://{trap}"><img src="{trap}">')
    assert "Alice Wambui" in pages_of(pdf)[0]


def test_no_picture_of_the_machine_comes_along(tmp_path: Path) -> None:
    path = tmp_path / "card.png"
    path.write_bytes(png())
    assert pictures_in(render(f'<img src="file://{path}"><img src="{path}"><p>Alice</p>')) == 0


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "FILE:///etc/passwd",
        "paper:/etc/passwd",
        "paper:../paper.css",
        "paper:paper.css?x",
        "ftp://127.0.0.1/",
        "http:paper.css",
        "data:text/css,p::before{content:'stolen'}",
        "//127.0.0.1/paper.css",
        "paper.css\\..\\x",
    ],
)
def test_no_other_style_sheet_answers(address: str) -> None:
    text = pages_of(render(f'<link rel="stylesheet" href="{address}"><p>Alice</p>'))[0]
    assert text.strip() == "Alice"


def test_pictures_inside_the_page_are_not_unpacked() -> None:
    """A bomb would be one of these; no paper of ours holds any."""
    inside = f"data:image/png;base64,{base64.b64encode(png()).decode()}"
    assert pictures_in(render(f'<img src="{inside}"><p>Alice</p>')) == 0


def test_a_page_carries_no_file_along(trap: Path) -> None:
    with pypdfium2.PdfDocument(render(asking(f"file://{trap}"))) as document:
        assert document.count_attachments() == 0


@pytest.mark.parametrize(
    ("event", "details"),
    [
        ("socket.connect", ()),
        ("socket.getaddrinfo", ()),
        ("subprocess.Popen", ()),
        ("os.system", ()),
        ("urllib.Request", ()),
        ("open", ("/etc/passwd", "r", 0)),
        ("open", (b"/etc/passwd", "r", 0)),
        ("open", ("relative", "w", 0)),
    ],
)
def test_python_itself_is_held_back_as_well(event: str, details: tuple[Any, ...]) -> None:
    with pytest.raises(PermissionError):
        press.keep_in(event, details)


@pytest.mark.parametrize(
    ("event", "details"), [("open", (os.__file__, "r", 0)), ("open", (1, "w", 0)), ("import", ("PIL",))]
)
def test_its_own_library_stays_open_to_it(event: str, details: tuple[Any, ...]) -> None:
    press.keep_in(event, details)


def test_the_press_takes_little_and_writes_nothing() -> None:
    ask = (
        "import json, resource as r, runpy; runpy.run_path(input())['confine']();"
        "print(json.dumps([r.getrlimit(e)[1] for e in (r.RLIMIT_AS, r.RLIMIT_CPU, r.RLIMIT_FSIZE, r.RLIMIT_CORE)]))"
    )
    said = subprocess.run(  # noqa: S603 - our own press
        [sys.executable, "-c", ask], input=str(printing.PRESS), check=True, capture_output=True, text=True
    ).stdout
    assert json.loads(said) == [press.MEMORY, press.CPU_SECONDS, 0, 0]
    assert resource.getrlimit(resource.RLIMIT_CPU)[1] == resource.RLIM_INFINITY, "the server itself is not confined"


def test_it_is_given_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A press that prints what it was started with: nothing of the server's own environment."""
    teller = tmp_path / "press.py"
    teller.write_text("import os\nprint('pdf 1')\nprint('%PDF-', *os.environ)")
    monkeypatch.setattr(printing, "PRESS", teller)
    assert "SECRET_KEY" in os.environ
    assert set(render(PLAIN).decode().split()) - {"%PDF-", "LC_ALL", "LC_CTYPE"} == set()


def test_in_the_server_itself_it_would_draw_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """The drawing alone, without the child around it: the fetcher refuses by itself."""
    monkeypatch.setattr("ctypes.util.find_library", ctypes.util.find_library)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pages, pdf = press.printed(press.machine(), asking("file:///etc") + PLAIN, {"paper.css": "h1 { color: red }"})
    assert pages == len(pages_of(pdf)) == 1
    assert pictures_in(pdf) == 0


# What is said where nothing can be printed


def test_without_pango_the_answer_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    masked = tmp_path / "press.py"
    masked.write_text(f"PRESS = {str(printing.PRESS)!r}\n{WITHOUT_PANGO}")
    monkeypatch.setattr(printing, "PRESS", masked)
    with pytest.raises(PdfUnavailable) as refusal:
        render(PLAIN)
    assert (refusal.value.status, refusal.value.code) == (503, "pdf_unavailable")
    assert "apt-get install libpango-1.0-0" in str(refusal.value.detail)
    assert "print view" in str(refusal.value.detail)


def test_a_page_beyond_all_measure_is_not_even_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "PRESS", Path("no such press"))
    with pytest.raises(PdfUnavailable) as refusal:
        render("x" * (printing.MOST_HTML + 1))
    assert "too long" in str(refusal.value.detail)


def test_a_page_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "MOST_SECONDS", 0.05)
    with pytest.raises(PdfUnavailable) as refusal:
        render(PLAIN)
    assert "too long" in str(refusal.value.detail)


@pytest.mark.parametrize("ends", ["raise SystemExit(1)", "import os; os.abort()", "print('pdf 1')", "print('hello')"])
def test_a_press_that_ends_badly_prints_nothing(ends: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = tmp_path / "press.py"
    bad.write_text(ends)
    monkeypatch.setattr(printing, "PRESS", bad)
    with pytest.raises(PdfUnavailable):
        render(PLAIN)


def test_who_finds_every_press_at_work_is_told_when_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    full = BoundedSemaphore(1)
    full.acquire()
    monkeypatch.setattr(printing, "_PRESSES", full)
    monkeypatch.setattr(printing, "PATIENCE", 0.01)
    with pytest.raises(PressBusy) as refusal:
        render(PLAIN)
    assert (refusal.value.status, refusal.value.facts["retry_after"]) == (503, printing.COME_BACK_AFTER)


def test_the_place_at_the_press_is_given_back_after_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "_PRESSES", BoundedSemaphore(1))
    monkeypatch.setattr(turns, "_DOOR", BoundedSemaphore(1))
    monkeypatch.setattr(printing, "MOST_SECONDS", 0.05)
    alice = new_id()
    for _attempt in range(2):
        with pytest.raises(PdfUnavailable):
            printing.render(PLAIN, reader=alice)


# More at once than there are presses


@pytest.fixture
def held_press(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """A press that prints nothing until it may; what is returned lets it go on."""
    go_on = tmp_path / "go-on"
    (tmp_path / "press.py").write_text(
        f"import pathlib, sys, time\nsys.stdin.read()\ngo_on = pathlib.Path({str(go_on)!r})\n"
        "while not go_on.exists(): time.sleep(0.01)\nprint('pdf 1')\nprint('%PDF-')"
    )
    monkeypatch.setattr(printing, "PRESS", tmp_path / "press.py")
    return go_on.touch


def tried(_who: int) -> str:
    try:
        return render(PLAIN)[:5].decode()
    except PressBusy as refusal:
        return refusal.code


def test_two_are_printed_one_waits_and_everybody_else_is_told_at_once(
    held_press: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With all the patience in the world, who finds the door full is still sent away: else these would hang here."""
    monkeypatch.setattr(turns, "_DOOR", BoundedSemaphore(3))
    monkeypatch.setattr(printing, "PATIENCE", printing.MOST_SECONDS)
    with ThreadPoolExecutor(6) as pool:
        said = as_completed([pool.submit(tried, who) for who in range(6)])
        assert [next(said).result() for _sent_away in range(3)] == ["busy"] * 3
        held_press()
        assert [told.result() for told in said] == ["%PDF-"] * 3


def test_pictures_and_papers_go_through_one_door(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "_DOOR", BoundedSemaphore(1))
    with turns.turn(BoundedSemaphore(1), patience=0, refusal=PressBusy()):
        assert tried(0) == "busy"
        with pytest.raises(Busy):
            clean(jpeg())
    assert tried(0) == "%PDF-"


def test_one_person_prints_one_paper_at_a_time(held_press: Callable[[], None]) -> None:
    alice, peter = new_id(), new_id()
    with ThreadPoolExecutor(2) as pool:
        hers = [pool.submit(printing.render, PLAIN, reader=alice) for _again in range(2)]
        refused = next(as_completed(hers))
        assert isinstance(refused.exception(), PressBusy)
        his = pool.submit(printing.render, PLAIN, reader=peter)
        held_press()
        hers.remove(refused)
        assert hers[0].result() == his.result() == b"%PDF-\n"
    assert printing.render(PLAIN, reader=alice) == b"%PDF-\n"


# What the start says


def test_this_machine_can_make_pdfs() -> None:
    """The tests of papers read PDFs: without Pango they are red, and this one says why. `make test` installs it."""
    assert checks.lacking() == []
    assert checks.pdfs_can_be_made() == []


def test_a_machine_without_pango_is_told_and_not_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "lacking", lambda: ["libpango-1.0.so.0"])
    [said] = checks.pdfs_can_be_made()
    assert isinstance(said, Info)
    assert "libpango-1.0.so.0" in said.msg
    assert "apt-get install libpango-1.0-0" in str(said.hint)


def test_what_is_missing_is_named() -> None:
    assert checks.lacking((("libnosuch.so.9", "libnosuch.dylib"),), "nosuchpackage") == [
        "nosuchpackage",
        "libnosuch.so.9",
    ]
