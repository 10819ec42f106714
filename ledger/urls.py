"""Addresses of the books, below api/."""

from django.urls import path

from ledger.api import views

urlpatterns = [
    path("groups/<uuid:group_id>/cash-ledger", views.CashLedger.as_view(), name="cash-ledger"),
    path("savings-groups/groups/<uuid:group_id>/cashbook", views.CashLedger.as_view(), name="cashbook"),
    path("groups/<uuid:group_id>/trial-balance", views.TrialBalance.as_view(), name="trial-balance"),
    path("groups/<uuid:group_id>/income-statement", views.IncomeStatement.as_view(), name="income-statement"),
    path("groups/<uuid:group_id>/balance-sheet", views.BalanceSheet.as_view(), name="balance-sheet"),
    path("groups/<uuid:group_id>/verify-chain", views.VerifyChain.as_view(), name="verify-chain"),
]
