"""A worker that may be killed: it stands ready with everything loaded, and for each line it reads forks one process
that does the year-end previews of the day on that line. Run as a program of its own."""

import datetime as dt
import os
import sys
from importlib import import_module
from typing import NoReturn


def previews(day: str) -> NoReturn:
    """In a process of its own, which ends with it."""
    from core.periods import now
    from cycles.operations import preview_all

    try:
        preview_all(on=dt.date.fromisoformat(day), at=now())
    except BaseException as error:
        sys.stderr.write(f"failed: {error!r}\n")
        sys.stderr.flush()
        os._exit(1)
    os._exit(0)


def say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def stand_ready() -> None:
    """For each line: the id of the process that works on it. An empty line waits for all and says how each ended."""
    working: list[int] = []
    say("ready")
    for line in sys.stdin:
        if day := line.strip():
            pid = os.fork()
            if pid == 0:
                previews(day)
            working.append(pid)
            say(pid)
        else:
            say(*(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in working))
            working.clear()


if __name__ == "__main__":
    import django

    django.setup()
    # Loaded before anybody forks.
    import_module("cycles.operations")
    stand_ready()
