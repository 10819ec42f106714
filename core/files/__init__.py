"""Files from strangers: what is kept of them is a picture we drew ourselves, never a byte they sent."""

from core.files.allowance import TooManyFiles, count_files
from core.files.cleaning import Busy, Clean, NotAPicture, TooLarge, clean
from core.files.data_urls import from_data_url

__all__ = ["Busy", "Clean", "NotAPicture", "TooLarge", "TooManyFiles", "clean", "count_files", "from_data_url"]
