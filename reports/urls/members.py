"""Members and what the signed-in person asks about herself, below api/."""

from django.urls import path

from reports.api import members, mine, statement

urlpatterns = [
    path("savings-groups/<uuid:group_id>/members", members.GroupMembers.as_view(), name="savings-group-members"),
    path("groups/<uuid:group_id>/members", members.GroupMembers.as_view(), name="group-members"),
    path(
        "savings-groups/groups/<uuid:group_id>/members",
        members.GroupMembers.as_view(),
        name="savings-groups-group-members",
    ),
    path(
        "savings-groups/<uuid:group_id>/members/<uuid:member_id>",
        members.Membership.as_view(),
        name="savings-group-member",
    ),
    path("members", members.Register.as_view(), name="members"),
    path("members/<uuid:member_id>", members.MemberPage.as_view(), name="member-detail"),
    path("members/<uuid:member_id>/invite", members.Invite.as_view(), name="member-invite"),
    path("members/<uuid:member_id>/statement", statement.MemberStatement.as_view(), name="member-statement"),
    path("savings-groups/my-membership", mine.MyMembership.as_view(), name="my-membership"),
    path("savings-groups/my-loans", mine.MyLoans.as_view(), name="my-loans"),
    path("savings-groups/my-attendance", mine.MyAttendance.as_view(), name="my-attendance"),
]
