"""Cash taken on a visit, handed over and confirmed; and only then may the officer go."""

import pytest

from core.money import kes
from officers import queries
from officers.operations import CashNotHandedOver, GroupsNotHandedOver, exit_officer, unassign
from officers.queries import InHand
from officers.tests.service import Service
from savings.tests.chama import AT

pytestmark = pytest.mark.django_db


def test_joseph_collects_hands_over_and_leaves(service: Service) -> None:
    joseph, umoja = service.posts["joseph"], service.umoja
    service.visits("700")
    service.visits("300", whom="peter", kind="WELFARE")
    assert service.holds("1040", "joseph") == kes("1000")
    assert queries.cash_in_hands([joseph]) == {joseph.pk: [InHand(umoja.pk, "Umoja", kes("1000"))]}

    with pytest.raises(GroupsNotHandedOver):
        exit_officer(officer=joseph, by=service.daniel, at=AT)
    with pytest.raises(CashNotHandedOver):
        unassign(officer=joseph, group=umoja, by=service.daniel, at=AT)

    paper = service.moves("HANDOVER", "1000", by="joseph")
    assert paper.status == "PENDING"
    assert queries.on_their_way(joseph) == {umoja.pk: kes("1000")}
    with pytest.raises(CashNotHandedOver):
        unassign(officer=joseph, group=umoja, by=service.daniel, at=AT)

    service.verifies("grace", paper)
    assert (service.holds("1040", "joseph"), service.holds("1010")) == (kes("0"), kes("1000"))
    assert queries.cash_in_hands([joseph]) == queries.on_their_way(joseph) == {}
    unassign(officer=joseph, group=umoja, by=service.daniel, at=AT)
    assert exit_officer(officer=joseph, by=service.daniel, at=AT).status == "EXITED"
    assert service.books_are_proven
