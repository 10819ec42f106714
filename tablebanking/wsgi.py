"""The door for web servers."""

import os
import re
from collections.abc import Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tablebanking.settings.prod")
_django = get_wsgi_application()
_CHARSET = re.compile(r"charset\*?\s*=", re.IGNORECASE)
_UTF8 = re.compile(r"charset\s*=\s*\"?(?:utf-?8|us-ascii)\"?\s*(?:;|$)", re.IGNORECASE)


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Django, for callers who speak UTF-8.

    It believes the alphabet of a Content-Type before any middleware is asked, and Python has codecs that fail on every
    text: a query in such an alphabet would be a server error. Ours is UTF-8, so another one is not passed on.
    """
    kind = str(environ.get("CONTENT_TYPE", ""))
    if len(_CHARSET.findall(kind)) != len(_UTF8.findall(kind)):
        environ["CONTENT_TYPE"] = _CHARSET.sub("alphabet=", kind)
    return _django(environ, start_response)
