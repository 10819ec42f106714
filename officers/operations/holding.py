"""What an officer still has to hand over before she can go: groups, cash in her hands, papers that name them."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from core.errors import Refusal
from core.money import shown
from groups.models import BankingGroup
from officers import queries
from officers.models import Officer


class GroupsNotHandedOver(Refusal):
    code = "groups_not_handed_over"
    detail = _("This officer still serves groups. Take them away first.")


class CashNotHandedOver(Refusal):
    code = "cash_not_handed_over"
    detail = _("This officer still holds cash of a group. It is handed over and confirmed first.")


class PapersWait(Refusal):
    code = "papers_wait"
    detail = _("Papers that name this officer's hands still wait. They are confirmed or turned down first.")


def must_serve_no_group(officer: Officer) -> None:
    """Refuses `groups_not_handed_over`, naming them."""
    served = {group.pk: group for group in queries.groups_of(officer)}
    served |= {role.group.pk: role.group for role in queries.roles_of(officer) if role.group}
    if served:
        said = _("This officer still serves %(groups)s. Take these groups away first.") % {
            "groups": _names(served.values())
        }
        raise GroupsNotHandedOver(said, groups=[str(group) for group in served])


def must_hold_no_cash(officer: Officer, group: BankingGroup | None = None) -> None:
    """Refuses `cash_not_handed_over`, naming groups and amounts; with `group`, for cash of that group alone."""
    held = queries.cash_in_hands([officer])[officer.pk]
    rest = [cash for cash in held if group is None or cash.group_id == group.pk]
    if not rest:
        return
    said = _(
        "This officer still holds cash (%(cash)s). It is handed over and whoever receives it confirms; from an officer "
        "who is suspended the treasurer takes it into the box."
    )
    what = ", ".join(f"{cash.group_name}: {shown(cash.amount)}" for cash in rest)
    facts = [{"group_id": str(cash.group_id), "amount": f"{cash.amount:.2f}"} for cash in rest]
    raise CashNotHandedOver(said % {"cash": what}, groups=facts)


def must_be_in_no_paper(officer: Officer) -> None:
    """Refuses `papers_wait`, naming the groups."""
    waiting = list(queries.waiting_papers(officer))
    if waiting:
        groups = {paper.group_id: paper.group for paper in waiting}
        said = _(
            "Papers that name this officer's hands still wait in %(groups)s. They are confirmed or turned down first."
        )
        raise PapersWait(said % {"groups": _names(groups.values())}, papers=[str(paper.pk) for paper in waiting])


def _names(groups: Iterable[BankingGroup]) -> str:
    return ", ".join(sorted(group.name for group in groups))
