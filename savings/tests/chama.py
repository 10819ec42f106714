"""The group these tests sit with: Umoja, its officers and members, and next door Baraka and Neema."""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.apps import apps

from core.money import kes
from core.periods import business_day
from groups.models import BankingGroup, GroupRole, Organisation, RoleName
from groups.operations import create_group, create_organisation, give_role
from ledger.models import Voucher
from ledger.queries import balances
from ledger.verify import check_books
from members.models import Member
from members.operations import join, make_sign_in, register
from members.rules import Particulars
from savings import operations
from savings.fines import due_of
from savings.models import Fine
from savings.operations import Movement, Table
from savings.queries import voucher_by_id
from users.models import User
from users.tests.people import person

AT = dt.datetime(2026, 3, 20, 9, tzinfo=dt.UTC)
TODAY = dt.date(2026, 3, 20)
FOUNDED = dt.date(2025, 1, 15)
OFFICES = {
    "mary": RoleName.CHAIR,
    "grace": RoleName.TREASURER,
    "ruth": RoleName.SECRETARY,
    "esther": RoleName.COMMITTEE,
}


@dataclass
class Chama:
    """Umoja at its table. Mary, Grace, Ruth and Esther hold office; Joseph serves it; Alice, Peter and Lucy are
    members, Lucy without a sign-in. Jane belongs to Baraka, Kevin to Neema of another organisation. Daniel is Pamoja's
    service admin."""

    at: dt.datetime = AT
    users: dict[str, User] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    groups: dict[str, BankingGroup] = field(default_factory=dict)

    def __post_init__(self) -> None:
        sarah = self._staff("sarah", RoleName.SYSTEM_ADMIN)
        pamoja = create_organisation(name="Pamoja", at=AT, by=sarah)
        tumaini = create_organisation(name="Tumaini", at=AT, by=sarah)
        for name, organisation in [("Umoja", pamoja), ("Baraka", pamoja), ("Neema", tumaini)]:
            self.groups[name] = _group(name, organisation, sarah)
        self._staff("daniel", RoleName.SERVICE_ADMIN, organisation=pamoja)
        self._staff("faith", RoleName.AUDITOR, organisation=pamoja)
        # Each group next door has a chair, so that nobody stands in for its offices.
        self._staff("rose", RoleName.CHAIR, group=self.groups["Baraka"])
        self._staff("nancy", RoleName.CHAIR, group=self.groups["Neema"])
        self.hire("joseph", self.umoja)
        self.hire("brian", self.umoja)
        for name in ["mary", "grace", "ruth", "esther", "alice", "peter"]:
            self.enrol(name, self.umoja)
        self.enrol("lucy", self.umoja, sign_in=False)
        self.enrol("jane", self.groups["Baraka"])
        self.enrol("kevin", self.groups["Neema"])
        for name, office in OFFICES.items():
            give_role(user=self.users[name], role=office, group=self.umoja, at=AT, by=sarah)

    @property
    def today(self) -> dt.date:
        return business_day(self.at)

    @property
    def umoja(self) -> BankingGroup:
        return self.groups["Umoja"]

    def __getattr__(self, name: str) -> User:
        """`chama.mary` is Mary who signs in; her membership is `chama.members["mary"]`."""
        users: dict[str, User] = self.__dict__.get("users", {})
        if name not in users:
            raise AttributeError(name)
        return users[name]

    def _staff(self, name: str, role: RoleName, **scope: Any) -> User:
        user = person(f"2547990000{len(self.users):02d}", name.title())
        self.users[name] = user
        give_role(user=user, role=role, at=AT, by=None, **scope)
        return user

    def hire(self, name: str, group: BankingGroup) -> None:
        """A field officer who serves a group."""
        self._staff(name, RoleName.FIELD_OFFICER, group=group)

    def serve(self, name: str, group: BankingGroup) -> None:
        """Somebody known serves a group as its field officer as well."""
        give_role(user=self.users[name], role=RoleName.FIELD_OFFICER, group=group, at=AT, by=self.sarah)

    def enrol(
        self, name: str, group: BankingGroup, *, sign_in: bool = True, on: dt.date = dt.date(2025, 1, 15)
    ) -> None:
        number = len(self.members)
        member = register(
            group=group,
            particulars=Particulars(
                name=f"{name.title()} wa {group.name}",
                id_number=f"300000{number:02d}",
                phone=f"2547880000{number:02d}",
                date_of_birth=dt.date(1990, 1, 1),
            ),
            at=AT,
            on=on,
            by=self.sarah,
        )
        if sign_in:
            self.users[name] = make_sign_in(member=member, at=AT, by=self.sarah)
        self.members[name] = Member.objects.select_related("group__organisation", "person__data_key").get(pk=member.pk)

    def join(self, name: str, group: BankingGroup) -> None:
        """Somebody the organisation knows joins a second group."""
        join(group=group, person=self.members[name].person, at=AT, on=TODAY, by=self.sarah)

    def end(self, name: str, role: RoleName) -> None:
        GroupRole.objects.filter(user=self.users[name], role=role).update(until=AT)

    # Everyday acts

    def sits(self, on: dt.date | None = None, group: BankingGroup | None = None) -> Table:
        """The table of a day, open: the room that keeps meetings stands above this one."""
        group = group or self.umoja
        meeting = apps.get_model("meetings", "Meeting").objects.create(
            group=group,
            meeting_date=on or self.today,
            status="OPEN",
            opened_by=self.users["mary"],
            opened_at=self.at,
            data_key=group.data_key,
        )
        return Table(meeting.pk)

    def brings(self, name: str, amount: str, *, by: str = "grace", kind: str = "REGULAR", **more: Any) -> Voucher:
        """Grace (or `by`) records a contribution for somebody."""
        given = {"at": self.at, "on": self.today} | more
        return operations.contribute(
            member=self.members[name], kind=kind, amount=kes(amount), by=self.users[by], **given
        )

    def fines(self, name: str, amount: str = "100", *, by: str = "ruth", **words: Any) -> Fine:
        """Ruth (or `by`) imposes a fine on somebody by hand."""
        given: dict[str, Any] = {"reason": "Her phone rang", "due_on": self.today, "on": self.today, "at": self.at}
        given |= words
        return operations.impose(member=self.members[name], amount=kes(amount), by=self.users[by], **given)

    def pays(self, name: str, amount: str, *, by: str = "grace", **more: Any) -> Voucher:
        """Grace (or `by`) records money for somebody's fines."""
        given = {"at": self.at, "on": self.today} | more
        return operations.pay_fine(member=self.members[name], amount=kes(amount), by=self.users[by], **given)

    def waives(self, name: str, fine: Fine, reason: str = "She was ill", at: dt.datetime | None = None) -> Fine:
        return operations.waive(fine=fine, by=self.users[name], at=at or self.at, reason=reason)

    def asks(self, name: str, amount: str, *, by: str = "grace", **more: Any) -> Voucher:
        """A withdrawal is recorded, and waits."""
        given = {"at": self.at, "on": self.today} | more
        return operations.request_withdrawal(member=self.members[name], amount=kes(amount), by=self.users[by], **given)

    def moves(self, kind: str, amount: str, **words: Any) -> Voucher:
        """A cash movement of Umoja, by Grace and today unless the words say otherwise."""
        by, on = words.pop("by", "grace"), words.pop("on", self.today)
        movement = Movement(kind=kind, amount=kes(amount), reason=words.pop("reason", "as agreed"), **words)
        return operations.move_cash(group=self.umoja, movement=movement, by=self.users[by], at=self.at, on=on)

    def verifies(self, name: str, voucher: Voucher, at: dt.datetime | None = None) -> Voucher:
        return operations.verify(voucher=voucher, by=self.users[name], at=at or self.at)

    def reverses(
        self, name: str, voucher: Voucher, reason: str = "counted twice", at: dt.datetime | None = None
    ) -> Voucher:
        return operations.reverse(voucher=voucher, by=self.users[name], at=at or self.at, reason=reason)

    # What the books say

    def holds(self, code: str, whose: str | None = None) -> Decimal:
        """An account's balance now; of a member, or of an officer on 1040."""
        holder: UUID | None = None
        if whose:
            holder = self.users[whose].pk if code == "1040" else self.members[whose].pk
        return balances.balance(self.umoja, code, holder)

    def fresh(self, voucher: Voucher) -> Voucher:
        return voucher_by_id(voucher.pk)

    def owes(self, *fines: Fine) -> list[tuple[str, str]]:
        """Of each fine, what it is now and what is still due on it."""
        rows = Fine.objects.in_bulk([fine.pk for fine in fines])
        dues = due_of(rows.values())
        return [(rows[fine.pk].status, f"{dues[fine.pk]:.2f}") for fine in fines]

    def is_reversed(self, voucher: Voucher) -> bool:
        return Voucher.objects.filter(reverses=voucher).exists()

    @property
    def books_are_proven(self) -> bool:
        return check_books(self.umoja) == []


def _group(name: str, organisation: Organisation, by: User) -> BankingGroup:
    return create_group(
        organisation=organisation,
        at=AT,
        by=by,
        name=name,
        group_code=f"GRP-{name.upper()}",
        county="Kiambu",
        meeting_day=BankingGroup.Weekday.THURSDAY,
        registration_date=FOUNDED,
    )
