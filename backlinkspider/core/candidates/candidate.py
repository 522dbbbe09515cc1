"""A candidate: a place where a link to a target may be. It is never proof; the crawl is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from backlinkspider.core.urls.canonicalize import absolute_url, host_of, page_id, resource_of
from backlinkspider.core.urls.domains import is_host_name, is_ip_address, is_public_suffix, site_of
from backlinkspider.core.urls.ip_addresses import is_public_address


class Level(StrEnum):
    """How exactly a candidate names its place, the most exact first."""

    PAGE = "page"
    """One page."""
    HOST = "host"
    """A host; the page on it is not known."""
    DOMAIN = "domain"
    """A registrable domain; neither host nor page is known."""
    PLATFORM = "platform"
    """A name under which others have their sites (`github.io`): not a place to look at, because it is millions of sites."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place, and what one source knows about it. What a source does not know is None."""

    candidate: str
    """A URL or a host: a seed."""
    level: Level
    targets: tuple[str, ...] = ()
    """The targets that the source names, as the user wrote them; empty where it does not say."""
    target_url: str | None = None
    anchor: str | None = None
    first_seen: str | None = None
    """A date, or date and time, in ISO 8601."""
    last_seen: str | None = None
    hits: int | None = None
    """Visits that came from there."""
    harmonic_position: int | None = None
    """The place of the domain in the order of harmonic centrality, from 1."""
    pagerank_position: int | None = None
    hosts: int | None = None
    """Hosts of the domain that the graph has seen."""
    evidence: str | None = None
    """What the source saw, in a few words."""

    @property
    def host(self) -> str:
        return host_of(self.candidate) if self.level is Level.PAGE else self.candidate

    @property
    def domain(self) -> str:
        """The site of the place."""
        return site_of(self.host)

    @property
    def key(self) -> str:
        """Equal for two spellings of one place: neither scheme nor `www.` tells places apart, nor whether a host is a domain."""
        return page_id(self.candidate) if self.level is Level.PAGE else self.candidate.removeprefix("www.")


def place_of_url(url: str) -> Candidate | None:
    """The place that a referring URL names: a page, or a host where the URL is that of a home page; None for no public URL.

    Browsers send no more than the home page of the referring site, unless it asks otherwise (`strict-origin-when-cross-origin`).

    >>> place_of_url("https://blog.example/post").level, place_of_url("https://Blog.example/").candidate
    (<Level.PAGE: 'page'>, 'blog.example')
    """
    absolute = absolute_url(url.strip(), "http://x/") if url.strip().lower().startswith(("http://", "https://")) else None
    if absolute is None:
        return None
    host = host_of(absolute)
    if not _is_public_name(host):
        return None
    return Candidate(absolute, Level.PAGE) if resource_of(absolute) != "/" else Candidate(host, Level.HOST)


def page_of_url(url: str) -> Candidate | None:
    """The page that a URL names, that of a home page too; None for no public URL.

    >>> page_of_url("https://blog.example/").level
    <Level.PAGE: 'page'>
    """
    place = place_of_url(url)
    if place is None or place.level is Level.PAGE:
        return place
    return Candidate(absolute_url(url.strip(), "http://x/") or url, Level.PAGE)


def place_of_host(host: str) -> Candidate | None:
    """The place that a host name is; None for no public name.

    >>> place_of_host("blog.example.com").level, place_of_host("example.com").level, place_of_host("github.io").level
    (<Level.HOST: 'host'>, <Level.DOMAIN: 'domain'>, <Level.PLATFORM: 'platform'>)
    """
    url = absolute_url(f"http://{host.strip()}/", "http://x/") if host.strip() else None
    name = host_of(url) if url is not None and resource_of(url) == "/" and "@" not in host else ""
    if not _is_public_name(name):
        return None
    if is_public_suffix(name):
        return Candidate(name, Level.PLATFORM)
    return Candidate(name, Level.DOMAIN if name == site_of(name) else Level.HOST)


def _is_public_name(host: str) -> bool:
    if is_ip_address(host):
        return is_public_address(host)
    return "." in host and is_host_name(host)
