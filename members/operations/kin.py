"""Next of kin: kept in her order, sealed under her key."""

from django.db import transaction

from members.models import NextOfKin, Person
from members.queries import next_of_kin
from members.rules import Kin
from users.models import User


def keep_kin(person: Person, kin: tuple[Kin, ...], by: User) -> bool:
    """Her next of kin are these from now on; whether that changes anything.

    Who stays who she is at her place keeps her row, and with it who wrote it. Everybody else gets a new one, so that an
    id that somebody has read never comes to mean another person.
    """
    named = dict(enumerate(kin, start=1))
    known = {row.place: row for row in next_of_kin(person)}
    gone = [row.pk for place, row in known.items() if named.get(place) != kin_of(row)]
    fresh = [
        _row(person, place, one, by) for place, one in named.items() if place not in known or known[place].pk in gone
    ]
    with transaction.atomic():
        NextOfKin.objects.filter(pk__in=gone).delete()
        NextOfKin.objects.bulk_create(fresh)
    return bool(gone or fresh)


def kin_of(row: NextOfKin) -> Kin:
    return Kin(row.name, row.relationship, row.phone, row.id_number)


def _row(person: Person, place: int, kin: Kin, by: User) -> NextOfKin:
    row = NextOfKin(person=person, data_key=person.data_key, place=place, written_by=by)
    row.name, row.relationship, row.phone, row.id_number = kin.name, kin.relationship, kin.phone, kin.id_number
    return row
