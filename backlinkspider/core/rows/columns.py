"""The schema of a row: which columns there are, in which order, and which of them only the whole crawl can fill."""

from __future__ import annotations

from dataclasses import dataclass, fields

from backlinkspider.items import Link


@dataclass(slots=True, eq=False)
class CrawlLevelColumns:
    """What only the whole crawl can say of a link; worked out when it ends (`enrichment.verdicts`), and empty until then.

    All of it is said of backlinks only, where nothing else stands.
    """

    verdict: str | None = None
    """What the link is worth: good, neutral, review (a person should look), bad, unknown (too little was measured)."""

    quality: int | None = None
    """The same from 0 to 100."""

    reasons: tuple[str, ...] | None = None
    """What made it so, the heaviest first: the signal, its points and its evidence. `position:+12(content)`"""

    weights_version: str | None = None
    """Name and version of the weights that the quality comes from. `default 1`"""

    reciprocal: bool | None = None
    """Whether the target links to the site of the page: true where that was seen, false where the target was read whole."""

    sitewide: float | None = None
    """The share of the pages of its site, as far as they were read, that have a link to the same url_to. `0.9`"""

    domain_from_pages: int | None = None
    """The pages of the site that were read: what sitewide rests on."""

    anchor_share: float | None = None
    """Of an anchor that is exact or partial: the share of the target's referring domains that use the same. `0.25`"""

    referring_domains: int | None = None
    """The target's referring domains in this crawl: what anchor_share rests on."""

    url_to_status_code: int | None = None
    """The HTTP status at the end of where url_to leads; empty when it was not asked or did not answer. `404`"""

    url_to_redirect_target: tuple[str, ...] | None = None
    """As in Link."""

    is_broken: bool | None = None
    """Whether url_to leads to no page: an error of 4xx or 5xx, or no answer; empty when it was not asked or may not be."""

    link_farm: tuple[str, ...] | None = None
    """The sites that make up a link farm with the site of the page, it among them; empty where there is none."""

    link_farm_footprints: tuple[str, ...] | None = None
    """What they have in common, at least two: clique, interlinked, same_links, address, subnet, analytics, template."""

    domain_from_pagerank: float | None = None
    """PageRank of the site of the page among the sites of this crawl; all of them make up 1."""

    domain_from_trust: float | None = None
    """TrustRank of the site, from the sites of the argument trusted; all of them make up 1."""

    domain_graph_sites: int | None = None
    """The sites in the graph that the two rest on."""

    page_from_pagerank: float | None = None
    """Of an internal_backlink: PageRank (link juice) of the page among the target's own pages; all of them make up 1."""

    page_graph_pages: int | None = None
    """The pages in the graph that it rests on."""


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
    "quality",
    "reasons",
    "domain_from",
    "domain_to",
    "alt",
    "anchor_type",
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
    "page_from_status_code",
    "page_from_noindex",
    "page_from_canonical",
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

LINK_COLUMNS = frozenset(Link.__struct_fields__)
"""What is said of each link; the other columns hold for the page."""

DEFERRED_COLUMNS = tuple(late.name for late in fields(CrawlLevelColumns) if late.name not in LINK_COLUMNS)
"""The columns that are empty until the crawl ends."""
