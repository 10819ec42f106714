"""The child that prints: a page and its style sheets as JSON on standard input, one line and a PDF on standard output.

It stands alone, as the washer of `core.files` does: nothing of ours is imported, nothing of the environment is given.
Whatever a page asks for beside the style sheets that came with it is refused before anything is opened, whether by a
file's name, by the network or out of the page itself; a page that brings a font of its own is not printed. Any failure
is an exit: the server reads that as "not printed".
"""

import ctypes.util
import io
import json
import os
import resource
import sys
from typing import Any

MEMORY = 1024 * 1024 * 1024
CPU_SECONDS = 15
MOST_BYTES = 16 * 1024 * 1024
BASE = "paper:"
# What Python announces before it reaches out of the process; a printer of papers has no need of any of it.
REACHES_OUT = ("socket.", "subprocess.", "os.exec", "os.posix_spawn", "os.system", "os.fork", "urllib.", "ftplib.")
# The interpreter and its packages: some are read only when a page first needs them.
OWN_FOLDERS = tuple({os.path.join(folder, "") for folder in (sys.prefix, sys.base_prefix)})


class Missing(Exception):
    """WeasyPrint, or a library of the system that it draws with, is not on this machine."""


def keep_in(event: str, details: tuple[Any, ...]) -> None:
    """An audit hook: nothing leaves the process, and no file is opened but those of the interpreter."""
    if event.startswith(REACHES_OUT):
        raise PermissionError(event)
    if event == "open" and isinstance(details[0], str | bytes) and not os.fsdecode(details[0]).startswith(OWN_FOLDERS):
        raise PermissionError(event)


def _not_searched(name: str) -> None:
    """In the place of `ctypes.util.find_library`."""


def machine() -> Any:
    """WeasyPrint with the libraries that it draws with. Raises `Missing` where the system lacks one."""
    if sys.platform == "linux":
        # The names that WeasyPrint tries end with the one that Linux uses; to search for the others takes a compiler
        # and a second.
        ctypes.util.find_library = _not_searched
    try:
        import weasyprint  # here, so that a machine without Pango can say so
        import weasyprint.urls
    except (ImportError, OSError) as error:
        raise Missing from error
    return weasyprint


def printed(weasyprint: Any, html: str, sheets: dict[str, str]) -> tuple[int, bytes]:
    """Number of pages, and the PDF. Fonts are those of the system, found by their names alone."""

    class Drawer(weasyprint.urls.URLFetcher):
        """Holds the style sheets of this paper, by name, and nothing else."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            name = url.removeprefix(BASE)
            if url == name or name not in sheets:
                raise ValueError("a paper asks for nothing from outside")
            return weasyprint.urls.URLFetcherResponse(url, sheets[name], {"Content-Type": "text/css; charset=utf-8"})

    document = weasyprint.HTML(string=html, base_url=BASE, url_fetcher=Drawer()).render()
    out = io.BytesIO()
    document.write_pdf(out, pdf_tags=True, srgb=True)
    return len(document.pages), out.getvalue()


def confine() -> None:
    """Before anything is read: this much memory, this much time, nothing written to a file, no core dump."""
    limits = {
        resource.RLIMIT_AS: MEMORY,
        resource.RLIMIT_CPU: CPU_SECONDS,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
    }
    for limit, most in limits.items():
        resource.setrlimit(limit, (most, most))


def main() -> int:
    asked = json.load(sys.stdin.buffer)
    answer, sys.stdout = sys.stdout.buffer, sys.stderr  # libraries that miss something print about it
    try:
        weasyprint = machine()
    except Missing:
        answer.write(b"missing\n")
        return 0
    sys.addaudithook(keep_in)
    pages, pdf = printed(weasyprint, asked["html"], asked["sheets"])
    if len(pdf) > MOST_BYTES:
        return 1
    answer.write(b"pdf %d\n" % pages + pdf)
    answer.flush()
    return 0


if __name__ == "__main__":
    confine()
    sys.exit(main())
