"""`make run`: from a fresh clone to a running system, and back to it in seconds the next time.

One web server and one job worker run as children in this process group; Ctrl-C, or the end of either, ends both. All
state is kept in `var/`, the keys in `.env`.
"""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

from setting_up import PYTHON, ROOT, Stop, say, set_up, setting

PATIENCE_SECONDS = 60
MANAGE = [str(PYTHON), str(ROOT / "manage.py")]


def address() -> tuple[str, int]:
    host, port = setting("HOST", "127.0.0.1"), setting("PORT", "8000")
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise Stop(f"PORT is {port!r}; it must be a number from 1 to 65535.")
    return host, int(port)


def refuse_taken_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise Stop(
                f"Port {port} needs more rights than you have. Choose one above 1023: make run PORT=8000"
            ) from None
        except OSError as error:
            raise Stop(
                f"Port {port} on {host} cannot be used ({error.strerror}): something else may be running there.\n"
                f"Stop it, or choose another port: make run PORT={port + 1 if port < 65535 else 8000}"
            ) from None


def environment() -> dict[str, str]:
    return {"DJANGO_SETTINGS_MODULE": "tablebanking.settings.dev", "PYTHONUNBUFFERED": "1"} | os.environ


def prepare(env: dict[str, str]) -> None:
    say("Bringing the database up to date")
    if subprocess.run([*MANAGE, "prepare", "--demo"], check=False, cwd=ROOT, env=env).returncode:
        raise Stop(
            "The database could not be brought up to date; the last line above says why.\n"
            "With your own DATABASE_URL: is the server running, and does the database exist?\n"
            "With the built-in one: moving the folder var/ away starts with a fresh database."
        )


def worker_command() -> list[str]:
    """One process that does the jobs and keeps the clock: enough for one machine, and only ever one."""
    celery = [str(PYTHON), "-m", "celery", "--quiet", "-A", "tablebanking", "worker", "-B", "--pool=solo"]
    return [
        *celery,
        "--loglevel=warning",
        "--without-gossip",
        "--without-mingle",
        "--scheduler=django_celery_beat.schedulers:DatabaseScheduler",
    ]


def start(host: str, port: int, env: dict[str, str]) -> dict[str, subprocess.Popen[bytes]]:
    say("Starting the web server and the job worker")
    server = [*MANAGE, "runserver", "--noreload", f"{host}:{port}"]
    return {
        "web server": subprocess.Popen(server, cwd=ROOT, env=env, stdin=subprocess.DEVNULL),
        "job worker": subprocess.Popen(worker_command(), cwd=ROOT, env=env, stdin=subprocess.DEVNULL),
    }


def ended(children: dict[str, subprocess.Popen[bytes]]) -> str:
    """The name of a child that has ended, or an empty text."""
    return next((name for name, child in children.items() if child.poll() is not None), "")


def wait_until_ready(host: str, port: int, children: dict[str, subprocess.Popen[bytes]]) -> None:
    url = f"http://{'127.0.0.1' if host in {'0.0.0.0', ''} else host}:{port}/healthz"  # noqa: S104
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until and not ended(children):
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return


def watch(children: dict[str, subprocess.Popen[bytes]]) -> str:
    while not (name := ended(children)):
        time.sleep(0.5)
    return name


def stop(children: dict[str, subprocess.Popen[bytes]]) -> None:
    """End every child that still runs: politely, then for certain."""
    for child in children.values():
        if child.poll() is None:
            child.terminate()
    until = time.monotonic() + 15
    for child in children.values():
        try:
            child.wait(timeout=max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def interrupt(signal_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def serve(host: str, port: int) -> int:
    env = environment()
    children = start(host, port, env)
    for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, interrupt)
    try:
        wait_until_ready(host, port, children)
        if not ended(children):
            say(f"\nTable Banking is ready: http://{host}:{port}/    (Ctrl-C stops it)\n")
        name = watch(children)
        say(f"\nThe {name} has ended (exit code {children[name].returncode}); stopping the rest.")
    except KeyboardInterrupt:
        say("\nStopping")
        return 0
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        stop(children)
    return 1


def main() -> int:
    try:
        host, port = address()
        refuse_taken_port(host, port)
        set_up("base")
        prepare(environment())
    except Stop as reason:
        sys.stderr.write(f"\n{reason}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    return serve(host, port)


if __name__ == "__main__":
    sys.exit(main())
