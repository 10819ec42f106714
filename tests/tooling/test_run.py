"""`make run` as a stranger meets it: a real server and a real worker, ended together."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import run
from setting_up import ROOT, Stop

PATIENCE_SECONDS = 120


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(holds: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < until, f"waited in vain for {what}"
        time.sleep(0.2)


def children(pid: int) -> list[int]:
    listed = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False
    ).stdout
    return [int(word) for word in listed.split()]


@contextlib.contextmanager
def started(port: int, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    env = os.environ | {
        "PORT": str(port),
        "HOST": "127.0.0.1",
        "REDIS_URL": "",
        "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3",
    }
    env.pop("DJANGO_SETTINGS_MODULE", None)
    with (folder / "log").open("wb") as log:
        command = [sys.executable, str(ROOT / "bin" / "run.py")]
        house = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log, start_new_session=True)
    try:
        yield house
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(house.pid, signal.SIGKILL)
        house.wait()


def said(folder: Path) -> str:
    return (folder / "log").read_text(errors="replace")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where both houses keep their database: the second finds what the first has built."""
    return tmp_path_factory.mktemp("house")


def ready(folder: Path, house: subprocess.Popen[bytes]) -> None:
    wait_until(lambda: "is ready" in said(folder) or house.poll() is not None, "the house to be ready")
    assert house.poll() is None, said(folder)


@pytest.mark.server
def test_one_command_serves_the_demo_world_and_one_signal_ends_it(folder: Path) -> None:
    port = free_port()
    with started(port, folder) as house:
        ready(folder, house)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10) as answer:
            assert answer.status == 200
        assert "0700000011  Mary Wanjiku, chair of Umoja" in said(folder)
        both = children(house.pid)
        assert len(both) == 2
        assert all(os.getpgid(child) == house.pid for child in both)
        house.terminate()
        assert house.wait(timeout=30) == 0
        assert [child for child in both if Path(f"/proc/{child}/stat").exists()] == []


@pytest.mark.server
def test_when_the_worker_dies_the_server_goes_too(folder: Path) -> None:
    with started(free_port(), folder) as house:
        ready(folder, house)
        worker = next(
            child for child in children(house.pid) if b"celery" in Path(f"/proc/{child}/cmdline").read_bytes()
        )
        os.kill(worker, signal.SIGKILL)
        assert house.wait(timeout=30) == 1
        assert "The job worker has ended" in said(folder)


def test_a_port_that_is_taken_is_named_with_a_way_out() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(Stop, match=rf"Port {port} .*\n.*make run PORT={port + 1}"):
            run.refuse_taken_port("127.0.0.1", port)


@pytest.mark.parametrize("port", ["abc", "0", "70000", "-1", ""])
def test_a_port_that_is_no_port_is_refused(port: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", port)
    with pytest.raises(Stop, match="PORT"):
        run.address()
