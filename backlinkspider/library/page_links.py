"""The links of one page to a target, without a crawl and without Scrapy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from backlinkspider.checks.weights import load_weights
from backlinkspider.core.arguments import parse_keep, parse_targets
from backlinkspider.core.exceptions import ArgumentError
from backlinkspider.core.links.relation import Relation
from backlinkspider.core.quality.judge import score_cells
from backlinkspider.core.quality.weights import Weights
from backlinkspider.core.rows.page_rows import rows_of_page
from backlinkspider.core.steps.anchors import classify_anchors
from backlinkspider.core.steps.classify import LinkClassifier
from backlinkspider.core.steps.describe import describe_links
from backlinkspider.core.steps.read import read_response
from backlinkspider.core.urls.canonicalize import absolute_url
from backlinkspider.items import Cell, Page
from backlinkspider.library.values import plain_row

Headers = Mapping[str, str | Sequence[str]]
"""The headers of a response; one that came several times has a list of values."""

_KEEPS_AS_TEXT = "text/html; charset=utf-8"


def find_links(
    html: bytes | str,
    url: str,
    target: str | Sequence[str],
    *,
    headers: Headers | None = None,
    keywords: Sequence[str] = (),
    relations: str | Sequence[str] = (Relation.BACKLINK.value,),
) -> list[dict[str, Any]]:
    """Return the links of a page to a target: a dict for each, with the columns of a row, in document order.

    `url` is where the page is, `target` what to find links to, written as the argument `target` of a crawl, `headers` those of
    the response, of which Content-Type, X-Robots-Tag, Link and Refresh are read. `html` should be bytes, as a server sends them:
    a text has lost its encoding. `keywords` tell exact and partial anchors, `relations` which links are returned ("all": every
    link). The verdict rests on what the page says; what only a crawl knows is None. Raises ArgumentError, which is a ValueError.

    >>> [link] = find_links("<p>We like <a href=//target.example/chair>the chair</a>", "https://a.example/", "target.example")
    >>> link["url_to"], link["anchor"], link["dofollow"]
    ('https://target.example/chair', 'the chair', True)
    """
    if absolute_url(url, url) is None:
        raise ArgumentError(f"url '{url}' is not the http(s) address of a page")
    classifier = LinkClassifier(parse_targets(_joined(target)), parse_keep(_joined(relations), "relations"))
    page = _read(html, url, headers or {})
    classifier.retain(page, classifier.classify(page).kept)
    describe_links(page)
    classify_anchors(page.links, keywords, headings_of=lambda _: (), names_of=lambda _: ())
    weights = load_weights(None)
    return [plain_row(_scored(row, weights)) for row in rows_of_page(page)]


def _read(html: bytes | str, url: str, headers: Headers) -> Page:
    named = {name.lower(): [value] if isinstance(value, str) else [*value] for name, value in headers.items()}
    if isinstance(html, str):
        named["content-type"] = [_KEEPS_AS_TEXT]
        html = html.encode("utf-8", "replace")
    return read_response(url, html, named)


def _scored(row: dict[str, Cell], weights: Weights) -> dict[str, Cell]:
    return row | score_cells(row, weights) if row["relation"] == Relation.BACKLINK else row


def _joined(words: str | Sequence[str]) -> str:
    return words if isinstance(words, str) else ",".join(words)
