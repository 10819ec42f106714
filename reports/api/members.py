"""Members over HTTP: a group's members, one member, registering and inviting, and one's own memberships."""

import uuid
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotAuthenticated
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api.permissions import asked_word
from core.errors import NotFound
from core.periods import now, today
from groups.access import group_for, standing
from groups.permissions import Reach
from groups.queries import offices_held
from ledger.api.questions import NoQuestion, Question
from members import operations
from members.access import member_for
from members.models import Member
from members.queries import member_by_id, members_of, next_of_kin
from members.queries import roster as members_by_number
from reports.api.filters import MemberFilter
from reports.api.member_shapes import (
    GroupIn,
    InvitedOut,
    MemberDetailOut,
    MemberOut,
    MembershipsOut,
    RegisteredOut,
    RegisterIn,
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
    identity = here.may("members:identity") is Reach.ALL
    if identity:
        operations.note_identity_read(member=member, by=user, at=now())
    return detail(member=member, viewer=user, reach=here.may("members:read"), identity=identity)


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


class MemberPage(APIView):
    """One member. The log keeps who was shown a whole ID number."""

    @extend_schema(responses=MemberDetailOut, summary=_("One member"))
    def get(self, request: Request, member_id: uuid.UUID) -> Response:
        member = member_for(request.user, member_id, asked_word(request), own=True)
        NoQuestion.read(request)
        return Response(MemberDetailOut(seen_by(caller(request), member)).data)


class Register(APIView):
    """A person becomes a member. Whoever may not register in the group learns that before anything else."""

    @extend_schema(request=RegisterIn, responses={201: RegisteredOut}, summary=_("Register a member"))
    def post(self, request: Request) -> Response:
        user, where = caller(request), GroupIn(data=request.data)
        where.is_valid(raise_exception=True)
        group = group_for(user, where.validated_data["group_id"], asked_word(request))
        asked = RegisterIn(data=request.data)
        asked.is_valid(raise_exception=True)

        def act() -> tuple[uuid.UUID, Member]:
            kept = operations.register(group=group, particulars=asked.particulars, at=now(), on=today(), by=user)
            return kept.pk, kept

        return answer_once(request, "members.register", {}, act, member_by_id, lambda member: registered(user, member))


def registered(user: User, member: Member) -> Any:
    return RegisteredOut(seen_by(user, member), context={"kin": next_of_kin(member.person)}).data


class Invite(APIView):
    """Sends her a code to choose a password with, unless she signs in already."""

    @extend_schema(request=None, responses={202: InvitedOut}, summary=_("Invite a member to sign in"))
    def post(self, request: Request, member_id: uuid.UUID) -> Response:
        member = member_for(request.user, member_id, asked_word(request))
        operations.invite(member=member, by=caller(request), at=now())
        return Response({"status": "accepted"}, status=202)


class MineQuestion(Question):
    group = serializers.UUIDField(required=False, help_text=_("Only the membership of this group."))


class MyMembership(APIView):
    """The memberships of the signed-in person, in all her groups."""

    @extend_schema(parameters=[MineQuestion], responses=MembershipsOut, summary=_("My memberships"))
    def get(self, request: Request) -> Response:
        user, asked = caller(request), MineQuestion.read(request)
        mine = members_of(user)
        if asked["group"]:
            mine = mine.filter(group=asked["group"])
            if not mine:
                raise NotFound
        return Response(MembershipsOut({"groups": mine}, context={"offices": offices_held(user)}).data)
