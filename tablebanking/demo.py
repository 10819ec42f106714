"""The demo world: three groups, their people and six months of their money, made by the same operations as all else.

Every date is counted back from today, so the world is always fresh; all or nothing is built, in one transaction.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.db import transaction

from core.money import kes
from core.periods import NAIROBI, business_day
from groups import operations as groups
from groups.models import BankingGroup, Organisation
from ledger.models import Voucher
from meetings.models import Meeting
from meetings.operations import Brought, plan_ahead
from members import operations as members
from members.models import Member
from members.rules import Kin, Particulars
from officers import operations as officers
from officers.models import Officer
from savings import operations as savings
from savings.operations import Movement
from savings.rules import OpeningLine
from tablebanking.demo_campaigns import Campaigning
from tablebanking.demo_cast import BARAKA, GROUPS, ORGANISATIONS, PASSWORD, STAFF, UMOJA, Chama, Staff, Villager
from tablebanking.demo_loans import Lending
from tablebanking.demo_meetings import Gatherings
from tablebanking.demo_people import bring_papers, leave_a_trail, propose
from users.models import DataKey, User, phone_digest

__all__ = ["PASSWORD", "build", "is_empty"]

MEETINGS = 26
FOUNDED_DAYS_AGO = 215
LAST_MEETING_DAYS_AGO = 3


def is_empty() -> bool:
    """Nobody signs in and no organisation exists: the only state the demo world is built in."""
    return not Organisation.objects.exists() and not User.objects.exists()


@transaction.atomic
def build(*, at: dt.datetime) -> None:
    """Build the whole world as it stands at this instant. The caller has made sure that the database is empty."""
    _World(at).build()


@dataclass(frozen=True)
class _Table:
    """One meeting day of Umoja: its number from the first, its date, and a clock that moves on with each act."""

    week: int
    on: dt.date

    def at(self, minute: int) -> dt.datetime:
        return dt.datetime.combine(self.on, dt.time(14, 0), tzinfo=NAIROBI) + dt.timedelta(seconds=20 * minute)


class _World:
    """Builds the world step by step, in the order in which it happened."""

    def __init__(self, at: dt.datetime) -> None:
        self.now = at
        self.today = business_day(at)
        self.founded_on = self.today - dt.timedelta(days=FOUNDED_DAYS_AGO)
        self.password = make_password(PASSWORD)
        self.users: dict[str, User] = {}
        self.members: dict[str, Member] = {}
        self.groups: dict[str, BankingGroup] = {}
        self.organisations: dict[str, Organisation] = {}
        self.officers: dict[str, Officer] = {}

    def build(self) -> None:
        self._people()
        self._opening()
        umoja = self.groups["Umoja"]
        self.lending = Lending(self.users, self.members)
        self.gatherings = Gatherings(umoja, self.users, self.members)
        self.campaigning = Campaigning(umoja, self.users, self.members)
        for table in self._tables():
            self._meeting(table)
        self._baraka()
        self._what_waits()
        self.lending.what_waits(self.now)
        self.campaigning.what_waits(self.now)
        for group in self.groups.values():
            plan_ahead(group=group, on=self.today)
        leave_a_trail(self.officers["Joseph Mutua"], at=self.now)
        propose(self.groups["Umoja"], self.users, self.members, at=self.now)

    # People

    def _people(self) -> None:
        start = self._instant(self.founded_on, 9)
        self.organisations = {name: groups.create_organisation(name=name, at=start, by=None) for name in ORGANISATIONS}
        for one in STAFF:
            self.users[one.name] = self._staff(one.name, one.phone)
        for chama in GROUPS:
            self.groups[chama.name] = self._found(chama, start)
        for one in STAFF:
            if one.groups:
                self.officers[one.name] = self._send(one, start)
            else:
                organisation = self.organisations.get(one.organisation)
                groups.give_role(user=self.users[one.name], role=one.role, at=start, by=None, organisation=organisation)
        for chama in GROUPS:
            for villager in chama.members:
                self._join(chama, villager, start)
        bring_papers(
            [self.members[villager.name] for villager in UMOJA.members],
            by=self.users["Joseph Mutua"],
            checkers=(self.users["Ruth Chebet"], self.users["Mary Wanjiku"]),
            at=self._instant(self.founded_on, 10),
            verified_at=self._instant(self.founded_on + dt.timedelta(days=1), 10),
        )

    def _send(self, one: Staff, at: dt.datetime) -> Officer:
        """A field officer, assigned and active from the first day."""
        admin = self.users["Daniel Otieno"]
        officer = officers.register_officer(
            name=one.name,
            phone=one.phone,
            organisation=self.organisations[one.organisation],
            groups=[self.groups[name] for name in one.groups],
            by=admin,
            at=at,
        )
        return officers.activate(officer=officer, by=admin, at=at)

    def _staff(self, name: str, phone: str) -> User:
        user = User(name=name, data_key=DataKey.make(), phone_digest=phone_digest(phone), password=self.password)
        user.phone = phone
        user.save()
        return user

    def _found(self, chama: Chama, at: dt.datetime) -> BankingGroup:
        last = self.today - dt.timedelta(days=LAST_MEETING_DAYS_AGO)
        return groups.create_group(
            organisation=self.organisations[chama.organisation],
            at=at,
            by=self.users["Daniel Otieno" if chama.organisation == "Pamoja" else "Samuel Kiprono"],
            name=chama.name,
            group_code=chama.code,
            county=chama.county,
            constituency=chama.constituency,
            ward=chama.ward,
            location=chama.location,
            village=chama.village,
            meeting_day=BankingGroup.Weekday.values[last.weekday()],
            meeting_venue=chama.venue,
            registration_date=self.founded_on,
            target_amount=chama.target,
        )

    def _join(self, chama: Chama, villager: Villager, at: dt.datetime) -> None:
        admin = self.users["Daniel Otieno" if chama.organisation == "Pamoja" else "Samuel Kiprono"]
        member = members.register(
            group=self.groups[chama.name],
            particulars=Particulars(
                name=villager.name,
                id_number=villager.id_number,
                phone=villager.phone,
                date_of_birth=dt.date.fromisoformat(villager.born),
                kin=tuple(Kin(name=name, relationship=bond, phone=phone) for name, bond, phone in villager.kin),
            ),
            at=at,
            on=self.founded_on,
            by=admin,
        )
        user = members.make_sign_in(member=member, at=at, by=admin)
        user.password = self.password
        user.save(update_fields=["password"])
        if villager.office:
            groups.give_role(user=user, role=villager.office, group=member.group, at=at, by=admin)
        self.users[villager.name], self.members[villager.name] = user, member

    # Money

    def _opening(self) -> None:
        """What Umoja and Neema had when their books were taken over."""
        on, at = self.founded_on, self._instant(self.founded_on, 11)
        own = {"Mary Wanjiku": 12_000, "Grace Atieno": 8_000, "Esther Moraa": 9_000, "Beatrice Adhiambo": 15_000}
        savings.open_books(
            group=self.groups["Umoja"],
            lines=[
                OpeningLine("1010", kes(45_000)),
                OpeningLine("1020", kes(60_000)),
                OpeningLine("2020", kes(4_500)),
                *(OpeningLine("2010", kes(amount), self.members[name].id) for name, amount in own.items()),
            ],
            by=self.users["Daniel Otieno"],
            at=at,
            on=on,
            reason="From the paper book, page 41",
        )
        savings.open_books(
            group=self.groups["Neema"],
            lines=[
                OpeningLine("1010", kes(6_500)),
                OpeningLine("2010", kes(6_000), self.members["Kevin Odhiambo"].id),
            ],
            by=self.users["Samuel Kiprono"],
            at=at,
            on=on,
            reason="From the paper book",
        )

    def _tables(self) -> Iterator[_Table]:
        """The weekly meetings, the newest three days ago."""
        newest = self.today - dt.timedelta(days=LAST_MEETING_DAYS_AGO)
        for week in range(MEETINGS):
            yield _Table(week, newest - dt.timedelta(weeks=MEETINGS - 1 - week))

    def _meeting(self, table: _Table) -> None:
        gatherings, campaigning = self.gatherings, self.campaigning
        meeting = gatherings.begin(table.week, table.on, table.at(0))
        campaigning.at_the_table(table.week, table.at(1))
        for seat, villager in enumerate(UMOJA.members):
            lines = [*self._lines(table.week, villager, seat), *campaigning.lines(table.week, villager.name)]
            pays_by_phone = villager.name == "Lucy Nyambura" and table.week % 3 == 2
            receipt = f"SJ{table.week:02d}K7LUCY" if pays_by_phone else ""
            gatherings.bring(table.week, meeting, villager.name, lines, at=table.at(10 + seat), receipt=receipt)
        self._events(table, meeting)
        self.lending.at_the_table(table.week, table.on, table.at(150), meeting)
        gatherings.end(table.week, meeting, table.at(160))
        if table.week in {21, 24}:
            self._visit(table)

    @staticmethod
    def _lines(week: int, villager: Villager, seat: int) -> list[Brought]:
        """Savings each week, and in turn what the other funds ask for."""
        # Peter brought twice as much in his first four weeks, which makes his savings 30,000.00.
        twice = villager.name == "Peter Kamau" and week < 4
        lines = [Brought("REGULAR", villager.weekly * 2 if twice else villager.weekly)]
        if week % 4 == 0:
            lines.append(Brought("WELFARE", kes(100)))
        if week % 4 == 1:
            lines.append(Brought("PROJECT", kes(300)))
        if week % 8 == 2 and seat % 3 == 0:
            lines.append(Brought("ECD", kes(150)))
        return lines

    def _events(self, table: _Table, meeting: Meeting) -> None:
        """What else happened at the table, week by week."""
        if table.week % 4 == 3:
            self._move("BANKING", 20_000, "Surplus of the month", table, meeting, source="CASH_BOX", to="BANK")
            self._move("CHARGE", 120, "Ledger fee of the bank", table, meeting, source="BANK")
        if table.week % 6 == 5:
            self._move("EXPENSE", 350, "Receipt books and pens", table, meeting)
        if table.week == 4:
            self._move("EXTERNAL_IN", 50_000, "Seed money of the county women's fund", table, meeting, to="BANK")
        if table.week == 16:
            self._move("EXTERNAL_OUT", 10_000, "First part of the seed money", table, meeting, source="BANK")
        if table.week == 18:
            self._hospital(table, meeting)
        if table.week == 20:
            self._withdrawal("Agnes Mueni", 2_000, table, meeting)
        if table.week == 22:
            self._slip(table)

    def _hospital(self, table: _Table, meeting: Meeting) -> None:
        payout = self._move(
            "WELFARE_PAYOUT", 3_000, "Five days in hospital", table, meeting, by="Ruth Chebet", member="Naomi Cherono"
        )
        savings.verify(voucher=payout, by=self.users["Esther Moraa"], at=table.at(130))

    def _slip(self, table: _Table) -> None:
        """A figure typed wrong, and put right at once."""
        wrong = savings.contribute(
            member=self.members["Hannah Wangui"],
            kind="REGULAR",
            amount=kes(5_000),
            by=self.users["Grace Atieno"],
            at=table.at(140),
            on=table.on,
        )
        savings.reverse(
            voucher=wrong, by=self.users["Grace Atieno"], at=table.at(141), reason="Typed 5,000 instead of 500"
        )

    def _move(
        self, kind: str, amount: int, reason: str, table: _Table, meeting: Meeting, *, by: str = "Grace Atieno",
        member: str = "", source: str = "", to: str = "",
    ) -> Voucher:  # fmt: skip
        """A movement at the table."""
        movement = Movement(
            kind=kind,
            amount=kes(amount),
            reason=reason,
            member=self.members.get(member),
            event="HOSPITAL" if kind == "WELFARE_PAYOUT" else "",
            source=source,
            to=to,
            meeting_id=meeting.pk,
        )
        umoja = self.groups["Umoja"]
        return savings.move_cash(group=umoja, movement=movement, by=self.users[by], at=table.at(120), on=table.on)

    def _withdrawal(self, name: str, amount: int, table: _Table, meeting: Meeting) -> None:
        paper = savings.request_withdrawal(
            member=self.members[name],
            amount=kes(amount),
            by=self.users["Grace Atieno"],
            at=table.at(135),
            on=table.on,
            meeting_id=meeting.pk,
        )
        savings.verify(voucher=paper, by=self.users["Mary Wanjiku"], at=table.at(136))

    def _visit(self, table: _Table) -> None:
        """Joseph collects from Naomi at her home the day after, and hands the first collection over at the table."""
        joseph, grace = self.users["Joseph Mutua"], self.users["Grace Atieno"]
        on = table.on + dt.timedelta(days=1)
        at = self._instant(on, 10)
        savings.contribute(
            member=self.members["Naomi Cherono"], kind="REGULAR", amount=kes(700), by=joseph, at=at, on=on
        )
        if table.week == 21:
            over = Movement(kind="HANDOVER", amount=kes(700), reason="Collected at Naomi's home", to="CASH_BOX")
            later = at + dt.timedelta(hours=2)
            paper = savings.move_cash(group=self.groups["Umoja"], movement=over, by=joseph, at=later, on=on)
            savings.verify(voucher=paper, by=grace, at=later + dt.timedelta(minutes=5))

    def _baraka(self) -> None:
        """Joseph visits Jane each week and banks what he collected once a month."""
        joseph, group = self.users["Joseph Mutua"], self.groups["Baraka"]
        for table in self._tables():
            on = table.on + dt.timedelta(days=1)
            at = self._instant(on, 16)
            weekly = BARAKA.members[0].weekly
            savings.contribute(
                member=self.members["Jane Akinyi"], kind="REGULAR", amount=weekly, by=joseph, at=at, on=on
            )
            if table.week % 4 == 3:
                bank = Movement(kind="BANKING", amount=weekly * 4, reason="Collections of the month", source="OFFICER")
                savings.move_cash(group=group, movement=bank, by=joseph, at=at + dt.timedelta(hours=1), on=on)

    def _what_waits(self) -> None:
        """Papers that wait for a second pair of eyes today."""
        waiting = (("Alice Wambui", 500, "SJQ41ALICE"), ("Jane Akinyi", 300, "SJQ52JANEA"), ("Kevin Odhiambo", 400, ""))
        for name, amount, receipt in waiting:
            savings.contribute(
                member=self.members[name],
                kind="REGULAR",
                amount=kes(amount),
                by=self.users[name],
                at=self.now,
                on=self.today,
                method="MPESA" if receipt else "CASH",
                receipt_number=receipt,
            )
        savings.request_withdrawal(
            member=self.members["Hannah Wangui"],
            amount=kes(1_000),
            by=self.users["Hannah Wangui"],
            at=self.now,
            on=self.today,
        )
        birth = Movement(
            "WELFARE_PAYOUT", kes(2_000), "A daughter", member=self.members["Joyce Kemunto"], event="BIRTH"
        )
        savings.move_cash(
            group=self.groups["Umoja"], movement=birth, by=self.users["Mary Wanjiku"], at=self.now, on=self.today
        )

    @staticmethod
    def _instant(day: dt.date, hour: int) -> dt.datetime:
        return dt.datetime.combine(day, dt.time(hour), tzinfo=NAIROBI)
