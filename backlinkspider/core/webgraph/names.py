"""Names of domains and releases as Common Crawl writes them."""

from __future__ import annotations

import re

from backlinkspider.core.urls.domains import is_host_name

_RELEASE = re.compile(r"cc-main-\d{4}(?:-\d{2})?(?:-[a-z]{3})+")


def reverse_name(host: str) -> bytes:
    """A host in the graph's form.

    >>> reverse_name("blog.example.com")
    b'com.example.blog'
    """
    return ".".join(reversed(host.split("."))).encode("ascii", "replace")


def host_of_name(name: bytes) -> str | None:
    """The host that a name of the graph means; None for the odd ones that are not host names.

    >>> host_of_name(b"com.example.blog"), host_of_name(b"-"), host_of_name(b".mflor.www")
    ('blog.example.com', None, None)
    """
    host = ".".join(reversed(name.decode("ascii", "replace").split(".")))
    return host if "." in host and is_host_name(host) and not host.startswith("-") else None


def is_release(text: str) -> bool:
    """True if a text has the form of a release.

    >>> is_release("cc-main-2026-jul-aug-sep"), is_release("cc-main-2025-26-nov-dec-jan"), is_release("CC-MAIN-2026-17")
    (True, True, False)
    """
    return _RELEASE.fullmatch(text) is not None


def releases_in(text: str) -> list[str]:
    """The releases that a page names, each once, in its order: names do not sort by time.

    >>> releases_in("<a>cc-main-2025-26-nov-dec-jan</a> <a>cc-main-2025-oct-nov-dec/</a>")
    ['cc-main-2025-26-nov-dec-jan', 'cc-main-2025-oct-nov-dec']
    """
    return list(dict.fromkeys(_RELEASE.findall(text)))
