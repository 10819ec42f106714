"""A meeting on its pages: planned, opened, the roll called, the box counted, the seal set; what each person sees."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.money import kes
from core.periods import now, today
from core.tests.lasting import lasting
from ledger.models import Entry, Voucher
from meetings import operations
from meetings.models import CashCount, Meeting
from meetings.tests.gathering import Gathering, regular, welfare
from meetings.tests.round_the_guards import unguarded
from reports.tests.at_table import at, brings, confirmed, gather, pieces, roll
from reports.tests.desk import At, text, told
from savings.tests.chama import Chama

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
@lasting
def gathering(db: None) -> Gathering:
    return gather()


def listed(gathering: Gathering) -> str:
    return reverse("meetings-page", args=[gathering.group.pk])


# Planning and opening


def test_the_next_one_is_planned_for_the_day_the_group_meets_and_opened_on_its_day(
    at_desk: At, gathering: Gathering
) -> None:
    browser = at_desk(gathering.chama.grace)
    form = browser.get(listed(gathering)).context["form"]
    assert form["meeting_date"].value() > today()
    assert form["meeting_date"].value().strftime("%A").upper() == gathering.group.meeting_day
    made = browser.post(listed(gathering), {"meeting_date": (today() + DAY).isoformat(), "venue": "Under the tree"})
    assert told(made) == ["The meeting is planned."]
    later = Meeting.objects.get(meeting_date=today() + DAY)
    page = text(browser.get(made["Location"]))
    assert (later.venue, "is opened on that day" in page) == ("Under the tree", True)
    early = browser.post(reverse("meeting-open-page", args=[later.pk]))
    assert told(early)[-1] == "This meeting is planned for a later day. Open it on that day."


def test_a_second_meeting_on_a_day_is_refused_beside_the_day(at_desk: At, gathering: Gathering) -> None:
    answer = at_desk(gathering.chama.grace).post(listed(gathering), {"meeting_date": today().isoformat()})
    assert 'id="id_meeting_date_error"' in text(answer, 409)
    assert 'id="id_meeting_date_error"' in text(at_desk(gathering.chama.grace).post(listed(gathering), {}), 422)


def test_what_was_planned_for_today_is_opened_by_a_press(at_desk: At, db: None) -> None:
    chama = Chama(at=now())
    planned = operations.schedule(group=chama.umoja, meeting_date=today(), by=chama.grace, at=now())
    browser, address = at_desk(chama.ruth), reverse("meeting-page", args=[planned.pk])
    coming = browser.get(reverse("meetings-page", args=[chama.umoja.pk])).context["page"].next
    assert (coming.verb, coming.is_today) == ("Open the meeting", True)
    assert browser.get(address).context["meeting"].panel == "open"
    open_it = reverse("meeting-open-page", args=[planned.pk])
    assert told(browser.post(open_it)) == ["The meeting is open. Call the roll."]
    assert Meeting.objects.get().status == "OPEN"
    assert told(browser.post(open_it))[-1] == "This meeting is open already. Go on with it."


# The steps


def test_what_comes_next_stands_in_the_middle_and_each_step_is_a_press_away(at_desk: At, gathering: Gathering) -> None:
    browser = at_desk(gathering.chama.grace)

    def panel(asked: str = "") -> str:
        return str(browser.get(at(gathering) + asked).context["meeting"].panel)

    assert panel() == "roll"
    gathering.all_here()
    assert panel() == "opening"
    gathering.counts("OPENING")
    assert panel() == "collect"
    gathering.brings("alice", regular("500"))
    assert (panel("?step=roll"), panel("?step=closing"), panel("?step=nonsense")) == ("roll", "closing", "collect")
    gathering.counts()
    assert panel() == "seal"
    steps = {step.word: (step.state, step.note) for step in browser.get(at(gathering)).context["meeting"].steps}
    assert steps["Roll call"] == ("done", "7 of 7 here")
    assert steps["Savings"] == ("done", "500.00")
    assert steps["Welfare"] == ("", "none today")
    assert steps["Count and seal"] == ("now", "now")


def test_the_box_by_the_book_names_each_head_and_what_did_not_come_in_cash(at_desk: At, gathering: Gathering) -> None:
    gathering.chama.brings("peter", "1000")
    gathering.all_here(lucy="LATE")
    gathering.counts("OPENING")
    gathering.brings("alice", regular("500"), welfare("100"))
    gathering.brings("ruth", regular("200"), method="MPESA", receipt="SJX71")
    shown = at_desk(gathering.chama.grace).get(at(gathering)).context["meeting"]
    assert [(line.word, line.amount) for line in shown.box.lines] == [
        ("Opening cash, counted", kes("1000")),
        ("Regular savings", kes("500")),
        ("Welfare", kes("100")),
    ]
    assert (shown.box.should_be, shown.box.notes) == (kes("1600"), ("M-Pesa 200.00 went to the phone, not the box.",))
    rows = {row.name: row for row in shown.brought.rows}
    assert (rows["Alice wa Umoja"].total, rows["Ruth wa Umoja"].how) == (kes("600"), "M-Pesa")
    assert (rows["Lucy wa Umoja"].fined, rows["Lucy wa Umoja"].mark.word) == (kes("50"), "Late")
    assert shown.brought.total == kes("800")


def test_the_receipts_of_a_member_are_shown_when_they_are_asked_for(at_desk: At, gathering: Gathering) -> None:
    gathering.all_here()
    paper, _other = gathering.brings("alice", regular("500"), welfare("100"))
    gathering.chama.reverses("mary", paper)
    browser, alice = at_desk(gathering.chama.grace), gathering.members["alice"].pk
    assert not any(row.lines for row in browser.get(at(gathering)).context["meeting"].brought.rows)
    page = browser.get(f"{at(gathering)}?member={alice}")
    lines = next(row.lines for row in page.context["meeting"].brought.rows if row.id == alice)
    assert [(line.word, line.is_reversed) for line in lines] == [("Savings brought", True), ("Welfare brought", False)]
    assert reverse("receipt-page", args=[paper.pk]) in text(page)


def test_the_list_says_who_came_what_was_brought_and_what_differed(at_desk: At, gathering: Gathering) -> None:
    before = gathering.on(today() - DAY)
    before.chama.brings("alice", "300", on=today() - DAY)
    before.all_here(peter="ABSENT")
    before.counts(off="-50", why="Change")
    before.seals("mary")
    shown = at_desk(gathering.chama.grace).get(listed(gathering)).context["page"]
    (row,) = shown.rows
    assert (row.came, row.difference, row.code) == ("86 %", kes("-50"), before.meeting.seal_code)
    assert shown.next.verb == "Go on with the meeting"


def test_the_list_asks_the_same_questions_however_many_meetings_there_are(at_desk: At, gathering: Gathering) -> None:
    def asked() -> int:
        browser = at_desk(gathering.chama.grace)
        with CaptureQueriesContext(connection) as log:
            text(browser.get(listed(gathering)))
        return len(log)

    gathering.on(today() - DAY).is_over()
    one = asked()
    for back in (2, 3, 4):
        gathering.on(today() - back * DAY).is_over()
    assert asked() == one


# The roll


def test_the_roll_says_what_it_imposes_before_it_is_saved_and_counts_it_after(
    at_desk: At, gathering: Gathering
) -> None:
    browser = at_desk(gathering.chama.ruth)
    page = text(browser.get(at(gathering, "meeting-roll-page")))
    assert "Late: fine 50.00 (rule 2.1); Absent: fine 100.00 (rule 2.2)" in page
    saved = browser.post(at(gathering, "meeting-roll-page"), roll(gathering, alice="LATE", peter="ABSENT"))
    assert told(saved) == ["The roll call is saved. It can be put right until the seal."]
    shown = browser.get(saved["Location"]).context["meeting"].roll
    assert shown.counts == "5 here, 1 late (fine 50.00), 0 excused, 1 absent (fine 100.00)"
    browser.post(at(gathering, "meeting-roll-page"), roll(gathering, alice="EXCUSED", peter="ABSENT"))
    assert gathering.fines("alice") == [("LATE", "CANCELLED")]


def test_a_mark_whose_fine_is_paid_is_refused_at_the_member(at_desk: At, gathering: Gathering) -> None:
    gathering.marks(alice="LATE")
    gathering.chama.pays("alice", "20")
    answer = at_desk(gathering.chama.ruth).post(at(gathering, "meeting-roll-page"), roll(gathering))
    page = text(answer, 422)
    assert f'id="id_mark_{gathering.members["alice"].pk}_error"' in page
    assert f'id="id_mark_{gathering.members["peter"].pk}_error"' not in page
    assert gathering.status("alice") == "LATE"
    assert gathering.status("peter") is None


def test_nobody_marked_is_said_and_everybody_here_is_one_press(at_desk: At, gathering: Gathering) -> None:
    browser = at_desk(gathering.chama.ruth)
    assert "Nobody is marked yet" in text(browser.post(at(gathering, "meeting-roll-page"), {}), 422)
    page = text(browser.get(f"{at(gathering)}?step=roll&begin=here"))
    assert page.count("checked") == 7
    assert gathering.status("alice") is None


# Counting


def test_the_sums_are_worked_out_while_somebody_still_types(at_desk: At, gathering: Gathering) -> None:
    browser, address = at_desk(gathering.chama.grace), at(gathering, "meeting-count-page", "opening")
    page = text(browser.post(address, pieces("sum", p100000="2", p50="3", p20000="x")))
    assert 'id="worth_p100000" hx-swap-oob="true"><span class="amount ">2,000' in page
    assert '<b id="counted" hx-swap-oob="true"><span class="amount ">2,001<small>.50' in page
    assert not CashCount.objects.exists()


def test_an_opening_count_that_differs_stands_on_the_minutes_and_books_nothing(
    at_desk: At, gathering: Gathering
) -> None:
    gathering.chama.brings("peter", "1000")
    browser, address = at_desk(gathering.chama.grace), at(gathering, "meeting-count-page", "opening")
    entries = Entry.objects.count()
    review = browser.post(address, pieces(p100000="1", p2000="1")).context["review"]
    assert (review.counted, review.book, review.difference, review.changes) == (
        kes("1020"), kes("1000"), kes("20"), (),
    )  # fmt: skip
    assert "It stands on the minutes; no figure changes." in review.note
    kept = confirmed(browser, address, pieces(p100000="1", p2000="1"))
    assert told(kept) == ["Counted and kept: 1,020.00. Over."]
    assert Entry.objects.count() == entries
    assert browser.get(at(gathering)).context["meeting"].box.notes == (
        "Counted at the opening: 1,020.00, which differed by 20.00.",
    )


def test_a_closing_count_off_by_fifty_is_an_entry_of_its_own_and_is_kept_once(
    at_desk: At, gathering: Gathering
) -> None:
    gathering.all_here()
    gathering.chama.brings("peter", "1000")
    browser, address = at_desk(gathering.chama.grace), at(gathering, "meeting-count-page", "closing")
    form = pieces(p50000="1", p20000="2", p5000="1", explanation="Change for a boda boda")
    review = browser.post(address, form).context["review"]
    assert (review.difference, review.difference_word) == (kes("-50"), "Short")
    assert {one.word: one.after - one.before for one in review.changes} == {
        "Cash box": kes("-50"), "Total revolving fund (TRF)": kes("-50"),
    }  # fmt: skip
    assert not CashCount.objects.exists()
    form |= {"seen": "950.00 1000.00", "step": "confirm"}
    first, again = browser.post(address, form), browser.post(address, form)
    assert first["Location"] == again["Location"] == at(gathering)
    count = CashCount.objects.get()
    assert count.voucher is not None
    assert (count.voucher.detail, count.explanation) == ("CASH_SHORT", "Change for a boda boda")
    assert gathering.chama.books_are_proven


def test_a_count_is_shown_anew_where_the_book_has_moved_since(at_desk: At, gathering: Gathering) -> None:
    gathering.chama.brings("peter", "1000")
    browser, address = at_desk(gathering.chama.grace), at(gathering, "meeting-count-page", "closing")
    form = pieces("confirm", p100000="1", seen="1000.00 1000.00")
    gathering.chama.brings("alice", "200")
    answer = browser.post(address, form)
    assert "The figures have changed since you looked" in text(answer, 422)
    assert answer.context["review"].difference == kes("-200")
    assert not CashCount.objects.exists()


def test_a_count_of_nothing_and_of_no_number_are_said_beside_it(at_desk: At, gathering: Gathering) -> None:
    browser, address = at_desk(gathering.chama.grace), at(gathering, "meeting-count-page", "closing")
    nothing = text(browser.post(address, pieces() | {"p100": ""}), 422)
    assert "Nothing is counted yet" in nothing
    assert 'id="id_p100000_error"' in text(browser.post(address, pieces(p100000="a few")), 422)
    again = browser.post(address, pieces("change", p100000="3")).context["count"]
    assert again.counted == kes("3000")
    assert text(browser.get(at(gathering, "meeting-count-page", "midway")), 404)


def test_a_count_outside_a_meeting_waits_for_somebody_else(at_desk: At, gathering: Gathering) -> None:
    gathering.chama.brings("peter", "1000")
    browser, address = at_desk(gathering.chama.grace), reverse("cash-count-page", args=[gathering.group.pk])
    review = browser.post(address, pieces(p50000="1")).context["review"]
    assert "once somebody else confirms it" in review.note
    assert confirmed(browser, address, pieces(p50000="1"))["Location"] == listed(gathering)
    assert Voucher.objects.get(kind="COUNT").status == "PENDING"


# Sealing


def test_it_is_read_aloud_with_what_is_missing_and_then_sealed(at_desk: At, gathering: Gathering) -> None:
    gathering.all_here(peter="ABSENT")
    gathering.brings("alice", regular("500"), welfare("100"))
    gathering.counts(off="-50")
    browser, address = at_desk(gathering.chama.grace), at(gathering, "meeting-seal-page")
    asked = browser.get(address)
    page = asked.context["page"]
    assert [lack.word for lack in page.lacks] == ["Nobody explained the difference of KES −50.00."]
    assert (page.book, page.counted, page.difference) == (kes("600"), kes("550"), kes("-50"))
    assert {step.word: step.amount for step in page.steps if step.amount} == {
        "Welfare": kes("100"), "Savings": kes("500"),
    }  # fmt: skip
    assert "Peter wa Umoja" not in [name for _id, name in asked.context["form"]["confirmed_by"].field.choices]
    form = {
        "offline_sync_id": "k1",
        "seen": page.seen,
        "confirmed_by": [str(gathering.members["mary"].pk)],
        "notes": "Next time at the church",
    }
    done, again = browser.post(address, form), browser.post(address, form)
    assert done["Location"] == again["Location"] == at(gathering)
    sealed = gathering.meeting
    assert told(done)[0] == f"Sealed. The code is {sealed.seal_code}."
    assert (sealed.status, sealed.notes) == ("SEALED", "Next time at the church")
    whole = text(browser.get(at(gathering)))
    assert "nothing of this meeting changes any more" in whole
    assert "Next time at the church" in whole


def test_a_meeting_without_its_closing_count_cannot_be_sealed_on_the_page(at_desk: At, gathering: Gathering) -> None:
    gathering.all_here()
    browser, address = at_desk(gathering.chama.grace), at(gathering, "meeting-seal-page")
    shown = browser.get(address)
    assert not shown.context["page"].may_seal
    assert 'value="confirm"' not in text(shown)
    assert not browser.get(at(gathering)).context["meeting"].box.may_seal
    refused = text(browser.post(address, {"offline_sync_id": "k1"}), 422)
    assert "The cash was not counted at the end. Count the box, then seal the meeting." in refused


def test_what_came_since_it_was_read_aloud_is_read_again(at_desk: At, gathering: Gathering) -> None:
    gathering.all_here()
    gathering.counts()
    browser, address = at_desk(gathering.chama.grace), at(gathering, "meeting-seal-page")
    seen = browser.get(address).context["page"].seen
    gathering.brings("alice", regular("500"))
    page = text(browser.post(address, {"offline_sync_id": "k1", "seen": seen}), 422)
    assert "The figures have changed since you looked" in page
    assert "After the last count KES 500.00 came into the box or left it." in page
    assert gathering.meeting.status == "OPEN"


def test_a_sealed_meeting_offers_no_forms_and_says_so_in_words(at_desk: At, gathering: Gathering) -> None:
    gathering.is_over()
    browser, alice = at_desk(gathering.chama.grace), gathering.members["alice"].pk
    page = text(browser.get(at(gathering)))
    assert gathering.meeting.seal_code in page
    assert page.count("<form") == page.count('class="tongue"') + page.count(reverse("sign-out"))
    for address in (
        at(gathering, "meeting-roll-page"),
        at(gathering, "meeting-count-page", "closing"),
        at(gathering, "meeting-collect-page", alice),
        at(gathering, "meeting-seal-page"),
    ):
        assert "This meeting is sealed: nothing of it changes any more." in text(browser.get(address), 409)


def test_a_broken_seal_stands_in_red_on_top(at_desk: At, gathering: Gathering) -> None:
    gathering.is_over()
    with unguarded():
        Meeting.objects.filter(pk=gathering.id).update(counted_cash=kes("1"))
    page = text(at_desk(gathering.chama.grace).get(at(gathering)))
    assert "The seal is broken" in page
    assert "tell the service at once" in page


# Who sees what


def test_a_member_sees_the_meeting_but_not_what_others_brought(at_desk: At, gathering: Gathering) -> None:
    gathering.all_here()
    gathering.brings("peter", regular("500"))
    gathering.counts()
    gathering.seals("mary", notes="Peter is ill")
    shown = at_desk(gathering.chama.alice).get(at(gathering))
    page = text(shown)
    assert shown.context["meeting"].brought is None
    assert [row.name for row in shown.context["meeting"].roll.rows] == ["Alice wa Umoja"]
    assert "Peter" not in page
    assert shown.context["meeting"].figure == kes("500")


@pytest.mark.parametrize("page", ["meeting-roll-page", "meeting-seal-page"])
def test_members_auditors_and_strangers_run_no_meeting(at_desk: At, gathering: Gathering, page: str) -> None:
    for name, status in (("alice", 403), ("faith", 403), ("jane", 404), ("kevin", 404)):
        assert at_desk(gathering.chama.users[name]).get(at(gathering, page)).status_code == status
    alice = gathering.members["alice"].pk
    for name, status in (("alice", 403), ("faith", 403), ("jane", 404)):
        browser = at_desk(gathering.chama.users[name])
        assert browser.get(at(gathering, "meeting-collect-page", alice)).status_code == status
        assert browser.post(at(gathering, "meeting-open-page")).status_code == status
        assert browser.get(at(gathering, "meeting-count-page", "opening")).status_code == status


def test_whoever_only_reads_is_offered_nothing_to_do(at_desk: At, gathering: Gathering) -> None:
    gathering.all_here()
    shown = at_desk(gathering.chama.faith).get(at(gathering)).context["meeting"]
    assert (shown.panel, shown.roll.form, shown.seal_href) == ("", None, "")
    assert not any(step.href for step in shown.steps)
    assert not any(row.collect_href for row in shown.brought.rows)


def test_a_stranger_at_the_table_is_not_found(at_desk: At, gathering: Gathering) -> None:
    browser = at_desk(gathering.chama.grace)
    jane = at(gathering, "meeting-collect-page", gathering.members["jane"].pk)
    assert browser.get(jane).status_code == 404
    assert browser.post(jane, brings(REGULAR="500")).status_code == 404
