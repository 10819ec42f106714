"""Receipts on paper: what stands on them, whose they are, and when there is none yet."""

from decimal import Decimal

import pytest
from django.test import Client

from core.codes import short_code
from core.ids import new_id
from core.money import kes
from core.periods import now, today
from groups.models import BankingGroup
from ledger.models import Voucher
from meetings.models import Meeting
from meetings.operations import open_meeting, schedule
from members.models import Member
from reports.pages.receipt_paper import receipt_of
from reports.tests.conftest import As, Bring, Enrol, user_of
from reports.tests.desk import At, text
from reports.tests.papers import read
from savings.operations import reverse
from savings.operations.contributions import contribute
from savings.operations.tables import Table
from savings.queries import voucher_by_id
from users.models import User

pytestmark = pytest.mark.django_db


def address(voucher: Voucher) -> str:
    return f"/api/transactions/{voucher.pk}/receipt.pdf"


def printed(voucher: Voucher) -> str:
    return f"/acts/{voucher.pk}/paper/"


def meeting_of(group: BankingGroup, by: User) -> Meeting:
    """Today's meeting, open."""
    known = Meeting.objects.filter(group=group, meeting_date=today()).first()
    if known is not None:
        return known
    planned = schedule(group=group, meeting_date=today(), by=by, at=now())
    return open_meeting(meeting=planned, by=by, at=now())


def together(member: Member, by: User, *amounts: str) -> list[Voucher]:
    """What one member brought in one go: each a line of the same bundle."""
    table, kinds = Table(meeting_of(member.group, by).pk, new_id()), ("REGULAR", "WELFARE", "PROJECT")
    return [
        contribute(member=member, kind=kind, amount=Decimal(amount), by=by, at=now(), on=today(), table=table)
        for kind, amount in zip(kinds, amounts, strict=False)
    ]


def test_a_receipt_says_who_brought_what_and_where_it_stands_in_the_book(
    bring: Bring, alice: Member, ruth: User, signed_in: As
) -> None:
    voucher = bring(alice, "1234.50")
    answer = signed_in(user_of(alice)).get(address(voucher), HTTP_ACCEPT="application/json")
    code = short_code(voucher.pk)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    plain = "".join(filter(str.isalnum, code))
    assert answer["Content-Disposition"] == f'attachment; filename="receipt-{plain}-{today():%Y-%m-%d}.pdf"'
    [page] = read(answer.content)
    entry = voucher_by_id(voucher.pk).entry
    assert entry is not None
    for words in (
        "Received",
        "Alice Wambui",
        "Umoja",
        "Pamoja",
        code,
        "1,234.50",
        "Cash",
        ruth.name,
        "testserver/check/",
    ):
        assert words in page
    assert f" {entry.number} " in page


def test_what_was_brought_together_stands_on_one_receipt(alice: Member, peter: Member, ruth: User, at_desk: At) -> None:
    first, second = together(alice, ruth, "500", "50")
    other = together(peter, ruth, "300")[0]
    for asked in (first, second):
        page = text(at_desk(ruth).get(printed(asked)))
        assert short_code(first.pk) in page
        assert short_code(second.pk) in page
        assert short_code(other.pk) not in page
        assert page.count("550<small>.00") == 2


def test_a_line_that_was_taken_back_is_struck_and_not_counted(alice: Member, ruth: User, mary: Member) -> None:
    first, second = together(alice, ruth, "500", "50")
    reverse(voucher=second, by=user_of(mary), at=now(), reason="Counted twice")
    paper = receipt_of(voucher_by_id(first.pk), now(), host="here")
    assert [line.is_reversed for line in paper.lines] == [False, True]
    assert (paper.total, paper.is_reversed) == (kes("500"), False)


def test_a_receipt_that_was_taken_back_says_so_and_so_does_the_paper_that_took_it_back(
    bring: Bring, alice: Member, mary: Member, at_desk: At
) -> None:
    voucher = bring(alice, "500")
    second = reverse(voucher=voucher, by=user_of(mary), at=now(), reason="Counted twice")
    desk = at_desk(user_of(alice))
    assert "worth nothing any more" in text(desk.get(printed(voucher)))
    told = text(desk.get(printed(second)))
    assert "Put right" in told
    assert f"Savings brought, receipt {short_code(voucher.pk)}" in told
    assert "Counted twice" not in told


def test_what_waits_has_no_receipt_yet(alice: Member, signed_in: As, at_desk: At) -> None:
    user = user_of(alice)
    waiting = contribute(member=alice, kind="REGULAR", amount=kes("500"), by=user, at=now(), on=today())
    answer = signed_in(user).get(address(waiting))
    assert (answer.status_code, answer.json()["code"]) == (409, "no_receipt_yet")
    assert "There is no receipt for this" in text(at_desk(user).get(printed(waiting)), 409)


def test_a_receipt_is_hers_and_the_readers_and_nobody_elses(
    bring: Bring, alice: Member, people: dict[str, User], client: Client, signed_in: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    voucher = bring(alice, "500")
    monkeypatch.setattr("reports.papers.render", lambda _page, **_whose: b"%PDF-")
    due = {"alice": 200, "mary": 200, "grace": 200, "joseph": 200, "daniel": 200, "sarah": 200, "faith": 200}
    due |= {"peter": 404, "jane": 404, "samuel": 404}
    assert {name: signed_in(user).get(address(voucher)).status_code for name, user in people.items()} == due
    for name, user in people.items():
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        assert client.get(printed(voucher), {"as": "pdf"}).status_code == due[name], name
    client.logout()
    assert client.get(address(voucher)).status_code == 401
    assert client.get(printed(voucher)).status_code == 302


def test_hostile_names_do_nothing_on_a_receipt(bring: Bring, umoja: BankingGroup, enrol: Enrol, at_desk: At) -> None:
    odd = enrol(umoja, "<img src=file:///etc/passwd> & علي")
    page = text(at_desk(user_of(odd)).get(printed(bring(odd, "500"))))
    assert "<img" not in page
    assert "&lt;img src=file:///etc/passwd&gt; &amp; علي" in page
    assert "style=" not in page
    assert "<script" not in page


def test_without_pango_the_receipt_is_still_printed_by_the_browser(
    bring: Bring, alice: Member, signed_in: As, at_desk: At, no_pango: None
) -> None:
    voucher = bring(alice, "500")
    answer = signed_in(user_of(alice)).get(address(voucher))
    assert (answer.status_code, answer.json()["code"]) == (503, "pdf_unavailable")
    assert short_code(voucher.pk) in text(at_desk(user_of(alice)).get(printed(voucher)))


def test_the_receipt_takes_no_question(bring: Bring, alice: Member, signed_in: As) -> None:
    answer = signed_in(user_of(alice)).get(address(bring(alice, "5")), {"on": "2020-01-01"})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


def test_a_reader_of_swahili_gets_it_in_swahili(bring: Bring, alice: Member, at_desk: At) -> None:
    user = user_of(alice)
    user.language = "sw"
    user.save(update_fields=["language"])
    page = text(at_desk(user).get(printed(bring(alice, "500"))))
    assert "Imepokelewa" in page
    assert "Received" not in page
