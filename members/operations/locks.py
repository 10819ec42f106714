"""The one lock on a human being: whoever changes her, her membership or her sign-in waits here for the others.

Taken after the group's lock where both are needed, and before any sign-in and any book.
"""

from members.models import Member, Person


def locked_person(person: Person) -> Person:
    """The person as she is now, under her lock."""
    rows = Person.objects.select_for_update(of=("self",), no_key=True).select_related("user", "data_key")
    return rows.get(pk=person.pk)


def locked_member(member: Member) -> Member:
    """The membership as it is now, under the lock of its person."""
    person = locked_person(member.person)
    fresh = Member.objects.select_related("group__organisation").get(pk=member.pk)
    fresh.person = person
    return fresh
