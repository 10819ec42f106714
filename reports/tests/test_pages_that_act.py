"""The pages that do something: recording in two steps, deciding, registering; each does it once or says why not."""

import datetime as dt

import pytest
from django.urls import reverse

from core.ids import new_id
from core.money import kes
from core.periods import now, today
from core.tests.lasting import lasting
from groups.models import BankingGroup, RoleName
from groups.operations import adopt_constitution
from ledger.models import Entry, Voucher
from members.models import Member
from reports.tests.conftest import Bring, Enrol, Give, MakeUser, user_of
from reports.tests.desk import At, fund, text, told, typed
from savings.operations import Movement, move_cash, request_withdrawal
from users.models import User

pytestmark = pytest.mark.django_db


# Recording


def test_the_form_offers_every_member_to_an_officer_and_herself_to_a_member(
    at_desk: At, umoja: BankingGroup, mary: Member, alice: Member
) -> None:
    address = reverse("record-page", args=[umoja.pk])
    assert "Choose a member" in text(at_desk(user_of(mary)).get(address))
    own = text(at_desk(user_of(alice)).get(address))
    assert "Mary Wanjiku</option>" not in own
    assert 'value="WELFARE"' not in own
    assert "waits until an officer" in own


def test_a_member_named_in_the_address_is_chosen_already(
    at_desk: At, umoja: BankingGroup, mary: Member, alice: Member
) -> None:
    page = text(at_desk(user_of(mary)).get(reverse("record-page", args=[umoja.pk]), {"member": str(alice.pk)}))
    assert f'<option value="{alice.pk}" selected>' in page


def test_the_review_shows_now_and_after_and_changes_nothing(
    at_desk: At, umoja: BankingGroup, mary: Member, alice: Member, brought: Voucher
) -> None:
    before = fund(umoja), Entry.objects.count(), Voucher.objects.count()
    answer = at_desk(user_of(mary)).post(reverse("record-page", args=[umoja.pk]), typed(alice, step="review"))
    assert "Nothing has happened yet." in text(answer)
    changes = {change.word: (change.before, change.after) for change in answer.context["review"].changes}
    assert changes == {
        "Cash box": (kes("1500"), kes("1637.50")),
        "Alice Wambui: Savings": (kes("500"), kes("637.50")),
        "Total revolving fund (TRF)": (kes("1500"), kes("1637.50")),
    }
    assert (fund(umoja), Entry.objects.count(), Voucher.objects.count()) == before


def test_welfare_does_not_grow_the_fund_and_the_review_says_so(
    at_desk: At, umoja: BankingGroup, mary: Member, alice: Member, brought: Voucher
) -> None:
    form = typed(alice, step="review", contribution_type="WELFARE")
    answer = at_desk(user_of(mary)).post(reverse("record-page", args=[umoja.pk]), form)
    same = {change.word for change in answer.context["review"].changes if change.is_same}
    assert same == {"Total revolving fund (TRF)"}


def test_confirming_books_it_once_however_often_it_is_sent(
    at_desk: At, umoja: BankingGroup, mary: Member, alice: Member
) -> None:
    browser, address, form = at_desk(user_of(mary)), reverse("record-page", args=[umoja.pk]), typed(alice)
    first, again = browser.post(address, form), browser.post(address, form)
    assert first.status_code == again.status_code == 302
    assert first["Location"] == again["Location"]
    assert fund(umoja) == kes("137.50")
    receipt = text(browser.get(first["Location"]))
    assert "Alice Wambui brought 137.50 for savings to Umoja." in receipt
    assert "In the books as entry 1." in receipt


def test_the_same_form_with_other_figures_is_not_booked_over_the_first(
    at_desk: At, umoja: BankingGroup, mary: Member, alice: Member
) -> None:
    browser, address, form = at_desk(user_of(mary)), reverse("record-page", args=[umoja.pk]), typed(alice)
    browser.post(address, form)
    other = browser.post(address, form | {"amount": "1375.00"})
    assert "already confirmed with other figures" in text(other, 422)
    assert form["offline_sync_id"] not in text(other, 422)
    assert fund(umoja) == kes("137.50")


def test_going_back_to_change_keeps_what_was_typed(
    at_desk: At, umoja: BankingGroup, mary: Member, alice: Member
) -> None:
    form = typed(alice, step="change", amount="88")
    page = text(at_desk(user_of(mary)).post(reverse("record-page", args=[umoja.pk]), form))
    assert 'value="88"' in page
    assert form["offline_sync_id"] in page
    assert "Nothing has been saved yet" not in page


def test_a_wrong_amount_is_said_beside_it_and_nothing_is_booked(
    at_desk: At, umoja: BankingGroup, mary: Member, alice: Member
) -> None:
    answer = at_desk(user_of(mary)).post(reverse("record-page", args=[umoja.pk]), typed(alice, amount="1.005"))
    page = text(answer, 422)
    assert 'id="id_amount_error"' in page
    assert "autofocus" in page
    assert not Voucher.objects.exists()


def test_what_the_books_refuse_stands_on_the_form(
    at_desk: At, umoja: BankingGroup, mary: Member, alice: Member
) -> None:
    tomorrow = (today() + dt.timedelta(days=1)).isoformat()
    for step in ("review", "confirm"):
        form = typed(alice, step=step, contribution_date=tomorrow)
        page = text(at_desk(user_of(mary)).post(reverse("record-page", args=[umoja.pk]), form), 422)
        assert "That day has not come yet" in page
    assert not Voucher.objects.exists()


def test_a_receipt_number_is_used_once_and_the_form_says_where(
    at_desk: At, umoja: BankingGroup, mary: Member, alice: Member
) -> None:
    browser, address = at_desk(user_of(mary)), reverse("record-page", args=[umoja.pk])
    by_phone = {"payment_method": "MPESA", "transaction_id": "SKA4T7Q2XN"}
    browser.post(address, typed(alice, **by_phone))
    page = text(browser.post(address, typed(alice, amount="99", **by_phone)), 422)
    assert 'id="id_transaction_id_error"' in page
    assert fund(umoja) == kes("137.50")


def test_a_member_of_another_group_cannot_be_slipped_into_the_form(
    at_desk: At, umoja: BankingGroup, mary: Member, jane: Member
) -> None:
    answer = at_desk(user_of(mary)).post(reverse("record-page", args=[umoja.pk]), typed(jane))
    assert answer.status_code == 422
    assert not Voucher.objects.exists()


def test_what_alice_records_for_herself_waits(
    at_desk: At, umoja: BankingGroup, alice: Member, brought: Voucher
) -> None:
    browser, address = at_desk(user_of(alice)), reverse("record-page", args=[umoja.pk])
    assert "It will wait until a second person confirms it" in text(browser.post(address, typed(alice, step="review")))
    done = browser.post(address, typed(alice))
    assert "Recorded, waiting to be confirmed" in text(browser.get(done["Location"]))
    assert fund(umoja) == kes("1500")


def test_a_receipt_is_read_by_its_group_and_by_nobody_else(
    at_desk: At, mary: Member, alice: Member, peter: Member, jane: Member, brought: Voucher
) -> None:
    address = reverse("receipt-page", args=[brought.pk])
    assert "Receipt" in text(at_desk(user_of(mary)).get(address))
    assert "Receipt" in text(at_desk(user_of(alice)).get(address))
    for stranger in (peter, jane):
        assert at_desk(user_of(stranger)).get(address).status_code == 404


# Deciding


@pytest.fixture
@lasting
def asked(alice: Member, brought: Voucher) -> Voucher:
    return request_withdrawal(member=alice, amount=kes("100"), by=user_of(alice), at=now(), on=today())


def test_the_chair_approves_and_it_is_in_the_books(
    at_desk: At, umoja: BankingGroup, mary: Member, asked: Voucher
) -> None:
    browser = at_desk(user_of(mary))
    assert "Approve" in text(browser.get(reverse("group-waiting-page", args=[umoja.pk])))
    answer = browser.post(reverse("decide-page", args=[asked.pk]), {"action": "approve"})
    assert told(answer) == ["Savings withdrawn, 100.00: approved and in the books."]
    assert fund(umoja) == kes("1400")


def test_a_rejection_needs_its_reason_and_moves_nothing(
    at_desk: At, umoja: BankingGroup, mary: Member, alice: Member, asked: Voucher
) -> None:
    browser, address = at_desk(user_of(mary)), reverse("decide-page", args=[asked.pk])
    assert "Say why it is rejected" in told(browser.post(address, {"action": "reject", "reason": "  "}))[0]
    assert "rejected" in told(browser.post(address, {"action": "reject", "reason": "Ask at the table"}))[-1]
    assert fund(umoja) == kes("1500")
    assert "Ask at the table" in text(at_desk(user_of(alice)).get(reverse("receipt-page", args=[asked.pk])))


def test_nobody_decides_what_she_recorded_or_what_names_her(
    at_desk: At, umoja: BankingGroup, mary: Member, brought: Voucher
) -> None:
    own = request_withdrawal(member=mary, amount=kes("10"), by=user_of(mary), at=now(), on=today())
    browser = at_desk(user_of(mary))
    page = text(browser.get(reverse("group-waiting-page", args=[umoja.pk])))
    assert "You recorded it" in page
    assert reverse("decide-page", args=[own.pk]) not in page
    answer = browser.post(reverse("decide-page", args=[own.pk]), {"action": "approve"})
    assert "Somebody else must confirm this" in told(answer)[0]


def test_what_names_the_reader_is_another_persons_to_decide(
    at_desk: At, ruth: User, mary: Member, brought: Voucher
) -> None:
    request_withdrawal(member=mary, amount=kes("10"), by=ruth, at=now(), on=today())
    assert "It names you" in text(at_desk(user_of(mary)).get("/waiting/"))


def test_a_member_and_a_stranger_cannot_decide(
    at_desk: At, alice: Member, peter: Member, jane: Member, asked: Voucher
) -> None:
    address = reverse("decide-page", args=[asked.pk])
    assert at_desk(user_of(peter)).post(address, {"action": "approve"}).status_code == 404
    assert at_desk(user_of(alice)).post(address, {"action": "approve"}).status_code == 403
    assert at_desk(user_of(jane)).post(address, {"action": "approve"}).status_code == 404
    assert at_desk(user_of(jane)).post(reverse("decide-page", args=[new_id()])).status_code == 404
    assert at_desk(user_of(jane)).get(address).status_code == 405


def test_everything_that_waits_is_on_one_page_for_whoever_decides(
    at_desk: At, mary: Member, peter: Member, asked: Voucher
) -> None:
    assert "Savings withdrawn" in text(at_desk(user_of(mary)).get("/waiting/"))
    assert "Nothing waits." in text(at_desk(user_of(peter)).get("/waiting/"))


# Members


def about(**more: str) -> dict[str, str]:
    usual = {
        "member_name": "Wanja Kariuki",
        "id_number": "31427999",
        "date_of_birth": "1990-02-28",
        "phone": "0799 345 678",
        "kin_0_name": "Rose Kariuki",
        "kin_0_relationship": "mother",
        "offline_sync_id": str(new_id()),
    }
    return usual | more


def test_the_secretary_registers_a_member_once(at_desk: At, umoja: BankingGroup, ruth: User) -> None:
    browser, address, form = at_desk(ruth), reverse("register-page", args=[umoja.pk]), about()
    first, again = browser.post(address, form), browser.post(address, form)
    assert first["Location"] == again["Location"]
    assert Member.objects.filter(person__name="Wanja Kariuki").count() == 1
    page = text(browser.get(first["Location"]))
    assert "Wanja Kariuki is registered as member number 1." in page
    assert "Nothing yet." in page


def test_an_id_number_that_is_known_stands_at_its_field(at_desk: At, umoja: BankingGroup, ruth: User) -> None:
    browser, address = at_desk(ruth), reverse("register-page", args=[umoja.pk])
    browser.post(address, about())
    page = text(browser.post(address, about(member_name="Somebody Else", phone="0799000000")), 422)
    assert 'id="id_id_number_error"' in page
    assert "already registered" in page


def test_a_wrong_phone_of_the_next_of_kin_stands_in_her_block(at_desk: At, umoja: BankingGroup, ruth: User) -> None:
    page = text(at_desk(ruth).post(reverse("register-page", args=[umoja.pk]), about(kin_0_phone="12")), 422)
    assert 'id="id_kin_0_phone_error"' in page
    assert not Member.objects.filter(person__name="Wanja Kariuki").exists()


def test_a_members_history_has_pages_and_offers_to_record(
    at_desk: At, mary: Member, alice: Member, bring: Bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reports.pages.member.ROWS_A_PAGE", 1)
    bring(alice, "500")
    bring(alice, "600")
    browser, address = at_desk(user_of(mary)), reverse("member-page", args=[alice.pk])
    first = text(browser.get(address))
    assert "Page 1 of 2" in first
    assert f"?member={alice.pk}" in first
    assert "Page 2 of 2" in text(browser.get(address, {"page": "2"}))
    assert "Page 2 of 2" in text(browser.get(address, {"page": "99"}))
    assert "Page 1 of 2" in text(browser.get(address, {"page": "x"}))


# What is rarer


@pytest.fixture
@lasting
def grace(umoja: BankingGroup, enrol: Enrol, give: Give) -> User:
    """The treasurer of Umoja."""
    user = user_of(enrol(umoja, "Grace Atieno"))
    give(user, RoleName.TREASURER, umoja)
    return user


@pytest.fixture
@lasting
def joseph(make_user: MakeUser, umoja: BankingGroup, give: Give) -> User:
    """The field officer of Umoja."""
    user = make_user("Joseph Mutua")
    give(user, RoleName.FIELD_OFFICER, umoja)
    return user


def test_welfare_is_paid_when_a_second_office_holder_agrees(
    at_desk: At, umoja: BankingGroup, mary: Member, alice: Member, grace: User, joseph: User, ruth: User, bring: Bring
) -> None:
    bring(alice, "3000", "WELFARE")
    years_ago = today() - dt.timedelta(days=900)
    Member.objects.filter(pk=alice.pk).update(joined_on=years_ago)
    alice.refresh_from_db()
    movement = Movement(kind="WELFARE_PAYOUT", amount=kes("2000"), reason="Birth", member=alice, event="BIRTH")
    paper = move_cash(group=umoja, movement=movement, by=user_of(mary), at=now(), on=today())
    address = reverse("group-waiting-page", args=[umoja.pk])
    assert "You said yes" in text(at_desk(user_of(mary)).get(address))
    assert "Office holders decide" in text(at_desk(joseph).get(address))
    assert "Approve" in text(at_desk(grace).get(address))
    answer = at_desk(grace).post(reverse("decide-page", args=[paper.pk]), {"action": "approve"})
    assert told(answer)[-1] == "Welfare paid out, 2,000.00: approved and in the books."


def test_a_hand_over_is_confirmed_by_who_received_it(
    at_desk: At, umoja: BankingGroup, mary: Member, alice: Member, grace: User, joseph: User, bring: Bring
) -> None:
    bring(alice, "3000")
    movement = Movement(kind="HANDOVER", amount=kes("700"), source="CASH_BOX", to=str(joseph.pk), reason="To the bank")
    paper = move_cash(group=umoja, movement=movement, by=grace, at=now(), on=today())
    assert "The receiver confirms" in text(at_desk(user_of(mary)).get("/waiting/"))
    answer = at_desk(joseph).post(reverse("decide-page", args=[paper.pk]), {"action": "approve"})
    assert "approved and in the books" in told(answer)[-1]
    assert "With an officer" in text(at_desk(joseph).get(reverse("group-page", args=[umoja.pk])))


def test_where_the_constitution_asks_for_it_everything_waits(
    at_desk: At, umoja: BankingGroup, mary: Member, alice: Member, sarah: User
) -> None:
    adopt_constitution(group=umoja, effective_on=today(), at=now(), by=sarah, second_pair_of_eyes=True)
    browser, address = at_desk(user_of(mary)), reverse("record-page", args=[umoja.pk])
    assert "This group asks for a second pair of eyes" in text(browser.get(address))
    assert "It will wait until a second person confirms it" in text(browser.post(address, typed(alice, step="review")))


def test_the_receipt_of_a_cash_movement_says_what_was_done(
    at_desk: At, umoja: BankingGroup, alice: Member, grace: User, bring: Bring
) -> None:
    bring(alice, "3000")
    movement = Movement(kind="EXPENSE", amount=kes("150"), source="CASH_BOX", reason="Receipt books")
    paper = move_cash(group=umoja, movement=movement, by=grace, at=now(), on=today())
    page = text(at_desk(grace).get(reverse("receipt-page", args=[paper.pk])))
    assert "Costs of the group: Umoja" in page
    assert "less costs not yet closed" in text(at_desk(grace).get(reverse("group-page", args=[umoja.pk])))


def test_a_member_who_left_is_said_to_have_left(
    at_desk: At, umoja: BankingGroup, mary: Member, alice: Member, brought: Voucher
) -> None:
    Member.objects.filter(pk=alice.pk).update(is_active=False, left_on=today())
    browser = at_desk(user_of(mary))
    assert "Left" in text(browser.get(reverse("members-page", args=[umoja.pk])))
    hers = text(browser.get(reverse("member-page", args=[alice.pk])))
    assert "Left on" in hers
    assert "Record money for Alice" not in hers


def test_a_form_for_somebody_elses_money_is_forbidden_to_a_member(
    at_desk: At, umoja: BankingGroup, alice: Member, peter: Member
) -> None:
    answer = at_desk(user_of(alice)).post(reverse("record-page", args=[umoja.pk]), typed(peter))
    assert answer.status_code == 422
    assert not Voucher.objects.exists()


def test_a_suspended_group_says_so_and_takes_nothing(
    at_desk: At, umoja: BankingGroup, mary: Member, alice: Member
) -> None:
    BankingGroup.objects.filter(pk=umoja.pk).update(status="SUSPENDED")
    browser, address = at_desk(user_of(mary)), reverse("record-page", args=[umoja.pk])
    assert "Suspended: takes no money" in text(browser.get(address))
    assert "This group is suspended" in text(browser.post(address, typed(alice)), 422)
    assert not Voucher.objects.exists()
