"""The campaigns of the demo world: one that Umoja took up and brings money to, one that it votes on now."""

import datetime as dt
from collections.abc import Mapping

from campaigns import operations as campaigns
from campaigns.models import GroupCampaign
from campaigns.operations import Idea
from core.money import kes
from core.periods import business_day
from groups.models import BankingGroup
from meetings.operations import Brought
from members.models import Member
from users.models import User

ADMIN = "Daniel Otieno"
ROOF_WEEK = 14
ROOF_VOTES = (
    "Mary Wanjiku", "Grace Atieno", "Ruth Chebet", "Peter Kamau", "Esther Moraa", "Agnes Mueni", "Alice Wambui",
)  # fmt: skip
# Who brought 300.00 to the roof, in which week.
ROOF_BROUGHT = {16: ("Mary Wanjiku", "Peter Kamau", "Alice Wambui"), 20: ("Grace Atieno", "Agnes Mueni")}
TANK_VOTES = {
    "Mary Wanjiku": "YES", "Esther Moraa": "YES", "Peter Kamau": "YES", "Agnes Mueni": "YES", "Hannah Wangui": "NO",
}  # fmt: skip


class Campaigning:
    """What Pamoja proposed to Umoja, and what Umoja said."""

    def __init__(self, group: BankingGroup, users: Mapping[str, User], members: Mapping[str, Member]) -> None:
        self.group, self.users, self.members = group, users, members
        self.roof: GroupCampaign | None = None

    def at_the_table(self, week: int, at: dt.datetime) -> None:
        if week != ROOF_WEEK:
            return
        on = business_day(at)
        idea = Idea(
            name="A roof for the dispensary",
            description="Iron sheets for the waiting room at Mulundi, where mothers wait in the sun.",
            target_amount=kes(3_600),
            amount_per_member=kes(300),
            starts_on=on,
            ends_on=on + dt.timedelta(weeks=20),
        )
        self.roof = self._proposed(idea, at)
        for name in ROOF_VOTES:
            self.roof = self._vote(self.roof, name, "YES", at)

    def lines(self, week: int, name: str) -> list[Brought]:
        """What this member brings to the roof this week."""
        if self.roof is None or name not in ROOF_BROUGHT.get(week, ()):
            return []
        return [Brought("CAMPAIGN", kes(300), campaign=self.roof)]

    def what_waits(self, at: dt.datetime) -> None:
        """Today Umoja votes on a water tank."""
        on = business_day(at)
        idea = Idea(
            name="A water tank for the school",
            description="Ten thousand litres at Mulundi primary school; the parents lay the base themselves.",
            target_amount=kes(60_000),
            amount_per_member=kes(5_000),
            starts_on=on,
            ends_on=on + dt.timedelta(days=120),
        )
        tank = self._proposed(idea, at)
        for name, choice in TANK_VOTES.items():
            tank = self._vote(tank, name, choice, at)

    def _proposed(self, idea: Idea, at: dt.datetime) -> GroupCampaign:
        admin = self.users[ADMIN]
        campaign = campaigns.create_campaign(organisation=self.group.organisation, idea=idea, by=admin, at=at)
        return campaigns.assign(campaign=campaign, group=self.group, by=admin, at=at)

    def _vote(self, asked: GroupCampaign, name: str, choice: str, at: dt.datetime) -> GroupCampaign:
        return campaigns.vote(group_campaign=asked, choice=choice, by=self.users[name], at=at)
