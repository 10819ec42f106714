"""Receipts, to be printed from the browser."""

from django.urls import path

from reports.views import receipt_paper

urlpatterns = [path("acts/<uuid:voucher_id>/paper/", receipt_paper.receipt, name="receipt-paper-page")]
