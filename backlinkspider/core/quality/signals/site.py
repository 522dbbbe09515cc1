"""Signals of the site that the page belongs to."""

from __future__ import annotations

from backlinkspider.core.quality.host_names import read_name
from backlinkspider.core.quality.reading import Evidence, Reading, address_in, list_in, number_in, text_in, truth_in
from backlinkspider.core.urls.canonicalize import host_of

_KEYWORD_POINTS = 4
_FARM_FOOTPRINTS = 2

GRAPH_SITES = 100
"""Sites that a graph must have before a place in it says anything."""
_SHARES_OF_TRUST = 1.0
_SHARES_OF_RANK = 2.0


def read_host_name(evidence: Evidence) -> Reading | None:
    """Whether the host is called as those of spam are; a weak sign, as README shows by its measure.

    Fetterly, Manasse and Najork, Spam, Damn Spam, and Statistics (2004).
    """
    url_from = address_in(evidence, "url_from")
    host = host_of(url_from) if url_from is not None else text_in(evidence, "domain_from")
    if not host:
        return None
    signs = read_name(host)
    level = "suspicious" if signs.is_suspicious else "keywords" if signs.points >= _KEYWORD_POINTS else "plain"
    return Reading(level, host)


def read_link_farm(evidence: Evidence) -> Reading | None:
    """The link farm that the site belongs to, by two footprints or more; nothing where none was found.

    Gyöngyi and Garcia-Molina, Link Spam Alliances (2005); Wu and Davison, Identifying Link Farm Spam Pages (2005).
    """
    members = list_in(evidence, "link_farm")
    footprints = list_in(evidence, "link_farm_footprints")
    if not members or not footprints or len(footprints) < _FARM_FOOTPRINTS:
        return None
    return Reading("member", f"{len(members)} sites: {', '.join(footprints)}")


def read_reciprocal(evidence: Evidence) -> Reading | None:
    """Whether the target links back: many honest sites do, so it says little.

    https://developers.google.com/search/docs/essentials/spam-policies#link-spam names excessive exchanges.
    """
    reciprocal = truth_in(evidence, "reciprocal")
    if reciprocal is None:
        return None
    return Reading("both_ways", "the target links back") if reciprocal else Reading("one_way", "the target does not link back")


def read_authority(evidence: Evidence) -> Reading | None:
    """The place of the site in the graph of this crawl, where that has a hundred sites or more: a share above the average.

    TrustRank (Gyöngyi et al., Combating Web Spam with TrustRank, 2004) before PageRank (Brin and Page, 1998). What a crawl of
    chosen seeds does not see says nothing against a site.
    """
    sites = number_in(evidence, "domain_graph_sites")
    if sites is None or sites < GRAPH_SITES:
        return None
    trust = number_in(evidence, "domain_from_trust")
    if trust is not None and trust * sites >= _SHARES_OF_TRUST:
        return Reading("trusted", f"trust {trust * sites:.1f} times the average of {sites:.0f} sites")
    rank = number_in(evidence, "domain_from_pagerank")
    if rank is None:
        return None
    level = "linked" if rank * sites >= _SHARES_OF_RANK else "unlinked"
    return Reading(level, f"PageRank {rank * sites:.1f} times the average of {sites:.0f} sites")
