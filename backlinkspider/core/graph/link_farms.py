"""Sites that link to the same target and belong to one hand, by what they have in common.

A link farm or private blog network is known by its footprints: its sites link to each other, or to the same third sites, stand
on one server, have one account, one template (Gyöngyi and Garcia-Molina 2005, Link Spam Alliances,
https://www.vldb.org/archives/website/2005/program/paper/wed/p517-gyongyi.pdf; Wu and Davison 2005, Identifying Link Farm Spam
Pages, https://doi.org/10.1145/1062745.1062762).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from enum import StrEnum
from ipaddress import ip_network
from itertools import chain, combinations
from typing import NamedTuple

_COMMON = 50
"""Sites that share a value, beyond which it says nothing of them: a hoster, an agency, a site builder."""

_SAME_LINKS = 0.5
_SAME_LINKS_FEWEST = 5
"""Of the sites that two sites link to, the share that both do, and how many these are at least."""

_FARM = 3
"""Sites of a farm, at least: two that belong together are partners, or sisters."""

_PAIRS_MAXIMUM = 2_000_000
"""Pairs of sites that are compared by their links, those with the rarest links first; two seconds."""

_GROUPS_MAXIMUM = 50
"""Things that one site has in common with others, as far as they are compared with each other."""

_NEIGHBORS_MAXIMUM = 1_000
"""Sites that link to a site and back, as far as they are looked at."""

# fmt: off
_POPULAR = frozenset({
    "facebook.com", "twitter.com", "x.com", "instagram.com", "youtube.com", "youtu.be", "linkedin.com", "pinterest.com",
    "tiktok.com", "reddit.com", "t.me", "whatsapp.com", "wa.me", "tumblr.com", "flickr.com", "vimeo.com", "vk.com",
    "google.com", "goo.gl", "gravatar.com", "wordpress.org", "wordpress.com", "blogger.com", "medium.com", "wikipedia.org",
    "wikimedia.org", "creativecommons.org", "github.com", "amazon.com", "apple.com", "microsoft.com", "mozilla.org", "w3.org",
    "gmpg.org", "adobe.com", "paypal.com", "spotify.com", "soundcloud.com", "feedburner.com", "bit.ly", "cloudflare.com",
})
# fmt: on
"""Sites that everybody links to, for crawls that are too small to tell."""


class Footprint(StrEnum):
    """What sites may have in common, in the order in which it is shown."""

    CLIQUE = "clique"
    """Each links to each of the others."""
    INTERLINKED = "interlinked"
    """Each links to another of them, and another to it."""
    SAME_LINKS = "same_links"
    """They link to the same other sites."""
    ADDRESS = "address"
    """They stand on one IP address."""
    SUBNET = "subnet"
    """They stand in one network of 256 addresses, of IPv6 of 48 bits."""
    ANALYTICS = "analytics"
    """They have an account of analytics or advertisements in common."""
    TEMPLATE = "template"
    """Their pages are built alike."""

    # An Enum's own is worked out in Python every time.
    __hash__ = str.__hash__


_ORDER = tuple(Footprint)
_OWNERSHIP_EVIDENCE = frozenset({Footprint.CLIQUE, Footprint.SAME_LINKS, Footprint.ANALYTICS})
"""One of these must be there: the others come with a hoster or a site builder, to whoever goes to it."""
_SAME_KINDS = (frozenset({Footprint.ADDRESS, Footprint.SUBNET}), frozenset({Footprint.CLIQUE, Footprint.INTERLINKED}))
"""An address stands in its network, and who links to all links to one: these count as one."""


class SiteFootprints(NamedTuple):
    """What was seen of a site that links to the target."""

    site: str
    addresses: frozenset[str] = frozenset()
    """Of its servers, IPv4 or IPv6."""
    analytics_ids: frozenset[str] = frozenset()
    templates: frozenset[str] = frozenset()
    linked_sites: frozenset[str] = frozenset()
    """The sites that it links to and few others do, without the target's."""


class LinkFarm(NamedTuple):
    """Sites of one hand, and what shows it."""

    members: tuple[str, ...]
    """Sorted; all of them have all the footprints in common."""
    footprints: tuple[Footprint, ...]


class _Group(NamedTuple):
    """Sites that have one thing in common."""

    footprint: Footprint
    members: frozenset[str]


def find_link_farms(traces: Iterable[SiteFootprints], links: Mapping[str, Collection[str]]) -> Mapping[str, LinkFarm]:
    """The link farm of each site that is in one, among sites that link to the same target; `links` says who links to whom.

    Two footprints of independent kinds at least, which all members share, and one of them of links or accounts. Of several farms
    a site has the one with most members, three at least. What more than 50 sites have in common is passed over.

    >>> sites = ("a.example", "b.example", "c.example")
    >>> traces = [SiteFootprints(site, analytics_ids=frozenset({"UA-123456"})) for site in sites]
    >>> links = {trace.site: ["a.example", "b.example", "c.example"] for trace in traces}
    >>> members, footprints = find_link_farms(traces, links)["a.example"]
    >>> members, [footprint.value for footprint in footprints]
    (('a.example', 'b.example', 'c.example'), ['clique', 'analytics'])
    """
    every = {trace.site: trace for trace in traces}
    by_value = list(_by_value(every.values()))
    groups = [*_cliques(every, links), *_linking_alike(every), *_interlinked(by_value, links), *by_value]
    groups_of: dict[str, list[_Group]] = defaultdict(list)
    for group in groups:
        for site in group.members:
            groups_of[site].append(group)
    found: dict[str, LinkFarm] = {}
    farms = {members: _footprints_of(members, groups_of) for members in _shared_by_two(groups_of)}
    # The largest first; among those the ones with most to show for it.
    for members in sorted(farms, key=lambda members: (-len(members), -len(farms[members]), sorted(members))):
        farm = LinkFarm(tuple(sorted(members)), farms[members])
        for site in members:
            found.setdefault(site, farm)
    return found


def _shared_by_two(groups_of: Mapping[str, list[_Group]]) -> set[frozenset[str]]:
    """The sites that have two things of independent kinds in common, one of them of links or accounts."""
    shared: dict[tuple[int, int], set[str]] = defaultdict(set)
    for site, groups in groups_of.items():
        for one, other in combinations(groups[:_GROUPS_MAXIMUM], 2):
            if _is_link_farm({one.footprint, other.footprint}):
                shared[id(one), id(other)].add(site)
    return {frozenset(sites) for sites in shared.values() if len(sites) >= _FARM}


def _is_link_farm(footprints: set[Footprint]) -> bool:
    kinds = len(footprints) - sum(footprints >= same for same in _SAME_KINDS)
    return kinds > 1 and not footprints.isdisjoint(_OWNERSHIP_EVIDENCE)


def _footprints_of(members: frozenset[str], groups_of: Mapping[str, list[_Group]]) -> tuple[Footprint, ...]:
    """Return what all members have in common."""
    shared = {group.footprint for group in groups_of[min(members)] if members <= group.members}
    if Footprint.CLIQUE in shared:
        shared.discard(Footprint.INTERLINKED)
    return tuple(footprint for footprint in _ORDER if footprint in shared)


def _by_value(traces: Iterable[SiteFootprints]) -> Iterator[_Group]:
    sites_by_value: dict[tuple[Footprint, Hashable], set[str]] = defaultdict(set)
    for trace in traces:
        networks = {_network_of(address) for address in trace.addresses}
        values = chain(
            ((Footprint.ADDRESS, address) for address in trace.addresses),
            ((Footprint.SUBNET, network) for network in networks),
            ((Footprint.ANALYTICS, account) for account in trace.analytics_ids),
            ((Footprint.TEMPLATE, template) for template in trace.templates),
        )
        for value in values:
            sites_by_value[value].add(trace.site)
    # Each once: two accounts that the same sites share are one group.
    groups = {_Group(kind, frozenset(sites)) for (kind, _), sites in sites_by_value.items() if 1 < len(sites) <= _COMMON}
    yield from sorted(groups, key=lambda group: (-len(group.members), group.footprint, sorted(group.members)))


def _network_of(address: str) -> str:
    return str(ip_network(f"{address}/{48 if ':' in address else 24}", strict=False))


def _cliques(sites: Collection[str], links: Mapping[str, Collection[str]]) -> Iterator[_Group]:
    mutual = {
        site: {other for other in links.get(site, ()) if other in sites and site in links.get(other, ())} - {site}
        for site in sites
    }
    yield from (_Group(Footprint.CLIQUE, members) for members in _groups_of_neighbors(mutual))


def _interlinked(groups: Iterable[_Group], links: Mapping[str, Collection[str]]) -> Iterator[_Group]:
    """Return the sites of one account that link in a ring, or in several: owners hide cliques."""
    for group in groups:
        members = set(group.members) if group.footprint is Footprint.ANALYTICS else set()
        while members:
            linked = {site: members.intersection(links.get(site, ())) - {site} for site in members}
            left = {site for site in members if linked[site] and any(site in others for others in linked.values())}
            if left == members:
                break
            members = left
        if len(members) >= _FARM:
            yield _Group(Footprint.INTERLINKED, frozenset(members))


def _linking_alike(every: Mapping[str, SiteFootprints]) -> Iterator[_Group]:
    # Without each other: that they link to each other is another footprint.
    linked = {site: trace.linked_sites - _POPULAR - every.keys() for site, trace in every.items()}
    alike: dict[str, set[str]] = defaultdict(set)
    for (one, other), common in _count_common(linked).items():
        if common >= _SAME_LINKS_FEWEST and common >= _SAME_LINKS * (len(linked[one]) + len(linked[other]) - common):
            alike[one].add(other)
            alike[other].add(one)
    yield from (_Group(Footprint.SAME_LINKS, members) for members in _groups_of_neighbors(alike))


def _count_common(linked: Mapping[str, frozenset[str]]) -> Counter[tuple[str, str]]:
    """How many sites two sites both link to, by what few link to first."""
    linking: dict[str, list[str]] = defaultdict(list)
    for site in sorted(linked):
        for name in linked[site]:
            linking[name].append(site)
    common: Counter[tuple[str, str]] = Counter()
    room = _PAIRS_MAXIMUM
    for sites in sorted(linking.values(), key=len):
        room -= len(sites) * (len(sites) - 1) // 2
        if len(sites) > _COMMON or room < 0:
            break
        common.update(combinations(sites, 2))
    return common


def _groups_of_neighbors(neighbors: Mapping[str, set[str]]) -> Iterator[frozenset[str]]:
    """Sites of which each is a neighbor of each of the others: for each site one group, the first that is found.

    All such groups are too many to look for (Bron and Kerbosch 1973).
    """
    grouped: set[str] = set()
    by_degree = sorted((site for site, others in neighbors.items() if others), key=lambda site: (-len(neighbors[site]), site))
    place = {site: number for number, site in enumerate(by_degree)}
    for site in by_degree:
        if site in grouped:
            continue
        members = {site}
        # Those that have no group yet come first.
        nearest = sorted(neighbors[site], key=lambda other: (other in grouped, place[other]))[:_NEIGHBORS_MAXIMUM]
        for other in nearest:
            if members <= neighbors[other]:
                members.add(other)
        grouped |= members
        if len(members) > 1:
            yield frozenset(members)
