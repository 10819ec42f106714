"""The log of acts: one row per act, in its transaction, with where it came from."""

import uuid
from decimal import Decimal

import pytest
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from audit.middleware import Origin
from audit.models import Act
from audit.operations import record
from audit.origin import acting_from, current_address
from core.periods import now, today


@pytest.mark.django_db
def test_an_act_keeps_who_what_when_and_plain_facts() -> None:
    who, group, other = uuid.uuid4(), uuid.uuid4(), uuid.uuid4()
    at = now()
    record(
        verb="savings.recorded",
        at=at,
        actor_id=who,
        subject="contribution",
        subject_id=other,
        group_id=group,
        amount=Decimal("137.50"),
        lines=3,
        on=today(),
        members=[other],
        was={"office": None, "since": today()},
        nothing=None,
        spoken=True,
    )
    row = Act.objects.get()
    assert (row.verb, row.at, row.actor_id, row.subject_id, row.group_id) == ("savings.recorded", at, who, other, group)
    assert row.facts == {
        "amount": "137.50",
        "lines": 3,
        "on": str(today()),
        "members": [str(other)],
        "was": {"office": None, "since": str(today())},
        "nothing": None,
        "spoken": True,
    }
    assert not row.in_place_of_office
    assert str(row) == "savings.recorded"


@pytest.mark.django_db
def test_an_act_that_is_rolled_back_leaves_no_trace() -> None:
    @transaction.atomic
    def try_and_fail() -> None:
        record(verb="tried", at=now(), actor_id=None)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        try_and_fail()
    assert not Act.objects.exists()


@pytest.mark.django_db
def test_the_act_remembers_the_address_of_its_request_and_the_next_one_does_not() -> None:
    def answer(request: HttpRequest) -> HttpResponse:
        record(verb="asked", at=now(), actor_id=None)
        return HttpResponse()

    request = HttpRequest()
    request.META["REMOTE_ADDR"] = "10.1.2.3"
    Origin(answer)(request)
    assert Act.objects.get().address == "10.1.2.3"
    assert current_address() == ""


def test_an_address_is_taken_back_even_when_the_act_fails() -> None:
    with pytest.raises(ZeroDivisionError), acting_from("10.1.2.3"):
        raise ZeroDivisionError
    assert current_address() == ""
