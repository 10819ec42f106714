"""What the page says about a sign-in when a phone number is put right: its fate to the service admin only."""

from dataclasses import replace

import pytest

from core.periods import now, today
from core.tests.lasting import lasting
from groups.models import BankingGroup, RoleName
from members.models import Member, Person
from members.operations import make_sign_in, register
from reports.tests.conftest import LUCY, Enrol, Give, MakeUser, user_of
from reports.tests.desk import At, told
from reports.tests.test_pages_people import edited, page
from users.models import User

NEUTRAL = ["Changed: phone.", "If she has not chosen a password yet, invite her again."]


@pytest.fixture
@lasting
def daniel(make_user: MakeUser, umoja: BankingGroup, give: Give) -> User:
    """The service admin of Pamoja."""
    user = make_user("Daniel Otieno")
    give(user, RoleName.SERVICE_ADMIN, umoja.organisation)
    return user


def test_the_secretary_reads_one_sentence_whatever_became_of_the_sign_in(
    at_desk: At, ruth: User, alice: Member, neema: BankingGroup, enrol: Enrol
) -> None:
    """Alice has not activated hers: to a free number it moves, to one that signs in elsewhere it does not."""
    browser, far = at_desk(ruth), user_of(enrol(neema, "Kevin Odhiambo")).phone
    for phone in (far, "0799666661"):
        assert told(browser.post(page("edit-member-page", alice), edited(alice, phone=phone)))[-2:] == NEUTRAL
        assert Person.objects.get(pk=alice.person_id).phone[-9:] == phone[-9:]


def test_the_service_admin_reads_that_it_moved(at_desk: At, daniel: User, alice: Member) -> None:
    said = told(at_desk(daniel).post(page("edit-member-page", alice), edited(alice, phone="0799666661")))
    assert said[-1] == "She signs in with the new number from now on. Invite her, so that she gets a code there."


def test_the_service_admin_reads_that_it_is_hers_no_more(
    at_desk: At, daniel: User, umoja: BankingGroup, neema: BankingGroup, enrol: Enrol, ruth: User
) -> None:
    stranger = enrol(neema, "Kevin Odhiambo")
    particulars = replace(LUCY, phone=user_of(stranger).phone, kin=())
    lucy = register(group=umoja, particulars=particulars, at=now(), on=today(), by=ruth)
    make_sign_in(member=lucy, at=now(), by=ruth)
    said = told(at_desk(daniel).post(page("edit-member-page", lucy), edited(lucy, phone="0799666661")))
    assert said[-1] == "The sign-in with the old number opens her book no more. Invite her by the new one."
    assert Person.objects.get(pk=lucy.person_id).user is None
