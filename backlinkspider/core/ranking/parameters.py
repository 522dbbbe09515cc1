"""Learn which query parameters change a page and which do not, from the first pages of each form of path.

Two URLs of one path that differ in one parameter are compared by their words: `?id=1` and `?id=2` are two pages, `?id=1` and
`?id=1&print=1` are one. A canonical that leaves a parameter out says so too. As in DustBuster (Schonfeld, Bar-Yossef and Keidar,
Do Not Crawl in the DUST, 2007), the rules are learnt for a site and never across sites.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from zlib import crc32

_SAMPLES = 40
"""Pages of a form that are compared with those before them."""

_KEPT = 12
"""The last pages of a form, which the next is compared with."""

_FEWEST_WORDS = 8
"""Words of a page that can be compared."""

_SKETCH = 48
"""The words that stand for a page in a comparison: those with the smallest hashes (Broder, On the Resemblance and Containment of
Documents, 1997)."""

_SAME_SHARE = 0.95
"""The share of these words that two pages have in common, from which on they are the same."""

_ENOUGH = 2
"""Comparisons, before something is said of a parameter."""

_PARAMETERS_MAXIMUM = 30
"""Parameters of a path that are looked at."""

_SKETCHED_BYTES = 1_000_000
"""Bytes of a page whose words are looked at: there are enough in them."""

_WORD = re.compile(rb"[a-z\x80-\xff]{3,}", re.IGNORECASE)
_MARKUP = re.compile(rb"<(script|style)\b.*?</\1|<[^>]*>?", re.DOTALL | re.IGNORECASE)


class PageSample(NamedTuple):
    """A page to compare with others."""

    path: str
    parameters: Mapping[str, str]
    """Its query, by the names in lower case."""
    title: str | None
    sketch: tuple[int, ...]
    """Its words (`sketch_of`)."""
    is_content: bool
    """Whether it is something to read: lists differ in what they list, which is not one page more."""


@dataclass(slots=True)
class ParameterMemory:
    """What is known of the query parameters of one form of path."""

    count: int = 0
    """Pages that were looked at."""
    samples: list[PageSample] = field(default_factory=list)
    """The last of them."""
    same: Counter[str] = field(default_factory=Counter)
    """By parameter, pairs of URLs that differ in it alone and are one page."""
    different: Counter[str] = field(default_factory=Counter)
    """By parameter, pairs of URLs that differ in it alone and are not one page."""
    chosen: Counter[str] = field(default_factory=Counter)
    """The same, where both are content."""

    def is_complete(self) -> bool:
        """Return whether enough pages were compared."""
        return self.count >= _SAMPLES

    def learn(self, sample: PageSample, left_out: frozenset[str]) -> None:
        """Compare a page with those before it; `left_out` are the parameters that its canonical does without."""
        for name in left_out:
            self.same[name] += 1
        for other in self.samples:
            if other.path != sample.path:
                continue
            names = _differing(sample.parameters, other.parameters)
            if len(names) == 1 and len(self.same) + len(self.different) < _PARAMETERS_MAXIMUM:
                self._count_pair(names.pop(), sample, other)
        self.samples = [*self.samples, sample][-_KEPT:]
        self.count += 1

    def choosing(self) -> frozenset[str]:
        return frozenset(name for name, pairs in self.chosen.items() if pairs >= _ENOUGH and self.same[name] * 4 <= pairs)

    def idle(self) -> frozenset[str]:
        """Return the parameters that do not change the page."""
        return frozenset(name for name, pairs in self.same.items() if pairs >= _ENOUGH and not self.different[name])

    def store(self) -> list[Any]:
        return [self.count, self.samples, self.same, self.different, self.chosen]

    @classmethod
    def restore(cls, stored: Any) -> ParameterMemory:
        """Return the memory that `store` made plain values of."""
        count, samples, *counters = stored
        kept = [PageSample(path, query, title, tuple(sketch), is_content) for path, query, title, sketch, is_content in samples]
        return cls(count, kept, *map(Counter, counters))

    def _count_pair(self, name: str, one: PageSample, other: PageSample) -> None:
        if min(len(one.sketch), len(other.sketch)) < _FEWEST_WORDS:
            return
        if one.title == other.title and _is_same(one.sketch, other.sketch):
            self.same[name] += 1
            return
        self.different[name] += 1
        self.chosen[name] += one.is_content and other.is_content


def sketch_of(body: bytes) -> tuple[int, ...]:
    """Return hashes of some of a page's words, chosen so that pages with the same words have the same ones.

    >>> sketch_of(b"<p>Oak and ash</p>") == sketch_of(b"<b>ash, and oak</b>".replace(b"oak", b"Oak"))
    True
    """
    words = set(_WORD.findall(_MARKUP.sub(b" ", body[:_SKETCHED_BYTES])))
    return tuple(sorted(map(crc32, words))[:_SKETCH])


def _differing(one: Mapping[str, str], other: Mapping[str, str]) -> set[str]:
    return {name for name in one.keys() | other.keys() if one.get(name) != other.get(name)}


def _is_same(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    """Return whether the smallest hashes of both together are in both."""
    smallest = sorted({*one, *other})[:_SKETCH]
    in_both = set(one) & set(other)
    return sum(word in in_both for word in smallest) / len(smallest) >= _SAME_SHARE
