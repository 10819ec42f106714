"""Umoja sits today: what its people send over HTTP from roll call to seal."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from campaigns import operations as campaigns
from campaigns.models import GroupCampaign
from campaigns.operations import Idea
from core.money import kes
from core.periods import now
from loans.models import Loan
from loans.tests.asking import paid_out
from loans.tests.world import World
from meetings.models import Meeting
from savings import operations as savings
from savings.models import Fine
from savings.tests.doors import Door

NAMES = ("mary", "grace", "ruth", "esther", "alice", "peter", "lucy", "agnes")
# The doors read the clock, so this table sits today.
DAY = dt.timedelta(days=1)


@dataclass
class Sitting:
    """Umoja, with 120,000 in its box (Alice saved 90,000, Peter 30,000)."""

    world: World = field(default_factory=lambda: World(at=now()))

    def door(self, name: str | None = "grace") -> Door:
        """Somebody's signed-in client, Grace's unless another is named."""
        return Door(self.world, name)

    def id_of(self, name: str) -> str:
        return str(self.world.members[name].pk)

    @property
    def today(self) -> str:
        return self.world.today.isoformat()

    @property
    def meetings(self) -> str:
        return f"savings-groups/groups/{self.world.umoja.pk}/meetings"

    @property
    def roll(self) -> str:
        return f"savings-groups/groups/{self.world.umoja.pk}/attendance"

    @property
    def counts(self) -> str:
        return f"groups/{self.world.umoja.pk}/cash-counts"

    def marks(self, day: str | None = None, **said: str) -> dict[str, Any]:
        """A roll call of today: everybody is here, but who is said to be otherwise."""
        records = [{"member_id": self.id_of(name), "status": said.get(name, "PRESENT")} for name in NAMES]
        return {"meeting_date": day or self.today, "records": records}

    # What went before

    def plans(self, day: dt.date | None = None) -> Meeting:
        """A meeting that is planned, for today unless another day is named."""
        body = {"meeting_date": (day or self.world.today).isoformat()}
        return self.meeting(self.door().post(self.meetings, body))

    def opens(self) -> Meeting:
        """The roll is called, so the meeting is open."""
        return self.meeting(self.door().post(self.roll, self.marks()))

    def counted(self, meeting: Meeting, *, thousands: int = 120, **more: Any) -> Any:
        """The box at the closing."""
        body = {"moment": "CLOSING", "denominations": {"1000": thousands}} | more
        return self.door().post(f"meetings/{meeting.pk}/count", body)

    def sealed(self) -> Meeting:
        """A meeting from roll call to seal, at which nothing else happened."""
        meeting = self.opens()
        assert self.counted(meeting).status_code == 200
        return self.meeting(self.door().post(f"meetings/{meeting.pk}/seal"))

    def meeting(self, answer: Any) -> Meeting:
        assert answer.status_code in {200, 201}, answer.content
        return Meeting.objects.select_related("group").get(pk=answer.json()["id"])

    def brings(self, meeting: Meeting, *lines: dict[str, Any], name: str = "peter", **more: Any) -> dict[str, Any]:
        """The body of a collection in cash."""
        return {"member_id": self.id_of(name), "lines": list(lines), "payment_method": "CASH"} | more

    # What members owe and were asked for

    def fined(self, name: str = "peter", amount: str = "50") -> Fine:
        world = self.world
        why: dict[str, Any] = {"amount": kes(amount), "reason": "Shouted at the chair", "due_on": world.today}
        return savings.impose(member=world.members[name], by=world.mary, at=world.at, on=world.today, **why)

    def lent(self, name: str = "peter", amount: str = "10000") -> Loan:
        return paid_out(self.world, name, amount)

    def asked(self, group: str = "Umoja") -> GroupCampaign:
        """A water tank that Umoja has accepted; next door it is still being voted on."""
        world = self.world
        idea = Idea(
            name=f"A tank for {group}",
            target_amount=kes("1000"),
            starts_on=world.today,
            ends_on=world.today + 60 * DAY,
        )
        organisation = world.groups[group].organisation
        tank = campaigns.create_campaign(organisation=organisation, idea=idea, by=world.daniel, at=world.at)
        asked = campaigns.assign(campaign=tank, group=world.groups[group], by=world.daniel, at=world.at)
        if group == "Umoja":
            for name in ("mary", "grace", "ruth", "esther", "alice"):
                asked = campaigns.vote(group_campaign=asked, choice="YES", by=world.users[name], at=world.at)
        return asked


def line(kind: str, amount: str = "500.00", **about: Any) -> dict[str, Any]:
    return {"kind": kind, "amount": amount} | {name: str(row.pk) for name, row in about.items()}
