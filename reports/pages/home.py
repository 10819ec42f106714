"""The first page of the day: what waits for a decision, how the groups stand, and one's own money."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from core.money import shown
from groups.access import groups_where, running_roles
from groups.models import RoleName
from groups.queries import offices_held
from ledger.queries import trf_sheet
from members.models import Member
from members.queries import members_of
from reports.charts import LineChart
from reports.pages import history, loan_lists, overview, waiting, words
from reports.pages.people import DECIDES, role_words
from reports.pages.people_who import spelled
from savings.queries import summary
from users.models import User

RECENT = 6
DECISIONS = 8
GROUPS = 25


@dataclass(frozen=True)
class Decision:
    icon: str
    deed: str
    about: str
    why: str
    amount: Decimal
    href: str
    verb: str


@dataclass(frozen=True)
class Own:
    """A person's own money in one of her groups, and whether that group's books agree."""

    group_name: str
    href: str
    number: int
    account: str
    office: str
    meets: str
    savings: Decimal
    ecd: Decimal
    project: Decimal
    withdrawable_words: str
    fund: Decimal
    claims: Decimal
    difference: Decimal
    recent: tuple[history.ActRow, ...]
    loans: tuple[loan_lists.LoanRow, ...]
    apply_href: str

    @property
    def agrees(self) -> bool:
        return self.difference == 0


@dataclass(frozen=True)
class Home:
    on: dt.date
    first_name: str
    sentence: str
    decides: bool
    decisions: tuple[Decision, ...]
    more_decisions: int
    own: tuple[Own, ...]
    figures: overview.Totals | None
    chart: LineChart | None
    chart_title: str
    rows: tuple[overview.GroupRow, ...]
    more_groups: int

    @property
    def is_plain(self) -> bool:
        """Somebody who keeps no group's books: her own money comes first."""
        return not self.rows


def home_of(user: User, on: dt.date) -> Home:
    roles = list(running_roles(user).select_related("organisation", "group"))
    groups = groups_where(user, "reports:read")
    seen = overview.survey(groups, on)
    waits = [_decision(act) for act in waiting.waiting_for(user)]
    waits += [_about_a_loan(ask) for ask in loan_lists.waiting_for(user, on)]
    return Home(
        on=on,
        first_name=words.first_name(user.name),
        sentence=role_words(roles),
        decides=bool(waits or {role.role for role in roles} & DECIDES),
        decisions=tuple(waits[:DECISIONS]),
        more_decisions=max(len(waits) - DECISIONS, 0),
        own=tuple(_own(members_of(user).filter(is_active=True), offices_held(user), on)),
        figures=seen.totals,
        chart=seen.chart,
        chart_title=seen.chart_title,
        rows=seen.rows[:GROUPS],
        more_groups=max(len(seen.rows) - GROUPS, 0),
    )


def _decision(act: waiting.Waiting) -> Decision:
    return Decision(
        icon="out" if act.is_out else "in",
        deed=act.words,
        about=_("for %(name)s") % {"name": act.who} if act.who else "",
        why=act.why,
        amount=act.amount,
        href=act.look_href,
        verb=_("Decide"),
    )


def _about_a_loan(ask: loan_lists.Asked) -> Decision:
    return Decision(
        icon="loans", deed=ask.sentence, about="", why=ask.why, amount=ask.amount, href=ask.href, verb=ask.verb
    )


def _own(members: Iterable[Member], offices: dict[uuid.UUID, str], on: dt.date) -> Iterable[Own]:
    for member in members:
        office = offices.get(member.group_id)
        has = summary(member, on)
        sheet = trf_sheet(group=member.group, on=on, members=())
        yield Own(
            group_name=member.group.name,
            href=reverse("member-page", args=[member.id]),
            number=member.number,
            account=spelled(member.account_number),
            office=str(RoleName(office).label) if office else "",
            meets=words.meets(member.group),
            savings=has.balances["PERSONAL"],
            ecd=has.balances["ECD"],
            project=has.balances["PROJECT"],
            withdrawable_words=shown(has.withdrawable),
            fund=sheet.trf,
            claims=sheet.claims_total,
            difference=sheet.difference,
            recent=history.rows_of(history.vouchers_of(member)[:RECENT]),
            loans=loan_lists.of_member(member, on)[:RECENT],
            apply_href=reverse("apply-loan-page", args=[member.group_id]),
        )
