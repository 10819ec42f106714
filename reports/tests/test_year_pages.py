"""The pages of the year: months and years are closed, what a year shares is looked at, agreed, declared and paid."""

import datetime as dt
import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from core.ids import new_id
from core.money import kes
from core.periods import add_months, month_start, now, today
from core.tests.lasting import lasting
from cycles.models import Allocation, ClosedYear, ClosingProposal, Run, RunApproval
from cycles.tests.sharers import NEW_YEAR, YEAR, Sharing
from groups.operations import adopt_constitution
from ledger.models import ClosedPeriod, Entry
from ledger.queries import account_balances, member_balances
from reports.tests.desk import At, text, told
from users.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
@lasting
def sharing(db: None) -> Sharing:
    """2025 is over; nothing is closed or looked at yet."""
    world = Sharing()
    world.moves_to(NEW_YEAR)
    return world


@pytest.fixture
@lasting
def declared(sharing: Sharing) -> Run:
    return sharing.declared()


def closing(sharing: Sharing) -> str:
    return f"/groups/{sharing.umoja.pk}/closing/"


def ends(sharing: Sharing) -> str:
    return f"/groups/{sharing.umoja.pk}/year-end/"


def run_page(sharing: Sharing, more: str = "", kind: str = "dividends", year: int = YEAR) -> str:
    return f"{ends(sharing)}{kind}/{year}/{more}"


def hidden(page: str, name: str) -> str:
    """What a hidden field of the page carries."""
    field = next(field for field in re.findall(r"<input[^>]*>", page) if f'name="{name}"' in field)
    return re.search(r'value="([^"]*)"', field).group(1)  # type: ignore[union-attr]  # the field has a value


def carried(page: str) -> dict[str, str]:
    return {name: hidden(page, name) for name in ("offline_sync_id", "seen")}


# Closing


def test_the_service_admin_closes_a_month_after_seeing_what_it_does(sharing: Sharing, at_desk: At) -> None:
    desk = at_desk(sharing.daniel)
    assert "Over, still open" in text(desk.get(closing(sharing), {"all": ""}))
    review = text(desk.post(closing(sharing), {"period": "2025-07", "step": "review"}))
    assert "July 2025 is closed." in review
    assert "2 months take no more entries then: June 2025, July 2025." in review
    assert not ClosedPeriod.objects.exists()
    answer = desk.post(closing(sharing), {"period": "2025-07", "step": "confirm"})
    assert (answer.status_code, answer["Location"]) == (302, closing(sharing))
    assert told(answer) == ["July 2025 is closed."]
    assert list(ClosedPeriod.objects.order_by("month").values_list("month", flat=True)) == [
        dt.date(2025, 6, 1), dt.date(2025, 7, 1),
    ]  # fmt: skip
    page = text(desk.get(closing(sharing), {"all": ""}))
    assert "Closed by Daniel" in page
    assert ClosedPeriod.objects.first().head_hash in page  # type: ignore[union-attr]  # there are two


def test_the_treasurer_asks_and_the_page_says_who_did(sharing: Sharing, at_desk: At) -> None:
    desk = at_desk(sharing.grace)
    review = text(desk.post(closing(sharing), {"period": "2025-07", "step": "review"}))
    assert "You ask the service admin to close July 2025." in review
    assert not ClosingProposal.objects.exists()
    answer = desk.post(closing(sharing), {"period": "2025-07", "step": "confirm"}, follow=True)
    assert "Grace wa Umoja asked on" in text(desk.get(closing(sharing), {"all": ""}))
    assert "Asked for. The service admin closes it." in text(answer)
    assert not ClosedPeriod.objects.exists()


def test_closing_a_year_shows_what_goes_to_the_surplus(sharing: Sharing, at_desk: At) -> None:
    desk = at_desk(sharing.daniel)
    review = text(desk.post(closing(sharing), {"period": str(YEAR), "step": "review"}))
    assert "Retained surplus" in review
    assert "283,232" in review
    assert not ClosedYear.objects.exists()
    answer = desk.post(closing(sharing), {"period": str(YEAR), "step": "confirm"})
    assert told(answer) == ["The year 2025 is closed."]
    assert account_balances(sharing.umoja)["3010"] == kes("283232")
    again = desk.post(closing(sharing), {"period": str(YEAR), "step": "confirm"})
    assert again.status_code == 302
    assert Entry.objects.filter(kind="YEAR_CLOSE").count() == 1
    assert "entry " in text(desk.get(closing(sharing)))


@pytest.mark.parametrize("period", ["", "2025-13", "0000", "x", "2025-1", "99999"])
def test_a_period_that_is_none_is_refused(sharing: Sharing, at_desk: At, period: str) -> None:
    page = text(at_desk(sharing.daniel).post(closing(sharing), {"period": period, "step": "confirm"}), 422)
    assert "Choose a month or a year from the list." in page


def test_the_month_that_runs_is_not_closed(sharing: Sharing, at_desk: At) -> None:
    answer = at_desk(sharing.daniel).post(closing(sharing), {"period": f"{today():%Y-%m}", "step": "review"})
    assert "The month is not over yet." in text(answer, 422)
    assert "The year is not over yet." in text(at_desk(sharing.daniel).post(closing(sharing), {"period": "9990"}), 422)


@pytest.mark.parametrize(("name", "status"), [("joseph", 403), ("faith", 403), ("alice", 403), ("jane", 404)])
def test_nobody_else_closes_anything(sharing: Sharing, at_desk: At, name: str, status: int) -> None:
    answer = at_desk(sharing.users[name]).post(closing(sharing), {"period": "2025-07", "step": "confirm"})
    assert answer.status_code == status
    assert not ClosedPeriod.objects.exists()


def test_a_standing_order_stands_on_the_page(sharing: Sharing, at_desk: At) -> None:
    organisation = sharing.umoja.organisation
    organisation.months_close_on_day = 5
    organisation.save(update_fields=["months_close_on_day"])
    ClosedPeriod.objects.create(
        group=sharing.umoja, month=add_months(month_start(today()), -1), closed_by=None, closed_at=sharing.at
    )
    page = text(at_desk(sharing.grace).get(closing(sharing)))
    assert "each month is closed on day 5" in page
    assert "Closed by standing order" in page


def test_a_group_without_books_has_its_running_month_and_year(sharing: Sharing, at_desk: At) -> None:
    page = text(at_desk(sharing.rose).get(f"/groups/{sharing.groups['Baraka'].pk}/closing/"))
    assert page.count("Running") == 2


def test_a_year_that_begins_in_july_says_its_days(sharing: Sharing, at_desk: At) -> None:
    start = dt.date(2026, 2, 1)
    adopt_constitution(
        group=sharing.umoja, effective_on=start, at=sharing.at, by=sharing.sarah, fiscal_year_starts_in=7
    )
    assert "2026 (1 January 2026 to 30 June 2027)" in text(at_desk(sharing.grace).get(closing(sharing)))


# Looking


def look(desk: Client, sharing: Sharing, kind: str = "DIVIDEND", year: int = YEAR) -> Any:
    return desk.post(ends(sharing), {"kind": kind, "fiscal_year": str(year)})


def test_mary_looks_at_a_year_and_every_figure_is_explained(sharing: Sharing, at_desk: At) -> None:
    desk = at_desk(sharing.mary)
    assert "Nothing was looked at yet" in text(desk.get(ends(sharing)))
    answer = look(desk, sharing)
    assert (answer.status_code, answer["Location"]) == (302, run_page(sharing))
    page = text(desk.get(run_page(sharing)))
    assert "31,675.00 ÷ 373,390.00 × 199,232.00 = 16,901.02" in page
    assert "The year is not closed yet" in page
    assert "Agree to these figures" not in page
    assert "Dividend 2025" in text(desk.get(ends(sharing)))


def test_the_year_that_runs_can_be_looked_at_and_says_so(sharing: Sharing, at_desk: At) -> None:
    sharing.at = now()
    sharing.earns("500", on=today())
    desk = at_desk(sharing.mary)
    assert look(desk, sharing, year=today().year).status_code == 302
    assert "The year still runs" in text(desk.get(run_page(sharing, year=today().year)))


def test_what_cannot_be_looked_at_is_said_beside_the_form(sharing: Sharing, at_desk: At) -> None:
    desk = at_desk(sharing.mary)
    assert "Nothing has been saved yet" in text(look(desk, sharing, year=1999), 422)
    sharing.spends("283232", on=dt.date(YEAR, 12, 1))
    assert "There is nothing to share out for this year" in text(look(desk, sharing), 422)


def test_a_plain_member_sees_the_run_and_her_own_part(sharing: Sharing, at_desk: At) -> None:
    sharing.looks()
    desk = at_desk(sharing.alice)
    listed = text(desk.get(ends(sharing)))
    assert "16,901" in listed
    assert "Look at a year" not in listed
    page = text(desk.get(run_page(sharing)))
    assert "Alice wa Umoja" in page
    assert "Peter wa Umoja" not in page
    assert look(desk, sharing).status_code == 403
    assert at_desk(sharing.jane).get(run_page(sharing)).status_code == 404


@pytest.mark.parametrize("path", ["feasts/2025/", "dividends/2019/", "dividends/0/", "dividends/99999/"])
def test_a_run_that_is_none_is_not_found(sharing: Sharing, at_desk: At, path: str) -> None:
    assert at_desk(sharing.grace).get(ends(sharing) + path).status_code == 404


# Agreeing and declaring


def test_chair_and_treasurer_agree_each_after_seeing_the_figures(sharing: Sharing, at_desk: At) -> None:
    sharing.closes()
    run = sharing.looks()
    for name, next_words in (("mary", "After yours it still waits for: Treasurer"), ("grace", "Yours is the last yes")):
        desk = at_desk(sharing.users[name])
        assert "Agree to these figures" in text(desk.get(run_page(sharing)))
        review = text(desk.post(run_page(sharing, "approve/"), {"offline_sync_id": str(new_id()), "step": "review"}))
        assert next_words in review
        assert RunApproval.objects.count() == (name == "grace")
        answer = desk.post(run_page(sharing, "approve/"), carried(review) | {"step": "confirm"})
        assert answer.status_code == 302
        again = desk.post(run_page(sharing, "approve/"), carried(review) | {"step": "confirm"})
        assert again.status_code == 302
    assert sharing.status(run) == "APPROVED"
    assert RunApproval.objects.count() == 2
    assert "Mary wa Umoja" in text(at_desk(sharing.alice).get(run_page(sharing)))


def test_figures_that_changed_since_they_were_seen_are_not_agreed_to(sharing: Sharing, at_desk: At) -> None:
    sharing.closes()
    sharing.looks()
    desk = at_desk(sharing.mary)
    review = text(desk.post(run_page(sharing, "approve/"), {"offline_sync_id": str(new_id()), "step": "review"}))
    Run.objects.update(computed_at=sharing.at + dt.timedelta(hours=1))
    answer = desk.post(run_page(sharing, "approve/"), carried(review) | {"step": "confirm"})
    assert "The figures have changed" in text(answer, answer.status_code)
    assert not RunApproval.objects.exists()


def test_a_yes_too_early_or_twice_or_without_a_key_is_refused(sharing: Sharing, at_desk: At) -> None:
    sharing.looks()
    desk = at_desk(sharing.mary)
    key = {"offline_sync_id": str(new_id())}
    assert "This year is not closed yet." in text(desk.post(run_page(sharing, "approve/"), key), 422)
    assert "Nothing has been confirmed yet." in text(desk.post(run_page(sharing, "approve/"), {}), 422)
    assert at_desk(sharing.ruth).post(run_page(sharing, "approve/"), key).status_code == 403


def test_the_treasurer_declares_what_was_agreed(sharing: Sharing, at_desk: At) -> None:
    sharing.closes()
    run = sharing.agrees(sharing.looks(), "mary", "grace")
    desk = at_desk(sharing.grace)
    assert "Declare it" in text(desk.get(run_page(sharing)))
    review = text(desk.get(run_page(sharing, "declare/")))
    assert "the group owes 3 members their parts" in review
    assert account_balances(sharing.umoja)["2060"] == 0
    answer = desk.post(run_page(sharing, "declare/"), carried(review) | {"step": "confirm"})
    assert answer.status_code == 302
    assert sharing.status(run) == "DECLARED"
    assert account_balances(sharing.umoja)["2060"] == kes("199232")
    again = desk.post(run_page(sharing, "declare/"), {**carried(review), "offline_sync_id": str(new_id()), "step": "x"})
    assert "not at the step" in text(again, 409)
    assert at_desk(sharing.mary).get(run_page(sharing, "declare/")).status_code == 403


# Paying


def paying(who: Any, method: str = "CASH", **more: str) -> dict[str, str]:
    return {"who": str(who), "payment_method": method, "offline_sync_id": str(new_id()), "step": "review"} | more


def saved(sharing: Sharing, name: str) -> Decimal:
    member = sharing.members[name]
    return member_balances(sharing.umoja, [member])[member.pk]["2010"]


def confirmed(desk: Client, sharing: Sharing, form: dict[str, str]) -> Any:
    review = text(desk.post(run_page(sharing, "pay/"), form))
    return desk.post(run_page(sharing, "pay/"), form | carried(review) | {"step": "confirm"})


def test_a_member_is_paid_in_cash_and_gets_her_receipt(sharing: Sharing, declared: Run, at_desk: At) -> None:
    desk, alice = at_desk(sharing.grace), sharing.members["alice"].pk
    asked = text(desk.get(run_page(sharing, "pay/"), {"member": str(alice)}))
    assert f'value="{alice}" selected' in asked
    form = paying(alice)
    review = text(desk.post(run_page(sharing, "pay/"), form))
    assert "Alice wa Umoja is paid her 16,901.02 of Dividend 2025." in review
    assert "Dividends payable" in review
    assert not Allocation.objects.exclude(outcome="OPEN").exists()
    answer = desk.post(run_page(sharing, "pay/"), form | carried(review) | {"step": "confirm"})
    assert answer["Location"].startswith("/acts/")
    again = desk.post(run_page(sharing, "pay/"), form | carried(review) | {"step": "confirm"})
    assert (again.status_code, Allocation.objects.filter(outcome="PAID").count()) == (422, 1)
    assert ">paid</a>" in text(desk.get(run_page(sharing)))


def test_a_member_keeps_her_part_as_savings(sharing: Sharing, declared: Run, at_desk: At) -> None:
    desk = at_desk(sharing.grace)
    confirmed(desk, sharing, paying(sharing.members["peter"].pk, "KEEP"))
    assert sharing.outcomes(declared)["peter"] == "KEPT"
    assert saved(sharing, "peter") == kes("291379.47")


def test_all_that_are_left_are_paid_at_once_after_a_look(sharing: Sharing, declared: Run, at_desk: At) -> None:
    desk = at_desk(sharing.grace)
    confirmed(desk, sharing, paying(sharing.members["peter"].pk))
    form = paying("all", "KEEP")
    assert "2 members keep 97,852.53 as savings." in text(desk.post(run_page(sharing, "pay/"), form))
    assert confirmed(desk, sharing, form)["Location"] == run_page(sharing)
    assert sharing.status(declared) == "PAID"
    page = text(desk.get(run_page(sharing)))
    assert "kept as savings" in page
    assert "Pay the parts" not in page


def test_all_in_cash_is_said_in_one_sentence(sharing: Sharing, declared: Run, at_desk: At) -> None:
    page = text(at_desk(sharing.grace).post(run_page(sharing, "pay/"), paying("all")))
    assert "3 members are paid 199,232.00." in page


def test_who_pays_is_left_out_and_named(sharing: Sharing, at_desk: At) -> None:
    sharing.brings("grace", "1000", on=dt.date(YEAR, 6, 10), by="mary")
    sharing.declared()
    desk = at_desk(sharing.grace)
    assert "Left out, and paid by somebody else: Grace wa Umoja." in text(
        desk.post(run_page(sharing, "pay/"), paying("all"))
    )
    own = desk.post(run_page(sharing, "pay/"), paying(sharing.members["grace"].pk))
    assert "This part is your own." in text(own, 422)


def test_what_is_typed_wrongly_stays_and_is_said(sharing: Sharing, declared: Run, at_desk: At) -> None:
    desk, alice = at_desk(sharing.grace), sharing.members["alice"].pk
    assert "Write the number" in text(desk.post(run_page(sharing, "pay/"), paying(alice, "MPESA")), 422)
    crowd = desk.post(run_page(sharing, "pay/"), paying("all", "MPESA", transaction_id="QWE123RTY9"))
    assert "one member&#x27;s. Choose the member." in text(crowd, 422)
    assert text(desk.post(run_page(sharing, "pay/"), paying(new_id())), 422)
    back = desk.post(run_page(sharing, "pay/"), paying(alice, "KEEP") | {"step": "change"})
    assert 'value="KEEP" ' in text(back)


def test_other_figures_than_were_seen_are_not_paid(sharing: Sharing, declared: Run, at_desk: At) -> None:
    desk = at_desk(sharing.grace)
    for who in (sharing.members["alice"].pk, "all"):
        answer = desk.post(run_page(sharing, "pay/"), paying(who, seen="1.00 1.00", step="confirm"))
        assert "The figures have changed" in text(answer, answer.status_code)
    assert not Allocation.objects.exclude(outcome="OPEN").exists()


def test_a_key_that_was_used_for_something_else_is_exchanged(sharing: Sharing, declared: Run, at_desk: At) -> None:
    desk = at_desk(sharing.grace)
    form = paying(sharing.members["alice"].pk)
    confirmed(desk, sharing, form)
    other = form | {"who": str(sharing.members["peter"].pk), "seen": "1.00 1.00", "step": "confirm"}
    answer = desk.post(run_page(sharing, "pay/"), other)
    page = text(answer, 422)
    assert "already confirmed with other figures" in page
    assert form["offline_sync_id"] not in page


def test_a_share_out_pays_all_that_is_her_own(sharing: Sharing, at_desk: At) -> None:
    run = sharing.declared(kind="SHARE_OUT")
    desk = at_desk(sharing.grace)
    form = paying(sharing.members["alice"].pk)
    review = text(desk.post(run_page(sharing, "pay/", kind="share-out"), form))
    assert "With her share all that is her own is paid" in review
    answer = desk.post(run_page(sharing, "pay/", kind="share-out"), form | carried(review) | {"step": "confirm"})
    assert answer["Location"].startswith("/acts/")
    assert sharing.outcomes(run)["alice"] == "PAID"
    assert saved(sharing, "alice") == 0


def test_only_who_may_pays(sharing: Sharing, declared: Run, at_desk: At) -> None:
    assert at_desk(sharing.mary).get(run_page(sharing, "pay/")).status_code == 403
    assert at_desk(sharing.jane).get(run_page(sharing, "pay/")).status_code == 404
    assert "Pay the parts" not in text(at_desk(sharing.mary).get(run_page(sharing)))


# Trying a share-out


def trial(desk: Client, sharing: Sharing, **asked: str) -> str:
    return text(desk.get(f"{ends(sharing)}simulator/", asked))


def test_the_treasurer_tries_a_share_out_before_the_vote(sharing: Sharing, at_desk: At) -> None:
    desk = at_desk(sharing.grace)
    page = trial(desk, sharing, year=str(YEAR))
    assert "The cash at hand covers it." in page
    assert "283,232" in page
    half = trial(desk, sharing, year=str(YEAR), percent="50")
    assert "141,616" in half
    more = trial(desk, sharing, year=str(YEAR), surplus="1,000,000")
    assert "does not cover it" in more
    assert not Run.objects.exists()


def test_what_is_held_for_others_covers_nothing(sharing: Sharing, at_desk: At) -> None:
    """What lies there is exactly what would be paid, but for welfare."""
    sharing.brings("alice", "700", kind="WELFARE", on=dt.date(YEAR, 7, 1))
    page = trial(at_desk(sharing.grace), sharing, year=str(YEAR), surplus="283232.01")
    assert "700.00 of it is welfare" in page
    assert "does not cover it" in page


def test_a_trial_of_nothing_says_so(sharing: Sharing, at_desk: At) -> None:
    desk = at_desk(sharing.grace)
    assert "16,901" not in trial(desk, sharing, year=str(YEAR), percent="0")
    rose = at_desk(sharing.rose)
    assert "There is nothing to share" in text(rose.get(f"/groups/{sharing.groups['Baraka'].pk}/year-end/simulator/"))


@pytest.mark.parametrize(
    ("asked", "said"),
    [({"percent": "101"}, "From 0 to 100."), ({"surplus": "much"}, "Write an amount"), ({"year": "1"}, "valid choice")],
)
def test_what_cannot_be_tried_is_said_beside_its_field(
    sharing: Sharing, at_desk: At, asked: dict[str, str], said: str
) -> None:
    assert said in trial(at_desk(sharing.grace), sharing, **asked)


def test_a_member_tries_nothing(sharing: Sharing, at_desk: At) -> None:
    assert at_desk(sharing.alice).get(f"{ends(sharing)}simulator/").status_code == 403


def test_the_pages_speak_swahili(sharing: Sharing, at_desk: At) -> None:
    sharing.looks()
    grace: User = sharing.grace
    grace.language = "sw"
    grace.save(update_fields=["language"])
    desk = at_desk(grace)
    assert "Miezi na miaka" in text(desk.get(closing(sharing)))
    assert "Gawio 2025" in text(desk.get(run_page(sharing)))
    assert "Jaribu mgao" in trial(desk, sharing)
