"""The pages around a member."""

from django.urls import path

from reports.views import member

urlpatterns = [
    path("groups/<uuid:group_id>/members/register/", member.register, name="register-page"),
    path("members/<uuid:member_id>/", member.member, name="member-page"),
]
