"""The year-end previews of two hundred groups, by workers that are killed on the way: each group once, sums exact."""

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from random import Random
from urllib.parse import quote

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import Count, Sum

from core.ids import new_id
from core.money import kes
from core.periods import now
from cycles.models import Run
from groups.models import BankingGroup, Constitution, Organisation
from ledger.models import Account, Book
from ledger.operations import post
from ledger.rules import CHART, credit, debit
from members.models import Member, Person
from users.models import DataKey, User

pytestmark = [pytest.mark.race, pytest.mark.server, pytest.mark.django_db(transaction=True)]

GROUPS, FEWER, IN_BOTH_YEARS = 200, 30, 12
KILLS = {"ci": 20, "proofs": 100}[os.environ.get("HYPOTHESIS_PROFILE", "ci")]
ROOT = Path(__file__).resolve().parents[2]
SAVED = ("100.00", "33.33", "0.01")
AFTER_2024, AFTER_2025 = "2025-01-01", "2026-01-01"


@transaction.atomic
def world(count: int) -> None:
    """Three people who save in many groups. Each group earned something in 2024, some of them in 2025 as well."""
    if Organisation.objects.exists():
        call_command("flush", interactive=False, verbosity=0)
    pamoja = Organisation.objects.create(name="Pamoja")
    grace = User.objects.create(name="Grace", data_key=DataKey.make(), phone_digest="grace")
    people = [
        Person.objects.create(
            organisation=pamoja, data_key=DataKey.make(), name=name, id_number_digest=name, phone_digest=name
        )
        for name in ("Alice", "Peter", "Lucy")
    ]
    for number, group in enumerate(founded(count, pamoja, people, grace)):
        members = list(Member.objects.filter(group=group).order_by("number"))
        earns(group, members, f"{100 + number}.07", dt.date(2024, 6, 1), grace)
        if number < IN_BOTH_YEARS:
            earns(group, [], f"{7 + number}.01", dt.date(2025, 6, 1), grace)


def founded(count: int, pamoja: Organisation, people: list[Person], by: User) -> list[BankingGroup]:
    founded_on = dt.date(2020, 1, 1)
    made = BankingGroup.objects.bulk_create(
        BankingGroup(
            organisation=pamoja, data_key=DataKey.make(), name=f"Group {number}", group_code=f"G{number}",
            county="Kiambu", meeting_day="FRIDAY", registration_date=founded_on,
        )
        for number in range(count)
    )  # fmt: skip
    Constitution.objects.bulk_create(
        Constitution(group=group, version=1, effective_on=founded_on, status="ADOPTED", adopted_by=by, adopted_at=now())
        for group in made
    )
    Book.objects.bulk_create(Book(group=group) for group in made)
    Account.objects.bulk_create(Account(group=group, code=code) for group in made for code in CHART)
    Member.objects.bulk_create(
        Member(group=group, person=person, number=number, account_number=new_id().hex[-12:], joined_on=founded_on)
        for group in made
        for number, person in enumerate(people, start=1)
    )
    return made


def earns(group: BankingGroup, members: list[Member], amount: str, on: dt.date, by: User) -> None:
    saved = [credit("2010", kes(sum_), member=member.pk) for member, sum_ in zip(members, SAVED, strict=False)]
    whole = kes(amount) - sum((leg.amount for leg in saved), Decimal(0))
    legs = [debit("1010", whole, head="other_fee"), credit("4070", kes(amount)), *saved]
    post(group=group, kind="FEE", on=on, at=now(), actor=by, key=f"{new_id()}:0", legs=legs)


class Workers:
    """The program that forks workers, and what it says."""

    def __init__(self) -> None:
        of = connection.settings_dict
        host = f"{of['USER']}:{quote(of['PASSWORD'] or '')}@{of['HOST']}:{of['PORT']}"
        env = os.environ | {
            "DATABASE_URL": f"postgres://{host}/{of['NAME']}",
            "DJANGO_SETTINGS_MODULE": "tablebanking.settings.test",
            "PYTHONPATH": str(ROOT),
        }
        command = [sys.executable, "-m", "tests.faults.worker"]
        self.program = subprocess.Popen(
            command, cwd=ROOT, env=env, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert self.read() == "ready"

    def write(self, line: str) -> None:
        assert self.program.stdin
        self.program.stdin.write(f"{line}\n")
        self.program.stdin.flush()

    def read(self) -> str:
        assert self.program.stdout
        return str(self.program.stdout.readline()).strip()

    def begin(self, day: str) -> int:
        self.write(day)
        return int(self.read())

    def ended(self) -> list[int]:
        """How each ended since the last time this was asked; waits for them."""
        self.write("")
        return [int(code) for code in self.read().split()]


@pytest.fixture
def workers() -> Iterator[Workers]:
    ready = Workers()
    yield ready
    assert ready.program.stdin
    assert ready.program.stdout
    ready.program.stdin.close()
    ready.program.stdout.close()
    assert ready.program.wait(timeout=30) == 0


def runs(year: int) -> list[tuple[Decimal, Decimal, int]]:
    """What each run shares, what its parts sum to, and how many parts it has."""
    asked = Run.objects.filter(fiscal_year=year).annotate(parts=Count("allocations"), whole=Sum("allocations__amount"))
    return list(asked.values_list("distributable", "whole", "parts"))


def are_whole(year: int) -> bool:
    return all(0 < shared == whole and parts == len(SAVED) for shared, whole, parts in runs(year))


def until(count: int, year: int) -> None:
    """Until so many runs are there; a worker that is slow is waited for."""
    deadline = time.monotonic() + 60
    while Run.objects.filter(fiscal_year=year).count() < count:
        assert time.monotonic() < deadline, "the workers do nothing"
        time.sleep(0.002)


def test_killed_workers_look_at_each_group_once(transactional_db: None, workers: Workers) -> None:
    """Each dies after some groups, and then at any moment of the next one."""
    world(GROUPS)
    dice = Random(2024)
    done, killed = 0, 0
    for _ in range(KILLS):
        worker = workers.begin(AFTER_2024)
        until(min(GROUPS, done + dice.randint(0, 8)), 2024)
        time.sleep(dice.uniform(0, 0.06))
        os.kill(worker, signal.SIGKILL)
        killed += workers.ended() == [-signal.SIGKILL]
        assert are_whole(2024)
        assert len(runs(2024)) >= done
        done = len(runs(2024))
    assert killed >= min(KILLS, 20)
    workers.begin(AFTER_2024)
    assert workers.ended() == [0]
    assert (len(runs(2024)), are_whole(2024)) == (GROUPS, True)
    assert Run.objects.values("group").distinct().count() == GROUPS


def test_two_schedulers_at_once_look_at_each_group_once(transactional_db: None, workers: Workers) -> None:
    """And groups that have nothing to share get no run, however often they are looked at."""
    world(FEWER)
    for _ in range(2):
        workers.begin(AFTER_2025)
    assert workers.ended() == [0, 0]
    assert (len(runs(2025)), are_whole(2025)) == (IN_BOTH_YEARS, True)
    workers.begin(AFTER_2025)
    assert workers.ended() == [0]
    assert Run.objects.count() == IN_BOTH_YEARS
