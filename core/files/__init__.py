"""Files from strangers: what is kept of them is a picture we drew ourselves, never a byte they sent."""

from core.files.cleaning import Clean, NotAPicture, TooLarge, clean
from core.files.data_urls import from_data_url

__all__ = ["Clean", "NotAPicture", "TooLarge", "clean", "from_data_url"]
