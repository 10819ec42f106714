"""Members and what the signed-in person asks about herself, below api/."""

from django.urls import path

from reports.api import members

urlpatterns = [
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
