"""Divide the sites of a seed list among several crawls."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b


@dataclass(frozen=True)
class Shard:
    """One of several shares of all sites. Each site is in exactly one, however it is written and wherever it is listed."""

    number: int
    """From 0."""
    count: int

    def owns(self, site: str) -> bool:
        """True if the site is in this share.

        >>> [Shard(number, 3).owns("example.com") for number in range(3)]
        [True, False, False]
        """
        # Stable across machines and versions, unlike the built-in hash.
        digest = blake2b(site.encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big") % self.count == self.number


EVERYTHING = Shard(0, 1)
"""The whole list."""
