"""A group's texts beside each other: which is in force, which comes, which is proposed, and what each changes."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from groups.charter import Charter
from groups.comparison import Change, compare
from groups.models import BankingGroup, Constitution
from groups.queries import charter_of, constitutions_of, in_force


@dataclass(frozen=True)
class Text:
    """One version or proposal, read against the version before it; `is_outdated` when other rules came meanwhile."""

    row: Constitution
    charter: Charter
    before: Constitution | None
    changes: tuple[Change, ...]
    in_force: bool
    is_coming: bool
    is_outdated: bool


def texts_of(group: BankingGroup, on: dt.date, rows: Sequence[Constitution] | None = None) -> list[Text]:
    """Every text of the group, or the given ones, open proposals first. A constant number of queries."""
    versions = list(constitutions_of(group).filter(status=Constitution.Status.ADOPTED).order_by("version"))
    listed = constitutions_of(group) if rows is None else rows
    charters = {version.pk: charter_of(version) for version in versions}
    return [_text(row, versions, charters.get(row.pk) or charter_of(row), on) for row in listed]


def text_of(row: Constitution, on: dt.date) -> Text:
    return texts_of(row.group, on, [row])[0]


def _text(row: Constitution, versions: list[Constitution], charter: Charter, on: dt.date) -> Text:
    is_open, is_adopted = row.status == Constitution.Status.PROPOSED, row.status == Constitution.Status.ADOPTED
    before = _version_before(row, versions) if is_adopted else _read_against(row, versions)
    now = in_force(versions, on) if versions else None
    there = in_force(versions, max(on, row.effective_on)) if versions else None
    return Text(
        row=row,
        charter=charter,
        before=before,
        changes=tuple(compare(charter_of(before), charter)) if before else (),
        in_force=now is not None and row.pk == now.pk,
        is_coming=is_adopted and row.effective_on > on and (now is None or row.pk != now.pk),
        is_outdated=is_open and there is not None and there.version != row.proposed_upon,
    )


def _version_before(row: Constitution, versions: list[Constitution]) -> Constitution | None:
    """By the calendar, as the group lives through them; of two for one day the newer number holds."""
    earlier = [one for one in versions if (one.effective_on, one.version) < (row.effective_on, row.version)]
    return max(earlier, key=lambda one: (one.effective_on, one.version), default=None)


def _read_against(row: Constitution, versions: list[Constitution]) -> Constitution | None:
    return next((one for one in versions if one.version == row.proposed_upon), None)
