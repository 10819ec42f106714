"""People for tests, and the steps they take at the door."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connections
from rest_framework.test import APIClient

from core.errors import Refusal
from users.models import DataKey, User, phone_digest

PASSWORD = "milk-and-maize-2026"
GRACE = "254700000012"
MARY = "254700000011"
HOME = "10.1.1.1"


def person(phone: str, name: str = "Grace", password: str | None = None, **more: Any) -> User:
    user = User(name=name, data_key=DataKey.make(), phone_digest=phone_digest(phone), **more)
    user.phone = phone
    user.set_password(password)
    user.save()
    return user


def post(path: str, body: dict[str, Any], token: str = "", **headers: str) -> Any:
    client = APIClient()
    if token:
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client.post(f"/api/auth/{path}", body, format="json", headers=headers)


def me(token: str) -> Any:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client.get("/api/auth/me")


def in_parallel(works: list[Callable[[], Any]]) -> list[Any]:
    """Run each in a thread of its own, started together; what each returned, or how it was refused."""
    gate, results = threading.Barrier(len(works)), []

    def one(work: Callable[[], Any]) -> None:
        gate.wait()
        try:
            results.append(work())
        except Refusal as refusal:
            results.append(refusal)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
