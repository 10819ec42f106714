"""Runs as answers: everybody's part to who reads the books, the totals and her own to a member."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from core.api.permissions import asked_word
from core.periods import now, today
from cycles.access import sees_all
from cycles.api.sharing_shapes import RunOut, SimulationOut
from cycles.models import Run
from cycles.queries import runs as queries
from cycles.queries.reckoning import imagined, simulate
from cycles.rules.sharing import HUNDRED
from cycles.rules.years import FiscalYear
from groups.models import BankingGroup
from savings.api.answers import caller
from users.api.idempotency import answer_once


def runs_out(request: Request, group: BankingGroup, runs: Sequence[Run]) -> list[dict[str, Any]]:
    views = queries.views_of(runs)
    if not sees_all(request.user, group, asked_word(request)):
        views = [view.narrowed_to(caller(request).pk) for view in views]
    return [dict(RunOut(view).data) for view in views]


def answer_run(
    request: Request, operation: str, path: dict[str, object], act: Callable[[], UUID], status: int = 200
) -> Response:
    """Run the act once per key and answer with the run whose id it returns, as it is now."""

    def acted() -> tuple[UUID, Run]:
        run_id = act()
        return run_id, queries.run_by_id(run_id)

    def rendered(run: Run) -> dict[str, Any]:
        return dict(RunOut(queries.view_of(run)).data)

    return answer_once(request, operation, path, acted, queries.run_by_id, rendered, status)


def share_out_of(request: Request, group: BankingGroup, days: FiscalYear, asked: dict[str, Any]) -> dict[str, Any]:
    """A year as a share-out: the run where there is one, and what it would pay until it is declared.

    What if the surplus were another, or less of it were shared: said by the question, and only simulated.
    """
    run = queries.run_of(group, Run.Kind.SHARE_OUT, days.year)
    percent = HUNDRED if asked["percent"] is None else asked["percent"]
    told = simulate(group, days, today(), surplus=asked["surplus"], percent=percent)
    view = queries.view_of(run) if run else imagined(group, told, now())
    if not sees_all(request.user, group, asked_word(request)):
        view, told = view.narrowed_to(caller(request).pk), told.narrowed_to(caller(request).pk)
    is_open = view.status in {Run.Status.PREVIEW, Run.Status.APPROVED}
    return dict(RunOut(view).data) | {"simulation": dict(SimulationOut(told).data) if is_open else None}
