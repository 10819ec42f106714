"""The people side of the demo world: papers and verdicts on them, where the officer was, and what is proposed."""

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal

from core.files import clean
from core.money import kes
from groups.models import BankingGroup, RoleName
from groups.operations import propose_constitution
from members.models import IdentityDocument, Member
from members.operations import propose_office
from members.operations.documents import keep_document
from members.operations.verification import verify_id
from officers.models import Officer, PositionFix
from officers.operations import Fix, track
from tablebanking.demo_papers import sample_card, sample_face
from users.models import User

UNVERIFIED = "Lucy Nyambura"
Kind = IdentityDocument.Kind
Activity = PositionFix.Activity
_MULUNDI = (Decimal("-1.366910"), Decimal("38.010560"))
# Where Joseph was, in minutes before now and steps of a thousandth of a degree from the mango tree.
_TRAIL = (
    (3 * 1440 + 95, Activity.TRAVEL, 14, -9),
    (3 * 1440 + 30, Activity.GROUP_MEETING, 0, 0),
    (1440 + 210, Activity.MEMBER_VISIT, 6, 3),
    (1440 + 150, Activity.MEMBER_VISIT, 9, 5),
    (42, Activity.OFFICE, 21, -16),
    (3, Activity.TRAVEL, 17, -12),
)


def bring_papers(
    members: Iterable[Member], *, by: User, checkers: tuple[User, User], at: dt.datetime, verified_at: dt.datetime
) -> None:
    """Everybody's card and photo, brought by the officer; all but one card compared by an office holder."""
    card, face = clean(sample_card()), clean(sample_face())
    for member in members:
        keep_document(member=member, kind=Kind.PHOTO, clean=face, by=by, at=at)
        shown = keep_document(member=member, kind=Kind.ID_FRONT, clean=card, by=by, at=at)
        if member.person.name != UNVERIFIED:
            checker = next(one for one in checkers if one.pk != member.person.user_id)
            verify_id(member=member, document=shown, method="DOCUMENT", by=checker, at=verified_at)


def leave_a_trail(officer: Officer, *, at: dt.datetime) -> None:
    """Three days on the road, the last step three minutes ago."""
    latitude, longitude = _MULUNDI
    fixes = [
        Fix(
            latitude=latitude + Decimal(north) / 1000,
            longitude=longitude + Decimal(east) / 1000,
            accuracy=Decimal(20),
            activity_type=activity,
            battery_level=64,
            recorded_at=at - dt.timedelta(minutes=minutes),
        )
        for minutes, activity, north, east in _TRAIL
    ]
    track(officer=officer, fixes=fixes, at=at)


def propose(group: BankingGroup, users: Mapping[str, User], members: Mapping[str, Member], *, at: dt.datetime) -> None:
    """What the chair and the officer would like, and the service admin has not decided."""
    propose_constitution(
        group=group,
        effective_on=at.date() + dt.timedelta(days=30),
        at=at,
        by=users["Mary Wanjiku"],
        fine_late=kes("70.00"),
        minimum_contribution=kes("600.00"),
    )
    propose_office(member=members["Joyce Kemunto"], office=RoleName.COMMITTEE, by=users["Joseph Mutua"], at=at)
