"""Reading groups: the rules in force for many groups at once, and the offices a person holds."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from groups.models import BankingGroup, RoleName
from groups.operations import adopt_constitution, end_role
from groups.queries import constitution_on, constitutions_on, offices_held
from groups.tests.conftest import AT, Give, MakeUser
from users.models import User

Count = Callable[[int], Any]


def test_constitutions_of_many_groups_are_those_of_each(
    umoja: BankingGroup, baraka: BankingGroup, sarah: User, django_assert_num_queries: Count
) -> None:
    for fine, day in (("60.00", dt.date(2026, 4, 1)), ("70.00", dt.date(2026, 4, 1)), ("80.00", dt.date(2026, 3, 10))):
        adopt_constitution(group=umoja, effective_on=day, at=AT, by=sarah, fine_late=Decimal(fine))
    for day in (dt.date(2020, 1, 1), dt.date(2026, 3, 15), dt.date(2026, 4, 1), dt.date(2027, 1, 1)):
        with django_assert_num_queries(1):
            found = constitutions_on([umoja, baraka], day)
        assert found == {group.id: constitution_on(group, day) for group in (umoja, baraka)}


def test_offices_are_held_per_group_and_while_they_last(
    umoja: BankingGroup, baraka: BankingGroup, make_user: MakeUser, give: Give
) -> None:
    mary = make_user("Mary Wanjiku")
    give(mary, RoleName.MEMBER, umoja)
    chair = give(mary, RoleName.CHAIR, umoja)
    give(mary, RoleName.TREASURER, baraka)
    assert offices_held(mary) == {umoja.id: "CHAIR", baraka.id: "TREASURER"}
    end_role(role=chair, at=AT, by=None)
    assert offices_held(mary) == {baraka.id: "TREASURER"}
