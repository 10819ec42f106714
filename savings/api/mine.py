"""My savings: what the signed-in person has in each of her groups, with the group's totals where she holds office."""

import datetime as dt
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from core.errors import Invalid
from groups.access import group_for, standing
from groups.models import BankingGroup
from ledger.queries import balances
from members.models import Member
from members.queries import members_of
from savings import queries
from savings.rules import SAVING_ACCOUNTS
from users.models import User


def group_asked_for(request: Request) -> BankingGroup | None:
    """`?group=`: one of her groups; a stranger's is not found."""
    asked = request.query_params.get("group")
    if asked is None:
        return None
    try:
        group_id = UUID(asked)
    except ValueError as error:
        raise Invalid(_("Give the id of a group."), field="group") from error
    return group_for(request.user, group_id, "groups:read")


def my_savings(user: User, group: BankingGroup | None, on: dt.date) -> list[dict[str, Any]]:
    mine = members_of(user).select_related("group__organisation", "person__data_key")
    chosen = mine if group is None else mine.filter(group=group)
    return [_in_group(user, member, on) for member in chosen]


def _in_group(user: User, member: Member, on: dt.date) -> dict[str, Any]:
    totals = _totals(member.group) if standing(user, member.group).is_office_holder else None
    return {
        **asdict(queries.summary(member, on)),
        "group_id": member.group_id,
        "group_name": member.group.name,
        "member_id": member.pk,
        "group_totals": totals,
    }


def _totals(group: BankingGroup) -> dict[str, Any]:
    held = balances.account_balances(group, codes=tuple(SAVING_ACCOUNTS.values()))
    return {word: held[account] for word, account in SAVING_ACCOUNTS.items()}
