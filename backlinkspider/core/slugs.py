"""Turn user input into names for files and folders."""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import blake2b

from backlinkspider.core.links.target import Scope, Target
from backlinkspider.core.urls.domains import site_of

_CHARACTERS = 60
"""Characters of the readable part of a slug; a digest may follow."""


def slug_of(text: str) -> str:
    """The text as a file name of `a-z`, `0-9`, `.` and `-`, at most 69 characters, that never leaves its folder.

    A changed text gets a digest as its suffix, so that two texts never share a name.

    >>> slug_of("example.com"), slug_of("../../etc/passwd")
    ('example.com', 'etc-passwd-830a08e2')
    """
    readable = _readable(text)
    return readable if readable and readable == text else _with_digest(readable, text)


def target_slug(targets: Sequence[Target]) -> str:
    """The targets as a slug: a single domain or host unchanged, anything else with a digest."""
    first = targets[0]
    if len(targets) == 1 and _is_plain(first):
        return slug_of(first.host)
    readable = _readable(f"{first.host}{first.resource}")
    return _with_digest(readable, "\n".join(map(str, targets)))


def _is_plain(target: Target) -> bool:
    """True if the host alone, as an argument, would mean the same target."""
    if target.port or target.scope not in (Scope.DOMAIN, Scope.HOST):
        return False
    return (target.scope is Scope.DOMAIN) == (target.host == site_of(target.host))


def _readable(text: str) -> str:
    words = re.sub(r"[^a-z0-9.-]+", "-", text.lower())
    return re.sub(r"\.{2,}", ".", words).strip(".-")[:_CHARACTERS].strip(".-")


def _with_digest(readable: str, text: str) -> str:
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()
    return f"{readable}-{digest}" if readable else digest
