"""Who must say yes to a loan, who has, and who may say the next yes.

Pure: no database, no clock. By amount (rules of the constitution): below `committee_from` field officer and chair; up
to `system_admin_above`, inclusive, field officer and committee; above it the system admin as well. One person fills
one place, the borrower and the witnesses none. Who stands in for whom:

* a committee is `quorum` office holders, or as many as are free, never fewer than two; where fewer than two are free,
  service admins fill the places that are short;
* where the chair is not free, two other office holders (a committee of two) stand in her place;
* where no field officer is free, a service admin fills that place;
* in a group without any office holder the service admins hold the offices, the chair's too.

What is missing is worked out anew from the seats people hold now: a yes counts while its giver holds the seat. One in a
capacity that nothing asks for any more (the amount or the rules have changed) counts for nothing and binds nobody.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from uuid import UUID

from savings.rules import Named

FIELD_OFFICER, CHAIR, COMMITTEE, SYSTEM_ADMIN = "FIELD_OFFICER", "CHAIR", "COMMITTEE", "SYSTEM_ADMIN"
SERVICE_ADMIN = "SERVICE_ADMIN"
# In what order a person who could fill several is asked.
CAPACITIES = (SYSTEM_ADMIN, FIELD_OFFICER, CHAIR, COMMITTEE)
OFFICES = frozenset({"CHAIR", "SECRETARY", "TREASURER", "COMMITTEE"})
LEAST_COMMITTEE = 2


@dataclass(frozen=True)
class Limits:
    """The amounts, in shillings, and the quorum of the constitution in force."""

    committee_from: Decimal
    system_admin_above: Decimal
    quorum: int


def asked_by(amount: Decimal, limits: Limits) -> frozenset[str]:
    """The capacities an amount asks for, whoever is free to fill them."""
    table = COMMITTEE if amount >= limits.committee_from else CHAIR
    top = {SYSTEM_ADMIN} if amount > limits.system_admin_above else set()
    return frozenset({FIELD_OFFICER, table, *top})


@dataclass(frozen=True)
class Seated:
    """Somebody who serves the group now, with every role she holds towards it."""

    user: UUID
    name: str
    roles: frozenset[str]
    phone: str = ""

    @property
    def is_office_holder(self) -> bool:
        return bool(self.roles & OFFICES)


@dataclass(frozen=True)
class Yes:
    """Who said it, and in what capacity."""

    user: UUID
    capacity: str


@dataclass(frozen=True)
class Missing:
    """What still waits: in what capacity, how many yeses count, how many must, and who may say the next, by name."""

    capacity: str
    have: int
    need: int
    may_act: tuple[str, ...]


@dataclass(frozen=True)
class Place:
    """One yes that is needed, and the ids of those who could give it."""

    capacity: str
    able: frozenset[UUID]


@dataclass(frozen=True)
class Sitting:
    """One decision: the amount, the rules, who serves the group, whom the loan names, and the yeses so far."""

    amount: Decimal
    limits: Limits
    people: tuple[Seated, ...]
    named: tuple[Named, ...]
    said: tuple[Yes, ...] = field(default=())

    @cached_property
    def free(self) -> tuple[Seated, ...]:
        """Who is neither borrower nor witness."""
        return tuple(one for one in self.people if not self.names(one.user, one.phone))

    def names(self, user: UUID, phone: str) -> bool:
        """Is this the borrower or a witness?"""
        return any(each.is_same(user, phone) for each in self.named)

    @cached_property
    def standing(self) -> tuple[Yes, ...]:
        """The yeses of those who still hold the seat they spoke from."""
        holding = {one.user: one for one in self.free}
        return tuple(yes for yes in self.said if yes.user in holding and self._holds(holding[yes.user], yes.capacity))

    def _holds(self, one: Seated, capacity: str) -> bool:
        return bool(one.roles & (_SEATS[capacity] | ({SERVICE_ADMIN} if capacity != SYSTEM_ADMIN else set())))

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """What is needed, as the rule says; where somebody's two seats would leave a place that nobody else can fill,
        with those who stand in."""
        ways = list(self._ways())
        return next((way for way in ways if _can_be_filled(way, self.free, self.standing)), ways[0])

    def _ways(self) -> Iterator[tuple[Place, ...]]:
        chairs, officers = self._who(CHAIR), self._who(FIELD_OFFICER)
        for officer in (officers or self._who(SERVICE_ADMIN), self._who(SERVICE_ADMIN)):
            for chair in (chairs, frozenset[UUID]()):
                yield (*self._system_admin(), Place(FIELD_OFFICER, officer), *self._table(chair))

    def _who(self, role: str) -> frozenset[UUID]:
        return frozenset(one.user for one in self._seated if role in one.roles)

    @cached_property
    def _seated(self) -> tuple[Seated, ...]:
        """The free ones; where nobody holds an office, the service admins hold them all."""
        if any(one.is_office_holder for one in self.people):
            return self.free
        return tuple(
            replace(one, roles=one.roles | OFFICES) if SERVICE_ADMIN in one.roles else one for one in self.free
        )

    def _system_admin(self) -> tuple[Place, ...]:
        is_needed = SYSTEM_ADMIN in asked_by(self.amount, self.limits)
        return (Place(SYSTEM_ADMIN, self._who(SYSTEM_ADMIN)),) if is_needed else ()

    def _table(self, chair: frozenset[UUID]) -> tuple[Place, ...]:
        if COMMITTEE in asked_by(self.amount, self.limits):
            return self._committee(self.limits.quorum)
        return (Place(CHAIR, chair),) if chair else self._committee(LEAST_COMMITTEE)

    def _committee(self, quorum: int) -> tuple[Place, ...]:
        holders = frozenset(one.user for one in self._seated if one.is_office_holder)
        of_the_table = (Place(COMMITTEE, holders),) * min(quorum, len(holders))
        short = max(LEAST_COMMITTEE - len(holders), 0)
        return of_the_table + (Place(COMMITTEE, self._who(SERVICE_ADMIN)),) * short

    # What is missing

    @cached_property
    def _open(self) -> tuple[Place, ...]:
        """The places that no yes fills yet."""
        filled = _filled(self.places, self.standing)
        return tuple(place for number, place in enumerate(self.places) if number not in filled)

    @property
    def is_complete(self) -> bool:
        return not self._open

    @property
    def missing(self) -> list[Missing]:
        """By capacity, in the order of `CAPACITIES`; empty when every place is filled."""
        called = self.called
        return [
            Missing(
                capacity=capacity,
                have=self._count(self.places, capacity) - self._count(self._open, capacity),
                need=self._count(self.places, capacity),
                may_act=tuple(one.name for one, theirs in called if theirs == capacity),
            )
            for capacity in CAPACITIES
            if self._count(self._open, capacity)
        ]

    @staticmethod
    def _count(places: Sequence[Place], capacity: str) -> int:
        return sum(place.capacity == capacity for place in places)

    @cached_property
    def called(self) -> list[tuple[Seated, str]]:
        """Who may say the next yes, and in what capacity it would count."""
        found = [(one, self.capacity_of(one.user)) for one in self.free]
        return [(one, capacity) for one, capacity in found if capacity]

    def has_said(self, user: UUID) -> bool:
        """Has she said a yes that fills a place? One that fills none any more binds nobody: she may say another."""
        return len(_filled(self.places, self._others(user))) < len(_filled(self.places, self.standing))

    def capacity_of(self, user: UUID) -> str | None:
        """The first capacity, in the order of `CAPACITIES`, in which her yes fills a place and leaves the others to be
        filled by somebody; None where she is not needed, has said yes, or is named by the loan."""
        if self.has_said(user):
            return None
        able = [capacity for capacity in CAPACITIES if self._would_fill(user, capacity)]
        kind = [capacity for capacity in able if _can_be_filled(self.places, self.free, self._with(user, capacity))]
        return next(iter([*kind, *able]), None)

    def _would_fill(self, user: UUID, capacity: str) -> bool:
        if not any(place.capacity == capacity and user in place.able for place in self._open):
            return False
        return len(_filled(self.places, self._with(user, capacity))) > len(self.places) - len(self._open)

    def _with(self, user: UUID, capacity: str) -> tuple[Yes, ...]:
        return (*self._others(user), Yes(user, capacity))

    def _others(self, user: UUID) -> tuple[Yes, ...]:
        return tuple(yes for yes in self.standing if yes.user != user)

    def after(self, yes: Yes) -> "Sitting":
        """The sitting with one more yes; an earlier one of hers, or of a seat given up, makes room for it."""
        kept = tuple(each for each in self.said if each.user != yes.user)
        return replace(self, said=(*kept, yes))

    def may_reject(self, user: UUID) -> bool:
        """Does she hold a seat in which loans are approved, or stand in for one here?"""
        seats = frozenset().union(*_SEATS.values())
        holds = any(one.user == user and one.roles & seats for one in self.free)
        return holds or any(user in place.able for place in self.places)


_SEATS: dict[str, frozenset[str]] = {
    SYSTEM_ADMIN: frozenset({SYSTEM_ADMIN}),
    FIELD_OFFICER: frozenset({FIELD_OFFICER}),
    CHAIR: frozenset({CHAIR}),
    COMMITTEE: OFFICES,
}


def _filled(places: Sequence[Place], said: Sequence[Yes]) -> frozenset[int]:
    """Numbers of the places that these yeses fill, as many as can be at once, each yes one place of its capacity."""
    able = {
        number: [yes.user for yes in said if yes.capacity == place.capacity and yes.user in place.able]
        for number, place in enumerate(places)
    }
    return _matched(able)


def _can_be_filled(places: Sequence[Place], free: Sequence[Seated], said: Sequence[Yes]) -> bool:
    """Could every place be filled by another person, those whose yes counts in the capacity in which they spoke?"""
    spoken = {
        yes.user: yes.capacity
        for yes in said
        if any(yes.capacity == place.capacity and yes.user in place.able for place in places)
    }
    able = {
        number: [
            one.user
            for one in free
            if one.user in place.able and spoken.get(one.user, place.capacity) == place.capacity
        ]
        for number, place in enumerate(places)
    }
    return len(_matched(able)) == len(places)


def _matched(able: dict[int, list[UUID]]) -> frozenset[int]:
    """The largest set of places that distinct people can fill, found by augmenting paths."""
    taken: dict[UUID, int] = {}

    def settle(place: int, seen: set[UUID]) -> bool:
        for user in able[place]:
            if user not in seen:
                seen.add(user)
                if user not in taken or settle(taken[user], seen):
                    taken[user] = place
                    return True
        return False

    for place in able:
        settle(place, set())
    return frozenset(taken.values())
