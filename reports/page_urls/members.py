"""The pages around a member."""

from django.urls import path

from reports.views import leave, member, people, people_papers

urlpatterns = [
    path("groups/<uuid:group_id>/members/register/", member.register, name="register-page"),
    path("groups/<uuid:group_id>/members/join/", people.join, name="join-page"),
    path("members/<uuid:member_id>/", member.member, name="member-page"),
    path("members/<uuid:member_id>/edit/", people.edit, name="edit-member-page"),
    path("members/<uuid:member_id>/documents/", people_papers.documents, name="documents-page"),
    path("members/<uuid:member_id>/documents/<uuid:document_id>/", people_papers.document, name="document-page"),
    path("members/<uuid:member_id>/verify-id/", people_papers.verify, name="verify-id-page"),
    path("members/<uuid:member_id>/office/", people.office, name="office-page"),
    path("members/<uuid:member_id>/leave/", leave.leave, name="leave-page"),
    path("members/<uuid:member_id>/invite/", people.invite, name="invite-page"),
    path("office-proposals/<uuid:proposal_id>/", people.proposal, name="office-proposal-page"),
]
