"""Pamoja and its officers: the table of the savings tests, where Joseph and Brian serve Umoja by a post."""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from rest_framework.test import APIClient

from groups.models import BankingGroup, Organisation
from officers.models import Officer
from officers.operations import Fix, activate, register_officer
from savings.tests.chama import AT, Chama
from users.tests.people import person


@dataclass
class Service(Chama):
    """`service.posts["joseph"]` is Joseph's post, `service.joseph` the user."""

    posts: dict[str, Officer] = field(default_factory=dict)

    @property
    def pamoja(self) -> Organisation:
        return self.umoja.organisation

    @property
    def baraka(self) -> BankingGroup:
        return self.groups["Baraka"]

    @property
    def neema(self) -> BankingGroup:
        return self.groups["Neema"]

    def hire(self, name: str, group: BankingGroup) -> None:
        """Registered, given the group, activated: as people do it."""
        self.users[name] = person(f"2547990000{len(self.users):02d}", name.title())
        self.register(name, group)
        activate(officer=self.posts[name], by=self.sarah, at=AT)

    def register(self, name: str, *groups: BankingGroup) -> Officer:
        """A post at Pamoja for somebody who is known."""
        user = self.users[name]
        self.posts[name] = register_officer(
            name=user.name, phone=user.phone, organisation=self.pamoja, by=self.sarah, at=AT, groups=groups
        )
        return self.posts[name]

    def post(self, name: str) -> Officer:
        """The post as it is now."""
        return Officer.objects.select_related("organisation", "user__data_key").get(pk=self.posts[name].pk)

    def visits(self, amount: str, *, by: str = "joseph", whom: str = "alice", **more: Any) -> Any:
        """Cash taken away from the table: into the officer's hands."""
        return self.brings(whom, amount, by=by, **more)

    def client(self, name: str | None = None) -> APIClient:
        client = APIClient()
        if name:
            client.force_authenticate(self.users[name])
        return client


def fix(**said: Any) -> Fix:
    """A position in Kakamega, at the table's instant."""
    usual: dict[str, Any] = {
        "latitude": Decimal("0.284"),
        "longitude": Decimal("34.752"),
        "accuracy": Decimal(20),
        "activity_type": "MEMBER_VISIT",
        "recorded_at": AT,
    }
    return Fix(**(usual | said))


def sent(at: dt.datetime, **said: Any) -> dict[str, Any]:
    """A position as a phone sends it."""
    usual = {
        "latitude": 0.284,
        "longitude": 34.752,
        "accuracy": 20,
        "activity_type": "TRAVEL",
        "recorded_at": at.isoformat(),
    }
    return usual | said


def refused(answer: Any) -> tuple[int, str]:
    assert answer["Content-Type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]
