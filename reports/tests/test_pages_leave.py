"""Leaving by a page: asked, shown in figures, done once; and refused in words beside the field."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.formats import date_format

from core.files import Clean
from core.ids import new_id
from core.money import kes
from core.periods import now, today
from core.tests.lasting import lasting
from core.tests.pictures import jpeg
from cycles.models import Leaving
from groups.models import BankingGroup, RoleName
from groups.operations import give_role
from ledger.models import Entry, Voucher
from loans.operations import disburse
from loans.tests.lending import approved_loan
from members.models import Member, NextOfKin
from members.operations import keep_document, verify_id
from reports.tests.conftest import Bring, user_of
from reports.tests.desk import At, fund, text, told
from savings.operations import impose, request_withdrawal
from users.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
@lasting
def owning(bring: Bring, mary: Member, alice: Member) -> Member:
    """Alice owns 500 of savings and 90 of project money; there are 1,590 in the box."""
    bring(mary, "1000")
    bring(alice, "500")
    bring(alice, "90", kind="PROJECT")
    return alice


def is_known(member: Member, keeper: User, checker: User) -> None:
    """By her ID: one keeps the picture, another compares it."""
    card = keep_document(member=member, kind="ID_FRONT", clean=Clean("image/jpeg", jpeg()), by=keeper, at=now())
    verify_id(member=member, document=card, method="DOCUMENT", by=checker, at=now())


def address(member: Member) -> str:
    return reverse("leave-page", args=[member.pk])


def answers(**more: str) -> dict[str, str]:
    usual = {
        "kind": "LEFT",
        "left_on": today().isoformat(),
        "next_of_kin": "",
        "payment_method": "CASH",
        "transaction_id": "",
        "reason": "Moves to Mombasa",
        "offline_sync_id": str(new_id()),
        "step": "review",
    }
    return usual | more


@pytest.fixture
def desk(at_desk: At, mary: Member) -> Client:
    return at_desk(user_of(mary))


def sister(member: Member) -> NextOfKin:
    kin = NextOfKin(person=member.person, data_key=member.person.data_key, place=1)
    kin.name, kin.relationship = "Wairimu Kamau", "sister"
    kin.save()
    return kin


def test_the_form_shows_what_she_owns_and_her_next_of_kin(desk: Client, owning: Member) -> None:
    sister(owning)
    page = text(desk.get(address(owning)))
    assert "Alice Wambui leaves the group" in page
    assert "Wairimu Kamau, sister" in page
    shown = desk.get(address(owning)).context["page"]
    assert ([part.amount for part in shown.parts], shown.total) == ([kes("500"), kes("90")], kes("590"))
    assert shown.hurdles == ()


def test_what_stands_in_the_way_is_said_at_once(desk: Client, owning: Member, ruth: User) -> None:
    request_withdrawal(member=owning, amount=kes("100"), by=ruth, at=now(), on=today())
    assert "Money that names her still waits" in text(desk.get(address(owning)))
    refused = text(desk.post(address(owning), answers()), 422)
    assert "Papers that name her still wait" in refused
    assert "Moves to Mombasa" in refused


def test_an_office_holder_is_let_go_by_the_service_admin_only(
    desk: Client, umoja: BankingGroup, owning: Member
) -> None:
    give_role(user=user_of(owning), role=RoleName.TREASURER, group=umoja, at=now(), by=None)
    assert "The service admin ends it first." in text(desk.get(address(owning)))
    text(desk.post(address(owning), answers()), 403)
    assert not Leaving.objects.exists()


def test_the_review_shows_now_and_after_and_changes_nothing(
    at_desk: At, daniel: User, umoja: BankingGroup, owning: Member
) -> None:
    give_role(user=user_of(owning), role=RoleName.TREASURER, group=umoja, at=now(), by=None)
    before = fund(umoja), Entry.objects.count(), Voucher.objects.count()
    answer = at_desk(daniel).post(address(owning), answers())
    assert "Nothing has happened yet." in text(answer)
    review = answer.context["review"]
    assert [(part.word, part.amount) for part in review.parts] == [("Savings", kes("500")), ("Project", kes("90"))]
    assert review.paid_out == kes("590")
    assert {change.word: (change.before, change.after) for change in review.changes} == {
        "Cash box": (kes("1590"), kes("1000")),
        "Total revolving fund (TRF)": (kes("1500"), kes("1000")),
    }
    assert "Her office: Treasurer" in review.ends
    assert (fund(umoja), Entry.objects.count(), Voucher.objects.count()) == before
    assert not Leaving.objects.exists()


def test_what_her_loan_takes_is_shown_before_and_she_is_paid_the_rest(
    desk: Client, owning: Member, mary: Member, daniel: User
) -> None:
    loan = approved_loan(owning, "200", by=user_of(mary), at=now())
    waiting = desk.get(address(owning)).context["page"]
    assert [str(hurdle) for hurdle in waiting.hurdles] == ["A loan of hers waits. Decide about it or cancel it first."]
    is_known(owning, user_of(mary), daniel)
    disburse(loan=loan, method="CASH", by=daniel, at=now(), on=today())
    page = desk.get(address(owning)).context["page"]
    assert ([part.amount for part in page.parts], page.total) == ([kes("500"), kes("90"), kes("-220")], kes("370"))
    assert page.hurdles == ()
    seen = desk.post(address(owning), sent := answers())
    review = seen.context["review"]
    assert [(part.word, part.amount) for part in review.parts][2:] == [("Loan LN-0001", kes("-220"))]
    assert review.paid_out == kes("370")
    assert "Pay 370.00 and let her go" in text(seen)
    expected = seen.context["form"]["expected_amount"].value()
    assert desk.post(address(owning), sent | {"step": "confirm", "expected_amount": expected}).status_code == 302
    loan.refresh_from_db()
    assert loan.status == "COMPLETED"


def test_her_fines_stand_between_what_she_owns_and_what_she_is_paid(desk: Client, owning: Member, mary: Member) -> None:
    day = today()
    fine = impose(
        member=owning, amount=kes("40"), reason="Her phone rang", due_on=day, by=user_of(mary), at=now(), on=day
    )
    page = desk.get(address(owning)).context["page"]
    assert [(part.word, part.amount) for part in page.parts][2:] == [(f"Fine of {date_format(day)}", kes("-40"))]
    assert page.total == kes("550")
    seen = desk.post(address(owning), sent := answers())
    assert [part.amount for part in seen.context["review"].parts] == [kes("500"), kes("90"), kes("-40")]
    assert "Pay 550.00 and let her go" in text(seen)
    assert desk.post(address(owning), sent | {"step": "confirm", "expected_amount": "550.00"}).status_code == 302
    fine.refresh_from_db()
    assert fine.status == "PAID"


def test_who_owes_more_than_she_has_is_told_so(desk: Client, owning: Member, mary: Member, daniel: User) -> None:
    loan = approved_loan(owning, "600", by=user_of(mary), at=now())
    is_known(owning, user_of(mary), daniel)
    disburse(loan=loan, method="CASH", by=daniel, at=now(), on=today())
    page = desk.get(address(owning)).context["page"]
    assert [str(hurdle) for hurdle in page.hurdles] == ["She owes 70.00 more than she has. She stays until it is paid."]


def test_when_the_amount_has_changed_it_is_shown_again_before_anything_happens(
    desk: Client, owning: Member, bring: Bring
) -> None:
    seen = desk.post(address(owning), answers()).context["form"]["expected_amount"].value()
    assert seen == "590.00"
    bring(owning, "10")
    again = desk.post(address(owning), sent := answers(step="confirm", expected_amount=seen))
    assert "The amount has changed since you looked" in text(again, 422)
    assert again.context["review"].paid_out == kes("600")
    assert not Leaving.objects.exists()
    fresh = again.context["form"]["expected_amount"].value()
    assert desk.post(address(owning), sent | {"expected_amount": fresh}).status_code == 302
    assert Voucher.objects.get(detail="LEAVING").amount == kes("600")


def test_confirmed_twice_it_happens_once_and_the_receipt_says_leaving(desk: Client, owning: Member) -> None:
    sent = answers(step="confirm")
    first, again = desk.post(address(owning), sent), desk.post(address(owning), sent)
    voucher = Voucher.objects.get(detail="LEAVING")
    assert first["Location"] == again["Location"] == reverse("receipt-page", args=[voucher.pk])
    assert Leaving.objects.get().reason == "Moves to Mombasa"
    assert "Paid out on leaving: Alice Wambui" in text(desk.get(first["Location"]))
    hers = text(desk.get(reverse("member-page", args=[owning.pk])))
    assert "Paid out on leaving" in hers


def test_the_key_of_another_leaving_is_exchanged_for_a_fresh_one(desk: Client, owning: Member, peter: Member) -> None:
    sent = answers(step="confirm")
    desk.post(address(owning), sent)
    refused = desk.post(address(peter), sent)
    assert refused.status_code == 422
    assert refused.context["form"]["offline_sync_id"].value() != sent["offline_sync_id"]


def test_who_owns_nothing_goes_without_a_receipt(desk: Client, peter: Member) -> None:
    assert "She owns nothing, so no money moves." in text(desk.post(address(peter), answers()))
    done = desk.post(address(peter), answers(step="confirm"))
    assert done["Location"] == reverse("member-page", args=[peter.pk])
    assert told(done) == ["Peter Kamau is a member no longer. There was nothing to pay."]


def test_who_died_is_paid_out_to_her_sister(desk: Client, owning: Member) -> None:
    without = desk.post(address(owning), answers(kind="DIED"))
    assert "Say to which next of kin" in text(without, 400)
    kin = sister(owning)
    review = desk.post(address(owning), answers(kind="DIED", next_of_kin=str(kin.pk)))
    assert "Alice Wambui has died; Wairimu Kamau is paid." in text(review)


def test_who_died_without_money_is_said_so(desk: Client, peter: Member) -> None:
    assert "Peter Kamau has died." in text(desk.post(address(peter), answers(kind="DIED")))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"payment_method": "MPESA"}, "transaction_id"),
        ({"left_on": "1800-01-01"}, "left_on"),
        ({"kind": "MARRIED"}, "kind"),
        ({"next_of_kin": str(new_id())}, "next_of_kin"),
    ],
)
def test_what_cannot_be_read_is_said_beside_its_field(
    desk: Client, owning: Member, wrong: dict[str, str], field: str
) -> None:
    answer = desk.post(address(owning), answers(**wrong))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]


def test_going_back_keeps_what_was_typed(desk: Client, owning: Member) -> None:
    page = text(desk.post(address(owning), answers(step="change", payment_method="BANK", transaction_id="SLIP7")))
    assert 'value="SLIP7"' in page
    assert "Moves to Mombasa" in page


def test_a_day_before_her_money_is_refused_beside_the_day(desk: Client, owning: Member) -> None:
    answer = desk.post(address(owning), answers(left_on="2020-01-01"))
    assert (answer.status_code, list(answer.context["form"].errors)) == (400, ["left_on"])


def test_who_has_left_is_not_asked_again(desk: Client, peter: Member) -> None:
    desk.post(address(peter), answers(step="confirm"))
    assert "She has left the group already." in text(desk.get(address(peter)), 422)


@pytest.mark.parametrize(("who", "status"), [("alice", 403), ("jane", 404)])
def test_it_is_not_for_everybody(
    at_desk: At, owning: Member, peter: Member, request: Any, who: str, status: int
) -> None:
    visitor = at_desk(user_of(request.getfixturevalue(who)))
    assert visitor.get(address(peter)).status_code == status
    assert visitor.post(address(peter), answers(step="confirm")).status_code == status
