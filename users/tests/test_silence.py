"""Nothing that opens a door, and nobody's number, stands in a log."""

import logging

import pytest

from users.models import User
from users.tests.lent import Sent
from users.tests.people import GRACE, PASSWORD, me, post

CHOSEN = "sukuma-wiki-2026"


def test_no_log_at_any_level_holds_phone_password_code_or_token(
    grace: User, outbox: list[Sent], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    spelled = "0700 000 012"
    pair = post("login", {"phone": spelled, "password": PASSWORD}).json()
    post("login", {"phone": spelled, "password": "not-this-one"})
    me(pair["access_token"])
    me(pair["access_token"] + "x")
    new = post("refresh", {"refresh_token": pair["refresh_token"]}).json()
    post("refresh", {"refresh_token": new["access_token"]})
    post("password", {"old_password": "not-this-one", "new_password": CHOSEN}, token=pair["access_token"])
    post("reset", {"phone": GRACE})
    code = outbox[-1].words["code"]
    post("activate", {"phone": GRACE, "code": "ZZZZZZZZ", "password": CHOSEN})
    post("activate", {"phone": GRACE, "code": code, "password": CHOSEN})
    post("logout", {"refresh_token": new["refresh_token"]})
    said = "\n".join(f"{line.getMessage()} {line.args} {line.exc_info}" for line in caplog.records)
    assert "/api/auth/login" in said
    secrets = [GRACE, GRACE[3:], spelled, PASSWORD, CHOSEN, "not-this-one", code]
    secrets += [token for pair_ in (pair, new) for token in (pair_["access_token"], pair_["refresh_token"])]
    assert [secret for secret in secrets if secret in said] == []
