"""Borrowers are reminded before a due date and after it: once of each thing, in their language, on whatever day."""

import datetime as dt

import pytest

from core.periods import today
from core.tests.lasting import lasting
from loans import tasks
from loans.operations.reminders import RemindersFailed, remind_borrowers
from loans.tests.lending import Lending, months_on
from notifications.models import Message
from savings.tests.chama import Chama
from users.models import DataKey, User

pytestmark = pytest.mark.django_db


@pytest.fixture
@lasting
def lending(db: None) -> Lending:
    return Lending()


def day(month: int, after: int = 0) -> dt.date:
    return months_on(month) + dt.timedelta(days=after)


def told(chama: Chama, name: str = "alice") -> list[str]:
    hers = Message.objects.filter(user=chama.users[name], template__in=["loan_due", "loan_late"])
    return [message.body for message in hers.select_related("data_key").order_by("written_at", "id")]


def test_three_days_before_a_due_date_she_hears_what_to_bring(lending: Lending) -> None:
    lending.lent()
    assert remind_borrowers(on=day(1, -4)) == 0
    assert remind_borrowers(on=day(1, -3)) == 1
    assert told(lending) == ["Umoja: KES 11,000.00 of loan LN-0001 is due on 20 February 2026."]


@pytest.mark.parametrize("before", [2, 1])
def test_a_day_that_was_missed_is_made_up_for(lending: Lending, before: int) -> None:
    lending.lent()
    assert remind_borrowers(on=day(1, -before)) == 1


def test_it_is_said_once_however_often_and_whenever_it_is_done(lending: Lending) -> None:
    lending.lent()
    assert [remind_borrowers(on=day(1, -before)) for before in (3, 3, 2, 1, 0)] == [1, 0, 0, 0, 0]
    assert remind_borrowers(on=day(2, -3)) == 2
    assert len(told(lending)) == 3


def test_what_is_late_is_said_on_the_first_seventh_and_thirtieth_day(lending: Lending) -> None:
    lending.lent(months=1)
    seen = [after for after in range(1, 40) if remind_borrowers(on=day(1, after))]
    assert seen == [1, 7, 30]
    first, _seventh, thirtieth = told(lending)
    assert first == "Umoja: KES 34,650.00 of loan LN-0001 was due on 20 February 2026. Pay it, or talk to your office."
    assert "KES 36,300.00" in thirtieth


def test_of_several_things_late_the_oldest_is_named_and_all_is_asked_for(lending: Lending) -> None:
    lending.lent()
    remind_borrowers(on=day(2, 1))
    assert told(lending) == [
        "Umoja: KES 23,650.00 of loan LN-0001 was due on 20 February 2026. Pay it, or talk to your office."
    ]


def test_who_has_paid_hears_nothing(lending: Lending) -> None:
    loan = lending.lent()
    lending.repays(loan, "11000")
    assert [remind_borrowers(on=day(1, days)) for days in (-3, 1, 7)] == [0, 0, 0]
    lending.repays(lending.loan(loan), "22000")
    assert remind_borrowers(on=day(2, -3)) == 0


def test_who_does_not_sign_in_cannot_be_told(lending: Lending) -> None:
    lending.lent("lucy")
    assert remind_borrowers(on=day(1, -3)) == 0


@pytest.mark.parametrize(("before", "said"), [(3, "KES 11,000.00"), (-1, "KES 11,550.00")])
def test_she_reads_it_in_swahili_and_in_one_sms(lending: Lending, before: int, said: str) -> None:
    lending.lent()
    User.objects.filter(pk=lending.alice.pk).update(language="sw")
    remind_borrowers(on=day(1, -before))
    [text] = told(lending)
    assert said in text
    assert "Februari" in text
    assert len(text) <= 160
    assert text.isascii()


def test_a_loan_that_fails_keeps_no_other(lending: Lending, caplog: pytest.LogCaptureFixture) -> None:
    """Her key is gone without a word that it was destroyed: nothing can be sealed for her."""
    bad, _good = lending.lent(), lending.lent("peter")
    DataKey.objects.filter(pk=lending.alice.data_key_id).update(wrapped=b"no key")
    with pytest.raises(RemindersFailed, match="1 loans"):
        remind_borrowers(on=day(1, -3))
    assert len(told(lending, "peter")) == 1
    assert str(bad.pk) in caplog.text


def test_the_job_takes_its_day(lending: Lending) -> None:
    lending.lent()
    assert tasks.remind_loans(day(1, -3).isoformat()) == 1
    assert tasks.remind_loans(day(1, -3).isoformat()) == 0
    assert (tasks.remind_loans(), len(told(lending))) == (1, 2) if today() > day(1) else (0, 1)
