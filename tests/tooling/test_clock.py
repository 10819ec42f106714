"""The clock itself: beat and worker as processes of their own; a job fires, and what it does is seen in the database.

On Redis as on a server, and in one process with a folder as its broker as `make run` has it.
"""

import contextlib
import datetime as dt
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django_celery_beat.models import IntervalSchedule, PeriodicTask
from redis import Redis
from setting_up import ROOT

from core.ids import new_id
from groups.models import Organisation
from loans.tests.lending import Lending, months_on
from notifications.models import Message
from notifications.operations import write
from users.tests.people import person

pytestmark = [
    pytest.mark.server,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="no second process sees a database in memory"),
]

PATIENCE_SECONDS = 90
CELERY = [sys.executable, "-m", "celery", "--quiet", "-A", "tablebanking"]


@pytest.fixture(autouse=True)
def empty(transactional_db: None) -> None:
    """Another test may have left the demo world committed."""
    if Organisation.objects.exists():
        call_command("flush", interactive=False, verbosity=0)


def wait_until(holds: Callable[[], bool], what: str, log: Path) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < until, f"waited in vain for {what}\n{log.read_text(errors='replace')[-4000:]}"
        time.sleep(0.2)


SETTINGS = """
from tablebanking.settings.test import *
CELERY_BEAT_MAX_LOOP_INTERVAL = 1
CELERY_BROKER_TRANSPORT_OPTIONS = {option} if not REDIS_URL else {{}}
"""


def surroundings(folder: Path, broker: str) -> dict[str, str]:
    """For a process of its own on this test's database, with whatever it leaves on disk in the test's folder."""
    places = {
        "data_folder_in": "queue",
        "data_folder_out": "queue",
        "processed_folder": "done",
        "control_folder": "ctl",
    }
    for place in places.values():
        (folder / place).mkdir(exist_ok=True)
    options = {name: str(folder / place) for name, place in places.items()}
    (folder / "settings_of_this_clock.py").write_text(SETTINGS.format(option=repr(options)))
    known = connection.settings_dict
    name, secret = quote(str(known["USER"])), quote(str(known["PASSWORD"]))
    host = quote(str(known["HOST"]), safe="")
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "settings_of_this_clock",
        "PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)]),
        "DATABASE_URL": f"postgres://{name}:{secret}@{host}:{known['PORT'] or 5432}/{known['NAME']}",
        "REDIS_URL": broker,
    }


@contextlib.contextmanager
def running(command: list[str], env: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """In a group of its own, so that nothing it has started outlives the test."""
    with log.open("ab") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=out, stderr=out, start_new_session=True)
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[str]:
    """The Redis that the tests were given, else one of this test's own."""
    given = os.environ.get("REDIS_URL")
    if given:
        yield given
        return
    server = shutil.which("redis-server")
    assert server, "name a Redis with REDIS_URL, or install redis-server"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [server, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
    with running(command, dict(os.environ), tmp_path / "redis.log"):
        yield f"redis://127.0.0.1:{port}/0"


def every_second(task: str, queue: str) -> None:
    times, _ = IntervalSchedule.objects.get_or_create(every=1, period=IntervalSchedule.SECONDS)
    PeriodicTask.objects.create(name="every second", task=task, interval=times, queue=queue)


def a_message() -> Message:
    user = person("254799000777", "Alice")
    message = write(user=user, template="reset_code", once="clock", code="1234")
    assert message is not None
    return message


def is_sent(message: Message) -> bool:
    return Message.objects.filter(pk=message.pk, sent_at__isnull=False).exists()


def test_beat_and_worker_on_redis_do_a_job_that_has_come_due(redis: str, tmp_path: Path) -> None:
    message, queue, log = a_message(), f"clock-{new_id().hex}", tmp_path / "log"
    every_second("notifications.tasks.send_waiting", queue)
    env = surroundings(tmp_path, redis)
    beat = [*CELERY, "beat", "--pidfile", ""]
    worker = [*CELERY, "worker", "--pool=solo", "-Q", queue, "--without-gossip", "--without-mingle"]
    try:
        with running(beat, env, log), running(worker, env, log):
            wait_until(lambda: is_sent(message), "the message to go out", log)
    finally:
        with Redis.from_url(redis) as server:
            server.delete(queue, f"_kombu.binding.{queue}")


def test_one_process_without_redis_does_it_too(tmp_path: Path) -> None:
    message, queue, log = a_message(), f"clock-{new_id().hex}", tmp_path / "log"
    every_second("notifications.tasks.send_waiting", queue)
    both = [*CELERY, "worker", "-B", "--pool=solo", "-Q", queue, "--without-gossip", "--without-mingle"]
    both += ["--scheduler=django_celery_beat.schedulers:DatabaseScheduler", f"--schedule={tmp_path}/beat"]
    with running(both, surroundings(tmp_path, ""), log):
        wait_until(lambda: is_sent(message), "the message to go out", log)


# By hand, killed in the middle


NAMES = ["mary", "ruth", "esther", "alice", "peter"]


def by_hand(*words: str) -> list[str]:
    return [sys.executable, "manage.py", "jobs", *words]


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid) "
            "WHERE NOT granted AND datname = current_database()"
        )
        return bool(cursor.fetchone()[0])


def test_reminders_killed_in_the_middle_and_done_again_reach_each_once(tmp_path: Path) -> None:
    """The run comes to the third loan and waits there for somebody else's message of the same name; it is killed."""
    lending = Lending()
    loans = [lending.lent(name, "1000") for name in NAMES]
    due_on, log = months_on(1), tmp_path / "log"
    day = due_on - dt.timedelta(days=3)
    words = by_hand("run", "remind-loans", "--on", f"{day:%Y-%m-%d}")
    env = surroundings(tmp_path, "")
    late = sorted(loans, key=lambda loan: loan.pk)[2]
    due = Message.objects.filter(template="loan_due")
    with transaction.atomic():
        write(
            user=lending.mary,
            template="loan_due",
            once=f"loan:{late.pk}:{due_on}:due",
            group="",
            loan="",
            amount="",
            day="",
        )
        with running(words, env, log) as job:
            wait_until(somebody_waits, "the run to come to the third loan", log)
            job.kill()
            assert job.wait() == -signal.SIGKILL
        transaction.set_rollback(True)
    assert due.count() == 2
    for told in (3, 0):
        done = subprocess.run(words, cwd=ROOT, env=env, capture_output=True, text=True, check=True)
        assert done.stdout == f"remind-loans for {day} is done. Messages written: {told}.\n"
    assert sorted(due.values_list("user", flat=True)) == sorted(lending.users[name].pk for name in NAMES)
