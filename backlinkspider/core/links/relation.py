"""The relation of a link to a target."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from enum import StrEnum
from typing import NamedTuple

from backlinkspider.core.html.rel import nofollow_layers
from backlinkspider.core.links.target import Target
from backlinkspider.core.urls.domains import site_of_url
from backlinkspider.items import HYPERLINKS, Link, Page


class Relation(StrEnum):
    """The five relations. Every link has exactly one to each target."""

    BACKLINK = "backlink"
    """From outside to the target."""
    INTERNAL_BACKLINK = "internal_backlink"
    """From the target to the target."""
    OUTBOUND = "outbound"
    """From the target to outside."""
    EXTERNAL = "external"
    """From one other site to another."""
    INTERNAL = "internal"
    """From a page of another site to that same site."""


TO_TARGET = frozenset({Relation.BACKLINK, Relation.INTERNAL_BACKLINK})
"""The relations of links that lead to the target."""


ELSEWHERE = frozenset({Relation.EXTERNAL, Relation.INTERNAL})
"""The relations of links that have nothing to do with the target."""


class _PageRelations(NamedTuple):
    """The relations of a page's links to a target, by their destination."""

    to_target: Relation
    to_own_site: Relation
    elsewhere: Relation


_INSIDE = _PageRelations(Relation.INTERNAL_BACKLINK, Relation.OUTBOUND, Relation.OUTBOUND)
_OUTSIDE = _PageRelations(Relation.BACKLINK, Relation.INTERNAL, Relation.EXTERNAL)


class LinkCounts(NamedTuple):
    """The number of links on a page, by destination."""

    external: int
    internal: int
    linked_domains: AbstractSet[str]
    """Other sites that the page links to."""
    by_url: Counter[str]
    """Links of all types by url_to."""


def owns_any(targets: Iterable[Target], url: str, domain: str | None = None) -> bool:
    """True if an absolute URL belongs to any of the targets."""
    return any(target.owns(url, domain) for target in targets)


def judge_links(
    page: Page,
    targets: Sequence[Target],
    aliases: Sequence[Target] = (),
    *,
    shorteners: Sequence[Target] = (),
    links: Iterable[Link] | None = None,
) -> Iterator[tuple[Link, Target | None, Relation]]:
    """Each link (default: all of the page), in document order, with its relation to each target; aliases belong to all.

    Of several targets only those count that a link leads to or comes from. One that has to do with none comes once, without a
    target. A link to a shortener comes with each target besides: it may lead to any.
    """
    judges = [(target, _judge(page, target, aliases)) for target in targets]
    links = page.links if links is None else links
    if len(judges) == 1:
        # Most crawls have one target, and it decides alone.
        [(only, judge_only)] = judges
        for link in links:
            yield link, only, judge_only(*_destination_for(link, only, aliases))
        return
    for link in links:
        judged: list[tuple[Target | None, Relation]] = [
            (target, judge(*_destination_for(link, target, aliases))) for target, judge in judges
        ]
        if len(judged) > 1:
            is_open = bool(shorteners) and owns_any(shorteners, link.url_to, link.domain_to)
            judged = _distinct(judged) + ([pair for pair in judged if pair[1] in ELSEWHERE] if is_open else [])
        for target, relation in judged:
            yield link, target, relation


def count_elsewhere(page: Page, by_site: Counter[str], targets: Sequence[Target], aliases: Sequence[Target]) -> Counter[Relation]:
    """The number of links per relation, for links that lead to no target, given their number per linked site."""
    links = by_site.total()
    on_own_site = by_site[page.domain_from]
    by_target = [_page_relations(page, target, aliases) for target in targets]
    counts = Counter[Relation]()
    for relations in [relations for relations in by_target if relations is _INSIDE] or by_target[:1]:
        counts[relations.to_own_site] += on_own_site
        counts[relations.elsewhere] += links - on_own_site
    return +counts


def count_links(page: Page) -> LinkCounts:
    """Count the page's links that a visitor can click on; `by_url` counts links of all types."""
    by_domain = Counter([link.domain_to for link in page.links if link.link_type in HYPERLINKS])
    internal = by_domain.pop(page.domain_from, 0)
    return LinkCounts(
        external=by_domain.total(),
        internal=internal,
        linked_domains=by_domain.keys(),
        by_url=Counter([link.url_to for link in page.links]),
    )


def followed_sites(page: Page, known: AbstractSet[str] = frozenset()) -> set[str]:
    """The sites, other than the known ones, to which the page has clickable links without nofollow, ugc or sponsored.

    The page's own robots directives count too (`core.html.rel`).
    """
    if page.nofollow_by:
        return set()
    own = page.domain_from
    # Most links lead to known sites, so that is tested first.
    return {
        link.domain_to
        for link in page.links
        if link.domain_to not in known
        and link.domain_to != own
        and link.link_type in HYPERLINKS
        and not (link.rel and nofollow_layers(link.rel, ()))
    }


def _distinct(judged: Sequence[tuple[Target | None, Relation]]) -> list[tuple[Target | None, Relation]]:
    """The targets that a link has to do with; else the one relation that it has to them all, without a target."""
    return [pair for pair in judged if pair[1] not in ELSEWHERE] or [(None, judged[0][1])]


def _destination_for(link: Link, target: Target, aliases: Sequence[Target]) -> tuple[str, str]:
    """Where a link leads, as far as a target is concerned, and the site of that."""
    if link.url_to_redirect_target is None:
        return link.url_to, link.domain_to
    # A link to a URL that redirects to the target is a link to the target.
    end = next((url for url in link.url_to_redirect_target if owns_any((target, *aliases), url)), link.url_to)
    return end, site_of_url(end)


def _judge(page: Page, target: Target, aliases: Sequence[Target]) -> Callable[[str, str], Relation]:
    """A function from (url_to, domain_to) of a link on the page to its relation."""
    domain_from = page.domain_from
    to_target, to_own_site, elsewhere = _page_relations(page, target, aliases)

    def judge(url_to: str, domain_to: str) -> Relation:
        if target.owns(url_to, domain_to) or (aliases and owns_any(aliases, url_to, domain_to)):
            return to_target
        return to_own_site if domain_to == domain_from else elsewhere

    return judge


def _page_relations(page: Page, target: Target, aliases: Sequence[Target]) -> _PageRelations:
    """The relations of the page's links to the target, whose aliases are part of it.

    A page is outside if the target does not own it: for a target that is a page or folder, a link from another page of the same
    site is a backlink.
    """
    return _INSIDE if owns_any((target, *aliases), page.url_from) else _OUTSIDE
