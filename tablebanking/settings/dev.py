"""Development and the embedded default: one machine, SQLite unless told otherwise."""

from .base import *

DEBUG = env.bool("DEBUG", default=True)
MESSAGE_CHANNEL = env("MESSAGE_CHANNEL", default="folder")
