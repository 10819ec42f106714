"""Addresses of the loans room, below `api/`, without trailing slash: middleware takes both forms."""

from django.urls import path

from loans.api import views

urlpatterns = [
    path("loans", views.Loans.as_view(), name="loans"),
    path("savings-groups/loans/apply", views.Apply.as_view(), name="loans-apply"),
    path("savings-groups/groups/<uuid:group_id>/loans", views.GroupLoans.as_view(), name="group-loans"),
    path(
        "savings-groups/groups/<uuid:group_id>/members/<uuid:member_id>/loan-assessment",
        views.Assess.as_view(),
        name="loan-assessment",
    ),
    path(
        "savings-groups/groups/<uuid:group_id>/members/<uuid:member_id>/loan-eligibility",
        views.Eligible.as_view(),
        name="loan-eligibility",
    ),
    path("loans/<uuid:loan_id>", views.LoanDetail.as_view(), name="loan-detail"),
    path("loans/<uuid:loan_id>/approve", views.Approve.as_view(), name="loan-approve"),
    path("loans/<uuid:loan_id>/reject", views.Reject.as_view(), name="loan-reject"),
    path("loans/<uuid:loan_id>/cancel", views.Cancel.as_view(), name="loan-cancel"),
    path("loans/<uuid:loan_id>/disburse", views.Disburse.as_view(), name="loan-disburse"),
    path("loans/<uuid:loan_id>/repayment", views.Repay.as_view(), name="loan-repayment"),
    path("loans/<uuid:loan_id>/write-off", views.WriteOff.as_view(), name="loan-write-off"),
    path("loans/<uuid:loan_id>/reschedule", views.Reschedule.as_view(), name="loan-reschedule"),
    path("repayments/<uuid:repayment_id>/reverse", views.ReverseRepayment.as_view(), name="repayment-reverse"),
]
