"""Classify the anchors of the links that are kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from backlinkspider.core.links.anchors import classify_anchor
from backlinkspider.core.links.relation import TO_TARGET
from backlinkspider.items import Link, LinkType

ANCHOR_TYPE = frozenset({"anchor_type"})
"""The column that `classify_anchors` fills."""


def classify_anchors(
    links: Iterable[Link],
    keywords: Sequence[str],
    *,
    headings_of: Callable[[Link], Sequence[str]],
    names_of: Callable[[str | None], Sequence[str]],
) -> None:
    """Tell the type of the anchor of each link; only hyperlinks have one.

    `headings_of` returns the title and headline of the page that a link leads to, as far as they are known, and `names_of` what
    a target is called.
    """
    for link in links:
        if link.anchor is not None:
            link.anchor_type = classify_anchor(
                link.anchor,
                is_image=link.link_type is LinkType.IMAGE,
                domain_to=link.domain_to,
                keywords=keywords,
                headings=headings_of(link),
                names=names_of(link.target) if link.is_backlink_candidate or link.relation in TO_TARGET else (),
            )
