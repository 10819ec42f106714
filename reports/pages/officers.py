"""Officers as pages: all of them, and one with what she serves, what she holds, where she was and what can be done."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Paginator
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.money import ZERO, shown
from core.periods import business_day
from groups.access import groups_where, standing
from groups.models import BankingGroup
from officers import queries
from officers.access import officers_where
from officers.models import Assignment, Officer, OfficerChange, PositionFix
from officers.operations import located
from reports.pages.people_who import phone_words
from users.models import User

ROWS = 50
FIXES = 20
CHANGES = 10
Status = Officer.Status
TONES = {Status.REGISTERED: "warn", Status.ACTIVE: "good", Status.SUSPENDED: "bad", Status.EXITED: ""}
ICONS = {Status.REGISTERED: "waiting", Status.ACTIVE: "yes", Status.SUSPENDED: "warn", Status.EXITED: "cross"}
# What can be done from each state: the verb, its word on the button, and what it means.
VERBS: dict[str, tuple[str, ...]] = {
    Status.REGISTERED: ("activate", "exit"),
    Status.ACTIVE: ("suspend", "exit"),
    Status.SUSPENDED: ("activate", "exit"),
    Status.EXITED: (),
}
VERB_WORDS: dict[str, Promise] = {
    "activate": gettext_lazy("Activate"),
    "suspend": gettext_lazy("Suspend"),
    "exit": gettext_lazy("Let go"),
}
EFFECTS: dict[str, Promise] = {
    "activate": gettext_lazy("The officer can work with the assigned groups from the next request on."),
    "suspend": gettext_lazy(
        "The officer can do nothing more for the groups, from the next request on. They stay assigned for the day of "
        "coming back; cash in hands stays in the officer's name until the treasurer takes it into the box."
    ),
    "exit": gettext_lazy("The post ends for good. Coming back is a new post."),
}
OUTCOMES: dict[str, Status] = {"activate": Status.ACTIVE, "suspend": Status.SUSPENDED, "exit": Status.EXITED}
DONE: dict[str, Promise] = {
    "activate": gettext_lazy("%(name)s is active."),
    "suspend": gettext_lazy("%(name)s is suspended."),
    "exit": gettext_lazy("%(name)s has left."),
}


@dataclass(frozen=True)
class State:
    """An officer's state: icon, word and colour together."""

    word: str
    tone: str
    icon: str


@dataclass(frozen=True)
class Row:
    href: str
    name: str
    organisation: str
    state: State
    groups: str
    seen: str
    visits: int
    entries: int
    collected: Decimal
    in_hands: Decimal


@dataclass(frozen=True)
class Choice:
    value: str
    word: str
    is_chosen: bool


@dataclass(frozen=True)
class Listing:
    rows: tuple[Row, ...]
    on_duty: int
    active: int
    search: str
    statuses: tuple[Choice, ...]
    groups: tuple[Choice, ...]
    is_narrowed: bool
    names_organisation: bool
    number: int
    pages: int
    before: str
    onward: str


@dataclass(frozen=True)
class InHands:
    group_id: UUID
    group_name: str
    amount: Decimal
    waiting: Decimal
    href: str
    waiting_href: str


@dataclass(frozen=True)
class Seen:
    at: dt.datetime
    words: str
    where: str
    within: str
    battery: str


@dataclass(frozen=True)
class Moved:
    at: dt.datetime
    word: str
    by: str
    why: str


@dataclass(frozen=True)
class Verb:
    name: str
    word: str
    is_grave: bool


@dataclass(frozen=True)
class Page:
    """One officer."""

    id: UUID
    name: str
    organisation: str
    phone: str
    phone_href: str
    state: State
    signs_in: bool
    seen: str
    week: queries.Week
    verbs: tuple[Verb, ...]
    is_herself: bool
    manages: bool
    may_serve: bool
    groups: tuple[str, ...]
    hands: tuple[InHands, ...]
    held: Decimal
    fixes: tuple[Seen, ...]
    days_kept: int
    changes: tuple[Moved, ...]


def state_of(officer: Officer) -> State:
    status = Status(officer.status)
    return State(str(status.label), TONES[status], ICONS[status])


# All of them


def listing(user: User, word: str, asked: QueryDict, at: dt.datetime) -> Listing:
    """The officers in her scope, narrowed by what the address asks; an unknown question asks nothing."""
    seen = officers_where(user, word)
    groups = groups_where(user, word, own=True).order_by("name", "pk")
    status = asked.get("status", "") if asked.get("status") in Status.values else ""
    group = next((one for one in groups if str(one.pk) == asked.get("group")), None)
    search = asked.get("search", "").strip()[:100]
    chosen = seen.filter(name__icontains=search) if search else seen
    chosen = chosen.filter(status=status) if status else chosen.exclude(status=Status.EXITED)
    if group:
        chosen = chosen.filter(assignments__group=group, assignments__until__isnull=True)
    pages = Paginator(chosen.order_by("name", "pk"), ROWS)
    page = pages.get_page(asked.get("page"))
    officers = list(page.object_list)
    newest = queries.newest_fixes(officers)
    located(by=user, officers=[officer for officer in officers if officer.pk in newest], at=at)
    kept = {"status": status, "group": str(group.pk) if group else "", "search": search}
    return Listing(
        rows=tuple(_rows(officers, newest, at)),
        on_duty=len(queries.on_the_map(officers, at)),
        active=sum(officer.status == Status.ACTIVE for officer in officers),
        search=search,
        statuses=tuple(_statuses(status)),
        groups=tuple(_groups(groups, group)),
        is_narrowed=any(kept.values()),
        names_organisation=len({officer.organisation_id for officer in officers}) > 1,
        number=page.number,
        pages=pages.num_pages,
        before=urlencode(kept | {"page": page.number - 1}) if page.has_previous() else "",
        onward=urlencode(kept | {"page": page.number + 1}) if page.has_next() else "",
    )


def _statuses(chosen: str) -> Iterable[Choice]:
    yield Choice("", _("All who have not left"), not chosen)
    yield from (Choice(str(status.value), str(status.label), status.value == chosen) for status in Status)


def _groups(groups: Iterable[BankingGroup], chosen: BankingGroup | None) -> Iterable[Choice]:
    yield Choice("", _("All"), chosen is None)
    yield from (Choice(str(group.pk), group.name, group == chosen) for group in groups)


def _rows(officers: Sequence[Officer], newest: dict[UUID, PositionFix], at: dt.datetime) -> Iterable[Row]:
    weeks, held = queries.weeks_of(officers, business_day(at)), queries.cash_in_hands(officers)
    for officer in officers:
        week = weeks[officer.pk]
        yield Row(
            href=reverse("officer-page", args=[officer.pk]),
            name=officer.name,
            organisation=officer.organisation.name,
            state=state_of(officer),
            groups=", ".join(_served(officer)),
            seen=_seen(newest.get(officer.pk), at),
            visits=week.visits,
            entries=week.entries,
            collected=week.collected,
            in_hands=sum((cash.amount for cash in held[officer.pk]), ZERO),
        )


def _served(officer: Officer) -> tuple[str, ...]:
    running: list[Assignment] = officer.running  # type: ignore[attr-defined]  # prefetched by `queries.shown`
    return tuple(row.group.name for row in running)


def _seen(fix: PositionFix | None, at: dt.datetime) -> str:
    if fix is None:
        return _("No position yet")
    minutes = int((at - fix.recorded_at).total_seconds() // 60)
    if minutes < 1:
        return _("Just now")
    if minutes < 60:
        return ngettext("%(count)d minute ago", "%(count)d minutes ago", minutes) % {"count": minutes}
    hours, days = minutes // 60, minutes // 60 // 24
    if days < 1:
        return ngettext("%(count)d hour ago", "%(count)d hours ago", hours) % {"count": hours}
    return ngettext("%(count)d day ago", "%(count)d days ago", days) % {"count": days}


# One of them


def page_of(officer: Officer, user: User, at: dt.datetime) -> Page:
    """What her page shows to this person. That her positions were looked at by somebody else leaves an act."""
    fixes = list(queries.trail_of(officer).select_related("member__person")[:FIXES])
    newest = queries.newest_fixes([officer]).get(officer.pk)
    located(by=user, officers=[officer] if fixes else [], at=at)
    hands = tuple(_hands(officer, user))
    manages = officers_where(user, "officers:manage").filter(pk=officer.pk).exists()
    is_herself = officer.user_id == user.pk
    acts = VERBS[officer.status] if manages and not is_herself else ()
    return Page(
        id=officer.pk,
        name=officer.name,
        organisation=officer.organisation.name,
        phone=phone_words(officer.user.phone),
        phone_href=f"tel:+{officer.user.phone}",
        state=state_of(officer),
        signs_in=officer.user.has_usable_password(),
        seen=_seen(newest, at),
        week=queries.weeks_of([officer], business_day(at))[officer.pk],
        verbs=tuple(Verb(verb, str(VERB_WORDS[verb]), verb != "activate") for verb in acts),
        is_herself=is_herself,
        manages=manages,
        may_serve=manages and not is_herself and officer.status != Status.EXITED,
        groups=_served(officer),
        hands=hands,
        held=sum((row.amount for row in hands), ZERO),
        fixes=tuple(_fix(fix, at) for fix in fixes),
        days_kept=officer.organisation.position_days_kept,
        changes=tuple(_changes(officer)) if manages else (),
    )


def written(officer: Officer) -> dict[str, str]:
    """What stands of her now, for who puts it right."""
    return {"name": officer.name, "phone": phone_words(officer.user.phone)}


def _hands(officer: Officer, user: User) -> Iterable[InHands]:
    """What she holds of each group; the way to hand it over for who may record that."""
    waiting = queries.on_their_way(officer)
    held = queries.cash_in_hands([officer])[officer.pk]
    groups = BankingGroup.objects.select_related("organisation").in_bulk([cash.group_id for cash in held])
    for cash in held:
        here = standing(user, groups[cash.group_id])
        gives = officer.user_id == user.pk and here.is_field_officer
        reads = bool(here.may("transactions:read"))
        yield InHands(
            group_id=cash.group_id,
            group_name=cash.group_name,
            amount=cash.amount,
            waiting=waiting.get(cash.group_id, ZERO),
            href=reverse("hand-over-page", args=[cash.group_id]) if gives else "",
            waiting_href=reverse("group-waiting-page", args=[cash.group_id]) if reads else "",
        )


def _fix(fix: PositionFix, at: dt.datetime) -> Seen:
    doing = str(PositionFix.Activity(fix.activity_type).label)
    whom = fix.member.person.name if fix.member else ""
    return Seen(
        at=fix.recorded_at,
        words=_("%(doing)s: %(name)s") % {"doing": doing, "name": whom} if whom else doing,
        where=f"{fix.latitude:.4f}, {fix.longitude:.4f}",
        within=_("within %(metres)d m") % {"metres": fix.accuracy},
        battery=_("battery %(percent)d %%") % {"percent": fix.battery_level} if fix.battery_level is not None else "",
    )


def _changes(officer: Officer) -> Iterable[Moved]:
    rows = OfficerChange.objects.filter(officer=officer).select_related("by", "data_key").order_by("-at", "-id")
    for row in rows[:CHANGES]:
        yield Moved(row.at, str(Status(row.status).label), row.by.name, row.reason)


# What would change


@dataclass(frozen=True)
class MoveReview:
    """A move before it is made: what it does, and now → after in words."""

    verb: str
    word: str
    effect: str
    now: str
    after: str
    groups: str
    held_words: str
    is_grave: bool


def review_of(officer: Officer, verb: str) -> MoveReview:
    held = sum((cash.amount for cash in queries.cash_in_hands([officer])[officer.pk]), ZERO)
    return MoveReview(
        verb=verb,
        word=str(VERB_WORDS[verb]),
        effect=str(EFFECTS[verb]),
        now=str(Status(officer.status).label),
        after=str(OUTCOMES[verb].label),
        groups=", ".join(_served(officer)),
        held_words=shown(held) if held else "",
        is_grave=verb != "activate",
    )


@dataclass(frozen=True)
class GroupsReview:
    """Groups before they are given and taken."""

    given: tuple[str, ...]
    taken: tuple[str, ...]
    stays: tuple[str, ...]
    chosen: tuple[UUID, ...]


def groups_review(officer: Officer, wanted: Collection[BankingGroup]) -> GroupsReview:
    served, asked = {one.pk: one.name for one in queries.groups_of(officer)}, {one.pk: one.name for one in wanted}
    return GroupsReview(
        given=tuple(name for pk, name in asked.items() if pk not in served),
        taken=tuple(name for pk, name in served.items() if pk not in asked),
        stays=tuple(name for pk, name in asked.items() if pk in served),
        chosen=tuple(asked),
    )


def groups_to_choose(officer: Officer) -> list[BankingGroup]:
    """All groups of her organisation, by name."""
    return list(BankingGroup.objects.filter(organisation=officer.organisation_id).order_by("name", "pk"))
