"""Describe each link that is kept, as readers and search engines see it."""

from __future__ import annotations

from typing import NamedTuple

from backlinkspider.core.html.language import language_of_page
from backlinkspider.core.html.parser import Element, only_text, read_headline
from backlinkspider.core.html.rel import nofollow_layers
from backlinkspider.core.page.anchor_text import read_anchor_text
from backlinkspider.core.page.context import read_markup, read_path, touches_letters, whole_markup, words_after, words_before
from backlinkspider.core.page.footprints import read_analytics_ids, read_template
from backlinkspider.core.page.hidden import ONE_CHARACTER, hides_images, is_lone_character, is_seen_image, leaves_images
from backlinkspider.core.page.link_density import LinkDensity
from backlinkspider.core.page.main_text import count_words
from backlinkspider.core.page.outline import OutlineNode, read_outline
from backlinkspider.core.page.position import PositionClassifier
from backlinkspider.core.rows.demand import EVERYTHING, ColumnDemand
from backlinkspider.core.text import visible_text
from backlinkspider.items import AnchorSource, Link, LinkType, Page, PageText

# To look a member of an Enum up takes Python 3.11 as long as a call.
_TEXT = LinkType.TEXT
_FROM_TEXT = AnchorSource.TEXT


_ANCHOR = frozenset({"anchor", "anchor_source", "alt", "link_type"})
_PATH = frozenset({"link_path"})
_MARKUP = frozenset({"link_html"})
_CONTEXT = frozenset({"text_pre", "text_post"})
_PLACE = frozenset({"position", "semantic_location", "hidden"})
_FOLLOWED = frozenset({"nofollow_by", "dofollow"})
_MAIN_TEXT = frozenset({"page_from_words", "page_from_language", "page_from_language_source"})
_FOR_RATED_LINKS = frozenset({"text_share", "page_from_analytics_ids", "page_from_template", "topic_relevance"})


class _Parts(NamedTuple):
    """What is read of a link."""

    anchor: bool
    path: bool
    markup: bool
    context: bool
    place: bool

    @property
    def is_located(self) -> bool:
        """Return whether it must be found in the outline of the page."""
        return self.context or self.place


_EVERY_PART = _Parts(anchor=True, path=True, markup=True, context=True, place=True)


def describe_links(page: Page, demand: ColumnDemand = EVERYTHING) -> None:
    """Fill in what a page says of its links, as far as it is needed, and let its document go.

    All that costs more than a look at the link is read here, for the links that are kept.
    """
    if page.document is not None:
        _describe_page(page, demand)
    # The summary counts backlinks that are followed.
    backlinks = [link for link in page.links if link.needs_rating]
    for link in page.links if demand.wants(_FOLLOWED, page.links) else backlinks:
        link.nofollow_by = layers = nofollow_layers(link.rel, page.nofollow_by)
        link.dofollow = not layers


def _describe_page(page: Page, demand: ColumnDemand) -> None:
    rated = [link for link in page.links if link.needs_rating] if demand.wants(_FOR_RATED_LINKS, page.links) else []
    density = LinkDensity()
    for link in rated:
        if link.element is not None and link.is_hyperlink:
            link.text_share = density.share_around(link.element)
    text = _describe_elements(page, demand)
    if text is not None:
        page.page_from_words = count_words(text)
        language = language_of_page(page.page_from_language, text)
        page.page_from_language, page.page_from_language_source = language
    if rated:
        page.page_from_analytics_ids = read_analytics_ids(page.document)
        page.page_from_template = read_template(page.document)
        headings = (page.page_from_title, read_headline(page.document))
        page.text = PageText(text or "", tuple(heading for heading in headings if heading))
    page.document = None


def _describe_elements(page: Page, demand: ColumnDemand) -> str | None:
    """Read the links that have an element; return the main text of the page where it was read."""
    chosen = _Parts(*(not demand.columns.isdisjoint(part) for part in (_ANCHOR, _PATH, _MARKUP, _CONTEXT, _PLACE)))
    linking = [link for link in page.links if link.element is not None]
    judged = {*map(id, demand.judged(linking))}
    located = {link.element.mem_id for link in linking if chosen.is_located or id(link) in judged}
    outline = None
    if located or demand.wants(_MAIN_TEXT, page.links):
        classifier = PositionClassifier(page.document)
        outline = read_outline(page.document, classifier, located)
    element = node = None
    for link in linking:
        parts = _EVERY_PART if id(link) in judged else chosen
        # With several targets an element has a link for each, one after the other.
        if link.element is not element:
            element = link.element
            node = outline.links.pop(element.mem_id, None) if outline is not None else None
        _read_element(link, element, parts)
        # The links of the page as a whole stand nowhere on it.
        if node is not None and outline is not None:
            if parts.context and link.anchor is not None:
                link.text_pre = words_before(outline.text_runs, node.start)
                link.text_post = words_after(outline.text_runs, node.end)
            if parts.place:
                _locate(link, node, classifier, page.url_from)
        link.element = None
    return outline.main_text if outline is not None else None


def _read_element(link: Link, element: Element, parts: _Parts) -> None:
    """Read the columns that a link's element alone determines."""
    if parts.path:
        link.link_path = read_path(element, link.href, link.ordinal, link.path_around, is_xlink=link.is_xlink)
    if parts.anchor:
        text = only_text(element) if link.link_type is None else None
        anchor = visible_text(text) if text is not None else ""
        if anchor:
            # Most links are of this kind, and read so in half of the time.
            link.anchor, link.anchor_source, link.link_type = anchor, _FROM_TEXT, _TEXT
            if parts.markup:
                link.link_html = whole_markup(element)
            return
        if link.is_hyperlink:
            link.anchor, link.alt, link.link_type, link.anchor_source = read_anchor_text(element)
    if parts.markup:
        link.link_html = read_markup(element)


def _locate(link: Link, node: OutlineNode, classifier: PositionClassifier, url_from: str) -> None:
    link.position = classifier.position_of(node.element, link.href, node.around)
    link.semantic_location = node.around.semantic_location
    link.hidden = _hidden_by(link, node.element, node.inside.hidden_by, url_from)


def _hidden_by(link: Link, element: Element, hidden: str | None, url_from: str) -> str | None:
    """Return what hides a link, by what hides a text in its element."""
    if link.link_type is not _TEXT:
        return hidden if hides_images(hidden) else None
    if leaves_images(hidden) and any(is_seen_image(image.attributes) for image in element.css("img")):
        return None
    if hidden or link.anchor is None or len(link.anchor) != 1 or link.url_to.partition("#")[0] == url_from:
        return hidden
    return ONE_CHARACTER if is_lone_character(link.anchor, is_in_word=touches_letters(element)) else None
