"""From an id to a campaign: strangers find nothing, the under-privileged are told so."""

import pytest
from django.contrib.auth.models import AnonymousUser

from campaigns import access
from campaigns.tests.drive import Drive
from core.errors import Forbidden, NotFound
from core.ids import new_id
from users.models import User

pytestmark = pytest.mark.django_db


def test_a_campaign_is_seen_by_its_organisation_and_by_who_was_asked(drive: Drive) -> None:
    for name in ["daniel", "faith", "sarah", "joseph", "mary", "alice"]:
        assert access.campaign_for(drive.chama.users[name], drive.tank.pk, "campaigns:read") == drive.tank
    for name in ["jane", "kevin", "rose"]:
        with pytest.raises(NotFound):
            access.campaign_for(drive.chama.users[name], drive.tank.pk, "campaigns:read")
    strangers: list[User | AnonymousUser] = [AnonymousUser(), drive.chama.kevin]
    for nobody in strangers:
        with pytest.raises(NotFound):
            access.campaign_for(nobody, drive.tank.pk, "campaigns:assign")


def test_only_its_own_admins_assign_it(drive: Drive) -> None:
    for name in ["daniel", "sarah"]:
        assert access.campaign_for(drive.chama.users[name], drive.tank.pk, "campaigns:assign") == drive.tank
    for name in ["faith", "joseph", "mary", "alice"]:
        with pytest.raises(Forbidden):
            access.campaign_for(drive.chama.users[name], drive.tank.pk, "campaigns:assign")


def test_a_campaign_goes_to_the_groups_of_its_organisation(drive: Drive) -> None:
    groups = drive.chama.groups
    assert access.campaign_to_assign(groups["Baraka"], drive.tank.pk) == drive.tank
    for group, campaign in [("Neema", drive.tank.pk), ("Umoja", new_id()), ("Umoja", drive.asked.pk)]:
        with pytest.raises(NotFound):
            access.campaign_to_assign(groups[group], campaign)


def test_a_groups_campaign_is_found_in_its_group_alone(drive: Drive) -> None:
    umoja, baraka = drive.chama.umoja.pk, drive.chama.groups["Baraka"].pk
    found = access.group_campaign_for(drive.chama.alice, umoja, drive.asked.pk, "campaigns:read")
    assert found == drive.asked
    own = access.group_campaign_for(drive.chama.alice, umoja, drive.asked.pk, "campaigns:vote", own=True)
    assert own == drive.asked
    with pytest.raises(Forbidden):
        access.group_campaign_for(drive.chama.alice, umoja, drive.asked.pk, "campaigns:vote")
    for user, group, asked in [
        (drive.chama.daniel, baraka, drive.asked.pk),
        (drive.chama.daniel, umoja, drive.tank.pk),
        (drive.chama.jane, umoja, drive.asked.pk),
        (drive.chama.daniel, new_id(), drive.asked.pk),
    ]:
        with pytest.raises(NotFound):
            access.group_campaign_for(user, group, asked, "campaigns:read")
