"""Read the answers of Bing's Webmaster API about inbound links (https://learn.microsoft.com/en-us/bingwebmaster/)."""

from __future__ import annotations

from typing import Any, NamedTuple

from backlinkspider.core.exceptions import SourceError
from backlinkspider.core.mentions.mention import Mention, as_list, as_text
from backlinkspider.core.text import truncate_for_message


class LinkedPages(NamedTuple):
    """A page of the list of the site's own pages that have inbound links."""

    urls: list[str]
    total_pages: int


class InboundLinks(NamedTuple):
    """A page of the list of links to one of the site's pages."""

    mentions: list[Mention]
    total_pages: int


def read_linked_pages(answer: Any) -> LinkedPages:
    """The answer of GetLinkCounts. Raises SourceError for an error in its place.

    >>> read_linked_pages({"d": {"Links": [{"Count": 12, "Url": "https://example.com/a"}], "TotalPages": 3}})
    LinkedPages(urls=['https://example.com/a'], total_pages=3)
    """
    content = _content_of(answer)
    urls = [url for entry in as_list(content, "Links") if (url := as_text(entry.get("Url")))]
    return LinkedPages(urls, _total_pages(content))


def read_inbound_links(answer: Any, target_url: str) -> InboundLinks:
    """The answer of GetUrlLinks for one of the site's pages. Raises SourceError for an error in its place.

    >>> answer = {"d": {"Details": [{"AnchorText": "oak", "Url": "https://a.example/x"}], "TotalPages": 1}}
    >>> read_inbound_links(answer, "https://example.com/").mentions[0].anchor
    'oak'
    """
    content = _content_of(answer)
    entries = [entry for entry in as_list(content, "Details") if as_text(entry.get("Url"))]
    mentions = [Mention(entry["Url"], target_url, as_text(entry.get("AnchorText")) or None, evidence="bing") for entry in entries]
    return InboundLinks(mentions, _total_pages(content))


def _content_of(answer: Any) -> dict[str, Any]:
    content = answer.get("d") if isinstance(answer, dict) else None
    if isinstance(content, dict):
        return content
    error = answer if isinstance(answer, dict) else {}
    words = f"{error.get('ErrorCode', '')} {as_text(error.get('Message'))}".strip()
    raise SourceError(f"Bing answers with the error '{truncate_for_message(words or 'its answer has no content')}'")


def _total_pages(content: dict[str, Any]) -> int:
    total = content.get("TotalPages")
    return total if isinstance(total, int) else 1
