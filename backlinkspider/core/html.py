"""Reads a page: bytes in, links and facts out. The only user of the HTML parser (Lexbor, through selectolax)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple, TypeAlias

from selectolax.lexbor import LexborHTMLParser, LexborNode
from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom, to_unicode

from backlinkspider.core.domains import site_of
from backlinkspider.core.markup import bound_markup
from backlinkspider.core.rel import parse_rel, parse_robots_headers, parse_robots_meta
from backlinkspider.core.text import fold_space
from backlinkspider.core.urls import absolute_url, host_of
from backlinkspider.items import Link, Page

Document: TypeAlias = LexborHTMLParser
Element: TypeAlias = LexborNode

UNSEEN = frozenset({"script", "style", "template"})
"""Elements whose text is no part of what a reader sees."""

_CLOSED_RAW_TEXT = re.compile(r"<(script|style|title|textarea|iframe)\b([^<>]*)/>")
_HEADER_LINK = re.compile(r"""<([^<>]*)>((?:\s*;\s*[\w*-]+(?:\s*=\s*(?:"[^"]*"|[^\s",;]*))?)*)""")
_HEADER_REL = re.compile(r""";\s*rel\s*=\s*(?:"([^"]*)"|([^\s",;]*))""", re.IGNORECASE)

URL_MAXIMUM = 8_192
"""Characters of an address; servers take no longer ones, and a base that is longer would be repeated in every link."""

TITLE_MAXIMUM = 1_000
"""Characters of a title, which is repeated in every row of its page."""

_NODES_OF_A_LINK = 1_000
"""Nodes that are looked at for the text of a link which holds other links, scripts or styles."""

_ENCODINGS = frozenset(
    f"""
    utf-8 utf-16-le utf-16-be {" ".join(f"iso8859-{part}" for part in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16))}
    {" ".join(f"cp{page}" for page in (866, 874, 932, 949, *range(1250, 1259)))} koi8-r koi8-u mac-roman mac-cyrillic tis-620
    gbk gb2312 gb18030 big5 big5hkscs euc_jp iso2022_jp shift_jis euc_kr
    """.split()
)
"""Python's names for the encodings of the Encoding Standard (https://encoding.spec.whatwg.org/#names-and-labels). A page
that names another, such as Python's own `undefined` or `idna`, has named none."""


class Wording(NamedTuple):
    """What a reader sees of a link."""

    anchor: str
    alt: str | None
    link_type: str


def read_page(
    url: str,
    body: bytes,
    *,
    content_type: str | None = None,
    robots_headers: Iterable[str] = (),
    link_headers: Iterable[str] = (),
) -> Page:
    """The page that an HTTP answer holds, with every link in document order. Never raises on what the body is.

    `url` is absolute (http or https); the others are the values of the headers Content-Type, X-Robots-Tag and Link. A link
    is an `<a href>` or `<area href>` that leads to an http(s) address and is not a bare `#`
    (https://developers.google.com/search/docs/crawling-indexing/links-crawlable), resolved against the document's
    first `<base href>` (https://html.spec.whatwg.org/#document-base-url).

    >>> page = read_page("https://example.com/a", b'<base href="/x/"><p><a rel=UGC href=y>Y</a>')
    >>> [(link.url_to, link.rel) for link in page.links]
    [('https://example.com/x/y', ('ugc',))]
    """
    text = decode(body, content_type)
    if content_type is not None and "xhtml" in content_type.lower():
        # To an HTML parser <script/> begins a script that never ends; in XHTML it is empty.
        text = _CLOSED_RAW_TEXT.sub(r"<\1\2></\1>", text)
    document = LexborHTMLParser(bound_markup(text))
    meta = parse_robots_meta(_named_metas(document))
    header = parse_robots_headers(robots_headers)
    base = _base_url(document, url)
    return Page(
        url_from=url,
        domain_from=site_of(host_of(url)),
        page_from_title=_title(document),
        page_from_noindex=meta.noindex or header.noindex,
        page_from_canonical=_canonical(document, link_headers, base),
        nofollow_by=(("meta",) if meta.nofollow else ()) + (("header",) if header.nofollow else ()),
        links=_links(document, base),
        document=document,
    )


def decode(body: bytes, content_type: str | None = None) -> str:
    """The text of a page by its byte order mark, HTTP header, meta element or a guess, in this order; bad bytes become U+FFFD.

    https://html.spec.whatwg.org/#determining-the-character-encoding
    """
    encoding, mark = read_bom(body)
    if encoding is not None and mark is not None:
        return to_unicode(body[len(mark) :], encoding)
    return to_unicode(body, _declared_encoding(body, content_type) or _guess_encoding(body))


def read_wording(element: Element) -> Wording:
    """The anchor, alt text and type of the link that an `<a>` or `<area>` element makes.

    The anchor is the element's text with white space folded, without what scripts, styles and templates hold; an image's alt
    when there is no text.
    """
    if element.tag == "area":
        alt = _fold(element.attributes.get("alt"))
        return Wording(alt or "", alt, "area")
    text, image = _content_of(element)
    alt = _fold(image.attributes.get("alt")) if image is not None else None
    if text or image is None:
        return Wording(text, alt, "text")
    return Wording(alt or "", alt, "image")


def _declared_encoding(body: bytes, content_type: str | None) -> str | None:
    header = http_content_type_encoding(content_type)
    if header in _ENCODINGS:
        return header
    meta = html_body_declared_encoding(body)
    if meta is not None and meta.startswith(("utf-16", "utf-32")):
        return "utf-8"  # A meta element that could be read as ASCII is no UTF-16: so says the standard.
    return meta if meta in _ENCODINGS else None


def _guess_encoding(body: bytes) -> str:
    # What browsers guess for unlabelled western pages; it is UTF-8 if it decodes as such.
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def link_elements(document: Document) -> Iterator[Element]:
    """The `<a href>` and `<area href>` elements of a page in document order."""
    for element in document.css("a[href], area[href]"):
        # The selector matches xlink:href too, which is no href.
        if "href" in element.attributes:
            yield element


def _links(document: Document, base: str) -> list[Link]:
    links: list[Link] = []
    for element in link_elements(document):
        attributes = element.attributes
        href = attributes["href"] or ""
        if href.strip() == "#":
            continue
        url_to = absolute_url(href, base)
        if url_to is None or len(url_to) > URL_MAXIMUM:
            continue
        links.append(
            Link(
                href=href,
                url_to=url_to,
                domain_to=site_of(host_of(url_to)),
                rel=parse_rel(attributes.get("rel")),
                link_index=len(links) + 1,
                element=element,
            )
        )
    return links


def _base_url(document: Document, url: str) -> str:
    base = document.css_first("base[href]:not(svg base, math base)")
    href = base.attributes.get("href") if base is not None else None
    resolved = absolute_url(href or "", url) if base is not None else None
    return resolved if resolved is not None and len(resolved) <= URL_MAXIMUM else url


def _title(document: Document) -> str | None:
    # The document's title is its first title element in the HTML namespace; an SVG picture has titles of its own.
    title = document.css_first("head > title") or document.css_first("body title:not(svg title)")
    return fold_space(title.text())[:TITLE_MAXIMUM] if title is not None else None


def _canonical(document: Document, link_headers: Iterable[str], base: str) -> str | None:
    """The address that the page names as its own: in its first such element, else in a Link header (RFC 8288)."""
    for element in document.css("link[rel][href]"):
        if "canonical" in parse_rel(element.attributes["rel"]):
            return absolute_url(element.attributes.get("href") or "", base)
    for header in link_headers:
        for link in _HEADER_LINK.finditer(header):
            if any("canonical" in parse_rel(rel[1] or rel[2]) for rel in _HEADER_REL.finditer(link[2])):
                return absolute_url(link[1], base)
    return None


def _named_metas(document: Document) -> Sequence[tuple[str, str]]:
    return [(meta.attributes["name"] or "", meta.attributes["content"] or "") for meta in document.css("meta[name][content]")]


def _content_of(element: Element) -> tuple[str, Element | None]:
    """The text of a link that a reader sees, and its first image."""
    # An element is among the matches of its own selection: "a a" is a link in it, or it is a link in another.
    if element.css_first("a a[href], script, style, template") is None:
        return fold_space(element.text()), element.css_first("img, svg")
    # A link that holds links would make the texts of a page add up to the square of its size.
    nodes = list(islice(_seen_nodes(element), _NODES_OF_A_LINK))
    text = "".join(node.text_content or "" for node in nodes if node.is_text_node)
    return fold_space(text), next((node for node in nodes if node.tag in ("img", "svg")), None)


def _seen_nodes(element: Element) -> Iterator[Element]:
    # mem_id tells nodes apart; == compares their markup.
    node = element.first_child
    while node is not None:
        yield node
        following = None if node.tag in UNSEEN else node.first_child
        while following is None and node.mem_id != element.mem_id:
            following = node.next
            if following is None:
                node = _parent_of(node)
        node = following


def _parent_of(node: Element) -> Element:
    parent = node.parent
    assert parent is not None, "a node inside an element has a parent"
    return parent


def _fold(text: str | None) -> str | None:
    return fold_space(text) if text is not None else None
