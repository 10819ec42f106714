"""A receipt or seal looked up by its code, by anybody: what it is for, and no names."""

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.errors import NotFound
from core.ips import caller_address
from core.periods import now
from ledger.api.questions import NoQuestion
from meetings.api.shapes import CodeOut
from meetings.look_ups import count_look_up
from meetings.seals import matches

CODE = OpenApiParameter(
    "code",
    str,
    OpenApiParameter.PATH,
    description=_("Eleven characters; dashes, blanks and small letters are read too."),
)


class Look(APIView):
    """Anybody may look a code up, twenty times a minute from one address. A code finds a paper, it does not open it."""

    @extend_schema(parameters=[CODE], responses=CodeOut, summary=_("Look up a receipt or a seal by its code"))
    def get(self, request: Request, code: str) -> Response:
        count_look_up(address=caller_address(request._request), at=now())
        NoQuestion.read(request)
        found = matches(code)
        if not found:
            raise NotFound
        return Response(CodeOut({"kind": found[0].kind, "matches": found}).data)
