"""A house for tests: the real program with a server and a worker of its own, people who speak to it, and a search.

The search goes through everything the program wrote.
"""

import base64
import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import run
from setting_up import ROOT

from tablebanking import demo

PATIENCE_SECONDS = 120


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(holds: Callable[[], Any], what: str) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < until, f"waited in vain for {what}"
        time.sleep(0.2)


@dataclass
class House:
    """A folder with a database, and the processes that write into it."""

    folder: Path
    port: int
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def env(self) -> dict[str, str]:
        return os.environ | {
            "DATABASE_URL": f"sqlite:///{self.folder}/db.sqlite3",
            "DOCUMENTS_DIR": str(self.folder / "documents"),
            "DJANGO_SETTINGS_MODULE": "settings_of_this_house",
            "PYTHONPATH": os.pathsep.join([str(self.folder / "settings"), str(ROOT)]),
            "PYTHONUNBUFFERED": "1",
            "MESSAGE_CHANNEL": "folder",
            "REDIS_URL": "",
            "TMPDIR": str(self.folder / "tmp"),
        }

    def manage(self, *words: str) -> None:
        with (self.folder / "manage.log").open("ab") as log:
            subprocess.run(
                [sys.executable, "manage.py", *words], cwd=ROOT, env=self.env, stdout=log, stderr=log, check=True
            )

    def start(self, name: str, command: list[str]) -> subprocess.Popen[bytes]:
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(command, cwd=ROOT, env=self.env, stdout=log, stderr=log, start_new_session=True)
        self.running.append(process)
        return process

    def serve(self) -> None:
        self.start("server", [sys.executable, "manage.py", "runserver", "--noreload", f"127.0.0.1:{self.port}"])
        run.wait_until_ready("127.0.0.1", self.port, {"server": self.running[-1]})

    def stop(self) -> None:
        for process in self.running:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self.running.clear()

    def queued(self) -> list[Path]:
        return [path for path in (self.folder / "queue").glob("*") if path.is_file()]

    def outbox(self, phone: str) -> list[str]:
        letters = [path.read_text() for path in sorted((self.folder / "outbox").glob("*.txt"))]
        return [letter for letter in letters if letter.startswith(f"To: {phone}\n")]


# Somebody at it


@dataclass
class Caller:
    """Somebody who speaks HTTP with the house, and what she was told."""

    house: House
    token: str = ""

    def sign_in(self, phone: str, password: str = demo.PASSWORD) -> "Caller":
        self.token = self.told("POST", "/api/auth/login", {"phone": phone, "password": password})["access_token"]
        return self

    def ask(self, method: str, path: str, body: Any = None, kind: str = "application/json") -> tuple[int, bytes]:
        data = json.dumps(body).encode() if isinstance(body, dict) else body
        headers = {"Content-Type": kind} | ({"Authorization": f"Bearer {self.token}"} if self.token else {})
        asked = urllib.request.Request(f"http://127.0.0.1:{self.house.port}{path}", data, headers, method=method)
        try:
            with urllib.request.urlopen(asked, timeout=60) as answer:  # noqa: S310  # our own address
                return answer.status, answer.read()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read()

    def told(self, method: str, path: str, body: Any = None, kind: str = "application/json") -> Any:
        status, said = self.ask(method, path, body, kind)
        assert status in {200, 201, 202}, (path, status, said[:500])
        return json.loads(said)


# The search


def spellings(data: bytes) -> Iterator[bytes]:
    """What a file says, and what it says where it was written in base64, as the queue does."""
    yield data
    for run_of_letters in re.findall(rb"[A-Za-z0-9+/]{16,}={0,2}", data):
        with contextlib.suppress(ValueError):
            yield base64.b64decode(run_of_letters[: len(run_of_letters) // 4 * 4])


def found_in(folder: Path, secrets: dict[str, list[bytes]], *, but: frozenset[str] = frozenset()) -> list[str]:
    hits = []
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if not path.is_file() or inside.parts[0] in but:
            continue
        said = list(spellings(path.read_bytes()))
        hits += [f"{what} in {inside}" for what, words in secrets.items() if any(w in s for w in words for s in said)]
    return hits


def in_bytes(secrets: dict[str, list[str]]) -> dict[str, list[bytes]]:
    return {what: [word.encode() for word in words] for what, words in secrets.items()}


def slices(content: bytes) -> list[bytes]:
    """Pieces of a picture, each too long to be anywhere by chance."""
    return [content[at : at + 24] for at in range(200, len(content) - 24, max(24, len(content) // 40))]
