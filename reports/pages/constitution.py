"""The pages of a group's rules: the articles as one reads them aloud, what changes, and the way to change them.

The review of a change is a rehearsal: the very operation runs, its text is read, and everything is rolled back. What
it shows and what it refuses is therefore what confirming does.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from core.errors import NotFound
from core.periods import business_day
from groups import operations
from groups.access import standing
from groups.charter import Charter, loan_word, said
from groups.clauses import ARTICLES, LOAN_TERMS, WELFARE_EVENTS, Article, clause_for
from groups.comparison import Change, compare, event_said
from groups.models import BankingGroup, Constitution
from groups.permissions import Reach
from groups.queries import charter_of, constitution_by_id, constitution_on
from reports.pages import words
from reports.queries.constitution import Text, text_of, texts_of
from users.models import User
from users.submissions import Outcome, once

ADOPT, PROPOSE = "constitution:adopt", "constitution:propose"


@dataclass(frozen=True)
class Line:
    """One clause: its number, the rule, what it says."""

    number: str
    rule: str | Promise
    answer: str


@dataclass(frozen=True)
class Section:
    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class ArticleOnPage:
    number: int
    title: str | Promise
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class Entry:
    """One version or proposal in a list: what it is called, who signed it, what it changes."""

    id: UUID
    version: int | None
    title: str
    signed: str
    reason: str
    changes: tuple[Change, ...]
    is_open: bool
    is_declined: bool
    in_force: bool
    is_coming: bool
    is_outdated: bool


@dataclass(frozen=True)
class RulesPage:
    """The constitution in force with everything around it."""

    current: Entry
    articles: tuple[ArticleOnPage, ...]
    coming: tuple[Entry, ...]
    proposals: tuple[Entry, ...]
    history: tuple[Entry, ...]
    declined: tuple[Entry, ...]
    may_adopt: bool
    may_propose: bool


@dataclass(frozen=True)
class Comparison:
    versions: tuple[Entry, ...]
    first: int
    second: int
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Review:
    """What would be proposed or adopted, before it is."""

    title: str
    sentence: str
    changes: tuple[Change, ...]
    adopts: bool
    later: tuple[Entry, ...]


@dataclass(frozen=True)
class ProposalPage:
    entry: Entry
    day: str
    may_settle: bool
    is_own: bool


def rules_page(group: BankingGroup, user: User, on: dt.date) -> RulesPage:
    may = standing(user, group).may
    reads_reasons = may(PROPOSE) is Reach.ALL
    texts = texts_of(group, on)
    entries = [(text, _entry(text, reads_reasons=reads_reasons)) for text in texts]
    current, entry = next(pair for pair in entries if pair[0].in_force)
    listed = [one for _text, one in entries]
    return RulesPage(
        current=entry,
        articles=articles_of(current.charter),
        coming=tuple(sorted((one for one in listed if one.is_coming), key=lambda one: one.version or 0)),
        proposals=tuple(one for one in listed if one.is_open),
        history=tuple(one for one in listed if one.version),
        declined=tuple(one for one in listed if one.is_declined),
        may_adopt=may(ADOPT) is Reach.ALL,
        may_propose=reads_reasons,
    )


def articles_of(charter: Charter) -> tuple[ArticleOnPage, ...]:
    return tuple(ArticleOnPage(one.number, one.title, tuple(_sections(one, charter))) for one in ARTICLES)


def _sections(article: Article, charter: Charter) -> Iterable[Section]:
    if article.table == LOAN_TERMS:
        for terms in charter.terms:
            parts = [clause for clause in article.clauses if clause.name != "loan_type"]
            lines = (Line(part.number, part.label, said(part, getattr(terms, part.name))) for part in parts)
            yield Section(loan_word(terms.loan_type), tuple(lines))
    elif article.table == WELFARE_EVENTS:
        clause = clause_for("event")
        yield Section("", tuple(Line(clause.number, said(clause, e.event), event_said(e)) for e in charter.events))
    else:
        yield Section(
            "", tuple(Line(one.number, one.label, said(one, charter.rules[one.name])) for one in article.clauses)
        )


def _entry(text: Text, *, reads_reasons: bool) -> Entry:
    row = text.row
    return Entry(
        id=row.pk,
        version=row.version,
        title=_title(row),
        signed=_signed(row),
        reason=row.reason if reads_reasons else "",
        changes=text.changes,
        is_open=row.status == Constitution.Status.PROPOSED,
        is_declined=row.status == Constitution.Status.DECLINED,
        in_force=text.in_force,
        is_coming=text.is_coming,
        is_outdated=text.is_outdated,
    )


def _title(row: Constitution) -> str:
    day = words.full_day(row.effective_on)
    if row.version:
        return _("Version %(number)d, from %(day)s") % {"number": row.version, "day": day}
    return _("Proposal of %(name)s, from %(day)s") % {"name": row.proposed_by and row.proposed_by.name, "day": day}


def _signed(row: Constitution) -> str:
    """Who proposed, adopted or declined it, and when."""
    said_by = []
    if row.proposed_by and row.proposed_at:
        figures = {"name": row.proposed_by.name, "day": words.full_day(business_day(row.proposed_at))}
        said_by.append(_("proposed by %(name)s on %(day)s") % figures)
    if row.adopted_by and row.adopted_at:
        figures = {"name": row.adopted_by.name, "day": words.full_day(business_day(row.adopted_at))}
        said_by.append(_verdict(row) % figures)
    return ", ".join(said_by)


def _verdict(row: Constitution) -> str:
    if row.status == Constitution.Status.ADOPTED:
        return _("adopted by %(name)s on %(day)s")
    if row.adopted_by_id == row.proposed_by_id:
        return _("withdrawn by %(name)s on %(day)s")
    return _("declined by %(name)s on %(day)s")


# Comparing


def comparison(group: BankingGroup, asked: Mapping[str, str], on: dt.date) -> Comparison:
    """Two versions beside each other; without a question, the one in force and the one before it.

    Refused: a version the group never had (`not_found`).
    """
    texts = {text.row.version: text for text in texts_of(group, on) if text.row.version}
    current = next(text for text in texts.values() if text.in_force)
    before = current.before.version if current.before else current.row.version
    first, second = _asked(asked.get("from"), before), _asked(asked.get("to"), current.row.version)
    if first not in texts or second not in texts:
        raise NotFound
    return Comparison(
        versions=tuple(_entry(text, reads_reasons=False) for text in texts.values()),
        first=first,
        second=second,
        changes=tuple(compare(texts[first].charter, texts[second].charter)),
    )


def _asked(text: str | None, usual: int | None) -> int:
    if text is None:
        return usual or 0
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else 0


# Changing


def holds_now(group: BankingGroup, on: dt.date) -> Charter:
    """What the form is filled with."""
    return charter_of(constitution_on(group, on))


def may_adopt(group: BankingGroup, user: User) -> bool:
    return standing(user, group).may(ADOPT) is Reach.ALL


def coming(group: BankingGroup, on: dt.date) -> tuple[Entry, ...]:
    """Versions that are adopted and have not begun."""
    return tuple(_entry(text, reads_reasons=False) for text in texts_of(group, on) if text.is_coming)


def review(group: BankingGroup, text: Mapping[str, Any], *, by: User, at: dt.datetime, on: dt.date) -> Review:
    """Rehearse it and say what it changes. Refused: whatever the operation refuses."""
    adopts = may_adopt(group, by)
    with transaction.atomic():
        entry = _entry(text_of(_act(group, text, by=by, at=at), on), reads_reasons=False)
        transaction.set_rollback(True)
    day = words.full_day(text["effective_on"])
    told = _("These rules hold from %(day)s.") if adopts else _("You propose that these rules hold from %(day)s.")
    return Review(
        title=_("Check and adopt") if adopts else _("Check and propose"),
        sentence=told % {"day": day},
        changes=entry.changes,
        adopts=adopts,
        later=tuple(one for one in coming(group, max(on, text["effective_on"]))),
    )


def confirm(
    group: BankingGroup, text: Mapping[str, Any], *, key: str, by: User, at: dt.datetime
) -> Outcome[Constitution]:
    """Propose or adopt it, once: the same form sent again gives the first outcome."""

    def act() -> tuple[UUID, Constitution]:
        row = _act(group, text, by=by, at=at)
        return row.pk, row

    body = {name: str(value) for name, value in text.items()} | {"group": str(group.pk)}
    return once(user=by, operation="pages.constitution", key=key, body=body, act=act, load=constitution_by_id)


def _act(group: BankingGroup, text: Mapping[str, Any], *, by: User, at: dt.datetime) -> Constitution:
    verb = operations.adopt_constitution if may_adopt(group, by) else operations.propose_constitution
    return verb(group=group, at=at, by=by, **text)


def proposal_page(row: Constitution, user: User, on: dt.date) -> ProposalPage:
    """A proposal, open or settled, for everybody in scope; whoever may settle it is offered the two verdicts."""
    may = standing(user, row.group).may
    entry = _entry(text_of(row, on), reads_reasons=may(PROPOSE) is Reach.ALL)
    is_own = row.proposed_by_id == user.pk
    return ProposalPage(
        entry=entry,
        day=words.full_day(row.effective_on),
        may_settle=entry.is_open and may(ADOPT) is Reach.ALL,
        is_own=is_own,
    )


def settle(row: Constitution, given: Mapping[str, Any], *, adopts: bool, by: User, at: dt.datetime) -> str:
    """Adopt or decline, once, and say what came of it."""

    def act() -> tuple[UUID, Constitution]:
        if adopts:
            operations.adopt_proposal(proposal=row, at=at, by=by, effective_on=given["effective_on"])
        else:
            operations.decline_proposal(proposal=row, reason=given["reason"], at=at, by=by)
        return row.pk, row

    body = {"proposal": str(row.pk), "adopts": adopts, "day": str(given["effective_on"]), "reason": given["reason"]}
    key = given["offline_sync_id"]
    done = once(user=by, operation="pages.settle", key=key, body=body, act=act, load=constitution_by_id).row
    return told_of(done)


def told_of(row: Constitution) -> str:
    """What has happened to a text, for the line on top of the next page."""
    figures = {"number": row.version, "day": words.full_day(row.effective_on)}
    if row.status == Constitution.Status.ADOPTED:
        return _("Adopted: version %(number)s holds from %(day)s.") % figures
    if row.status == Constitution.Status.DECLINED:
        return _("Declined. The proposal stays in the history, with your reason.")
    return _("Proposed. The service admin adopts or declines it; until then nothing changes.")
