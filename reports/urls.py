"""Addresses of answers that span rooms, below api/. Both written plans' paths lead to the same views."""

from django.urls import path

from reports.api import groups, members

urlpatterns = [
    path("savings-groups", groups.Groups.as_view(), name="savings-groups"),
    path("groups", groups.Groups.as_view(), name="groups"),
    path("savings-groups/<uuid:group_id>", groups.Group.as_view(), name="savings-group-detail"),
    path("groups/<uuid:group_id>", groups.Group.as_view(), name="group-detail"),
    path(
        "savings-groups/groups/<uuid:group_id>/financial-summary",
        groups.FinancialSummary.as_view(),
        name="financial-summary",
    ),
    path("savings-groups/<uuid:group_id>/members", members.GroupMembers.as_view(), name="savings-group-members"),
    path("groups/<uuid:group_id>/members", members.GroupMembers.as_view(), name="group-members"),
    path(
        "savings-groups/groups/<uuid:group_id>/members",
        members.GroupMembers.as_view(),
        name="savings-groups-group-members",
    ),
    path("members", members.Register.as_view(), name="members"),
    path("members/<uuid:member_id>", members.MemberPage.as_view(), name="member-detail"),
    path("members/<uuid:member_id>/invite", members.Invite.as_view(), name="member-invite"),
    path("savings-groups/my-membership", members.MyMembership.as_view(), name="my-membership"),
]
