"""Receipts on paper, below api/."""

from django.urls import path

from reports.api import receipt_paper

urlpatterns = [
    path(
        "transactions/<uuid:transaction_id>/receipt.pdf",
        receipt_paper.Receipt.as_view(),
        name="transaction-receipt-pdf",
    )
]
