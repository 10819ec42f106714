"""Installations that had field officers before this room: each gets her post and the groups she serves."""

import importlib

import pytest
from django.apps import apps

from groups.models import GroupRole
from officers.models import Assignment, Officer
from savings.tests.chama import AT, Chama

pytestmark = pytest.mark.django_db
MIGRATION = importlib.import_module("officers.migrations.0002_officers_of_before")
NAMES = importlib.import_module("officers.migrations.0003_officer_name")


def test_who_serves_groups_is_an_active_officer_of_their_organisation() -> None:
    before = Chama()
    before.serve("joseph", before.groups["Baraka"])
    before.serve("brian", before.groups["Neema"])
    roles = GroupRole.objects.count()
    MIGRATION.take_over(apps, None)
    posts = {(post.user.name, post.organisation.name): post for post in Officer.objects.all()}
    assert set(posts) == {("Joseph", "Pamoja"), ("Brian", "Pamoja"), ("Brian", "Tumaini")}
    assert {post.status for post in posts.values()} == {"ACTIVE"}
    assert {post.registered_at for post in posts.values()} == {AT}
    served = Assignment.objects.filter(officer=posts["Joseph", "Pamoja"], until__isnull=True, since=AT)
    assert {row.group.name for row in served} == {"Umoja", "Baraka"}
    assert posts["Brian", "Tumaini"].registered_by == before.sarah
    assert GroupRole.objects.count() == roles


def test_whose_role_has_ended_is_no_officer() -> None:
    before = Chama()
    GroupRole.objects.filter(user=before.joseph).update(until=AT)
    MIGRATION.take_over(apps, None)
    assert [post.user for post in Officer.objects.all()] == [before.brian]


def test_an_installation_without_officers_takes_over_none() -> None:
    MIGRATION.take_over(apps, None)
    assert not Officer.objects.exists()


def test_whoever_has_a_post_already_keeps_the_name_of_her_sign_in() -> None:
    Chama()
    MIGRATION.take_over(apps, None)
    Officer.objects.update(name="")
    NAMES.take_names(apps, None)
    assert sorted(Officer.objects.values_list("name", "user__name")) == [("Brian", "Brian"), ("Joseph", "Joseph")]
