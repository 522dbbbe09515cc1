"""Links to hosts that only redirect, such as those of short links: what they are is known when those were asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from backlinkspider.core.links.destination import Destination
from backlinkspider.core.links.relation import TO_TARGET, Relation, owns_any
from backlinkspider.core.links.target import Target
from backlinkspider.items import Cell, Link, LinkType

_FROM_TARGET = frozenset({Relation.OUTBOUND, Relation.INTERNAL_BACKLINK})
"""The relations of links whose page is inside the target."""


def is_asked(link: Link) -> bool:
    """Whether a visitor or a search engine goes where a link leads: what is typed into a form is not sent."""
    return link.link_type != LinkType.FORM


def is_unresolved(link: Link, relation: Relation, shorteners: Sequence[Target], keep: Iterable[Relation]) -> bool:
    """Whether a link leads to a host that redirects and may turn out to be one that the user asked for."""
    if not shorteners or relation in TO_TARGET or not owns_any(shorteners, link.url_to, link.domain_to):
        return False
    return is_asked(link) and _resolved(relation) in keep


def resolved_relation(
    row: Mapping[str, Cell],
    end: Destination | None,
    *,
    targets: Sequence[Target],
    aliases: Sequence[Target],
    shorteners: Sequence[Target],
    keep: Iterable[Relation],
) -> Relation | None:
    """What a row's link is when it is known where its address leads; None for a row that was not asked for after all.

    A link to one of the `shorteners` is a link to the target when any of the redirects leads there; otherwise, and where that is
    not known, it stays what it is by itself.
    """
    relation, url_to = Relation(str(row["relation"])), str(row["url_to"])
    if not owns_any(shorteners, url_to):
        return relation
    if relation not in TO_TARGET and end is not None and _reaches(end, [*_named(row["target"], targets), *aliases]):
        relation = _resolved(relation)
    return relation if relation in keep else None


def _resolved(relation: Relation) -> Relation:
    """What a link is that leads to the target, by what it is by itself."""
    return Relation.INTERNAL_BACKLINK if relation in _FROM_TARGET else Relation.BACKLINK


def _reaches(end: Destination, parts: Sequence[Target]) -> bool:
    return any(owns_any(parts, url) for url in end.redirects)


def _named(text: Cell, targets: Sequence[Target]) -> list[Target]:
    """The target that a row was judged against; each where the feed does not say."""
    return [target for target in targets if text in (None, target.text)]
