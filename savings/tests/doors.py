"""Somebody's signed-in client at the doors of this room, for tests over HTTP."""

from typing import Any

from rest_framework.test import APIClient

from savings.tests.chama import Chama


class Door:
    """Somebody's signed-in client."""

    def __init__(self, chama: Chama, name: str | None) -> None:
        self.client = APIClient()
        if name:
            self.client.force_authenticate(chama.users[name])

    def get(self, path: str) -> Any:
        return self.client.get(f"/api/{path}")

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.client.post(f"/api/{path}", body or {}, format="json", headers=headers)


def deposit(chama: Chama, name: str = "alice", **more: Any) -> dict[str, Any]:
    return {
        "member_id": str(chama.members[name].pk),
        "amount": "137.50",
        "transaction_type": "DEPOSIT",
        "contribution_type": "REGULAR",
        "payment_method": "CASH",
    } | more


def refused(answer: Any) -> tuple[int, str]:
    assert answer["Content-Type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]
