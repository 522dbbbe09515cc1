"""Describe each link that is kept, as readers and search engines see it."""

from __future__ import annotations

from backlinkspider.core.html.language import language_of_page
from backlinkspider.core.html.parser import Element, only_text, read_headline
from backlinkspider.core.html.rel import nofollow_layers
from backlinkspider.core.page.anchor_text import read_anchor_text
from backlinkspider.core.page.context import read_markup, read_path, touches_letters, whole_markup, words_after, words_before
from backlinkspider.core.page.footprints import read_analytics_ids, read_template
from backlinkspider.core.page.hidden import ONE_CHARACTER, hides_images, is_lone_character
from backlinkspider.core.page.link_density import LinkDensity
from backlinkspider.core.page.main_text import count_words
from backlinkspider.core.page.outline import OutlineNode, read_outline
from backlinkspider.core.page.position import PositionClassifier
from backlinkspider.core.text import visible_text
from backlinkspider.items import AnchorSource, Link, LinkType, Page, PageText

# To look a member of an Enum up takes Python 3.11 as long as a call.
_TEXT = LinkType.TEXT
_FROM_TEXT = AnchorSource.TEXT


def describe_links(page: Page) -> None:
    """Fill in what a page says of its links, and let its document go.

    All that costs more than a look at the link is read here, for the links that are kept.
    """
    if page.document is not None:
        _describe_page(page)
    for link in page.links:
        link.nofollow_by = layers = nofollow_layers(link.rel, page.nofollow_by)
        link.dofollow = not layers


def _describe_page(page: Page) -> None:
    classifier = PositionClassifier(page.document)
    rated = [link for link in page.links if link.needs_rating]
    density = LinkDensity()
    for link in rated:
        if link.element is not None and link.is_hyperlink:
            link.text_share = density.share_around(link.element)
    linking = [link for link in page.links if link.element is not None]
    outline = read_outline(page.document, classifier, {link.element.mem_id for link in linking})
    element = node = None
    for link in linking:
        # With several targets an element has a link for each, one after the other.
        if link.element is not element:
            element = link.element
            node = outline.links.pop(element.mem_id, None)
        _read_element(link, element)
        # The links of the page as a whole stand nowhere on it.
        if node is not None:
            if link.anchor is not None:
                link.text_pre = words_before(outline.text_runs, node.start)
                link.text_post = words_after(outline.text_runs, node.end)
            _locate(link, node, classifier, page.url_from)
        link.element = None
    text = outline.main_text
    page.page_from_words = count_words(text)
    language = language_of_page(page.page_from_language, text)
    page.page_from_language, page.page_from_language_source = language
    if rated:
        page.page_from_analytics_ids = read_analytics_ids(page.document)
        page.page_from_template = read_template(page.document)
        headings = (page.page_from_title, read_headline(page.document))
        page.text = PageText(text, tuple(heading for heading in headings if heading))
    page.document = None


def _read_element(link: Link, element: Element) -> None:
    """Read the columns that a link's element alone determines."""
    link.link_path = read_path(element, link.href, link.ordinal, link.path_around, is_xlink=link.is_xlink)
    text = only_text(element) if link.link_type is None else None
    anchor = visible_text(text) if text is not None else ""
    if anchor:
        # Most links are of this kind, and read so in half of the time.
        link.anchor, link.anchor_source, link.link_type, link.link_html = anchor, _FROM_TEXT, _TEXT, whole_markup(element)
        return
    if link.is_hyperlink:
        link.anchor, link.alt, link.link_type, link.anchor_source = read_anchor_text(element)
    link.link_html = read_markup(element)


def _locate(link: Link, node: OutlineNode, classifier: PositionClassifier, url_from: str) -> None:
    link.position = classifier.position_of(node.element, link.href, node.around)
    link.semantic_location = node.around.semantic_location
    link.hidden = _hidden_by(link, node.element, node.inside.hidden_by, url_from)


def _hidden_by(link: Link, element: Element, hidden: str | None, url_from: str) -> str | None:
    """Return what hides a link, by what hides a text in its element."""
    if link.link_type is not _TEXT:
        return hidden if hides_images(hidden) else None
    if hidden or link.anchor is None or len(link.anchor) != 1 or link.url_to.partition("#")[0] == url_from:
        return hidden
    return ONE_CHARACTER if is_lone_character(link.anchor, is_in_word=touches_letters(element)) else None
