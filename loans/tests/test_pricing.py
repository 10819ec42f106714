"""The organisation's cap on what a loan costs in a year, as a constitution meets it."""

from decimal import Decimal
from typing import Any

import pytest

from core.money import kes
from core.tests.lasting import lasting
from groups.models import BankingGroup, Constitution
from groups.operations import adopt_proposal, create_group, propose_constitution
from loans.pricing import RateAboveCap
from loans.tests.world import AT, TODAY, World

# Ten percent once, for one month: 1.1^12 − 1.
DEFAULT = "213.84"


@pytest.fixture
@lasting
def capped(world: World) -> World:
    cap(world, DEFAULT)
    return world


def cap(world: World, percent: str | None) -> None:
    organisation = world.umoja.organisation
    organisation.interest_cap_yearly_percent = None if percent is None else Decimal(percent)
    organisation.save(update_fields=["interest_cap_yearly_percent"])


def refused(world: World, **rules: Any) -> str:
    with pytest.raises(RateAboveCap) as told:
        world.rules(**rules)
    assert (told.value.status, told.value.code) == (422, "rate_above_cap")
    return str(told.value.detail)


def test_rules_at_the_cap_are_adopted(capped: World) -> None:
    assert capped.rules(fine_late="60.00").version == 2


def test_a_hundredth_above_it_is_refused_and_says_which_loan(world: World) -> None:
    cap(world, "213.83")
    assert refused(world, fine_late="60.00") == (
        "Short-term, KES 10,000.00 for 1 month: with fees this costs 213.84 percent in a year. The organisation "
        "allows 213.83 percent. Lower the rate or the fees."
    )
    assert Constitution.objects.filter(group=world.umoja).count() == 1


def test_fees_count_also_as_a_share_and_for_the_shortest_term(capped: World) -> None:
    assert "Short-term" in refused(capped, application_fee="10.00")
    assert "Short-term" in refused(capped, appreciation_fee_percent="0.10")
    cheap = [{"loan_type": "SHORT_TERM", "rate_percent": "1.00"}]
    assert capped.rules(loan_terms=cheap, application_fee="100.00").version == 2


def test_every_type_is_judged(world: World) -> None:
    """A hundred percent on the balance compounds to (1 + 1/12)^12 − 1 = 161.30 %; five percent once to 79.59."""
    cap(world, "150")
    cheap = {"loan_type": "SHORT_TERM", "rate_percent": "5.00"}
    for loan_type, word in [("PROJECT", "Project"), ("LONG_TERM", "Long-term")]:
        assert word in refused(world, loan_terms=[cheap, {"loan_type": loan_type, "rate_percent": "100.00"}])
    assert world.rules(loan_terms=[cheap]).version == 2


def test_the_same_rate_once_is_cheaper_in_a_year_for_three_months_than_for_one(capped: World) -> None:
    longer = [{"loan_type": "SHORT_TERM", "shortest_months": 3, "rate_percent": "18.00"}]
    assert capped.rules(loan_terms=longer).version == 2


def test_fees_that_eat_the_loan_are_refused(capped: World) -> None:
    assert "the fees take all of a loan" in refused(capped, application_fee="10000.00")


def test_without_a_cap_nothing_is_too_dear(world: World) -> None:
    assert world.rules(application_fee="10000.00").application_fee == kes("10000")


def test_a_proposal_is_judged_when_it_is_made_and_again_when_it_is_adopted(world: World) -> None:
    cap(world, "213.83")
    words: dict[str, Any] = {"group": world.umoja, "effective_on": TODAY, "at": AT, "fine_late": "60.00"}
    with pytest.raises(RateAboveCap):
        propose_constitution(by=world.mary, **words)
    cap(world, None)
    proposal = propose_constitution(by=world.mary, **words)
    cap(world, "213.83")
    proposal.group.organisation.refresh_from_db()
    with pytest.raises(RateAboveCap):
        adopt_proposal(proposal=proposal, at=AT, by=world.daniel)
    assert Constitution.objects.get(pk=proposal.pk).status == Constitution.Status.PROPOSED


def test_a_group_is_founded_under_any_cap_and_each_of_its_loans_is_judged(world: World) -> None:
    cap(world, "20")
    founded = create_group(
        organisation=world.umoja.organisation,
        at=AT,
        by=world.daniel,
        name="Tujenge",
        group_code="GRP-TUJENGE",
        county="Kiambu",
        meeting_day=BankingGroup.Weekday.MONDAY,
        registration_date=TODAY,
    )
    assert Constitution.objects.get(group=founded).version == 1
    with pytest.raises(RateAboveCap):
        world.applies("peter")
