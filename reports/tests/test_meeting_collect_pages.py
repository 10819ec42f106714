"""What a member brings to the table, on its page: everything in one go, shown before it is taken, then the next."""

import datetime as dt

import pytest
from django.urls import reverse

from campaigns import operations as campaigns
from campaigns.models import GroupCampaign
from campaigns.operations import Idea
from core.money import kes
from core.periods import now, today
from core.tests.lasting import lasting
from ledger.models import Entry, Voucher
from meetings.tests.gathering import Gathering
from reports.tests.at_table import at, brings, confirmed, gather
from reports.tests.desk import At, text, told

pytestmark = pytest.mark.django_db


@pytest.fixture
@lasting
def gathering(db: None) -> Gathering:
    gathered = gather()
    gathered.all_here(esther="ABSENT")
    return gathered


def takes(gathering: Gathering, name: str) -> str:
    return at(gathering, "meeting-collect-page", gathering.members[name].pk)


def test_everything_at_once_is_shown_and_nothing_is_booked_before_it_is_confirmed(
    at_desk: At, gathering: Gathering
) -> None:
    gathering.chama.fines("alice", "150")
    entries = Entry.objects.count()
    form = brings(REGULAR="1,000", WELFARE="500", FINE="100", ECD="", PROJECT="0")
    answer = at_desk(gathering.chama.grace).post(takes(gathering, "alice"), form)
    review = answer.context["review"]
    assert review.sentence == "Alice wa Umoja brings 1,600.00, in cash."
    assert [(part.word, part.amount) for part in review.parts] == [
        ("Savings brought", kes("1000")), ("Welfare brought", kes("500")), ("Fine paid", kes("100")),
    ]  # fmt: skip
    changes = {one.word: (one.before, one.after) for one in review.changes}
    assert changes["Cash box"] == (kes("0"), kes("1600"))
    assert changes["Alice: savings"] == (kes("0"), kes("1000"))
    assert changes["Alice owes on fines"] == (kes("150"), kes("50"))
    assert Entry.objects.count() == entries


def test_it_is_taken_once_and_leads_to_the_next_in_the_roll(at_desk: At, gathering: Gathering) -> None:
    browser, form = at_desk(gathering.chama.grace), brings(REGULAR="500")
    first = confirmed(browser, takes(gathering, "ruth"), form)
    # Esther is absent, so it is Alice's turn.
    assert first["Location"] == takes(gathering, "alice")
    (paper,) = Voucher.objects.filter(kind="CONTRIBUTION")
    assert told(first) == [f"Ruth wa Umoja brought 500.00. Receipts: {paper.code}."]
    again = browser.post(takes(gathering, "ruth"), form | {"step": "confirm"})
    assert again["Location"] == takes(gathering, "alice")
    assert Voucher.objects.count() == 1
    other = browser.post(takes(gathering, "ruth"), form | {"step": "confirm", "REGULAR": "600"})
    assert "already confirmed with other figures" in text(other, 422)
    assert gathering.chama.books_are_proven


def test_the_last_one_leads_back_to_the_table(at_desk: At, gathering: Gathering) -> None:
    browser = at_desk(gathering.chama.mary)
    for name in ("mary", "grace", "ruth", "alice", "peter"):
        confirmed(browser, takes(gathering, name), brings(REGULAR="500"))
    assert browser.get(at(gathering)).context["meeting"].panel == "opening"
    coming = browser.get(f"{at(gathering)}?step=collect").context["meeting"].next
    assert (coming.name, coming.progress) == ("Lucy", "5 of 6 who are here have been")
    assert confirmed(browser, takes(gathering, "lucy"), brings(REGULAR="500"))["Location"] == at(gathering)
    done = browser.get(f"{at(gathering)}?step=collect")
    assert "Everybody who is here has been" in text(done)


def test_what_is_due_stands_under_each_amount_and_nothing_is_typed_for_her(at_desk: At, gathering: Gathering) -> None:
    gathering.chama.fines("alice", "150")
    form = at_desk(gathering.chama.grace).get(takes(gathering, "alice")).context["form"]
    assert form["REGULAR"].help_text == "500.00 are left of the month’s minimum"
    assert form["FINE"].help_text == "150.00 are open; the oldest fine is paid first"
    assert not form["REGULAR"].value()


def test_by_phone_it_needs_its_number_and_nothing_at_all_is_said(at_desk: At, gathering: Gathering) -> None:
    browser, address = at_desk(gathering.chama.grace), takes(gathering, "alice")
    form = brings(REGULAR="500", payment_method="MPESA")
    assert 'id="id_transaction_id_error"' in text(browser.post(address, form), 422)
    assert "No amount is written yet" in text(browser.post(address, brings()), 422)
    assert 'id="id_WELFARE_error"' in text(browser.post(address, brings(WELFARE="some")), 422)
    kept = browser.post(address, brings("change", REGULAR="500")).context["form"]
    assert kept["REGULAR"].value() == "500"


def test_more_than_she_owes_on_fines_is_refused_and_nothing_of_it_is_taken(at_desk: At, gathering: Gathering) -> None:
    gathering.chama.fines("alice", "50")
    form = brings(REGULAR="500", FINE="60")
    page = text(at_desk(gathering.chama.grace).post(takes(gathering, "alice"), form), 422)
    assert 'role="alert"' in page
    assert not Voucher.objects.exists()


def test_her_figures_are_shown_anew_where_they_have_moved(at_desk: At, gathering: Gathering) -> None:
    browser, address, form = at_desk(gathering.chama.grace), takes(gathering, "alice"), brings(REGULAR="500")
    seen = browser.post(address, form).context["form"]["seen"].value()
    gathering.chama.brings("alice", "200")
    answer = browser.post(address, form | {"step": "confirm", "seen": seen})
    assert "The figures have changed since you looked" in text(answer, 422)
    assert Voucher.objects.count() == 1


def test_an_accepted_campaign_is_asked_for_by_its_name(at_desk: At, gathering: Gathering) -> None:
    chama = gathering.chama
    idea = Idea(
        name="A roof",
        description="",
        target_amount=kes("5000"),
        amount_per_member=kes("300"),
        starts_on=today(),
        ends_on=today() + dt.timedelta(days=30),
    )
    goal = campaigns.create_campaign(organisation=chama.umoja.organisation, idea=idea, by=chama.daniel, at=now())
    row = campaigns.assign(campaign=goal, group=chama.umoja, by=chama.daniel, at=now())
    browser, address = at_desk(chama.grace), takes(gathering, "alice")
    name = f"campaign_{row.pk}"
    assert name not in browser.get(address).context["form"].fields
    GroupCampaign.objects.filter(pk=row.pk).update(status="ACCEPTED", decided_at=now())
    field = browser.get(address).context["form"][name]
    assert (field.label, field.help_text) == ("Campaign “A roof”", "300.00 is asked of each member")
    confirmed(browser, address, brings(**{name: "300"}))
    assert Voucher.objects.get().kind == "CAMPAIGN"


def test_nobody_takes_money_at_a_meeting_that_has_not_begun(at_desk: At, gathering: Gathering) -> None:
    browser = at_desk(gathering.chama.grace)
    day = (today() + dt.timedelta(days=1)).isoformat()
    planned = browser.post(reverse("meetings-page", args=[gathering.group.pk]), {"meeting_date": day})
    later = planned["Location"].rstrip("/").rsplit("/", maxsplit=1)[-1]
    address = reverse("meeting-collect-page", args=[later, gathering.members["alice"].pk])
    assert "This meeting has not begun. Open it first." in text(browser.get(address), 409)
