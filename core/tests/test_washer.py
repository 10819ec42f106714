"""The child that draws strangers' files anew: whatever happens to it, we go on; and how many may wait for it."""

import io
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from PIL import Image

from core.files import Busy, NotAPicture, TooLarge, clean, cleaning, washer
from core.tests.pictures import jpeg, pdf, png, seen

CANARY = b"Wanjiku-23456789"


def rogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    """In place of our decoder one that an attacker has taken over."""
    script = tmp_path / "rogue.py"
    script.write_text(f"import os, sys, time\n{body}\n")
    monkeypatch.setattr(cleaning, "WASHER", script)


READ = "data = sys.stdin.buffer.read()\nsay = sys.stdout.buffer.write\n"


@pytest.mark.parametrize(
    "body",
    [
        "",
        "sys.exit(3)",
        "os.abort()",
        "sys.stdin.close(); time.sleep(0.2)",
        READ + "say(b'nonsense')",
        READ + "say(b'clean image/jpeg 1\\n<html>')",
        READ + "say(b'clean text/html 1\\n<html>')",
        READ + "say(b'clean image/jpeg x\\n\\xff\\xd8\\xff')",
        READ + "say(b'clean image/jpeg 1\\n\\xff\\xd8\\xff'); sys.stdout.flush(); os._exit(1)",
        READ + "say(b'x' * 60_000_000)",
        READ + "say(b'\\xff' * 30 + b'\\n')",
    ],
)
def test_what_a_broken_child_says_is_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    rogue(tmp_path, monkeypatch, body)
    with pytest.raises(NotAPicture):
        clean(jpeg() + bytes(2_000_000))


@pytest.mark.parametrize(
    "answer",
    [b"clean image/png 1\\n\\x89PNG\\r\\n\\x1a\\n' + b'x' * (8 * 1024 * 1024) + b'", b"too_large\\n"],
)
def test_a_result_that_is_too_large_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: bytes) -> None:
    rogue(tmp_path, monkeypatch, READ + f"say(b'{answer.decode()}')")
    with pytest.raises(TooLarge):
        clean(jpeg())


@pytest.mark.parametrize("body", ["time.sleep(60)", READ + "os.close(1); time.sleep(60)"])
def test_a_child_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    rogue(tmp_path, monkeypatch, body)
    monkeypatch.setattr(cleaning, "MOST_SECONDS", 0.5)
    begun = time.monotonic()
    with pytest.raises(NotAPicture):
        clean(jpeg() + bytes(2_000_000))
    assert time.monotonic() - begun < 10


def dear(strokes: int = 400) -> bytes:
    """A small paper that takes a processor for long: curves of dots, drawn over and over on ten pages."""
    curve = b" ".join(b"%d %d %d %d %d %d c" % tuple((7 * n * k) % 900 for k in range(1, 7)) for n in range(40))
    return pdf(pages=10, box=b"0 0 900 900", content=(b"[1 1] 0 d 3 w 0 0 m " + curve + b" S\n") * strokes)


def test_a_paper_that_is_dear_to_draw_costs_three_seconds_and_no_more() -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with pytest.raises(NotAPicture):
        clean(dear())
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 3.9


def test_the_child_knows_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = tmp_path / "told"
    monkeypatch.setenv("SECRET_KEY", CANARY.decode())
    rogue(tmp_path, monkeypatch, f"open({str(told)!r}, 'w').write(repr((dict(os.environ), os.getcwd(), sys.path)))")
    with pytest.raises(NotAPicture):
        clean(jpeg())
    environment, folder, path = eval(told.read_text())  # noqa: S307 - what our own line above has written
    assert environment == {"LC_ALL": "C.UTF-8"}
    assert folder == "/"
    assert str(Path(cleaning.__file__).parent.parent.parent) not in path


def confined(body: str, **limits: int) -> subprocess.CompletedProcess[bytes]:
    """Runs a line in a process that has confined itself as the washer does."""
    given = "\n".join(f"washer.{name} = {value}" for name, value in limits.items())
    code = (
        "import sys, runpy, types\n"
        f"washer = types.SimpleNamespace(**runpy.run_path({washer.__file__!r}))\n"
        f"{given}\n"
        "washer.confine.__globals__.update(vars(washer))\n"
        f"washer.confine()\n{body}\n"
    )
    return subprocess.run([sys.executable, "-I", "-c", code], check=False, capture_output=True, timeout=30)  # noqa: S603


def test_the_child_cannot_take_more_than_its_memory() -> None:
    outcome = confined("try:\n  bytearray(2 << 30)\nexcept MemoryError:\n  print('refused')")
    assert outcome.stdout == b"refused\n"


def test_the_child_cannot_run_for_ever() -> None:
    assert confined("while True: pass", CPU_SECONDS=1).returncode < 0


def test_the_child_writes_nothing_to_a_file(tmp_path: Path) -> None:
    told = tmp_path / "told"
    assert confined(f"open({str(told)!r}, 'wb', buffering=0).write(b'{CANARY.decode()}')").returncode != 0
    assert told.read_bytes() == b""


def spoken(monkeypatch: pytest.MonkeyPatch, data: bytes) -> bytes:
    out = io.TextIOWrapper(io.BytesIO(), write_through=True)
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data)))
    monkeypatch.setattr(sys, "stdout", out)
    assert washer.main() == 0
    said = out.buffer.getvalue()
    assert isinstance(said, bytes)
    return said


def test_the_child_answers_in_one_line_and_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    first, _, rest = spoken(monkeypatch, png()).partition(b"\n")
    assert first == b"clean image/png 1"
    assert seen(rest).size == (60, 40)
    assert spoken(monkeypatch, pdf(pages=11)) == b"pages\n"
    monkeypatch.setattr(washer, "MOST_BYTES", 100)
    assert spoken(monkeypatch, jpeg()) == b"too_large\n"
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    assert spoken(monkeypatch, jpeg()) == b"dimensions\n"


# More at once than there are benches

Slow = Callable[[float], None]


@pytest.fixture
def slow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Slow:
    """Every picture takes this long, and the impatient wait a fifth of a second."""

    def takes(seconds: float) -> None:
        kept = "say(b'clean image/jpeg 1\\n\\xff\\xd8\\xff')"
        rogue(tmp_path, monkeypatch, READ + f"time.sleep({seconds})\n{kept}")
        monkeypatch.setattr(cleaning, "PATIENCE", 0.2)

    return takes


def tried(_who: int) -> object:
    """What becomes of a picture: its kind, or how it was refused and when it may come again."""
    try:
        return clean(jpeg(), field="photo").media_type
    except Busy as refusal:
        return refusal.status, refusal.code, refusal.field, refusal.facts


def test_two_are_drawn_one_waits_a_little_and_everybody_else_is_told_to_come_again(slow: Slow) -> None:
    slow(3)
    begun = time.monotonic()
    with ThreadPoolExecutor(6) as pool:
        told = [future.result() for future in as_completed([pool.submit(tried, who) for who in range(6)])]
        assert told == [(503, "busy", "photo", {"retry_after": 5})] * 4 + ["image/jpeg"] * 2
    assert time.monotonic() - begun < 6


def test_who_waits_a_little_gets_the_bench_that_becomes_free(slow: Slow, monkeypatch: pytest.MonkeyPatch) -> None:
    slow(0.5)
    monkeypatch.setattr(cleaning, "PATIENCE", 20)
    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(tried, range(3))) == ["image/jpeg"] * 3


@pytest.mark.parametrize("body", ["sys.exit(3)", "os.abort()", READ + "say(b'pages\\n')"])
def test_a_bench_is_free_again_whatever_happened_at_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str
) -> None:
    rogue(tmp_path, monkeypatch, body)
    for _again in range(settings.AT_THE_DOOR + 1):
        with pytest.raises(NotAPicture):
            clean(jpeg())


def test_one_thread_of_a_server_process_is_always_free_for_everybody_else() -> None:
    home = Path(cleaning.__file__).parents[2]
    threads = re.search(r"--threads=(\d+)", (home / "Dockerfile").read_text())
    at_once = re.search(r"AT_THE_DOOR = (\d+)", (home / "tablebanking/settings/prod.py").read_text())
    assert threads
    assert at_once
    assert cleaning.AT_WORK < int(at_once[1]) < int(threads[1])
