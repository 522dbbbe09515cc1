"""Read what a page says about the URLs that it links to, for the order in which they are requested."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from backlinkspider.items import Page


def nofollow_urls(page: Page) -> set[str]:
    """Return the URLs that every link of the page marks with rel=nofollow, without their fragments."""
    by_rel: tuple[set[str], set[str]] = set(), set()
    if any("nofollow" in link.rel for link in page.links):
        for link in page.links:
            by_rel["nofollow" in link.rel].add(link.url_to.partition("#")[0])
    followed, nofollow = by_rel
    return nofollow - followed


def link_texts(page: Page) -> Callable[[str], str]:
    """Return the function that says what a page calls a URL, which has no fragment."""

    @cache  # Once the menu of a site is known, most pages name nothing new, and nobody asks.
    def elements() -> Mapping[str, Any]:
        return {link.url_to.partition("#")[0]: link.element for link in reversed(page.links) if link.is_hyperlink}

    def text_of(url: str) -> str:
        element = elements().get(url)
        return str(element.text()) if element is not None else ""

    return text_of
