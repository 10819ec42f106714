"""What the tests of the pages share: a browser at somebody's desk, and the reading of what came back."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.contrib.messages import get_messages
from django.test import Client

from core.ids import new_id
from core.periods import today
from groups.models import BankingGroup
from ledger.queries import trf_sheet
from members.models import Member
from users.models import User

At = Callable[[User], Client]


def text(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.content[:300]
    return str(answer.content.decode())


def told(answer: Any) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def fund(group: BankingGroup) -> Decimal:
    return trf_sheet(group=group, on=today(), members=()).trf


def typed(member: Member, **more: str) -> dict[str, str]:
    usual = {
        "member": str(member.pk),
        "contribution_type": "REGULAR",
        "amount": "137.50",
        "payment_method": "CASH",
        "contribution_date": today().isoformat(),
        "offline_sync_id": str(new_id()),
        "step": "confirm",
    }
    return usual | more
