"""Tell pages whose text stands on another page of the site: a review under a product, a post of a thread, a page to print."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from zlib import crc32

_RUN_CHARACTERS = 60
"""Characters of a run of text between two tags that is compared: a sentence, and neither a menu nor a date."""

_RUNS_OF_A_PAGE = 40
_PAGES_KEPT = 24
"""The latest articles of a site, which the next page is compared with: what repeats one is linked from it and comes soon."""

_SAME_SHARE = 0.8
"""The share of a page's runs that stand on one other page, from which on it repeats that page."""

_BOILERPLATE_PAGES = 3
"""Articles with the same run, from which on it says nothing about any of them."""

_READ_BYTES = 1_000_000

_RUNS = re.compile(
    rb"<(script|style|textarea|template|noscript)\b.*?</\1|>([^<]{%d,})" % _RUN_CHARACTERS, re.DOTALL | re.IGNORECASE
)

_BODY = re.compile(rb"<body\b", re.IGNORECASE)


def text_runs(body: bytes) -> frozenset[int]:
    """Return hashes of the first runs of text of a page.

    >>> review = b"<p>It has stood in the rain for three winters, and nothing on it has moved.</p>"
    >>> text_runs(b"<h1>A bench</h1>" + review + b"<script>" + review[3:-4] + b"</script>") == text_runs(review)
    True
    """
    runs: set[int] = set()
    # The title is another one on each page.
    begin = _BODY.search(body)
    for match in _RUNS.finditer(body, begin.start() if begin else 0, _READ_BYTES):
        words = b" ".join((match[2] or b"").split())
        if len(words) >= _RUN_CHARACTERS:
            runs.add(crc32(words))
        if len(runs) >= _RUNS_OF_A_PAGE:
            break
    return frozenset(runs)


@dataclass(slots=True)
class ArticleTexts:
    """The text of the latest articles of one site."""

    pages: list[list[int]] = field(default_factory=list)

    def is_repeated(self, runs: AbstractSet[int]) -> bool:
        """Return whether nearly all of a page stands on one of the articles, apart from what many of them have."""
        articles = Counter(run for page in self.pages for run in page)
        own = {run for run in runs if articles[run] < _BOILERPLATE_PAGES}
        return bool(own) and any(len(own.intersection(page)) >= _SAME_SHARE * len(own) for page in self.pages)

    def add(self, runs: AbstractSet[int]) -> None:
        """Keep the text of an article."""
        self.pages = [*self.pages, sorted(runs)][-_PAGES_KEPT:]
