"""Signals of where a link stands."""

from __future__ import annotations

from backlinkspider.core.page.hidden import ARIA_HIDDEN, ONE_CHARACTER
from backlinkspider.core.page.position_words import Position
from backlinkspider.core.quality.reading import (
    Evidence,
    Reading,
    has_keyword_anchor,
    is_name_alone,
    number_in,
    share_text,
    text_in,
)
from backlinkspider.items import LinkType

_POSITIONS = frozenset(position.value for position in Position)
_MENUS = frozenset({Position.NAV.value, Position.HEADER.value, Position.SIDEBAR.value})

_FIXTURES = _MENUS | {Position.FOOTER.value}
_NOT_CLICKED = frozenset({LinkType.FRAME.value, LinkType.FORM.value, LinkType.REDIRECT.value, LinkType.META_REFRESH.value})

_FOLDS = frozenset({"hidden", "display", "visibility"})
"""Scripts show again what these hide."""

_TEXT_SHARE = 2 / 3
_LINKS_SHARE = 1 / 3

SITEWIDE_PAGES = 5
"""Minimum number of pages read from a site before its pages are compared."""
_MOST_PAGES = 0.5
_SOME_PAGES = 0.1


def read_position(evidence: Evidence) -> Reading | None:
    """The part of the page: an editor puts a recommendation into the text; menus and footers are fixtures.

    The levels are the values of the column `position`.

    Source: Google's patent US 7,716,225 (reasonable surfer); Ahrefs' `is_content`.
    """
    position = text_in(evidence, "position")
    return Reading(position, position) if position in _POSITIONS else None


def read_text_share(evidence: Evidence) -> Reading | None:
    """Whether the link stands in running text or among other links.

    `text` is two thirds of the block or more, `links` less than a third, `mixed` what lies between.

    Source: Kohlschütter, Fankhauser and Nejdl, Boilerplate Detection using Shallow Text Features (2010).
    """
    share = number_in(evidence, "text_share")
    if share is None:
        return None
    level = "text" if share >= _TEXT_SHARE else "mixed" if share >= _LINKS_SHARE else "links"
    return Reading(level, f"{share_text(share)} of the block's text")


def read_hidden(evidence: Evidence) -> Reading | None:
    """Read what hides the link from readers.

    `style` puts it out of sight, or leaves it without size or colour; `one_character` is a link on a mark, or on a single letter
    in a text. `folded` is `display:none` and its like, which honest pages use for tabs and slides, and intruders for links.
    `in_menu` is a menu that opens: folded in the menu, header or sidebar, or out of sight there in a list of links, which a
    sentence is not. `replaced` is the name of a network outside the text, out of sight where an icon stands for it. `aria` hides
    from screen readers only. Not measured for frames and what else nobody clicks on, and for a mark whose link stands on the page
    again: that is one link in two pieces.

    Source: https://developers.google.com/search/docs/essentials/spam-policies#hidden-text-and-links
    """
    hidden = text_in(evidence, "hidden")
    if hidden is None or text_in(evidence, "link_type") in _NOT_CLICKED:
        return None
    if hidden == ONE_CHARACTER and (number_in(evidence, "links_count") or 1) > 1:
        return None
    if hidden in (ARIA_HIDDEN, ONE_CHARACTER):
        return Reading("aria" if hidden == ARIA_HIDDEN else "one_character", hidden)
    is_folded = hidden.partition(":")[0] in _FOLDS
    if text_in(evidence, "position") in _MENUS and (is_folded or _is_list_of_links(evidence)):
        return Reading("in_menu", hidden)
    if not is_folded and text_in(evidence, "position") in _FIXTURES and is_name_alone(evidence):
        return Reading("replaced", hidden)
    return Reading("folded" if is_folded else "style", hidden)


def _is_list_of_links(evidence: Evidence) -> bool:
    share = number_in(evidence, "text_share")
    return share is None or share < _LINKS_SHARE


def read_sitewide(evidence: Evidence) -> Reading | None:
    """How many pages of the site repeat the link: one that is on all of them belongs to the template, and is worth one link.

    `most` is half of the pages or more, `some` a tenth or more, `single` less. `keyword` is on most pages, outside the text,
    with an exact or partial anchor. At least 5 pages of the site must have been read.

    Source: hosted indexes, which show one link per domain.
    """
    share = number_in(evidence, "sitewide")
    pages = number_in(evidence, "domain_from_pages")
    if share is None or pages is None or pages < SITEWIDE_PAGES:
        return None
    level = "some" if share >= _SOME_PAGES and share * pages > 1 else "single"
    if share >= _MOST_PAGES:
        is_in_text = text_in(evidence, "position") == Position.CONTENT.value
        level = "keyword" if has_keyword_anchor(evidence) and not is_in_text else "most"
    return Reading(level, f"{share_text(share)} of {pages:.0f} pages")
