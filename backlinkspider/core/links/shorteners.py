"""Links to URL shorteners: their relation is known once the short URLs have been resolved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from backlinkspider.core.links.destination import Destination
from backlinkspider.core.links.relation import ELSEWHERE, TO_TARGET, Relation, owns_any
from backlinkspider.core.links.target import Target
from backlinkspider.items import Cell, Link, LinkType

_FROM_TARGET = frozenset({Relation.OUTBOUND, Relation.INTERNAL_BACKLINK})
"""The relations of links on the target's own pages."""


def is_checkable(link: Link) -> bool:
    """False for a form: requesting its action would submit it."""
    return link.link_type != LinkType.FORM


def is_unresolved(link: Link, relation: Relation, shorteners: Sequence[Target], keep: Iterable[Relation]) -> bool:
    """True if a link leads to a shortener and may turn out to have a relation in `keep`."""
    if not shorteners or relation in TO_TARGET or not owns_any(shorteners, link.url_to, link.domain_to):
        return False
    return is_checkable(link) and _to_target(relation) in keep


def resolved_relation(
    row: Mapping[str, Cell],
    end: Destination | None,
    *,
    targets: Sequence[Target],
    aliases: Sequence[Target],
    shorteners: Sequence[Target],
    keep: Iterable[Relation],
) -> Relation | None:
    """The relation of a row's link once its destination `end` is known; None for a row that is not in `keep` after all.

    A link to a shortener is a link to the target if any of its redirects leads there. Otherwise, or if the redirects are
    unknown, its relation stays. With several targets it has a row for each, and one without: of these, those stay that it has
    to do with, else the one without.
    """
    relation, url_to, text = Relation(str(row["relation"])), str(row["url_to"]), row["target"]
    if not owns_any(shorteners, url_to):
        return relation
    named = [target for target in targets if text in (None, target.text)]
    is_reached = relation not in TO_TARGET and end is not None and _reaches(end, [*named, *aliases])
    if is_elsewhere_for_several(relation, targets) and is_reached == (text is None):
        return None
    if is_reached:
        relation = _to_target(relation)
    return relation if relation in keep else None


def is_elsewhere_for_several(relation: str | None, targets: Sequence[Target]) -> bool:
    """Return whether a link has to do with none of several targets as far as its relation says."""
    return len(targets) > 1 and relation in ELSEWHERE


def _to_target(relation: Relation) -> Relation:
    """The relation that the link has if it leads to the target."""
    return Relation.INTERNAL_BACKLINK if relation in _FROM_TARGET else Relation.BACKLINK


def _reaches(end: Destination, parts: Sequence[Target]) -> bool:
    return any(owns_any(parts, url) for url in end.redirects)
