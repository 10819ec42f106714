"""The pages around a group's money."""

from django.urls import path

from reports.views import group, home, movement, record, reverse, waiting, withdraw

urlpatterns = [
    path("", home.home, name="home"),
    path("groups/", home.groups, name="groups-page"),
    path("waiting/", waiting.everywhere, name="waiting-page"),
    path("groups/<uuid:group_id>/", group.overview, name="group-page"),
    path("groups/<uuid:group_id>/members/", group.members, name="members-page"),
    path("groups/<uuid:group_id>/cash-book/", group.cash_book, name="cash-book-page"),
    path("groups/<uuid:group_id>/waiting/", waiting.in_group, name="group-waiting-page"),
    path("groups/<uuid:group_id>/books/", group.books, name="books-page"),
    path("groups/<uuid:group_id>/record/", record.record, name="record-page"),
    path("groups/<uuid:group_id>/movements/new/", movement.move, name="movement-page"),
    path("members/<uuid:member_id>/withdraw/", withdraw.withdraw, name="withdraw-page"),
    path("transactions/<uuid:voucher_id>/reverse/", reverse.take_back, name="reverse-page"),
    path("acts/<uuid:voucher_id>/", record.receipt, name="receipt-page"),
    path("acts/<uuid:voucher_id>/decide/", waiting.decide, name="decide-page"),
]
