"""The schema of a row: the columns, their order, and those that are filled in when the crawl ends."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, fields

from backlinkspider.core.exceptions import ArgumentError
from backlinkspider.core.text import truncate_for_message
from backlinkspider.items import Link


@dataclass(slots=True, eq=False)
class CrawlLevelColumns:
    """The columns that need the whole crawl; computed when it ends (`enrichment.verdicts`) and empty until then.

    They are filled in for backlinks only, unless a column says otherwise.
    """

    verdict: str | None = None
    """What the link is worth: good, neutral, review, bad, unknown. `good`"""

    to_do: str | None = None
    """What the link asks you to do, beside its verdict: `mend` when the page that it leads to is gone, also for a good link;
    `look` when the verdict is review or bad. Empty when there is nothing to do. `mend`"""

    quality: int | None = None
    """A number for it from 0 to 100: 50 plus the points of the reasons. It is not the verdict in other words: a worthless link
    may have fewer points than a suspicious one. `81`"""

    summary: str | None = None
    """What weighs most of the reasons, in a sentence for a client. `In the main content of the page; in running text; nofollow,
    so it passes nothing on; the page is about your subject.`"""

    reasons: tuple[str, ...] | None = None
    """The reasons for the quality, the heaviest first: signal, points and evidence. `position:+12(content)`"""

    weights_version: str | None = None
    """Name and version of the weights behind `quality`. `default 1`"""

    reciprocal: bool | None = None
    """Whether the target links back to the site of the page: `true` where that was seen, `false` where the whole target was
    read; empty for pages on the target's own site. `false`"""

    sitewide: float | None = None
    """The share of the site's pages, as far as they were read, that link to the same URL. `0.9`"""

    domain_from_pages: int | None = None
    """Number of pages read on the site: what `sitewide` rests on. `57`"""

    page_is_copy: bool | None = None
    """`true` when the page names another page of its site as its own (`page_from_canonical`) and this table has links of that one
    to the target too. The row then counts in no number: `sitewide`, `domain_from_pages`, `anchor_share`, `referring_domains`, the
    summary. Filled for internal backlinks too. `false`"""

    anchor_share: float | None = None
    """For an exact or partial anchor: the share of the target's referring domains in this crawl that use the same anchor.
    `0.25`"""

    referring_domains: int | None = None
    """Number of the target's referring domains in this crawl: what `anchor_share` rests on. `18`"""

    url_to_status_code: int | None = None
    """The HTTP status at the end of where `url_to` leads; empty when it was not checked or did not answer. `404`"""

    url_to_redirect_target: tuple[str, ...] | None = None
    """Where `url_to` redirects: each URL in turn, as far as it was followed. `https://www.example.com/about`"""

    is_broken: bool | None = None
    """Whether `url_to` leads to no page: an error, or no answer. Empty when it was not checked, or when the response says
    nothing about the page (see "Where links lead"). `false`"""

    link_farm: tuple[str, ...] | None = None
    """The sites of the link farm that the site of the page belongs to, itself included; empty where none was found. `one.example
    | two.example | three.example`"""

    link_farm_footprints: tuple[str, ...] | None = None
    """What these sites have in common, at least two of: `clique` (all link to each other), `interlinked` (each to another and
    back, with one account), `same_links`, `address`, `subnet`, `analytics`, `template`. `clique | template`"""

    domain_from_pagerank: float | None = None
    """PageRank of the site among the sites of this crawl; all together have 1. It does not measure the web. `0.004`"""

    domain_from_trust: float | None = None
    """TrustRank of the site, from the sites of the argument `trusted`; all together have 1. `0.01`"""

    domain_graph_sites: int | None = None
    """Number of sites in the graph behind PageRank and TrustRank. `420`"""

    page_from_pagerank: float | None = None
    """PageRank ("link juice") of the page among the target's own pages; all together have 1. For an `internal_backlink` only.
    `0.02`"""

    page_graph_pages: int | None = None
    """Number of pages in the graph behind `page_from_pagerank`. `64`"""


COLUMNS = (
    "relation",
    "url_from",
    "url_to",
    "anchor",
    "dofollow",
    "rel",
    "link_type",
    "position",
    "verdict",
    "to_do",
    "quality",
    "summary",
    "reasons",
    "domain_from",
    "domain_to",
    "alt",
    "anchor_type",
    "anchor_source",
    "nofollow_by",
    "text_pre",
    "text_post",
    "semantic_location",
    "hidden",
    "links_count",
    "link_index",
    "text_share",
    "reciprocal",
    "sitewide",
    "domain_from_pages",
    "topic_relevance",
    "anchor_share",
    "referring_domains",
    "link_farm",
    "link_farm_footprints",
    "domain_from_pagerank",
    "domain_from_trust",
    "domain_graph_sites",
    "page_from_pagerank",
    "page_graph_pages",
    "page_from_title",
    "page_from_language",
    "page_from_language_source",
    "page_from_status_code",
    "page_from_noindex",
    "page_from_canonical",
    "page_is_copy",
    "page_from_external_links",
    "page_from_internal_links",
    "page_from_linked_domains",
    "page_from_words",
    "page_from_suspicious_domains",
    "page_from_analytics_ids",
    "page_from_template",
    "domain_from_ip",
    "url_to_status_code",
    "url_to_redirect_target",
    "is_broken",
    "link_path",
    "link_html",
    "href",
    "target",
    "seed",
    "depth",
    "fetched_at",
    "weights_version",
)
"""The columns of a row, in the order of every format: first the ones people read."""

CORE_COLUMNS = (
    "relation",
    "url_from",
    "url_to",
    "anchor",
    "dofollow",
    "rel",
    "link_type",
    "page_from_title",
    "page_from_status_code",
)
"""The columns that any crawler writes; without a verdict nothing else of a page is read."""

SEO_COLUMNS = (
    *("relation", "url_from", "url_to", "anchor", "dofollow", "rel", "link_type", "position", "verdict", "to_do", "quality"),
    *("summary", "reasons", "domain_from", "domain_to", "alt", "anchor_type", "nofollow_by", "text_pre", "text_post", "hidden"),
    *("links_count", "reciprocal", "sitewide", "topic_relevance", "referring_domains", "link_farm", "page_from_title"),
    *("page_from_language", "page_from_status_code", "page_from_noindex", "page_from_canonical", "page_is_copy"),
    *("page_from_external_links", "page_from_internal_links", "page_from_linked_domains", "page_from_words"),
    *("url_to_status_code", "url_to_redirect_target", "is_broken", "target", "fetched_at"),
)
"""The columns that people read to judge links, without those for programs."""

COLUMN_GROUPS: Mapping[str, tuple[str, ...]] = {"core": CORE_COLUMNS, "seo": SEO_COLUMNS, "all": COLUMNS}


def parse_columns(text: str) -> tuple[str, ...]:
    """Return the columns that a text names, comma-separated, with those of its groups; a text of nothing names none.

    Raises ArgumentError for a name that is neither.

    >>> parse_columns("url_to, url_from,url_to")
    ('url_to', 'url_from')
    """
    names = [name for piece in text.split(",") if (name := piece.strip().lower())]
    for name in names:
        if name not in COLUMN_GROUPS and name not in COLUMNS:
            near = difflib.get_close_matches(name, (*COLUMN_GROUPS, *COLUMNS), n=1)
            hint = f"did you mean '{near[0]}'?" if near else f"give {', '.join(COLUMN_GROUPS)}, or names of columns"
            raise ArgumentError(f"columns: no column is named '{truncate_for_message(name)}': {hint}")
    return tuple(dict.fromkeys(column for name in names for column in COLUMN_GROUPS.get(name, (name,))))


LINK_COLUMNS = frozenset(Link.__struct_fields__)
"""The columns of the link; the others describe its page."""

CRAWL_LEVEL_COLUMNS = frozenset(late.name for late in fields(CrawlLevelColumns))
"""The columns that only the finished crawl knows, for some rows or for all."""

PROFILE_COLUMNS = frozenset({"anchor_type", "topic_relevance"})
"""The columns of a page with links that the profile of a target is compared with; verdicts rest on it too."""

DEFERRED_COLUMNS = tuple(late.name for late in fields(CrawlLevelColumns) if late.name not in LINK_COLUMNS)
"""The columns that are empty until the crawl ends."""
