"""Reads a page: bytes in, links and facts out. The only user of the HTML parser (Lexbor, through selectolax)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from selectolax.lexbor import LexborHTMLParser, LexborNode

from backlinkspider.core.html.encoding import decode_page, encode_query
from backlinkspider.core.html.headers import parse_link_headers, parse_refresh
from backlinkspider.core.html.inner_documents import OUTSIDE_TEMPLATES, InnerDocuments, Place
from backlinkspider.core.html.language import language_of_tag
from backlinkspider.core.html.limits import LINKS_MAXIMUM, MarkupRoom, bound_markup
from backlinkspider.core.html.mimetype import media_type
from backlinkspider.core.html.rel import FEED_TYPES, is_alternate, parse_rel, parse_robots_headers, parse_robots_meta
from backlinkspider.core.text import collapse_whitespace
from backlinkspider.core.urls.canonicalize import absolute_url, host_of
from backlinkspider.core.urls.domains import site_of_url
from backlinkspider.items import Link, LinkType, Page

Document: TypeAlias = LexborHTMLParser
Element: TypeAlias = LexborNode

UNSEEN = frozenset({"script", "style", "template", "rp", "datalist", "noembed", "noframes"})
"""Elements whose text browsers do not show (https://html.spec.whatwg.org/#hidden-elements)."""

URL_MAXIMUM = 8_192
"""Characters of an address; servers take no longer ones, and a base that is longer would be repeated in every link."""

TITLE_MAXIMUM = 1_000
"""Characters of a title, which is repeated in every row of its page."""

_CLOSED_RAW_TEXT = re.compile(r"<(script|style|title|textarea|iframe)\b([^<>]*)/>")

_LINKS = "a[href], area[href], link[href], iframe, template, frame[src], form[action], meta[http-equiv=refresh i][content]"
ADDRESS_ATTRIBUTES = {
    "a": "href",
    "area": "href",
    "link": "href",
    "iframe": "src",
    "frame": "src",
    "form": "action",
    "meta": "content",
}
"""The attribute that holds the address of a link element."""

XLINK = "xlink:href"
"""The older attribute, for the address of links in SVG."""

_BORDERS_OF_SVG = frozenset({"svg", "math", "foreignobject", "foreignObject", "desc", "title"})
_DRAWINGS = frozenset({"svg", "math"})
_NOT_DRAWN = frozenset({"link", "iframe", "form"})
"""Elements that mean nothing in a drawing. They are counted all the same, because an XPath finds them."""

_ANYWHERE = frozenset({"a", "area"})
"""Links that count in shadow roots and frames as anywhere; canonical, alternate and refresh are those of the page."""

_HOLDERS = {"template": "shadowrootmode", "iframe": "srcdoc"}
"""Elements that may hold an inner document, and the attribute that says so."""

_NAMES = {**ADDRESS_ATTRIBUTES, "template": ""}

_TYPES = {"area": LinkType.AREA, "iframe": LinkType.FRAME, "frame": LinkType.FRAME, "form": LinkType.FORM}


def read_page(  # noqa: PLR0913 - one for each header that is read
    url: str,
    body: bytes,
    *,
    content_type: str | None = None,
    robots_headers: Iterable[str] = (),
    link_headers: Iterable[str] = (),
    refresh_headers: Iterable[str] = (),
    now: float | None = None,
    links_maximum: int = LINKS_MAXIMUM,
) -> Page:
    """The page that an HTTP answer holds, with the links of its headers and then those of the document in its order.

    `url` is absolute (http or https); the others are the values of the headers Content-Type, X-Robots-Tag, Link and Refresh.
    `now` is when the page was fetched, in seconds since 1970; without it `unavailable_after` says nothing. Links beyond
    `links_maximum` are counted and not read; nor is what stands behind so many tags that they would take 300 MB.
    A link is what leads to an http(s) address: an `<a>` or `<area>` whose href is not a bare `#`
    (https://developers.google.com/search/docs/crawling-indexing/links-crawlable), a canonical or alternate link, a refresh, a
    frame, a form. Addresses are resolved against the document's first `<base href>`
    (https://html.spec.whatwg.org/#document-base-url). Never raises on what the body is.

    >>> page = read_page("https://example.com/a", b'<base href="/x/"><p><a rel=UGC href=y>Y</a>')
    >>> [(link.url_to, link.rel) for link in page.links]
    [('https://example.com/x/y', ('ugc',))]
    """
    text, codec = decode_page(body, content_type, tld=_last_label(url))
    if content_type is not None and "xhtml" in content_type.lower():
        # To an HTML parser <script/> begins a script that never ends; in XHTML it is empty.
        text = _CLOSED_RAW_TEXT.sub(r"<\1\2></\1>", text)
    markup = bound_markup(text, MarkupRoom(links_maximum))
    # It may be of 16 MB, of which little is read.
    del text
    document = LexborHTMLParser(markup.text)
    meta = parse_robots_meta(_named_metas(document), now)
    header = parse_robots_headers(robots_headers, now)
    title = _title(document)
    # What a header names is relative to the page (RFC 8288, 3.2), not to the base that its document has.
    links = _header_links(link_headers, refresh_headers, url)
    base = _base_url(document, url)
    # Metadata of inner documents is not that of the page, which has been read now.
    in_document, left_out = _all_links(document, base, codec, first_index=len(links) + 1, room=markup.room)
    links += in_document
    return Page(
        url_from=url,
        domain_from=site_of_url(url),
        page_from_title=title,
        page_from_language=_declared_language(document),
        page_from_noindex=meta.noindex or header.noindex,
        page_from_canonical=_canonical(links),
        nofollow_by=(("meta",) if meta.nofollow else ()) + (("header",) if header.nofollow else ()),
        links=links[:links_maximum],
        links_left_out=markup.links_left_out + left_out + max(0, len(links) - links_maximum),
        document=document,
    )


def feed_addresses(page: Page) -> list[str]:
    """The addresses of the feeds that a page names, as long as it has its document.

    https://www.rssboard.org/rss-autodiscovery
    """
    alternates = [link for link in page.links if link.link_type == LinkType.ALTERNATE and link.element is not None]
    return [link.url_to for link in alternates if media_type(link.element.attributes.get("type")) in FEED_TYPES]


def declared_sitemaps(page: Page) -> list[str]:
    """The addresses of the sitemaps that a page's head names, or that its software always has, as long as it has its document.

    `<link rel=sitemap>` is widely used; WordPress has had a sitemap of its own since 5.5
    (https://make.wordpress.org/core/2020/07/22/new-xml-sitemaps-functionality-in-wordpress-5-5/).
    """
    named = [element.attributes.get("href") or "" for element in page.document.css("head link[rel~=sitemap i][href]")]
    generator = page.document.css_first("head meta[name=generator i][content^='WordPress ' i]")
    if not named and generator is not None:
        named = ["/wp-sitemap.xml"]
    return [url for address in named if (url := absolute_url(address, page.url_from)) is not None]


def declared_blogrolls(page: Page) -> list[str]:
    """The addresses of the lists of blogs that a page's head names (`rel=blogroll`), as long as it has its document."""
    named = (element.attributes.get("href") or "" for element in page.document.css("head link[rel~=blogroll i][href]"))
    return [url for address in named if (url := absolute_url(address, page.url_from)) is not None]


def holds_only_text(element: Element) -> bool:
    """Return whether an element has no other in it: most links have none, and to select in them costs more than to look."""
    child = element.first_child
    return child is None or (child.is_text_node and child.next is None)


def only_text(element: Element) -> str | None:
    """The text of an element that holds nothing else; None for one that holds elements."""
    if not holds_only_text(element):
        return None
    child = element.first_child
    return (child.text_content or "") if child is not None else ""


def read_headline(document: Document) -> str | None:
    """The text of the first `<h1>` of a page."""
    headline = document.css_first("h1:not(iframe h1)")
    return collapse_whitespace(headline.text())[:TITLE_MAXIMUM] if headline is not None else None


def _all_links(document: Document, base: str, codec: str, *, first_index: int, room: MarkupRoom) -> tuple[list[Link], int]:
    """The links of a document and of those inside it, and how many there was no room for."""
    try:
        return _document_links(document, Place(base, defaultdict(dict)), codec, first_index=first_index), 0
    except _HoldsDocumentsError:
        inner = InnerDocuments(document, base, room)
    links = _document_links(document, Place(base, defaultdict(dict)), codec, first_index=first_index, inner=inner)
    inner.fill_slots()
    return links, inner.links_left_out


class _HoldsDocumentsError(Exception):
    """Raised by `_document_links`, which comes by what holds an inner document anyway; few pages do."""


def _document_links(
    document: Document, place: Place, codec: str, *, first_index: int, inner: InnerDocuments | None = None
) -> list[Link]:
    # A page links to the same places again.
    addresses: defaultdict[str, dict[str, tuple[str, str] | None]] = defaultdict(dict)
    links: list[Link] = []
    has_templates = False
    counts, known = place.counts, addresses[place.base]
    for element in document.css(_LINKS):
        tag = element.tag or ""
        attributes = element.attributes
        name = _NAMES[tag]
        if inner is None and tag in _HOLDERS and _HOLDERS[tag] in attributes:
            raise _HoldsDocumentsError
        if name not in attributes:
            # The selector matches xlink:href too.
            if not _is_svg_link(element):
                has_templates = has_templates or tag == "template"
                continue
            name = XLINK
        if inner is not None:
            place = inner.place_of(element)
            counts, known = place.counts, addresses[place.base]
        written = attributes[name] or ""
        counted = counts[tag if name is not XLINK else XLINK]
        counted[written] = ordinal = counted.get(written, 0) + 1
        rel = parse_rel(attributes["rel"]) if "rel" in attributes and tag != "meta" else ()
        if tag not in _ANYWHERE and not _counts_here(element, tag, rel, place):
            continue
        # Most links by far are of this kind.
        pointer = (written, None) if tag == "a" and written.strip() != "#" else _pointer_of(tag, written, rel, attributes)
        if pointer is None:
            continue
        href, link_type = pointer
        if href not in known:
            known[href] = _resolve(href if codec == "utf-8" or href.isascii() else encode_query(href, codec), place.base)
        address = known[href]
        if address is not None:
            url_to, domain_to = address
            index = first_index + len(links)
            link = Link(href, url_to, domain_to, rel, index, link_type, element=element, ordinal=ordinal)
            link.path_around, link.is_xlink = place.path_around, name is XLINK
            links.append(link)
    return _pass_templates_by(links, document) if has_templates else links


def _pass_templates_by(links: list[Link], document: Document) -> list[Link]:
    """Let the paths of links pass by templates that hold the same address: parsers without templates take them for links too."""
    held = {_key_of(element) for element in _elements_in_templates(document)}
    for link in links:
        before, behind = link.path_around
        if behind == ")" and _key_of(link.element) in held:
            link.path_around = (before, OUTSIDE_TEMPLATES)
    return links


def _elements_in_templates(document: Document) -> Iterator[Element]:
    """Yield what may be a link inside templates, and in templates inside them."""
    waiting = [document.root] if document.root is not None else []
    while waiting:
        for fragment in waiting.pop().template_fragments():
            waiting.append(fragment)
            yield from fragment.css(_LINKS)


def _key_of(element: Element) -> tuple[str | None, str | None]:
    """Return the tag and the address as written, by which a path finds elements."""
    tag, attributes = element.tag, element.attributes
    return tag, attributes.get(_NAMES.get(tag or "", ""), attributes.get(XLINK))


def _counts_here(element: Element, tag: str, rel: Sequence[str], place: Place) -> bool:
    """Return whether an element other than an `<a>` is a link where it stands."""
    if tag == "template" or (tag in _NOT_DRAWN and _is_in_drawing(element)):
        return False
    if tag == "iframe":
        # A browser shows srcdoc in place of src.
        return "srcdoc" not in element.attributes
    if place.is_inner:
        return tag == "form"
    # Anybody may write a canonical in a comment, so search engines take it from the head only.
    return tag != "link" or "canonical" not in rel or _is_in_head(element)


def _is_svg_link(element: Element) -> bool:
    """Return whether xlink:href of an element is an address: of an `<a>` in SVG (https://www.w3.org/TR/SVG2/linking.html#XLinkHrefAttribute)."""
    if element.tag != "a" or XLINK not in element.attributes:
        return False
    outer = element.parent
    while outer is not None and outer.tag not in _BORDERS_OF_SVG:
        outer = outer.parent
    return outer is not None and outer.tag == "svg"


def _is_in_drawing(element: Element) -> bool:
    outer = element.parent
    while outer is not None and outer.tag not in _DRAWINGS:
        outer = outer.parent
    return outer is not None


def _is_in_head(element: Element) -> bool:
    """Return whether an element is metadata of the page.

    (https://developers.google.com/search/docs/crawling-indexing/consolidate-duplicate-urls).
    """
    outer = element.parent
    while outer is not None and outer.tag == "noscript":
        outer = outer.parent
    return outer is not None and outer.tag == "head"


def _last_label(url: str) -> str:
    return host_of(url).rpartition(".")[2]


def _resolve(href: str, base: str) -> tuple[str, str] | None:
    """Where an address leads, and the site of that; None for what leads to no page."""
    url = absolute_url(href, base)
    return None if url is None or len(url) > URL_MAXIMUM else (url, site_of_url(url))


def _pointer_of(
    tag: str, written: str, rel: Sequence[str], attributes: Mapping[str, str | None]
) -> tuple[str, LinkType | None] | None:
    """The address that an element names, and the type of link that it is; None for one that is not a link."""
    if tag in ("a", "area"):
        return None if written.strip() == "#" else (written, _TYPES.get(tag))
    if tag == "meta":
        return _refresh_pointer(written)
    link_type = _TYPES.get(tag) or _type_of_rel(rel, attributes)
    return (written, link_type) if link_type is not None and written.strip() else None


def _refresh_pointer(value: str) -> tuple[str, LinkType] | None:
    refresh = parse_refresh(value)
    return (refresh.href, LinkType.META_REFRESH) if refresh is not None and refresh.href is not None else None


def _header_links(link_headers: Iterable[str], refresh_headers: Iterable[str], url: str) -> list[Link]:
    named = [(link.href, link.rel, _type_of_rel(link.rel, link.parameters)) for link in parse_link_headers(link_headers)]
    named += [(refresh[0], (), refresh[1]) for refresh in map(_refresh_pointer, refresh_headers) if refresh is not None]
    links: list[Link] = []
    for href, rel, link_type in named:
        address = _resolve(href, url) if link_type is not None else None
        if address is not None:
            links.append(Link(href, *address, rel, 1 + len(links), link_type))
    return links


def _type_of_rel(rel: Sequence[str], attributes: Mapping[str, str | None]) -> LinkType | None:
    """Return the type of a `<link>` or Link header; None where it leads to no page or does not count (`next`, `author`)."""
    if "canonical" in rel:
        return LinkType.CANONICAL
    return LinkType.ALTERNATE if is_alternate(rel, attributes) else None


def _base_url(document: Document, url: str) -> str:
    base = document.css_first("base[href]:not(svg base, math base)")
    href = base.attributes.get("href") if base is not None else None
    resolved = absolute_url(href or "", url) if base is not None else None
    return resolved if resolved is not None and len(resolved) <= URL_MAXIMUM else url


def _title(document: Document) -> str | None:
    # The document's title is its first title element in the HTML namespace; an SVG picture has titles of its own.
    title = document.css_first("head > title") or document.css_first("body title:not(svg title)")
    return collapse_whitespace(title.text())[:TITLE_MAXIMUM] if title is not None else None


def _declared_language(document: Document) -> str | None:
    attributes = document.root.attributes if document.root is not None else {}
    return language_of_tag(attributes.get("lang") or attributes.get("xml:lang") or "")


def _canonical(links: Iterable[Link]) -> str | None:
    """The address that the page names as its own: in its first such element, else in a Link header."""
    canonical = [link for link in links if link.link_type == LinkType.CANONICAL]
    in_document = (link for link in canonical if link.element is not None)
    link = next(in_document, None) or next(iter(canonical), None)
    return link.url_to if link is not None else None


def _named_metas(document: Document) -> Sequence[tuple[str, str]]:
    return [(meta.attributes["name"] or "", meta.attributes["content"] or "") for meta in document.css("meta[name][content]")]
