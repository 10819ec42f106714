"""The keys are looked at before anybody signs in with them."""

from typing import Any

import pytest

from users.checks import check_token_keys
from users.tests.test_tokens import KEYS


def found(settings: Any, **jwt: str) -> list[str | None]:
    settings.SIMPLE_JWT = settings.SIMPLE_JWT | jwt
    return [message.id for message in check_token_keys(None)]


def test_the_keys_of_the_tests_are_long_enough(settings: Any) -> None:
    assert found(settings) == []


@pytest.mark.parametrize(("key", "errors"), [("x" * 31, ["users.E001"]), ("", ["users.E001"]), ("ä" * 16, [])])
def test_a_shared_key_has_32_bytes_at_least(settings: Any, key: str, errors: list[str]) -> None:
    assert found(settings, SIGNING_KEY=key) == errors


@pytest.mark.parametrize("algorithm", ["none", "HS512", "rs256"])
def test_an_algorithm_we_do_not_use_is_found(settings: Any, algorithm: str) -> None:
    assert found(settings, ALGORITHM=algorithm) == ["users.E002"]


@pytest.mark.parametrize("algorithm", KEYS)
def test_a_pair_that_belongs_together_is_fine(settings: Any, algorithm: str) -> None:
    private, public = KEYS[algorithm]()
    assert found(settings, ALGORITHM=algorithm, SIGNING_KEY=private, VERIFYING_KEY=public) == []


def test_two_halves_of_two_pairs_are_found(settings: Any) -> None:
    private, _ = KEYS["ES256"]()
    _, public = KEYS["ES256"]()
    assert found(settings, ALGORITHM="ES256", SIGNING_KEY=private, VERIFYING_KEY=public) == ["users.E003"]


def test_a_pair_of_another_kind_or_no_pair_at_all_is_found(settings: Any) -> None:
    private, public = KEYS["ES256"]()
    assert found(settings, ALGORITHM="RS256", SIGNING_KEY=private, VERIFYING_KEY=public) == ["users.E003"]
    assert found(settings, ALGORITHM="RS256", SIGNING_KEY="x" * 40, VERIFYING_KEY="") == ["users.E003"]
