"""From what a body says to what a verb takes: members, loans, fines and campaigns fetched through access."""

from collections.abc import Mapping
from typing import Any

from groups.models import BankingGroup
from meetings.access import campaign_of, loan_of, members_of_table
from meetings.operations import Brought, Mark
from members.models import Member
from savings.access import fine_of

Body = Mapping[str, Any]


def marks_of(group: BankingGroup, body: Body) -> list[Mark]:
    """How each member is marked; members of other groups are strangers."""
    records = body["records"]
    members = members_of_table(group, (each["member_id"] for each in records))
    return [Mark(member, each["status"]) for member, each in zip(members, records, strict=True)]


def brought_of(member: Member, body: Body) -> list[Brought]:
    """The lines of a collection; what is not hers or her group's is a stranger's."""
    return [_line(member, line) for line in body["lines"]]


def _line(member: Member, line: Body) -> Brought:
    loan, fine, campaign = line.get("loan_id"), line.get("fine_id"), line.get("group_campaign_id")
    return Brought(
        kind=line["kind"],
        amount=line["amount"],
        loan=loan and loan_of(member, loan),
        fine=fine and fine_of(member, fine),
        campaign=campaign and campaign_of(member.group, campaign),
    )
