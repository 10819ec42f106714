"""Handing cash over on pages: seen before it is done, done once, confirmed by who receives it, or taken back."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.ids import new_id
from core.money import kes
from core.periods import now
from groups.models import BankingGroup, RoleName
from ledger.models import Voucher
from ledger.queries.balances import balance
from members.models import Member
from officers.models import Officer
from officers.operations import activate, register_officer, suspend
from reports.tests.conftest import Give, MakeUser, user_of
from reports.tests.desk import At, text, told
from reports.tests.test_officer_pages import carried, daniel, grace, joseph
from users.models import User

__all__ = ["carried", "daniel", "grace", "joseph"]
pytestmark = pytest.mark.django_db


def typed(**said: str) -> dict[str, str]:
    usual = {"source": "OFFICER", "to": "CASH_BOX", "amount": "700", "reason": "Collected at Alice's home"}
    return usual | {"offline_sync_id": str(new_id()), "step": "confirm"} | said


def give_over(browser: Client, group: BankingGroup, **said: str) -> Any:
    return browser.post(reverse("hand-over-page", args=[group.pk]), typed(**said))


def figures(answer: Any) -> dict[str, tuple[Any, Any]]:
    return {change.word: (change.before, change.after) for change in answer.context["review"].changes}


def test_the_form_says_who_holds_what(at_desk: At, umoja: BankingGroup, joseph: Officer, carried: Voucher) -> None:
    answer = at_desk(joseph.user).get(reverse("hand-over-page", args=[umoja.pk]))
    text(answer)
    holders = {one.word: one.amount for one in answer.context["page"].holders}
    assert holders == {"Cash box": kes("0"), "Hands of Joseph Mutua": kes("700")}
    assert dict(answer.context["page"].sources) == {"OFFICER": "Your hands: 700.00"}
    assert dict(answer.context["page"].targets) == {"CASH_BOX": "Cash box"}


def test_the_review_shows_now_and_after_and_who_confirms_and_changes_nothing(
    at_desk: At, umoja: BankingGroup, joseph: Officer, grace: User, carried: Voucher
) -> None:
    answer = give_over(at_desk(joseph.user), umoja, step="review", amount="500")
    assert "until Grace Atieno confirms" in text(answer)
    assert figures(answer) == {
        "Hands of Joseph Mutua": (kes("700"), kes("200")),
        "Cash box": (kes("0"), kes("500")),
    }
    assert Voucher.objects.filter(detail="HANDOVER").count() == 0
    assert balance(umoja, "1040", joseph.user_id) == kes("700")


def test_more_than_he_holds_is_said_beside_the_amount(
    at_desk: At, umoja: BankingGroup, joseph: Officer, grace: User, carried: Voucher
) -> None:
    page = text(give_over(at_desk(joseph.user), umoja, step="review", amount="701"), 422)
    assert 'id="id_amount_error"' in page


def test_recorded_once_confirmed_by_grace_and_his_hands_are_empty(
    at_desk: At, umoja: BankingGroup, joseph: Officer, grace: User, carried: Voucher
) -> None:
    form, path = typed(), reverse("hand-over-page", args=[umoja.pk])
    browser = at_desk(joseph.user)
    first = browser.post(path, form)
    assert told(first) == ["Recorded. It moves when Grace Atieno confirms that the cash arrived."]
    browser.post(path, form)
    paper = Voucher.objects.get(detail="HANDOVER")
    assert paper.status == "PENDING"

    waiting = reverse("group-waiting-page", args=[umoja.pk])
    (act,) = at_desk(grace).get(waiting).context["acts"]
    assert (act.may_decide, act.may_take_back) == (True, False)
    assert [(change.before, change.after) for change in act.changes] == [
        (kes("700"), kes("0")),
        (kes("0"), kes("700")),
    ]
    at_desk(grace).post(reverse("decide-page", args=[paper.pk]), {"action": "approve"})
    assert balance(umoja, "1040", joseph.user_id) == kes("0")
    assert balance(umoja, "1010") == kes("700")


def test_the_same_form_with_another_amount_is_not_recorded_over_the_first(
    at_desk: At, umoja: BankingGroup, joseph: Officer, grace: User, carried: Voucher
) -> None:
    browser, form, path = at_desk(joseph.user), typed(), reverse("hand-over-page", args=[umoja.pk])
    browser.post(path, form)
    page = text(browser.post(path, form | {"amount": "70"}), 422)
    assert "already confirmed with other figures" in page
    assert form["offline_sync_id"] not in page


def test_joseph_takes_back_what_nobody_has_confirmed(
    at_desk: At, umoja: BankingGroup, joseph: Officer, grace: User, carried: Voucher
) -> None:
    give_over(at_desk(joseph.user), umoja)
    paper = Voucher.objects.get(detail="HANDOVER")
    page = at_desk(joseph.user).get(reverse("group-waiting-page", args=[umoja.pk]))
    assert "Take it back" in text(page)
    said = at_desk(joseph.user).post(
        reverse("decide-page", args=[paper.pk]), {"action": "reject", "reason": "Counted again"}
    )
    assert "taken back" in told(said)[0]
    paper.refresh_from_db()
    assert (paper.status, paper.verified_by) == ("REJECTED", None)


def test_what_is_neither_a_yes_nor_a_no_decides_nothing(
    at_desk: At, umoja: BankingGroup, joseph: Officer, grace: User, carried: Voucher
) -> None:
    give_over(at_desk(joseph.user), umoja)
    paper = Voucher.objects.get(detail="HANDOVER")
    said = at_desk(grace).post(reverse("decide-page", args=[paper.pk]), {"reason": "A slip of the thumb"})
    assert "Nothing is decided yet" in told(said)[-1]
    paper.refresh_from_db()
    assert paper.status == "PENDING"


def test_only_who_gave_it_may_take_it_back(
    at_desk: At, umoja: BankingGroup, joseph: Officer, grace: User, mary: Member, carried: Voucher
) -> None:
    give_over(at_desk(joseph.user), umoja)
    for user in [grace, user_of(mary)]:
        (act,) = at_desk(user).get(reverse("group-waiting-page", args=[umoja.pk])).context["acts"]
        assert not act.may_take_back


def test_grace_hands_from_the_box_to_joseph_and_he_confirms(
    at_desk: At, umoja: BankingGroup, joseph: Officer, grace: User, brought: Voucher
) -> None:
    answer = give_over(at_desk(grace), umoja, source="CASH_BOX", to=str(joseph.user_id), amount="1000", step="review")
    assert "until Joseph Mutua confirms" in text(answer)
    assert figures(answer)["Cash box"] == (kes("1500"), kes("500"))


def test_from_one_officer_to_another(
    at_desk: At, umoja: BankingGroup, joseph: Officer, daniel: User, carried: Voucher
) -> None:
    organisation = umoja.organisation
    brian = register_officer(
        name="Brian Kiptoo", phone="0733000903", organisation=organisation, by=daniel, at=now(), groups=[umoja]
    )
    activate(officer=brian, by=daniel, at=now())
    answer = give_over(at_desk(joseph.user), umoja, to=str(brian.user_id), step="review")
    assert figures(answer)["Hands of Brian Kiptoo"] == (kes("0"), kes("700"))


def test_the_treasurer_takes_what_a_suspended_officer_has_left_behind(
    at_desk: At, umoja: BankingGroup, joseph: Officer, daniel: User, grace: User, mary: Member, carried: Voucher
) -> None:
    suspend(officer=joseph, by=daniel, at=now())
    answer = at_desk(grace).get(reverse("hand-over-page", args=[umoja.pk]))
    assert "serves the group no longer" in text(answer)
    assert dict(answer.context["page"].sources)[str(joseph.user_id)] == "Hands of Joseph Mutua: 700.00"
    review = give_over(at_desk(grace), umoja, source=str(joseph.user_id), step="review")
    assert "until Mary Wanjiku, Ruth Chebet confirms" in text(review) or "Mary Wanjiku" in text(review)
    assert figures(review)["Hands of Joseph Mutua"] == (kes("700"), kes("0"))


def test_going_back_to_change_keeps_what_was_typed(
    at_desk: At, umoja: BankingGroup, joseph: Officer, carried: Voucher
) -> None:
    page = text(give_over(at_desk(joseph.user), umoja, step="change", amount="88", reason="Milk money"))
    assert 'value="88"' in page
    assert "Milk money" in page


@pytest.mark.parametrize("wrong", [{"amount": "1.005"}, {"reason": " "}, {"to": "BANK"}, {"source": "CASH_BOX"}])
def test_a_wrong_answer_is_said_beside_its_question(
    at_desk: At, umoja: BankingGroup, joseph: Officer, carried: Voucher, wrong: dict[str, str]
) -> None:
    (field,) = wrong
    assert f'id="id_{field}_error"' in text(give_over(at_desk(joseph.user), umoja, **wrong), 422)
    assert not Voucher.objects.filter(detail="HANDOVER").exists()


def test_from_the_box_to_the_box_is_no_hand_over(
    at_desk: At, umoja: BankingGroup, grace: User, brought: Voucher
) -> None:
    page = text(give_over(at_desk(grace), umoja, source="CASH_BOX", to="CASH_BOX"), 400)
    assert "to another" in page


def test_who_keeps_no_cash_does_not_hand_it_over(
    at_desk: At, umoja: BankingGroup, daniel: User, mary: Member, alice: Member, give: Give, make_user: MakeUser
) -> None:
    path = reverse("hand-over-page", args=[umoja.pk])
    assert at_desk(daniel).get(path).status_code == 403
    assert at_desk(user_of(mary)).get(path).status_code == 403
    assert at_desk(user_of(alice)).get(path).status_code == 403
    assert "Hand cash over" not in text(at_desk(user_of(mary)).get(reverse("group-waiting-page", args=[umoja.pk])))
    nancy = make_user("Nancy")
    give(nancy, RoleName.TREASURER, umoja)
    assert "Hand cash over" in text(at_desk(nancy).get(reverse("group-waiting-page", args=[umoja.pk])))
