"""A campaign as the tests know it: Pamoja asks Umoja about a water tank of 1,000.00.

Umoja has seven active members in `savings.tests.chama`: Mary, Grace, Ruth, Esther, Alice, Peter and Lucy, of whom Lucy
does not sign in. Four yes votes are more than half.
"""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from campaigns import operations, queries
from campaigns.models import GroupCampaign, TargetCampaign
from campaigns.operations import Idea
from core.errors import NotFound
from core.ids import new_id
from core.money import kes
from groups.models import BankingGroup
from ledger.models import Voucher
from savings.operations.tables import Keeper
from savings.tests.chama import AT, TODAY, Chama

DAY = dt.timedelta(days=1)
ENDS_ON = TODAY + 60 * DAY
FOUR = ("mary", "grace", "ruth", "esther")


def idea(**words: Any) -> Idea:
    usual: dict[str, Any] = {
        "name": "A water tank",
        "target_amount": kes("1000"),
        "starts_on": TODAY,
        "ends_on": ENDS_ON,
    }
    return Idea(**usual | words)


@dataclass
class Drive:
    """The chama, the campaign of its organisation, and Umoja's part in it."""

    chama: Chama
    tank: TargetCampaign = field(init=False)
    asked: GroupCampaign = field(init=False)

    def __post_init__(self) -> None:
        self.tank = self.founded()
        self.asked = self.assigned(self.tank)

    def founded(self, **words: Any) -> TargetCampaign:
        organisation = self.chama.umoja.organisation
        return operations.create_campaign(organisation=organisation, idea=idea(**words), by=self.chama.daniel, at=AT)

    def assigned(self, campaign: TargetCampaign, group: str = "Umoja", **words: Any) -> GroupCampaign:
        given = {"at": AT} | words
        return operations.assign(campaign=campaign, group=self.chama.groups[group], by=self.chama.daniel, **given)

    def says(self, name: str, choice: str = "YES", **words: Any) -> GroupCampaign:
        """Somebody votes, for herself unless the words say otherwise."""
        given = {"at": AT} | words
        by = given.pop("by", name)
        if by != name:
            given["member"] = self.chama.members[name]
        return operations.vote(group_campaign=self.asked, choice=choice, by=self.chama.users[by], **given)

    def accepted(self) -> "Drive":
        for name in FOUR:
            self.says(name)
        return self

    def brings(self, name: str, amount: str, by: str = "grace", **words: Any) -> Voucher:
        given = {"at": AT, "on": TODAY} | words
        return operations.contribute(
            group_campaign=self.asked,
            member=self.chama.members[name],
            amount=kes(amount),
            by=self.chama.users[by],
            **given,
        )

    def completed(self) -> "Drive":
        """Alice brought 600.00 of it and Peter 400.00."""
        self.accepted()
        self.brings("alice", "600")
        self.brings("peter", "400")
        return self

    def gives_back(self, **words: Any) -> list[Voucher]:
        given: dict[str, Any] = {"at": AT, "reason": "The tank was cheaper"} | words
        return operations.give_back(group_campaign=self.asked, by=self.chama.daniel, **given)

    # What is so now

    @property
    def now(self) -> GroupCampaign:
        return queries.group_campaign_by_id(self.asked.pk)

    @property
    def status(self) -> str:
        return self.now.status

    @property
    def poll(self) -> tuple[int, int, int]:
        poll = queries.polls([self.now])[self.asked.pk]
        return poll.yes, poll.no, poll.active

    @property
    def money(self) -> tuple[Decimal, Decimal]:
        """What was brought, and what is left."""
        money = queries.money_of([self.asked])[self.asked.pk]
        return money.contributed, money.left


class OneTable:
    """A keeper of meetings with one open meeting of one group: what the room of meetings tells the savings room."""

    def __init__(self, group: BankingGroup) -> None:
        self.group, self.meeting_id = group, new_id()

    @property
    def keeper(self) -> Keeper:
        return Keeper(self._hold, self._open_now, self._day_of)

    def _hold(self, group: BankingGroup, meeting_id: UUID) -> None:
        if (group.pk, meeting_id) != (self.group.pk, self.meeting_id):
            raise NotFound

    def _open_now(self, group: BankingGroup) -> UUID | None:
        return self.meeting_id if group.pk == self.group.pk else None

    def _day_of(self, group: BankingGroup, meeting_id: UUID) -> dt.date:
        self._hold(group, meeting_id)
        return TODAY
