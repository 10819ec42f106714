"""Addresses of the savings room, below `api/`, without trailing slash: middleware takes both forms."""

from django.urls import path

from savings.api import fines, views

urlpatterns = [
    path("savings-groups/savings/record", views.RecordSaving.as_view(), name="savings-record"),
    path("savings-groups/my-transactions", views.MyTransactions.as_view(), name="my-transactions"),
    path("savings-groups/my-savings", views.MySavings.as_view(), name="my-savings"),
    path(
        "savings-groups/groups/<uuid:group_id>/transactions",
        views.GroupTransactions.as_view(),
        name="group-transactions",
    ),
    path(
        "savings-groups/transactions/<uuid:transaction_id>/verify",
        views.Verify.as_view(),
        name="savings-groups-transaction-verify",
    ),
    path("transactions", views.Transactions.as_view(), name="transactions"),
    path("transactions/<uuid:transaction_id>", views.TransactionDetail.as_view(), name="transaction-detail"),
    path("transactions/<uuid:transaction_id>/verify", views.Verify.as_view(), name="transaction-verify"),
    path("transactions/<uuid:transaction_id>/reverse", views.Reverse.as_view(), name="transaction-reverse"),
    path("groups/<uuid:group_id>/cash-movements", views.CashMovements.as_view(), name="cash-movements"),
    path(
        "savings-groups/groups/<uuid:group_id>/members/<uuid:member_id>/fines",
        fines.MemberFines.as_view(),
        name="member-fines",
    ),
    path("fines/<uuid:fine_id>/waive", fines.Waive.as_view(), name="fine-waive"),
    path("members/<uuid:member_id>/savings-summary", views.SavingsSummary.as_view(), name="savings-summary"),
]
