"""Tests: throw-away keys, cheap passwords, no network."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("SECRET_KEY", "test-secret-key-that-is-long-enough-for-the-checks-0123456789")
os.environ.setdefault("JWT_SECRET_KEY", "test-jwt-key-that-is-long-enough-for-hs256-0123456789")
os.environ.setdefault("ENCRYPTION_KEYS", "t1:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=")
os.environ.setdefault("DIGEST_KEY", "test-digest-key-0123456789-0123456789")

from .base import *

DEBUG = False
ALLOWED_HOSTS = ["*"]
# Argon2 as in production, at its smallest cost: the tests sign in thousands of times.
PASSWORD_HASHERS = ["tablebanking.settings.test_hasher.CheapArgon2"]
CELERY_TASK_ALWAYS_EAGER = False
MESSAGE_CHANNEL = "null"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
STORAGES["documents"]["OPTIONS"] = {"location": Path(tempfile.gettempdir()) / "table-banking-test-documents"}
# Static files are looked up where they are: nothing is collected for a test.
WHITENOISE_AUTOREFRESH = True
# A connection kept by a thread of the tests' web server would keep the test database from being taken down.
DATABASES["default"]["CONN_MAX_AGE"] = 0
