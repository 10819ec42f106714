"""A shelf for one test's sealed files, and pictures to put there."""

from pathlib import Path
from typing import Any

import pytest

from core.files import Clean
from core.tests.pictures import jpeg
from members.models import IdentityDocument, Member
from members.operations.documents import keep_document
from members.tests.conftest import AT
from users.models import User

PICTURE = Clean("image/jpeg", jpeg((300, 200)))


@pytest.fixture
def shelf(settings: Any, tmp_path: Path) -> Path:
    """The folder where this test's documents go."""
    folder = tmp_path / "documents"
    documents = settings.STORAGES["documents"] | {"OPTIONS": {"location": folder}}
    settings.STORAGES = settings.STORAGES | {"documents": documents}
    return folder


def names(shelf: Path) -> list[str]:
    return sorted(path.name for path in shelf.iterdir()) if shelf.exists() else []


def uploaded(member: Member, by: User, kind: str = "ID_FRONT", clean: Clean = PICTURE) -> IdentityDocument:
    return keep_document(member=member, kind=kind, clean=clean, by=by, at=AT)
