"""Says at the start what a machine lacks for PDFs; nothing else depends on it, so it is a remark and no warning."""

import ctypes
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

from django.core.checks import CheckMessage, Info

# One of each is enough: as Linux and as macOS name them.
LIBRARIES = (
    ("libpango-1.0.so.0", "libpango-1.0.dylib"),
    ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib"),
)
HINT = (
    "Debian, Ubuntu: apt-get install libpango-1.0-0 libpangoft2-1.0-0 fonts-dejavu-core. "
    "macOS: brew install pango. Everything else works without; pages can be printed from the browser."
)


def lacking(libraries: Sequence[Sequence[str]] = LIBRARIES, package: str = "weasyprint") -> list[str]:
    """What is missing for PDFs, by name."""
    missing = [names[0] for names in libraries if not any(map(_loads, names))]
    return missing if find_spec(package) else [package, *missing]


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def pdfs_can_be_made(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    missing = lacking()
    if not missing:
        return []
    return [Info(f"PDFs cannot be made on this machine: {', '.join(missing)} missing.", hint=HINT, id="core.I001")]
