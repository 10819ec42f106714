"""Ways out of the house. Each takes one message and returns when it has been handed over, or raises `NotHandedOver`.

The message's id goes along as the key by which a gateway recognises a message handed over twice.
"""

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from django.conf import settings


class NotHandedOver(Exception):
    """The gateway did not take it; worth trying again."""


Channel = Callable[[UUID, str, str], None]


def say_nothing(identifier: UUID, phone: str, text: str) -> None:
    """The null channel: nobody hears anything."""


def write_to_folder(identifier: UUID, phone: str, text: str) -> None:
    """One file per message under `var/outbox`, named by its id: handed over twice, it is still one file."""
    folder = Path(settings.VAR_DIR) / "outbox"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        half = folder / f".{identifier}"
        half.write_text(f"To: {phone}\n\n{text}\n", encoding="utf-8")
        half.replace(folder / f"{identifier}.txt")
    except OSError as error:
        raise NotHandedOver(type(error).__name__) from error


CHANNELS: dict[str, Channel] = {"null": say_nothing, "folder": write_to_folder}
