"""Read the mentions of a site that webmention.io has received (https://github.com/aaronpk/webmention.io#api): JF2."""

from __future__ import annotations

from typing import Any, NamedTuple

from backlinkspider.core.mentions.mention import Mention, as_list, as_text

PAGE_SIZE = 1_000

_BRIDGE = "https://brid.gy/"
"""Bridgy sends what people say on social networks, from pages of its own; `url` is what they wrote."""


class WebmentionAnswer(NamedTuple):
    """One page of an answer."""

    mentions: list[Mention]
    numbers: frozenset[str]
    """What tells its entries from others."""


def question_for(host: str, token: str, page: int) -> dict[str, str | int]:
    """The parameters that ask for a page of the mentions of a host, from 0."""
    return {"domain": host, "token": token, "per-page": PAGE_SIZE, "page": page}


def read_answer(answer: Any) -> WebmentionAnswer:
    """The mentions in an answer.

    >>> entry = {"wm-id": 7, "wm-source": "https://blog.example/", "wm-target": "https://example.com/", "wm-property": "like-of"}
    >>> read_answer({"children": [entry]}).mentions[0].evidence
    'webmention like-of'
    """
    entries = [entry for entry in as_list(answer, "children") if as_text(entry.get("wm-source"))]
    return WebmentionAnswer([_mention_of(entry) for entry in entries], frozenset(str(entry.get("wm-id")) for entry in entries))


def _mention_of(entry: dict[str, Any]) -> Mention:
    source, received = as_text(entry["wm-source"]), as_text(entry.get("wm-received"))
    page = as_text(entry.get("url")) or source if source.startswith(_BRIDGE) else source
    kind = as_text(entry.get("wm-property")) or "mention-of"
    return Mention(page, as_text(entry.get("wm-target")) or None, first_seen=received or None, evidence=f"webmention {kind}")
