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
    """Whether the host is named like a host of spam. It is a weak sign: docs/verdicts.md measures how weak.

    `suspicious` has a word of a trade that lives on spam, with another such word, a word of selling, a hyphen or a digit.
    `keywords` has several signs of an advertising name, one of them such a word, `plain` few or none.

    Source: Fetterly, Manasse and Najork, Spam, Damn Spam, and Statistics (2004).
    """
    url_from = address_in(evidence, "url_from")
    host = host_of(url_from) if url_from is not None else text_in(evidence, "domain_from")
    if not host:
        return None
    signs = read_name(host)
    has_words = bool(signs.trade_words or signs.selling_words)
    level = "suspicious" if signs.is_suspicious else "keywords" if signs.points >= _KEYWORD_POINTS and has_words else "plain"
    return Reading(level, host)


def read_link_farm(evidence: Evidence) -> Reading | None:
    """Whether the site belongs to a link farm of three sites or more, by two footprints or more.

    `member` does. Other sites are not measured.

    Source: Gyöngyi and Garcia-Molina, Link Spam Alliances (2005); Wu and Davison, Identifying Link Farm Spam Pages (2005).
    """
    members = list_in(evidence, "link_farm")
    footprints = list_in(evidence, "link_farm_footprints")
    if not members or not footprints or len(footprints) < _FARM_FOOTPRINTS:
        return None
    return Reading("member", f"{len(members)} sites: {', '.join(footprints)}")


def read_reciprocal(evidence: Evidence) -> Reading | None:
    """Read whether the target links back (`both_ways`) or not (`one_way`). Many honest sites link both ways, so it weighs little.

    Source: https://developers.google.com/search/docs/essentials/spam-policies#link-spam (excessive exchanges)
    """
    reciprocal = truth_in(evidence, "reciprocal")
    if reciprocal is None:
        return None
    return Reading("both_ways", "the target links back") if reciprocal else Reading("one_way", "the target does not link back")


def read_authority(evidence: Evidence) -> Reading | None:
    """The place of the site in the graph of this crawl, which must have at least 100 sites.

    `trusted` has more TrustRank than the average, `linked` twice the average PageRank or more, `unlinked` less. A site that this
    crawl did not see linked is not held to be worse.

    Source: Gyöngyi et al., Combating Web Spam with TrustRank (2004); Brin and Page (1998).
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
