"""The pages of loans."""

from django.urls import path

from reports.views import loans, loans_apply, loans_change, loans_end, loans_money

urlpatterns = [
    path("loans/", loans.everywhere, name="loans-page"),
    path("groups/<uuid:group_id>/loans/", loans.in_group, name="group-loans-page"),
    path("groups/<uuid:group_id>/loans/apply/", loans_apply.apply, name="apply-loan-page"),
    path("groups/<uuid:group_id>/arrears/", loans.arrears, name="arrears-page"),
    path("loans/<uuid:loan_id>/", loans.loan, name="loan-page"),
    path("loans/<uuid:loan_id>/decide/", loans_end.decide, name="loan-decide-page"),
    path("loans/<uuid:loan_id>/cancel/", loans_end.cancel, name="loan-cancel-page"),
    path("loans/<uuid:loan_id>/pay-out/", loans_money.pay_out, name="loan-pay-out-page"),
    path("loans/<uuid:loan_id>/repay/", loans_money.repay, name="loan-repay-page"),
    path("loans/<uuid:loan_id>/change/", loans_change.change, name="loan-change-page"),
]
