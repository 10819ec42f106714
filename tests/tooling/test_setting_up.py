"""A fresh clone becomes a working one: keys are made once, locks are installed once, lost keys are said aloud."""

import base64
import stat
from pathlib import Path

import pytest
import setting_up
from setting_up import Stop

KEYS = ("SECRET_KEY", "JWT_SECRET_KEY", "ENCRYPTION_KEYS", "DIGEST_KEY")


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in the place of the repository, and an environment that names nothing."""
    for name in (*KEYS, "DATABASE_URL", "PORT"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "requirements").mkdir()
    (tmp_path / ".venv").mkdir()
    (tmp_path / "var").mkdir()
    for name, path in {
        "ROOT": tmp_path,
        "VAR": tmp_path / "var",
        "DOTENV": tmp_path / ".env",
        "STAMP": tmp_path / ".venv" / "installed-lock",
    }.items():
        monkeypatch.setattr(setting_up, name, path)
    return tmp_path


def test_a_fresh_clone_gets_all_keys_for_its_owners_eyes_only(clone: Path) -> None:
    setting_up.add_missing_keys()
    assert set(setting_up.read_dotenv()) == set(KEYS)
    assert stat.S_IMODE((clone / ".env").stat().st_mode) == 0o600


def test_no_two_clones_share_a_key(clone: Path) -> None:
    first, second = setting_up.fresh_keys(), setting_up.fresh_keys()
    assert not set(first.values()) & set(second.values())


def test_the_sealing_key_has_thirty_two_bytes_and_a_name(clone: Path) -> None:
    name, _, key = setting_up.fresh_keys()["ENCRYPTION_KEYS"].partition(":")
    assert name == "k1"
    assert len(base64.b64decode(key)) == 32


def test_keys_that_stand_are_never_touched(clone: Path) -> None:
    (clone / ".env").write_text("# mine\nDIGEST_KEY=as-it-was\nPORT=9000")
    setting_up.add_missing_keys()
    kept = (clone / ".env").read_text()
    assert kept.startswith("# mine\nDIGEST_KEY=as-it-was\nPORT=9000\n")
    setting_up.add_missing_keys()
    assert (clone / ".env").read_text() == kept


def test_an_empty_line_of_the_example_is_filled_in(clone: Path) -> None:
    (clone / ".env").write_text("SECRET_KEY=\nPORT=9000\n")
    setting_up.add_missing_keys()
    assert (clone / ".env").read_text().count("SECRET_KEY=") == 2  # SECRET_KEY and JWT_SECRET_KEY
    assert setting_up.read_dotenv()["SECRET_KEY"]


def test_keys_of_the_environment_are_not_written_down(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in KEYS:
        monkeypatch.setenv(name, "from outside")
    setting_up.add_missing_keys()
    assert not (clone / ".env").exists()


@pytest.mark.parametrize("lost", ["ENCRYPTION_KEYS", "DIGEST_KEY"])
def test_a_database_whose_keys_are_lost_gets_no_new_ones(clone: Path, lost: str) -> None:
    setting_up.add_missing_keys()
    lines = (clone / ".env").read_text().splitlines()
    (clone / ".env").write_text("\n".join(line for line in lines if not line.startswith(lost)))
    (clone / "var" / "db.sqlite3").touch()
    with pytest.raises(Stop, match=lost):
        setting_up.add_missing_keys()
    assert lost not in setting_up.read_dotenv()


def test_the_environment_wins_over_the_file(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (clone / ".env").write_text("PORT='9000'\n")
    assert setting_up.setting("PORT", "8000") == "9000"
    monkeypatch.setenv("PORT", "9001")
    assert setting_up.setting("PORT", "8000") == "9001"
    assert setting_up.setting("HOST", "127.0.0.1") == "127.0.0.1"


def test_a_lock_counts_as_installed_until_it_changes(clone: Path) -> None:
    lock = clone / "requirements" / "base.txt"
    (clone / "requirements" / "dev.txt").write_text("django==5.2 ruff==1\n")
    lock.write_text("django==5.2\n")
    assert not setting_up.is_installed("base")
    setting_up.STAMP.write_text(setting_up.lock_mark("base"))
    assert setting_up.is_installed("base")
    assert not setting_up.is_installed("dev")
    lock.write_text("django==5.2.1\n")
    assert not setting_up.is_installed("base")


def test_the_development_lock_serves_for_the_base(clone: Path) -> None:
    for name in ("base", "dev"):
        (clone / "requirements" / f"{name}.txt").write_text(name)
    setting_up.STAMP.write_text(setting_up.lock_mark("dev"))
    assert setting_up.is_installed("base")
