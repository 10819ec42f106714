"""Registering a member by the page: once, with her pictures, and what deserves a second look at the card."""

import datetime as dt
from collections.abc import Iterable, Sequence
from hashlib import sha256
from uuid import UUID

from django.utils.translation import gettext as _

from core.files import Clean
from core.identity import is_unusual_id_number
from core.periods import business_day
from groups.models import BankingGroup
from members import operations
from members.models import Member
from members.queries import member_by_id
from members.rules import Particulars
from users.models import User
from users.submissions import Outcome, once

OPERATION = "pages.register"
Papers = Sequence[tuple[str, Clean]]


def register(
    group: BankingGroup, particulars: Particulars, papers: Papers, *, key: str, by: User, at: dt.datetime
) -> Outcome[Member]:
    """A new member, once: the same form sent again gives the first one. Refused: whatever the operation refuses."""

    def act() -> tuple[UUID, Member]:
        member = operations.register(
            group=group, particulars=particulars, papers=papers, at=at, on=business_day(at), by=by
        )
        return member.pk, member

    body = _body(group, particulars, papers)
    return once(user=by, operation=OPERATION, key=key, body=body, act=act, load=member_by_id)


def _body(group: BankingGroup, particulars: Particulars, papers: Papers) -> dict[str, object]:
    """What makes two sendings the same."""
    return {
        "group": str(group.pk),
        "who": [particulars.name, particulars.id_number, particulars.phone, particulars.date_of_birth.isoformat()],
        "kin": [[one.name, one.relationship, one.phone, one.id_number] for one in particulars.kin],
        "papers": [[kind, sha256(picture.data).hexdigest()] for kind, picture in papers],
    }


def second_looks(particulars: Particulars) -> Iterable[str]:
    """What was kept, and should be compared with the paper again."""
    if is_unusual_id_number(particulars.id_number):
        yield _("Her ID number has an unusual length. It is kept; compare it with the card again.")
    for kin in particulars.kin:
        if kin.id_number and is_unusual_id_number(kin.id_number):
            said = _("The ID number of %(name)s has an unusual length. It is kept; compare it with the card again.")
            yield said % {"name": kin.name}
