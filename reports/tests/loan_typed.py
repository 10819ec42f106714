"""What people type on the pages of loans, and how the tests send it."""

from typing import Any

from django.test import Client
from django.urls import reverse

from core.ids import new_id
from core.periods import today
from reports.tests.desk import text
from reports.tests.loan_table import Table


def asked(table: Table, name: str = "peter", **said: Any) -> dict[str, Any]:
    usual = {
        "member": str(table.members[name].pk),
        "loan_type": "SHORT_TERM",
        "amount": "12000",
        "duration_months": "3",
        "purpose": "A dairy goat",
        "witnesses": [str(table.members[each].pk) for each in ("lucy", "agnes")],
        "offline_sync_id": str(new_id()),
        "step": "confirm",
    }
    return usual | said


def money(**said: str) -> dict[str, str]:
    day = today().isoformat()
    usual = {"payment_method": "CASH", "disbursed_on": day, "payment_date": day}
    return usual | {"offline_sync_id": str(new_id()), "step": "confirm"} | said


def sent(browser: Client, name: str, row: Any, form: dict[str, Any]) -> Any:
    return browser.post(reverse(name, args=[row.pk]), form)


def seen(browser: Client, name: str, row: Any, form: dict[str, Any]) -> dict[str, Any]:
    """The form as the review of it sends it on."""
    review = sent(browser, name, row, form | {"step": "review"})
    text(review)
    return form | {"seen": review.context["form"]["seen"].value()}


def confirmed(browser: Client, name: str, row: Any, form: dict[str, Any]) -> Any:
    return sent(browser, name, row, seen(browser, name, row, form))


def figures(answer: Any) -> dict[str, tuple[Any, Any]]:
    text(answer)
    return {one.word: (one.before, one.after) for one in answer.context["review"].changes}


def wanted(kind: str = "WRITE_OFF", **said: str) -> dict[str, str]:
    usual = {"kind": kind, "reason": "She has moved away", "offline_sync_id": str(new_id()), "step": "confirm"}
    return usual | said
