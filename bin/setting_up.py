"""What every command needs first: the virtual environment, the keys in `.env`, and compiled texts.

Runs on a bare Python 3.11 with nothing installed, so it uses the standard library alone. Everything it makes is kept,
and a second call finds it and returns at once.
"""

import base64
import hashlib
import os
import secrets
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed-lock"
DOTENV = ROOT / ".env"


class Stop(Exception):
    """Something only the reader can put right; the text says what and how."""


def say(text: str) -> None:
    print(text, flush=True)


def lock_mark(name: str) -> str:
    """Name and digest of a lock: what the stamp holds once that lock is installed."""
    return f"{name} {hashlib.sha256((ROOT / 'requirements' / f'{name}.txt').read_bytes()).hexdigest()}"


def is_installed(name: str) -> bool:
    """The development lock holds all of the base lock, at the same versions."""
    mark = STAMP.read_text() if STAMP.exists() else ""
    return mark in {lock_mark(name), lock_mark("dev")}


def make_venv() -> None:
    works = [str(PYTHON), "-c", "import sys; raise SystemExit(sys.version_info < (3, 11))"]
    if PYTHON.exists() and subprocess.run(works, check=False, stderr=subprocess.DEVNULL).returncode == 0:
        return
    say(f"Making .venv with Python {sys.version_info.major}.{sys.version_info.minor}")
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(VENV)], check=False, capture_output=True, text=True
    )
    if made.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        raise Stop(
            f"{sys.executable} could not make a virtual environment:\n{made.stdout}{made.stderr}\n"
            "On Debian and Ubuntu: apt-get install python3-venv, then run the same command again."
        )


def install(name: str) -> None:
    """Install one lock into `.venv`, every file checked against its hash; nothing to do when it is there already."""
    make_venv()
    if is_installed(name):
        return
    lock = ROOT / "requirements" / f"{name}.txt"
    say(f"Installing requirements/{name}.txt into .venv (once; a minute or two on a slow line)")
    started = time.monotonic()
    STAMP.unlink(missing_ok=True)
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    if subprocess.run([*pip, "-r", str(lock)], check=False).returncode:
        raise Stop(
            "Installing failed; what pip said stands above. It needs the network once: check the line or the proxy, "
            "then run the same command again. Finished downloads are kept."
        )
    STAMP.write_text(lock_mark(name))
    say(f"Installed in {time.monotonic() - started:.0f} s")


def read_dotenv() -> dict[str, str]:
    lines = DOTENV.read_text().splitlines() if DOTENV.exists() else []
    pairs = (line.partition("=") for line in lines if "=" in line and not line.lstrip().startswith("#"))
    return {name.strip().removeprefix("export "): value.strip().strip("\"'") for name, _, value in pairs}


def setting(name: str, default: str = "") -> str:
    """A setting as Django will see it: the process environment wins over `.env`."""
    return os.environ.get(name, read_dotenv().get(name, default))


def fresh_keys() -> dict[str, str]:
    return {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "JWT_SECRET_KEY": secrets.token_urlsafe(48),
        "ENCRYPTION_KEYS": "k1:" + base64.b64encode(secrets.token_bytes(32)).decode(),
        "DIGEST_KEY": secrets.token_urlsafe(48),
    }


def add_missing_keys() -> None:
    """Write the keys that neither `.env` nor the environment has; a key that stands is never touched."""
    missing = {name: value for name, value in fresh_keys().items() if not setting(name)}
    if not missing:
        return
    lost = sorted({"ENCRYPTION_KEYS", "DIGEST_KEY"} & missing.keys())
    if lost and not setting("DATABASE_URL") and (VAR / "db.sqlite3").exists():
        raise Stop(
            f"var/db.sqlite3 was sealed with keys that .env no longer names ({', '.join(lost)}).\n"
            "Put the old .env back, or start anew by moving the folder var/ away."
        )
    say(f"Writing fresh keys to .env: {', '.join(missing)}")
    standing = DOTENV.read_text().splitlines() if DOTENV.exists() else []
    kept = [line for line in standing if line.partition("=")[0].strip() not in missing]
    lines = [*kept, *(f"{name}={value}" for name, value in missing.items())]
    fresh = DOTENV.with_suffix(".new")
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write("\n".join(lines) + "\n")
    fresh.replace(DOTENV)


def set_up(name: str) -> None:
    """Everything up to the point where `manage.py` works."""
    install(name)
    VAR.mkdir(exist_ok=True)
    for folder in ("queue", "queue-done", "queue-control"):
        (VAR / folder).mkdir(exist_ok=True)
    add_missing_keys()
    subprocess.run([str(PYTHON), str(ROOT / "bin" / "catalogue.py"), "compile"], check=True, cwd=ROOT)


if __name__ == "__main__":
    try:
        set_up(sys.argv[1] if len(sys.argv) > 1 else "base")
    except Stop as reason:
        sys.exit(f"\n{reason}")
