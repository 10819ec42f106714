"""What the tests of the meeting pages share: Umoja at its table today, and what people type there."""

from typing import Any

from django.test import Client
from django.urls import reverse

from core.ids import new_id
from core.periods import now
from meetings.tests.gathering import NAMES, Gathering
from reports.tests.desk import text
from savings.tests.chama import Chama


def gather() -> Gathering:
    """Today's meeting, open, nothing done yet."""
    return Gathering(Chama(at=now()))


def at(gathering: Gathering, name: str = "meeting-page", *more: Any) -> str:
    return reverse(name, args=[gathering.id, *more])


def roll(gathering: Gathering, **but: str) -> dict[str, str]:
    """Everybody here but those who are named otherwise."""
    marks = dict.fromkeys(NAMES, "PRESENT") | but
    return {f"mark_{gathering.members[name].pk}": mark for name, mark in marks.items()}


def pieces(step: str = "review", **more: str) -> dict[str, str]:
    """Notes and coins by their worth in cents: `pieces(p100000="2")` is two notes of a thousand."""
    return {"offline_sync_id": str(new_id()), "step": step, "p100": "0"} | more


def brings(step: str = "review", **more: str) -> dict[str, str]:
    return {"offline_sync_id": str(new_id()), "payment_method": "CASH", "step": step} | more


def confirmed(browser: Client, address: str, form: dict[str, str]) -> Any:
    """The form through its review, with the figures that were seen there."""
    review = browser.post(address, form | {"step": "review"})
    text(review)
    return browser.post(address, form | {"step": "confirm", "seen": review.context["form"]["seen"].value()})
