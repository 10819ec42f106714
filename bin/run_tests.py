"""`make test`: every check and every test, in stages, with the seconds each one took.

`all` is what a change must pass; `e2e` and `proofs` run their own part on the same servers. The first red stage ends
the run and is named.
"""

import contextlib
import os
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable

import services
from setting_up import PYTHON, ROOT, VAR, Stop, say, set_up

BUDGET_SECONDS = 900
COVERAGE = VAR / "coverage"
PYTEST = [str(PYTHON), "-m", "pytest", "-q"]
# In the order of the tree: the long walk through the books, one test in a file, would otherwise come last and alone.
IN_PARALLEL = ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]
MEASURED = ["--cov", "--cov-branch", "--cov-report="]
Stage = tuple[str, Callable[[dict[str, str]], int]]


def run(command: list[str], env: dict[str, str], **more: str) -> int:
    return subprocess.run(command, check=False, cwd=ROOT, env=env | more).returncode


def check(env: dict[str, str]) -> int:
    return run(["make", "--no-print-directory", "check"], env)


def rooms(env: dict[str, str]) -> int:
    """Each room's own tests, on empty databases."""
    where = {"COVERAGE_FILE": str(COVERAGE / ".coverage.rooms")}
    return run([*PYTEST, *IN_PARALLEL, *MEASURED, "--ignore=tests"], env, **where)


def house(env: dict[str, str]) -> int:
    """What spans rooms: the demo world's journeys, the policy matrix, hostile input, the browser, the commands.

    Not measured: the floors are to be held by each room's own tests, and measuring takes a third of the time.
    """
    return run([*PYTEST, *IN_PARALLEL, "tests"], env)


def on_sqlite(env: dict[str, str]) -> int:
    """The books and every guard once more on the engine of the embedded default."""
    guards = sorted(str(path) for path in ROOT.glob("*/tests/test_guards.py") if path.parts[-3] != "ledger")
    plain = ["-m", "not browser and not race and not server"]
    where = {"DATABASE_URL": "sqlite:///:memory:", "COVERAGE_FILE": str(COVERAGE / ".coverage.sqlite")}
    return run([*PYTEST, *IN_PARALLEL, *MEASURED, *plain, "ledger", *guards], env, **where)


def coverage(env: dict[str, str]) -> int:
    """Join what both engines covered, and hold the floors."""
    whole = {"COVERAGE_FILE": str(ROOT / ".coverage")}
    tool, report = [str(PYTHON), "-m", "coverage"], str(COVERAGE / "coverage.json")
    joined = run([*tool, "combine", "--keep", "--quiet", str(COVERAGE)], env, **whole)
    return (
        joined
        or run([*tool, "json", "--quiet", "-o", report], env, **whole)
        or run([str(PYTHON), "bin/coverage_floors.py", report], env)
    )


def books(env: dict[str, str]) -> int:
    """The demo world on a fresh SQLite, and its books proved."""
    with tempfile.TemporaryDirectory(prefix="tb-books-") as home:
        where = {
            "DATABASE_URL": f"sqlite:///{home}/db.sqlite3",
            "DJANGO_SETTINGS_MODULE": "tablebanking.settings.dev",
            "REDIS_URL": "",
        }
        manage = [str(PYTHON), "manage.py"]
        return run([*manage, "prepare", "--demo"], env, **where) or run([*manage, "check_books"], env, **where)


def browser(env: dict[str, str]) -> int:
    return run([*PYTEST, "-m", "browser", *shlex.split(env.get("ARGS", ""))], env)


def proofs(env: dict[str, str]) -> int:
    """The property tests with many more cases; what they said is kept with the documents."""
    walks = sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("*/tests/test_stateful.py"))
    more = [*shlex.split(env.get("ARGS", ""))]
    red, report = 0, ""
    kills = "tests/faults"
    for chosen in (["-m", "hypothesis", "--hypothesis-show-statistics"], ["-s", *walks, kills]):
        command = [*PYTEST, "--hypothesis-profile=proofs", *chosen, *more]
        long = env | {"HYPOTHESIS_PROFILE": "proofs"}
        done = subprocess.run(command, check=False, cwd=ROOT, env=long, capture_output=True, text=True)
        red, report = red or done.returncode, report + done.stdout.replace(f"{ROOT}/", "")
        say(done.stdout[-4000:] + done.stderr[-2000:])
    (ROOT / "docs" / "proofs-last.txt").write_text(report)
    return red


PLANS: dict[str, list[Stage]] = {
    "all": [
        ("checks", check),
        ("rooms on PostgreSQL", rooms),
        ("the house on PostgreSQL", house),
        ("books and guards on SQLite", on_sqlite),
        ("coverage", coverage),
        ("demo books", books),
    ],
    "e2e": [("browser tests", browser)],
    "proofs": [("proofs", proofs)],
    "books": [("demo books", books)],
}


def through(plan: list[Stage], env: dict[str, str], seconds: dict[str, float]) -> str:
    """Run the stages in order; the name of the first red one, or an empty text."""
    for name, stage in plan:
        say(f"\n=== {name}")
        started = time.monotonic()
        red = stage(env)
        seconds[name] = time.monotonic() - started
        if red:
            return name
    return ""


def summary(seconds: dict[str, float], red: str) -> str:
    total = sum(seconds.values())
    rows = [f"  {name:<28}{spent:>7.0f} s{'   red' if name == red else ''}" for name, spent in seconds.items()]
    rows.append(f"  {'total':<28}{total:>7.0f} s   (budget {BUDGET_SECONDS} s on two cores)")
    return "\n".join(["", "Seconds by stage", *rows, "", f"RED: {red}" if red else "GREEN"])


def main(plan: str) -> int:
    seconds: dict[str, float] = {}
    started = time.monotonic()
    set_up("dev")
    COVERAGE.mkdir(parents=True, exist_ok=True)
    for old in COVERAGE.glob(".coverage*"):
        old.unlink()
    with contextlib.ExitStack() as stack:
        # What one process has compiled, all that follow need not: each stage and each command starts with it.
        env = {name: word for name, word in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        env["PYTHONUNBUFFERED"] = "1"
        if plan != "books":
            services.pango()
            env["CHROMIUM"] = services.chromium()
            env["DATABASE_URL"] = stack.enter_context(services.postgresql())
            env["REDIS_URL"] = stack.enter_context(services.redis())
        seconds["setting up"] = time.monotonic() - started
        red = through(PLANS[plan], dict(env), seconds)
    say(summary(seconds, red))
    return bool(red)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "all"))
    except Stop as reason:
        sys.exit(f"\n{reason}")
    except KeyboardInterrupt:
        sys.exit(130)
