"""Which sites each of the processes of a crawl reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any

_SALT = b"process"
"""Divides the sites otherwise than shards do, so that a shard can be read by several processes."""


@dataclass(frozen=True)
class ProcessShare:
    """The sites that one process of a crawl reads. Each site belongs to one process, however it is reached."""

    number: int
    """From 0, the main process, which starts the others."""
    count: int
    own_sites: frozenset[str] = frozenset()
    """The sites of the targets, which are the main process's: it alone asks them for anything."""
    child: ChildTerms | None = field(default=None, compare=False)
    """What the main process lets this one know; None for the main process itself."""

    def owns(self, site: str) -> bool:
        """Return whether a site is in this share.

        >>> [ProcessShare(number, 2, frozenset({"example.com"})).owns("example.com") for number in range(2)]
        [True, False]
        """
        if self.count == 1 or site in self.own_sites:
            return self.number == 0
        # Stable across processes and versions, unlike the built-in hash.
        digest = blake2b(site.encode("utf-8", "surrogatepass"), digest_size=8, salt=_SALT).digest()
        return int.from_bytes(digest, "big") % self.count == self.number


@dataclass(frozen=True)
class ChildTerms:
    """What a child process is told before it begins."""

    folder: Path
    """Where it keeps its job, from which the main process takes what came of it."""
    profiles: Mapping[str, Any]
    """What is known of the targets, as a job stores it, by the target."""
