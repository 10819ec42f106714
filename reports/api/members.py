"""Members over HTTP: a group's members, one member, registering, joining, putting right, offices and inviting."""

import uuid
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema
from rest_framework.exceptions import NotAuthenticated
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api.permissions import asked_word
from core.errors import NotFound
from core.files import count_files
from core.periods import now, today
from groups.access import group_for, standing
from groups.models import BankingGroup
from groups.permissions import Reach
from ledger.api.questions import NoQuestion
from members import operations
from members.access import known_person, member_for
from members.models import Member
from members.queries import member_by_id, next_of_kin
from members.queries import roster as members_by_number
from reports.api.filters import MemberFilter
from reports.api.member_bodies import EditIn, GroupIn, JoinIn, MembershipIn, NewMemberIn, RegisterIn
from reports.api.member_shapes import (
    EditedOut,
    InvitedOut,
    MemberDetailOut,
    MemberOut,
    ProposedOut,
    RegisteredOut,
)
from reports.queries import MemberDetail, detail, roster
from users.api.idempotency import answer_once
from users.models import User


def caller(request: Request) -> User:
    """Who has signed in."""
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return request.user


def seen_by(user: User, member: Member) -> MemberDetail:
    """The member as far as this user may see her; being shown a whole ID number leaves an act."""
    here = standing(user, member.group)
    identity, papers = (here.may(word) is Reach.ALL for word in ("members:identity", "documents:read"))
    if identity:
        operations.note_identity_read(member=member, by=user, at=now())
    return detail(member=member, viewer=user, reach=here.may("members:read"), identity=identity, papers=papers)


def registered(user: User, member: Member) -> Any:
    return RegisteredOut(seen_by(user, member), context={"kin": next_of_kin(member.person)}).data


def edited(user: User, member: Member, *, sign_in_moved: bool) -> Any:
    """Whether her sign-in moved is for the service admin: to others it would tell what numbers sign in elsewhere."""
    told = standing(user, member.group).may("offices:assign") is Reach.ALL
    known = {"kin": next_of_kin(member.person), "sign_in_moved": sign_in_moved if told else None}
    return EditedOut(seen_by(user, member), context=known).data


class GroupMembers(GenericAPIView[Member]):
    """Everybody who is or was a member, by number. A plain member sees her own row, and of the others the names."""

    queryset = Member.objects.none()
    serializer_class = MemberOut
    filterset_class = MemberFilter

    @extend_schema(responses=MemberOut(many=True), summary=_("Members of a group with their balances"))
    def get(self, request: Request, group_id: uuid.UUID) -> Response:
        word = asked_word(request)
        group = group_for(request.user, group_id, word, own=True)
        page = self.paginate_queryset(self.filter_queryset(members_by_number(group))) or []
        reach = standing(request.user, group).may(word)
        rows = roster(group=group, members=page, viewer=request.user, reach=reach)
        return self.get_paginated_response(MemberOut(rows, many=True).data)

    @extend_schema(
        request=PolymorphicProxySerializer(
            component_name="JoinOrRegister", serializers=[JoinIn, NewMemberIn], resource_type_field_name=None
        ),
        responses={201: RegisteredOut},
        filters=False,
        summary=_("Register a member, or let somebody known join"),
    )
    def post(self, request: Request, group_id: uuid.UUID) -> Response:
        group = group_for(request.user, group_id, asked_word(request))
        if JoinIn.is_meant(dict(request.data)):
            return answer_join(request, group)
        return answer_registration(request, group, NewMemberIn(data=request.data))


def answer_join(request: Request, group: BankingGroup) -> Response:
    user, asked = caller(request), JoinIn(data=request.data)
    asked.is_valid(raise_exception=True)
    person = known_person(user, group.organisation_id, **asked.named)

    def act() -> tuple[uuid.UUID, Member]:
        kept = operations.join(group=group, person=person, at=now(), on=today(), by=user)
        return kept.pk, member_by_id(kept.pk)

    where = {"group_id": group.pk}
    return answer_once(request, "members.join", where, act, member_by_id, lambda one: registered(user, one))


def answer_registration(request: Request, group: BankingGroup, asked: NewMemberIn) -> Response:
    user = caller(request)
    asked.is_valid(raise_exception=True)
    count_files(sender=user.pk, files=asked.files, at=now())
    papers = asked.papers()

    def act() -> tuple[uuid.UUID, Member]:
        kept = operations.register(
            group=group, particulars=asked.particulars, at=now(), on=today(), by=user, papers=papers
        )
        return kept.pk, kept

    where = {} if isinstance(asked, RegisterIn) else {"group_id": group.pk}
    return answer_once(request, "members.register", where, act, member_by_id, lambda one: registered(user, one))


class Register(APIView):
    """A person becomes a member. Whoever may not register in the group learns that before anything else."""

    @extend_schema(request=RegisterIn, responses={201: RegisteredOut}, summary=_("Register a member"))
    def post(self, request: Request) -> Response:
        where = GroupIn(data=request.data)
        where.is_valid(raise_exception=True)
        group = group_for(request.user, where.validated_data["group_id"], asked_word(request))
        return answer_registration(request, group, RegisterIn(data=request.data))


class MemberPage(APIView):
    """One member. The log keeps who was shown a whole ID number, and which fields somebody changed."""

    @extend_schema(responses=MemberDetailOut, summary=_("One member"))
    def get(self, request: Request, member_id: uuid.UUID) -> Response:
        member = member_for(request.user, member_id, asked_word(request), own=True)
        NoQuestion.read(request)
        return Response(MemberDetailOut(seen_by(caller(request), member)).data)

    @extend_schema(request=EditIn, responses=EditedOut, summary=_("Put right what is written about a member"))
    def patch(self, request: Request, member_id: uuid.UUID) -> Response:
        user, member = caller(request), member_for(request.user, member_id, asked_word(request))
        asked = EditIn(data=request.data)
        asked.is_valid(raise_exception=True)
        done = operations.edit_member(member=member, changes=asked.changes, by=user, at=now(), on=today())
        return Response(edited(user, done.member, sign_in_moved=done.sign_in_moved))


class Membership(APIView):
    """Office, status and contact of a member. The service admin gives and ends offices, a field officer proposes."""

    @extend_schema(
        request=MembershipIn,
        responses={200: EditedOut, 202: ProposedOut},
        summary=_("Change office, status or contact of a member"),
    )
    def put(self, request: Request, group_id: uuid.UUID, member_id: uuid.UUID) -> Response:
        user, member = caller(request), self._member(request, group_id, member_id)
        asked = MembershipIn(data=request.data)
        asked.is_valid(raise_exception=True)
        done = operations.change_membership(member=member, change=asked.change, by=user, at=now(), on=today())
        if done.proposal:
            return Response(ProposedOut(done.proposal).data, status=202)
        return Response(edited(user, done.member, sign_in_moved=done.sign_in_moved))

    @extend_schema(
        request=MembershipIn,
        responses={200: EditedOut, 202: ProposedOut},
        summary=_("Change office, status or contact of a member"),
    )
    def patch(self, request: Request, group_id: uuid.UUID, member_id: uuid.UUID) -> Response:
        return self.put(request, group_id, member_id)

    def _member(self, request: Request, group_id: uuid.UUID, member_id: uuid.UUID) -> Member:
        group = group_for(request.user, group_id, asked_word(request))
        member = member_for(request.user, member_id, asked_word(request))
        if member.group_id != group.pk:
            raise NotFound
        return member


class Invite(APIView):
    """Sends her a code to choose a password with, unless she signs in already."""

    @extend_schema(request=None, responses={202: InvitedOut}, summary=_("Invite a member to sign in"))
    def post(self, request: Request, member_id: uuid.UUID) -> Response:
        member = member_for(request.user, member_id, asked_word(request))
        operations.invite(member=member, by=caller(request), at=now())
        return Response({"status": "accepted"}, status=202)
