"""What a link is to a target."""

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
    """The five relations; together they cover every link, and no two hold at once."""

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


class _OfPage(NamedTuple):
    """What the links of a page are to a target, by where they lead."""

    to_target: Relation
    to_own_site: Relation
    elsewhere: Relation


_INSIDE = _OfPage(Relation.INTERNAL_BACKLINK, Relation.OUTBOUND, Relation.OUTBOUND)
_OUTSIDE = _OfPage(Relation.BACKLINK, Relation.INTERNAL, Relation.EXTERNAL)


class LinkCounts(NamedTuple):
    """How many links a page has, and to where."""

    external: int
    internal: int
    linked_domains: AbstractSet[str]
    """Other sites that the page links to."""
    by_url: Counter[str]
    """Links of all types by url_to."""


def owns_any(parts: Iterable[Target], url: str, domain: str | None = None) -> bool:
    """Whether an absolute URL belongs to one of some targets."""
    return any(part.owns(url, domain) for part in parts)


def judge_links(
    page: Page, targets: Sequence[Target], aliases: Sequence[Target] = (), *, links: Iterable[Link] | None = None
) -> Iterator[tuple[Link, Target, Relation]]:
    """Each link of the page, or some, in document order with what it is to each target; aliases are those of every target."""
    judges = [(target, _judge(page, target, aliases)) for target in targets]
    for link in page.links if links is None else links:
        for target, judge in judges:
            if link.url_to_redirect_target is None:
                yield link, target, judge(link.url_to, link.domain_to)
                continue
            # What redirects to the target is a link to it.
            end = next((url for url in link.url_to_redirect_target if owns_any((target, *aliases), url)), link.url_to)
            yield link, target, judge(end, site_of_url(end))


def count_elsewhere(page: Page, by_site: Counter[str], targets: Sequence[Target], aliases: Sequence[Target]) -> Counter[Relation]:
    """How often each relation to the targets is that of links that lead to none of them, by how many lead to each site."""
    links = by_site.total()
    on_own_site = by_site[page.domain_from]
    relations = Counter[Relation]()
    for target in targets:
        of_page = _of_page(page, target, aliases)
        relations[of_page.to_own_site] += on_own_site
        relations[of_page.elsewhere] += links - on_own_site
    return +relations


def count_links(page: Page) -> LinkCounts:
    """How many links of the page leave its site, how many stay, and to how many sites they lead.

    Those are counted that a visitor can click on; `by_url` has links of all types.
    """
    by_domain = Counter([link.domain_to for link in page.links if link.link_type in HYPERLINKS])
    internal = by_domain.pop(page.domain_from, 0)
    return LinkCounts(
        external=by_domain.total(),
        internal=internal,
        linked_domains=by_domain.keys(),
        by_url=Counter([link.url_to for link in page.links]),
    )


def followed_sites(page: Page, known: AbstractSet[str] = frozenset()) -> set[str]:
    """The other sites, beside those already known, that the page links to with links to click on that are to be followed.

    A link is not where it or its page says nofollow, ugc or sponsored (`core.html.rel`).
    """
    if page.nofollow_by:
        return set()
    own = page.domain_from
    # Most links lead where others of the site did, so that this is asked first; more cheaply yet where its own is known too.
    return {
        link.domain_to
        for link in page.links
        if link.domain_to not in known
        and link.domain_to != own
        and link.link_type in HYPERLINKS
        and not (link.rel and nofollow_layers(link.rel, ()))
    }


def _judge(page: Page, target: Target, aliases: Sequence[Target]) -> Callable[[str, str], Relation]:
    """A function of (url_to, domain_to) that says what a link on the page is to the target."""
    domain_from = page.domain_from
    to_target, to_own_site, elsewhere = _of_page(page, target, aliases)

    def judge(url_to: str, domain_to: str) -> Relation:
        if target.owns(url_to, domain_to) or (aliases and owns_any(aliases, url_to, domain_to)):
            return to_target
        return to_own_site if domain_to == domain_from else elsewhere

    return judge


def _of_page(page: Page, target: Target, aliases: Sequence[Target]) -> _OfPage:
    """What the links of a page are to the target, of which its aliases are part.

    Outside is what the target does not own: for a target that is one page or folder, a link from another page of the same site
    is a backlink too.
    """
    return _INSIDE if owns_any((target, *aliases), page.url_from) else _OUTSIDE
