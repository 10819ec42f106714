"""What the demo world shows instead of real papers: a drawn sample card and a drawn face."""

import io

from PIL import Image, ImageDraw

_PAPER, _INK, _CLOTH, _SKIN = "#e9ebdf", "#2e342e", "#b9ccb5", "#8f7a61"
_COAT = "#5c6f80"


def sample_card() -> bytes:
    """An identity card that nobody could take for a real one: bars instead of words, and SAMPLE across its head."""
    image = Image.new("RGB", (860, 540), "#3a3a30")
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((60, 50, 800, 490), radius=28, fill=_PAPER)
    draw.rounded_rectangle((60, 50, 800, 130), radius=28, fill=_CLOTH)
    draw.text((240, 72), "SAMPLE IDENTITY CARD", fill=_INK, font_size=32)
    _face(draw, (100, 170, 280, 400), "#c4c7ba")
    for row, width in enumerate((380, 250, 320, 210)):
        top = 180 + 58 * row
        draw.rounded_rectangle((330, top, 330 + width // 3, top + 14), radius=7, fill="#8a8f80")
        draw.rounded_rectangle((330, top + 22, 330 + width, top + 42), radius=10, fill=_INK)
    return _as_jpeg(image)


def sample_face() -> bytes:
    """A head and shoulders for the place where a photo stands."""
    image = Image.new("RGB", (360, 460), _PAPER)
    _face(ImageDraw.Draw(image), (0, 0, 360, 460), _CLOTH)
    return _as_jpeg(image)


def _face(draw: ImageDraw.ImageDraw, frame: tuple[int, int, int, int], ground: str) -> None:
    left, top, right, bottom = frame
    wide, high, middle = right - left, bottom - top, (left + right) // 2
    draw.rectangle(frame, fill=ground)
    draw.pieslice((left + wide // 8, bottom - high // 3, right - wide // 8, bottom + high // 3), 180, 360, fill=_COAT)
    radius = wide // 4
    draw.ellipse((middle - radius, top + high // 5, middle + radius, top + high // 5 + 2 * radius), fill=_SKIN)


def _as_jpeg(image: Image.Image) -> bytes:
    held = io.BytesIO()
    image.save(held, "JPEG", quality=80)
    return held.getvalue()
