"""Refusals: what the rules forbid, said by name. Each stands beside the verb that raises it.

A refusal rolls the act back; every door renders it in its own way (problem document, form error, sync verdict).
"""

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


class Refusal(Exception):
    """An anticipated "no" with a code for programs and a sentence that tells people what to do next."""

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 422
    detail: Text = _("This cannot be done.")

    def __init__(self, detail: Text | None = None, *, field: str | None = None, **facts: object) -> None:
        self.detail = detail if detail is not None else type(self).detail
        self.field = field
        self.facts = facts
        super().__init__(self.code)


class Invalid(Refusal):
    """The request itself is wrong: 400, with the field where there is one."""

    code = "invalid"
    status = 400
    detail = _("Check the marked fields and send again.")


class NotFound(Refusal):
    """There is no such row, or the caller is a stranger to it: the answer is the same."""

    code = "not_found"
    status = 404
    detail = _("Nothing here, or nothing that you may see.")


class Forbidden(Refusal):
    """The caller may see it, but not do this."""

    code = "forbidden"
    status = 403
    detail = _("Your role does not allow this. Ask someone whose office it is.")


class MakerIsChecker(Refusal):
    code = "maker_is_checker"
    detail = _("Somebody else must confirm this: nobody checks what they recorded or what names them.")
