"""The account of a seed: what became of every URL that was found on account of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from backlinkspider.core.coverage.outcome import Outcome, outcome_of


class Ending(StrEnum):
    """What becomes of a URL; each has one."""

    PAGE = "pages"
    """It was read as a page."""
    SITEMAP = "sitemaps"
    """It was read as a sitemap or feed."""
    SEED_LIST = "seed_lists"
    """It was read as a list of seeds."""
    REDIRECT = "redirects"
    """It leads to another URL, which has an ending of its own if it is requested; otherwise the reason says why it is not."""
    FAILED = "failed"
    """It was not read, for a reason."""
    NOT_FOLLOWED = "not_followed"
    """It was not requested, for a reason."""


@dataclass(slots=True)
class SeedAccount:
    """Counts the URLs of a seed. A URL is open from when it is asked for until its ending is recorded.

    So `addresses`, all that are open or have ended, always adds up.

    >>> account = SeedAccount()
    >>> account.open_urls += 1
    >>> account.end(Ending.FAILED, "http_404")
    >>> account.refuse("depth", 3)
    >>> account.addresses, account.open_urls, account.reasons, account.not_followed
    (4, 0, Counter({'http_404': 1}), Counter({'depth': 3}))
    """

    open_urls: int = 0
    duplicates: int = 0
    """Requests for a URL that was asked for before, so that its ending is counted there."""
    endings: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    """Why URLs were not read."""
    not_followed: Counter[str] = field(default_factory=Counter)
    """Why URLs were not requested."""
    links: Counter[str] = field(default_factory=Counter)
    """Links on its pages: all, those left out, backlinks."""

    @property
    def addresses(self) -> int:
        return self.open_urls + self.endings.total()

    @property
    def sitemaps(self) -> int:
        """The URLs that were read as lists of others."""
        return self.endings[Ending.SITEMAP] + self.endings[Ending.SEED_LIST]

    def end(self, ending: Ending, reason: str | None = None) -> None:
        """Record the ending of a URL that is open."""
        self.open_urls -= 1
        self._count(ending, reason, 1)

    def refuse(self, reason: str, number: int = 1) -> None:
        """Record URLs that were found and never asked for."""
        self._count(Ending.NOT_FOLLOWED, reason, number)

    def withdraw(self) -> None:
        """Take back a URL that was asked for before."""
        self.open_urls -= 1
        self.duplicates += 1

    def outcome(self, *, is_done: bool) -> Outcome:
        """Return how the seed has come out so far."""
        counts = {
            "pages": self.endings[Ending.PAGE],
            "sitemaps": self.sitemaps,
            "links_left_out": self.links["links_left_out"],
            "duplicate": self.duplicates + self.not_followed["other_shard"],
        }
        return outcome_of(counts, self.reasons, self.not_followed, is_done=is_done)

    def store(self) -> list[Any]:
        """Return the account as plain values, without what is open: the queue of a job has that."""
        return [self.duplicates, self.endings, self.reasons, self.not_followed, self.links]

    @classmethod
    def restore(cls, stored: Sequence[Any]) -> SeedAccount:
        """Return the account that `store` made plain values of."""
        duplicates, *counters = stored
        return cls(0, duplicates, *map(Counter, counters))

    def _count(self, ending: Ending, reason: str | None, number: int) -> None:
        self.endings[ending] += number
        if reason is not None:
            (self.not_followed if ending is Ending.NOT_FOLLOWED else self.reasons)[reason] += number
