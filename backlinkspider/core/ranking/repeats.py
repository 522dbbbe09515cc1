"""Tell pages whose text stands on another page of the site: a review under a product, a post of a thread, a page to print."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, NamedTuple
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


class ArticleText(NamedTuple):
    """The text of one article."""

    path: int
    """A hash of its URL without the query."""
    parameters: frozenset[int]
    """Hashes of the parameters of its query."""
    runs: tuple[int, ...]
    """Hashes of its runs of text (`text_runs`), which take less memory than a set."""

    def is_copy_of(self, other: ArticleText) -> bool:
        """Return whether its URL is that of the other with further parameters: `/topic/7?post=12`."""
        return self.path == other.path and self.parameters > other.parameters


def read_article(url: str, body: bytes) -> ArticleText:
    """Return what is compared of a page."""
    path, _, query = url.partition("#")[0].partition("?")
    parameters = frozenset(crc32(parameter.encode()) for parameter in query.split("&") if parameter)
    return ArticleText(crc32(path.encode()), parameters, tuple(sorted(text_runs(body))))


@dataclass(slots=True)
class ArticleTexts:
    """The text of the latest articles of one site."""

    pages: list[ArticleText] = field(default_factory=list)

    def is_repeated(self, page: ArticleText) -> bool:
        """Return whether nearly all of a page stands on one of the articles, apart from what many of them have.

        An article that is a copy of the page does not count, though it was read first.
        """
        articles = Counter(run for each in self.pages for run in each.runs)
        own = {run for run in page.runs if articles[run] < _BOILERPLATE_PAGES}
        originals = (each for each in self.pages if not each.is_copy_of(page))
        return bool(own) and any(len(own.intersection(each.runs)) >= _SAME_SHARE * len(own) for each in originals)

    def add(self, page: ArticleText) -> None:
        """Keep the text of an article."""
        self.pages = [*self.pages, page][-_PAGES_KEPT:]

    def store(self) -> list[Any]:
        return [[path, sorted(parameters), runs] for path, parameters, runs in self.pages]

    @classmethod
    def restore(cls, stored: Any) -> ArticleTexts:
        """Return the texts that `store` made plain values of."""
        return cls([ArticleText(path, frozenset(parameters), tuple(runs)) for path, parameters, runs in stored])
