"""What changed of a known link, in words: what was and what is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from backlinkspider.core.monitor.changes import changed_columns, is_minor_anchor_change, shown_value
from backlinkspider.core.urls.canonicalize import canonical_url
from backlinkspider.items import Cell, LinkType

CHANGES = {
    "url_from": "The page redirects to another one, which has the link; or the link moved to another page of the site.",
    "target": "The link leads to another address of the target.",
    "rel": "The link has another `rel`, or another layer asks for nofollow.",
    "anchor": "The link has other words.",
    "anchor_minor": "The words are the same, apart from case, blanks and punctuation.",
    "position": "The link stands in another part of the page.",
    "noindex": "The page asks not to be indexed, or no longer does.",
    "canonical": "The page names another URL as its own, or no longer does.",
    "redirect": "The address that the link leads to redirects, or redirects elsewhere.",
    "broken_target": "The address that the link leads to is broken, or works again.",
}
"""The words of the column `changes`, and what each means."""


class Difference(NamedTuple):
    """One change."""

    word: str
    """A key of `CHANGES`."""
    before: str
    after: str

    def __str__(self) -> str:
        """The change in a cell."""
        return f"{self.word}: {self.before or '(none)'} → {self.after or '(none)'}"


def differences(known: Mapping[str, Cell], found: Mapping[str, Cell]) -> Iterator[Difference]:
    """Yield what differs between what the list says of a link and the link as it was found.

    What the list does not say is no change, except that a page is taken to be indexed under its own address, and an address to
    work, until the list says otherwise.

    >>> [str(change) for change in differences({"rel": ()}, {"rel": ("ugc",), "page_from_noindex": True})]
    ['rel: (none) → ugc', 'noindex: false → true']
    """
    if changed_columns(known, found, ("rel",)):
        yield Difference("rel", shown_value(known["rel"]), shown_value(found["rel"]))
    elif changed_columns(known, found, ("dofollow",)):
        yield Difference("rel", _follow(known["dofollow"]), _follow(found["dofollow"]))
    # A redirect has no words.
    if found.get("link_type") != LinkType.REDIRECT and changed_columns(known, found, ("anchor",)):
        before, after = shown_value(known["anchor"]), shown_value(found["anchor"])
        yield Difference("anchor_minor" if is_minor_anchor_change(before, after) else "anchor", before, after)
    if changed_columns(known, found, ("position",)):
        yield Difference("position", shown_value(known["position"]), shown_value(found["position"]))
    yield from _truths("noindex", known.get("page_from_noindex"), found.get("page_from_noindex"))
    yield from _canonical(known, found)
    if changed_columns(known, found, ("url_to_redirect_target",)):
        before, after = (shown_value(row["url_to_redirect_target"]) for row in (known, found))
        yield Difference("redirect", before, after)
    yield from _truths("broken_target", known.get("is_broken"), found.get("is_broken"))


def _follow(dofollow: Cell) -> str:
    return "follow" if dofollow else "nofollow"


def _truths(word: str, before: Cell, after: Cell) -> Iterator[Difference]:
    if isinstance(after, bool) and bool(before) is not after:
        yield Difference(word, shown_value(bool(before)), shown_value(after))


def _canonical(known: Mapping[str, Cell], found: Mapping[str, Cell]) -> Iterator[Difference]:
    before, after = (_elsewhere(row) for row in (known, found))
    if before is None and after is None:
        return
    if before is None or after is None or canonical_url(before) != canonical_url(after):
        yield Difference("canonical", before or "", after or "")


def _elsewhere(row: Mapping[str, Cell]) -> str | None:
    """Return the URL that a page names as its own; None where it is the page itself."""
    named = row.get("page_from_canonical")
    if not isinstance(named, str) or canonical_url(named) == canonical_url(str(row.get("url_from") or "")):
        return None
    return named
