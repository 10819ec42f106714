"""The outbox as the admin shows it: that it works, not what it says."""

from typing import Any

import pytest
from django.test import Client

from notifications.models import Message
from notifications.operations import write
from users.tests.people import GRACE, PASSWORD, person


@pytest.mark.django_db
def test_the_records_of_messages_hold_no_text_and_no_number(settings: Any) -> None:
    settings.ROOT_URLCONF = "users.tests.urls"
    settings.AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend", "users.tests.lent.Keeper"]
    grace = person(GRACE, password=PASSWORD)
    write(user=grace, template="reset_code", once="code:1", code="ABC2DEF3")
    client = Client()
    client.force_login(grace, backend="django.contrib.auth.backends.ModelBackend")
    one = Message.objects.get()
    for place in ("/admin/notifications/message/", f"/admin/notifications/message/{one.pk}/change/"):
        page = client.get(place)
        assert page.status_code == 200
        assert "reset_code" in page.content.decode()
        assert "ABC2DEF3" not in page.content.decode()
        assert GRACE[3:] not in page.content.decode()
    assert client.get("/admin/notifications/message/add/").status_code == 403
