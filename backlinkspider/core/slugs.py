"""Texts of users as names for files and folders."""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import blake2b

from backlinkspider.core.links.target import Scope, Target
from backlinkspider.core.urls.domains import site_of

_CHARACTERS = 60
"""Of a slug that can be read; what tells it from others comes behind."""


def slug_of(text: str) -> str:
    """The text as a name of `a-z`, `0-9`, `.` and `-`, at most 69 characters, that stays in whatever folder it is put.

    Where something had to be changed, a digest of the text stands behind, so that two texts are not one name.

    >>> slug_of("example.com"), slug_of("../../etc/passwd")
    ('example.com', 'etc-passwd-830a08e2')
    """
    readable = _readable(text)
    return readable if readable and readable == text else _with_digest(readable, text)


def target_slug(targets: Sequence[Target]) -> str:
    """What a crawl asks about, as a slug: the name of one domain or host as it is, anything else with a digest behind it."""
    first = targets[0]
    if len(targets) == 1 and _is_plain(first):
        return slug_of(first.host)
    readable = _readable(f"{first.host}{first.resource}")
    return _with_digest(readable, "\n".join(map(str, targets)))


def _is_plain(target: Target) -> bool:
    """Whether the target is what its host alone would mean as an argument."""
    if target.port or target.scope not in (Scope.DOMAIN, Scope.HOST):
        return False
    return (target.scope is Scope.DOMAIN) == (target.host == site_of(target.host))


def _readable(text: str) -> str:
    words = re.sub(r"[^a-z0-9.-]+", "-", text.lower())
    return re.sub(r"\.{2,}", ".", words).strip(".-")[:_CHARACTERS].strip(".-")


def _with_digest(readable: str, text: str) -> str:
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()
    return f"{readable}-{digest}" if readable else digest
