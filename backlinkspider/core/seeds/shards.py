"""A share of the sites of a list, so that several crawls can divide the list among them."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b


@dataclass(frozen=True)
class Shard:
    """One of several shares of all sites: each site is in exactly one, wherever and in whatever order it is named."""

    number: int
    """From 0."""
    count: int

    def owns(self, site: str) -> bool:
        """Whether a site is in this share.

        >>> [Shard(number, 3).owns("example.com") for number in range(3)]
        [True, False, False]
        """
        # Stable over machines and versions, unlike the built-in hash.
        digest = blake2b(site.encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big") % self.count == self.number


EVERYTHING = Shard(0, 1)
"""The whole of every list."""
