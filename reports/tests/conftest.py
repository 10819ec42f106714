"""The small world of the members' tests, with signed-in clients, money brought to the table today, and loans."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from core.paper import printing
from core.periods import add_months, now, today
from core.tests.lasting import lasting
from groups.models import BankingGroup, RoleName
from groups.queries import constitution_on
from ledger.models import Voucher
from loans.models import Loan, Repayment
from members.models import Member
from members.tests.conftest import (
    AT,
    LUCY,
    TODAY,
    Enrol,
    Give,
    MakeUser,
    baraka,
    daniel,
    enrol,
    give,
    joseph,
    make_group,
    make_user,
    neema,
    pamoja,
    ruth,
    sarah,
    tumaini,
    umoja,
)
from reports.tests.desk import At
from reports.tests.papers import AGREED, asked_for
from savings.operations.contributions import contribute
from users.models import User
from users.operations.sessions import open_session

__all__ = [
    "AT",
    "LUCY",
    "TODAY",
    "Enrol",
    "Give",
    "MakeUser",
    "baraka",
    "daniel",
    "enrol",
    "give",
    "joseph",
    "make_group",
    "make_user",
    "neema",
    "pamoja",
    "ruth",
    "sarah",
    "tumaini",
    "umoja",
]

As = Callable[[User], APIClient]
Bring = Callable[..., Voucher]
MakeLoan = Callable[..., Loan]
Pay = Callable[..., Repayment]


def user_of(member: Member) -> User:
    assert member.person.user is not None
    return member.person.user


@dataclass
class Bringer:
    by: User

    def __call__(self, member: Member, amount: str, kind: str = "REGULAR", on: dt.date | None = None) -> Voucher:
        return contribute(member=member, kind=kind, amount=Decimal(amount), by=self.by, at=now(), on=on or today())


@pytest.fixture
def signed_in() -> As:
    """A client with a living session of this user."""

    def sign(user: User) -> APIClient:
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {open_session(user=user, at=now()).access}")
        return client

    return sign


@pytest.fixture
@lasting
def bring(ruth: User) -> Bring:
    """A contribution in cash that Ruth records at the table."""

    return Bringer(ruth)


@pytest.fixture
@lasting
def mary(umoja: BankingGroup, enrol: Enrol, give: Give) -> Member:
    member = enrol(umoja, "Mary Wanjiku")
    give(user_of(member), RoleName.CHAIR, umoja)
    return member


@pytest.fixture
@lasting
def alice(umoja: BankingGroup, enrol: Enrol) -> Member:
    return enrol(umoja, "Alice Wambui")


@pytest.fixture
@lasting
def peter(umoja: BankingGroup, enrol: Enrol) -> Member:
    return enrol(umoja, "Peter Kamau")


@pytest.fixture
@lasting
def jane(baraka: BankingGroup, enrol: Enrol) -> Member:
    return enrol(baraka, "Jane Akinyi")


@pytest.fixture
def at_desk(client: Client) -> At:
    """A browser in which this person has signed in."""

    def sit(user: User) -> Client:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sit


@pytest.fixture
@lasting
def brought(bring: Bring, mary: Member, alice: Member) -> Voucher:
    """Some money in the book, of this month."""
    bring(mary, "1000")
    return bring(alice, "500")


# Loans, as the tests of their papers find them


@pytest.fixture
def lent(bring: Bring, ruth: User) -> MakeLoan:
    """A loan of 36,000 for a year, paid out four months ago; the paper behind it is any that stands in the books."""

    def one(member: Member, *, months_ago: int = 4, **words: Any) -> Loan:
        loan = asked_for(member, ruth, **words)
        start, paper = add_months(today(), -months_ago), bring(member, "1")
        method, rate = AGREED[loan.loan_type]
        loan.status, loan.method, loan.rate_percent = "DISBURSED", method, Decimal(rate)
        loan.penalty_percent, loan.constitution = Decimal(5), constitution_on(member.group, today())
        loan.approved_on = loan.disbursed_on = start
        loan.disbursement = paper
        loan.save()
        return loan

    return one


@pytest.fixture
def pay(bring: Bring) -> Pay:
    def one(loan: Loan, amount: str, on: dt.date) -> Repayment:
        paper = bring(loan.member, "1")
        return Repayment.objects.create(
            id=paper.pk, loan=loan, voucher=paper, paid_on=on, at=now(), amount=Decimal(amount)
        )

    return one


@pytest.fixture
def hers(lent: MakeLoan, pay: Pay, alice: Member, grace: Member, joseph: User) -> Loan:
    """Alice paid the first instalment in time and most of the second late; the third is late, the fourth due today."""
    loan = lent(alice)
    assert loan.disbursed_on is not None
    pay(loan, "3360", add_months(loan.disbursed_on, 1))
    pay(loan, "3400", add_months(loan.disbursed_on, 2) + dt.timedelta(days=3))
    return loan


@pytest.fixture
def grace(umoja: BankingGroup, enrol: Enrol, give: Give) -> Member:
    member = enrol(umoja, "Grace Atieno")
    give(user_of(member), RoleName.TREASURER, umoja)
    return member


@pytest.fixture
def clerks(umoja: BankingGroup, neema: BankingGroup, make_user: MakeUser, give: Give) -> dict[str, User]:
    """Faith audits Pamoja; Samuel serves another organisation."""
    faith, samuel = make_user("Faith Achieng"), make_user("Samuel Kiprono")
    give(faith, RoleName.AUDITOR, umoja.organisation)
    give(samuel, RoleName.SERVICE_ADMIN, neema.organisation)
    return {"faith": faith, "samuel": samuel}


@pytest.fixture
def people(
    clerks: dict[str, User],
    mary: Member,
    grace: Member,
    alice: Member,
    peter: Member,
    jane: Member,
    joseph: User,
    daniel: User,
    sarah: User,
) -> dict[str, User]:
    """Everybody by first name."""
    members = {"alice": alice, "mary": mary, "grace": grace, "peter": peter, "jane": jane}
    staff = clerks | {"joseph": joseph, "daniel": daniel, "sarah": sarah}
    return staff | {name: user_of(member) for name, member in members.items()}


@pytest.fixture
def no_pango(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which every library but Pango is found."""
    masked = tmp_path / "press.py"
    masked.write_text(
        "import cffi, runpy\nreally = cffi.FFI.dlopen\n"
        "def dlopen(self, name, flags=0):\n"
        "    if 'pango' in str(name): raise OSError(name)\n"
        "    return really(self, name, flags)\n"
        f"cffi.FFI.dlopen = dlopen\nrunpy.run_path({str(printing.PRESS)!r}, run_name='__main__')\n"
    )
    monkeypatch.setattr(printing, "PRESS", masked)
