"""Somebody leaves Umoja, by Grace and today unless the words say otherwise."""

from typing import Any

from cycles.models import Leaving
from cycles.operations import Departure, leave
from members.models import Member, NextOfKin
from savings.tests.chama import Chama


def leaves(chama: Chama, name: str, *, by: str = "grace", **words: Any) -> Leaving:
    at = words.pop("at", chama.at)
    departure = Departure(**({"on": chama.today} | words))
    return leave(member=member(chama, name), departure=departure, by=chama.users[by], at=at)


def member(chama: Chama, name: str) -> Member:
    """Her membership as it is now."""
    joined = Member.objects.select_related("group__organisation", "person__data_key", "person__user")
    return joined.get(pk=chama.members[name].pk)


def sister(chama: Chama, name: str, *, by: str = "ruth") -> NextOfKin:
    """A next of kin that the member has named, written down by Ruth or `by`."""
    person = chama.members[name].person
    kin = NextOfKin(person=person, data_key=person.data_key, place=person.next_of_kin.count() + 1)
    kin.written_by = chama.users[by]
    kin.name, kin.relationship, kin.phone = "Wairimu Kamau", "sister", "254711222333"
    kin.save()
    return kin
