"""Development and the embedded default: one machine, SQLite unless told otherwise."""

from .base import *

DEBUG = env.bool("DEBUG", default=True)
MESSAGE_CHANNEL = env("MESSAGE_CHANNEL", default="folder")
# The clock looks up once a second, so that Ctrl-C does not wait for it.
CELERY_BEAT_MAX_LOOP_INTERVAL = 1
