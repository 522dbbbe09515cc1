"""Classify the anchors of the links that are kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from backlinkspider.core.links.anchors import classify_anchor
from backlinkspider.core.links.relation import TO_TARGET
from backlinkspider.core.rows.demand import EVERYTHING, ColumnDemand
from backlinkspider.items import Link, LinkType, Page

_ANCHOR_TYPE = frozenset({"anchor_type"})


def classify_anchors(
    page: Page,
    keywords: Sequence[str],
    *,
    headings_of: Callable[[Link], Sequence[str]],
    names_of: Callable[[str | None], Sequence[str]],
    demand: ColumnDemand = EVERYTHING,
) -> None:
    """Tell the type of each anchor of a page where it is needed; only hyperlinks have one.

    `headings_of` returns the title and headline of the page that a link leads to, as far as they are known, and `names_of` what
    a target is called.
    """
    for link in demand.select(page.links, _ANCHOR_TYPE):
        if link.anchor is not None:
            link.anchor_type = classify_anchor(
                link.anchor,
                is_image=link.link_type is LinkType.IMAGE,
                domain_to=link.domain_to,
                keywords=keywords,
                headings=headings_of(link),
                names=names_of(link.target) if link.is_backlink_candidate or link.relation in TO_TARGET else (),
            )
