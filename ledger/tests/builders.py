"""Small worlds for the ledger's tests: a group, its members, an officer, and the legs of everyday acts."""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from uuid import UUID

from core.ids import new_id
from core.money import kes
from groups.models import BankingGroup, Organisation
from ledger.models import Entry
from ledger.operations import post
from ledger.rules import Leg, credit, debit
from members.models import Member, Person
from users.models import DataKey, User

NOON = dt.datetime(2026, 3, 20, 9, tzinfo=dt.UTC)
TODAY = dt.date(2026, 3, 20)
_numbers = count(1)


def make_user(name: str) -> User:
    return User.objects.create(name=name, data_key=DataKey.make(), phone_digest=new_id().hex)


def make_group(name: str) -> BankingGroup:
    code = f"{name[:3].upper()}{next(_numbers)}"
    organisation = Organisation.objects.create(name=f"Service of {name} {code}")
    return BankingGroup.objects.create(
        organisation=organisation, data_key=DataKey.make(), name=name, group_code=code, county="Nakuru",
        meeting_day="FRIDAY", registration_date=dt.date(2020, 1, 1),
    )  # fmt: skip


def make_member(group: BankingGroup, name: str, number: int) -> Member:
    person = Person.objects.create(
        organisation=group.organisation, data_key=DataKey.make(), name=name, id_number_digest=new_id().hex,
        phone_digest=new_id().hex,
    )  # fmt: skip
    return Member.objects.create(
        group=group, person=person, number=number, account_number=new_id().hex[-12:], joined_on=dt.date(2020, 1, 1)
    )


@dataclass
class Table:
    """One group at its table: Alice and Beth are members, Tom is the treasurer who records, Faith the field officer."""

    name: str = "Umoja"
    group: BankingGroup = field(init=False)
    alice: Member = field(init=False)
    beth: Member = field(init=False)
    tom: User = field(init=False)
    faith: User = field(init=False)

    def __post_init__(self) -> None:
        self.group = make_group(self.name)
        self.alice = make_member(self.group, "Alice", 1)
        self.beth = make_member(self.group, "Beth", 2)
        self.tom = make_user("Tom")
        self.faith = make_user("Faith")

    def post(
        self, legs: list[Leg], *, kind: str = Entry.Kind.CONTRIBUTION, on: dt.date = TODAY, key: str = "",
        at: dt.datetime = NOON, is_fact: bool = False,
    ) -> Entry:  # fmt: skip
        return post(
            group=self.group, kind=kind, on=on, at=at, actor=self.tom, key=key or fresh_key(), legs=legs,
            is_fact=is_fact,
        )  # fmt: skip

    def save(self, amount: str, member: Member | None = None, **how: object) -> Entry:
        """A regular contribution into the cash box."""
        return self.post(saving(member or self.alice, amount), **how)  # type: ignore[arg-type]

    def withdraw(self, amount: str, member: Member | None = None, **how: object) -> Entry:
        legs = withdrawal(member or self.alice, amount)
        return self.post(legs, kind=Entry.Kind.WITHDRAWAL, **how)  # type: ignore[arg-type]

    def bank(self, amount: str, *, opening: bool = False, **how: object) -> Entry:
        """Cash from the box to the bank; `opening` puts it into the box first."""
        if opening:
            self.save(amount, **how)  # type: ignore[arg-type]
        legs = [debit("1020", kes(amount), head="banking"), credit("1010", kes(amount), head="banking")]
        return self.post(legs, kind=Entry.Kind.MOVEMENT, **how)  # type: ignore[arg-type]


def fresh_key() -> str:
    return f"{new_id()}:1"


def saving(member: Member, amount: str | Decimal) -> list[Leg]:
    return [
        debit("1010", kes(amount), head="regular_savings"),
        credit("2010", kes(amount), member=member.pk),
    ]


def withdrawal(member: Member, amount: str | Decimal) -> list[Leg]:
    return [debit("2010", kes(amount), member=member.pk), credit("1010", kes(amount), head="withdrawal")]


def contribution(
    fund: str, head: str, amount: str, *, member: UUID | None = None, subject: UUID | None = None
) -> list[Leg]:
    return [debit("1010", kes(amount), head=head), credit(fund, kes(amount), member=member, subject=subject)]


def payout(fund: str, head: str, amount: str, *, member: UUID | None = None, subject: UUID | None = None) -> list[Leg]:
    return [debit(fund, kes(amount), member=member, subject=subject), credit("1010", kes(amount), head=head)]
