"""Read what Hacker News's search knows (https://hn.algolia.com/api): stories about a URL, and comments that link to one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from backlinkspider.core.html.parser import read_page
from backlinkspider.core.mentions.mention import Mention, as_list, as_text

_ITEM = "https://news.ycombinator.com/item?id="
PAGE_SIZE = 1_000
"""Entries of an answer, and the most that a question gets."""

KINDS = {"story": "url", "comment": "comment_text"}
"""Kinds of entries, and the attribute of each that is searched."""


class HackerNewsAnswer(NamedTuple):
    """One answer."""

    mentions: list[Mention]
    entries: int
    """How many there are, with those that only hold the words."""
    oldest: int | None
    """When the oldest of them was written, in seconds since 1970."""


def question_for(host: str, kind: str, before: int | None) -> dict[str, str | int]:
    """The parameters that ask for the newest entries of a kind with the words of a host, written before a time."""
    parameters: dict[str, str | int] = {
        "query": host,
        "restrictSearchableAttributes": KINDS[kind],
        "tags": kind,
        "hitsPerPage": PAGE_SIZE,
        "page": 0,
    }
    return parameters if before is None else {**parameters, "numericFilters": f"created_at_i<{before}"}


def read_answer(answer: Any) -> HackerNewsAnswer:
    """The mentions in an answer: the search goes by words, so most URLs in it may be others' than those of the target.

    >>> read_answer({"hits": [{"objectID": "7", "url": "https://example.com/"}]}).mentions[0].page
    'https://news.ycombinator.com/item?id=7'
    """
    entries = as_list(answer, "hits")
    times = [time for entry in entries if isinstance(time := entry.get("created_at_i"), int)]
    return HackerNewsAnswer(
        [mention for entry in entries for mention in _read_entry(entry)], len(entries), min(times) if times else None
    )


def _read_entry(entry: dict[str, Any]) -> Iterator[Mention]:
    number = str(entry.get("objectID", ""))
    if not number.isdigit():
        return
    seen = as_text(entry.get("created_at")) or None
    for url, anchor in _links_of(entry):
        yield Mention(f"{_ITEM}{number}", url, anchor, seen, evidence=f"hn {number}")


def _links_of(entry: dict[str, Any]) -> Iterator[tuple[str, str | None]]:
    if url := as_text(entry.get("url")):
        yield url, None
    if text := as_text(entry.get("comment_text")):
        for link in read_page(_ITEM, text.encode("utf-8", "replace"), content_type="text/html; charset=utf-8").links:
            yield link.url_to, None
