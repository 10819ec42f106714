"""Payouts from the funds: two office holders, neither the beneficiary, within the constitution."""

import datetime as dt

import pytest

from core.errors import Invalid, MakerIsChecker
from core.ids import new_id
from core.money import kes
from core.tests.lasting import lasting
from groups.models import RoleName, WelfareEvent
from groups.operations import adopt_constitution
from ledger.models import Approval, Voucher
from ledger.operations import InsufficientFund, post
from ledger.rules import credit, debit
from ledger.vouchers import AlreadyVerified
from members.models import Member
from members.operations import MemberInactive
from notifications.models import Message
from savings import queries
from savings.operations import WelfareLimit
from savings.operations.payouts import OfficeHoldersPay
from savings.tests.chama import AT, TODAY, Chama


@pytest.fixture
@lasting
def funded(chama: Chama) -> Chama:
    """Peter has brought 8,000 to the social fund, Alice 600 for ECD and 900 for projects."""
    chama.brings("peter", "8000", kind="WELFARE")
    chama.brings("alice", "600", kind="ECD")
    chama.brings("alice", "900", kind="PROJECT")
    Message.objects.all().delete()
    return chama


def pays(
    chama: Chama, amount: str = "2000", *, by: str = "grace", kind: str = "WELFARE_PAYOUT", **words: str
) -> Voucher:
    return chama.moves(kind, amount, by=by, member=chama.members[words.pop("to_whom", "alice")], **words)


def waits_for(chama: Chama, voucher: Voucher) -> tuple[int, list[str]]:
    missing = queries.missing_approvals([chama.fresh(voucher)])[voucher.pk][0]
    assert (missing.capacity, missing.need) == ("OFFICE_HOLDER", 2)
    return missing.have, sorted(name.split()[0].lower() for name in missing.may_act)


def test_two_office_holders_pay_alice_from_the_social_fund(funded: Chama) -> None:
    voucher = pays(funded)
    assert (voucher.status, voucher.kind) == ("PENDING", "PAYOUT")
    assert waits_for(funded, voucher) == (1, ["esther", "mary", "ruth"])
    assert funded.holds("2020") == kes("8000")
    paid = funded.verifies("mary", voucher)
    assert (paid.status, paid.verified_by) == ("VERIFIED", funded.mary)
    assert (funded.holds("2020"), funded.holds("1010")) == (kes("6000"), kes("7500"))
    assert Message.objects.get().user == funded.alice
    assert funded.books_are_proven


def test_the_beneficiary_says_neither_yes(funded: Chama) -> None:
    voucher = pays(funded, by="mary", to_whom="mary")
    assert waits_for(funded, voucher) == (0, ["esther", "grace", "ruth"])
    with pytest.raises(MakerIsChecker):
        funded.verifies("mary", voucher)
    assert funded.verifies("grace", voucher).status == "PENDING"
    assert waits_for(funded, voucher) == (1, ["esther", "ruth"])
    assert funded.verifies("ruth", voucher).status == "VERIFIED"
    assert funded.books_are_proven


def test_one_person_says_yes_once(funded: Chama) -> None:
    voucher = pays(funded, by="mary", to_whom="mary")
    funded.verifies("grace", voucher)
    with pytest.raises(AlreadyVerified):
        funded.verifies("grace", voucher)
    recorded = pays(funded)
    with pytest.raises(AlreadyVerified):
        funded.verifies("grace", recorded)
    assert Approval.objects.filter(voucher=voucher).count() == 1


@pytest.mark.parametrize("name", ["joseph", "peter", "daniel", "faith"])
def test_only_office_holders_pay(funded: Chama, name: str) -> None:
    with pytest.raises(OfficeHoldersPay):
        pays(funded, by=name)
    with pytest.raises(OfficeHoldersPay):
        funded.verifies(name, pays(funded))


def test_an_office_lost_before_the_second_yes_does_not_count(funded: Chama) -> None:
    voucher = pays(funded)
    funded.end("mary", RoleName.CHAIR)
    with pytest.raises(OfficeHoldersPay):
        funded.verifies("mary", voucher)


@pytest.mark.parametrize(
    ("kind", "account", "left"), [("ECD_PAYOUT", "2030", "100.00"), ("PROJECT_PAYOUT", "2040", "400.00")]
)
def test_own_funds_pay_up_to_what_is_hers(funded: Chama, kind: str, account: str, left: str) -> None:
    funded.verifies("mary", pays(funded, "500", kind=kind))
    assert str(funded.holds(account, "alice")) == left
    with pytest.raises(InsufficientFund):
        funded.verifies("mary", pays(funded, "500", kind=kind))
    with pytest.raises(InsufficientFund):
        funded.verifies("mary", pays(funded, "1", kind=kind, to_whom="peter"))
    assert funded.books_are_proven


def test_a_payout_names_whom_it_pays(funded: Chama) -> None:
    with pytest.raises(Invalid) as refused:
        funded.moves("WELFARE_PAYOUT", "5")
    assert refused.value.field == "member_id"


def test_who_has_left_is_not_paid(funded: Chama) -> None:
    Member.objects.filter(pk=funded.members["alice"].pk).update(is_active=False)
    funded.members["alice"].refresh_from_db(fields=["is_active"])
    with pytest.raises(MemberInactive):
        pays(funded)


# Welfare


def test_each_event_has_its_maximum(funded: Chama) -> None:
    for event, most in [("BEREAVEMENT", "10000"), ("HOSPITAL", "5000"), ("BIRTH", "2000")]:
        with pytest.raises(WelfareLimit) as refused:
            pays(funded, str(kes(most) + kes("0.01")), event=event)
        assert refused.value.code == "welfare_limit"
        assert f"{kes(most):,.2f}" in str(refused.value.detail)
        voucher = pays(funded, most, event=event)
        assert voucher.subject_id
        assert WelfareEvent.objects.get(pk=voucher.subject_id).event == event


def test_without_an_event_the_largest_maximum_holds(funded: Chama) -> None:
    with pytest.raises(WelfareLimit):
        pays(funded, "10000.01")
    assert pays(funded, "10000").subject_id is None


def test_an_event_nobody_adopted_is_refused_with_those_that_are(funded: Chama) -> None:
    with pytest.raises(Invalid) as refused:
        pays(funded, event="WEDDING")
    assert "BEREAVEMENT, BIRTH, HOSPITAL, OTHER" in str(refused.value.detail)


def test_a_new_member_waits_her_months(funded: Chama) -> None:
    funded.enrol("nina", funded.umoja, on=TODAY - dt.timedelta(days=80))
    with pytest.raises(WelfareLimit):
        pays(funded, to_whom="nina")
    sooner = [{"event": "BIRTH", "maximum": "2000.00", "months_of_membership": 2}]
    adopt_constitution(group=funded.umoja, effective_on=TODAY, at=AT, by=funded.sarah, welfare_events=sooner)
    assert pays(funded, "2000", to_whom="nina").status == "PENDING"
    with pytest.raises(WelfareLimit):
        pays(funded, "2001", to_whom="nina")


def test_a_constitution_without_events_pays_no_welfare(funded: Chama) -> None:
    adopt_constitution(group=funded.umoja, effective_on=TODAY, at=AT, by=funded.sarah, welfare_events=[])
    with pytest.raises(WelfareLimit):
        pays(funded)


# Campaigns


def test_a_campaign_pays_what_was_brought_to_it(funded: Chama) -> None:
    campaign = new_id()
    legs = [debit("1010", kes("300"), head="campaign"), credit("2050", kes("300"), subject=campaign)]
    post(group=funded.umoja, kind="CAMPAIGN", on=TODAY, at=AT, actor=funded.grace, key="campaign:0", legs=legs)
    voucher = funded.moves("CAMPAIGN_PAYOUT", "200", group_campaign_id=campaign)
    assert voucher.subject_id == campaign
    funded.verifies("mary", voucher)
    assert funded.holds("2050") == kes("100")
    with pytest.raises(InsufficientFund):
        funded.verifies("mary", funded.moves("CAMPAIGN_PAYOUT", "200", group_campaign_id=campaign))


def test_a_campaign_payout_names_its_campaign(funded: Chama) -> None:
    with pytest.raises(Invalid) as refused:
        funded.moves("CAMPAIGN_PAYOUT", "5")
    assert refused.value.field == "group_campaign_id"
