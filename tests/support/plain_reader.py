"""Reads the links of a page in the plainest way: another parser, another way to join addresses, no caches.

What it has in common with the fast way is the URL Standard's own library, which says how an address is written in the end.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import NamedTuple, cast
from urllib.parse import urljoin

import ada_url
import lxml.html
from lxml.etree import Comment, ProcessingInstruction

from backlinkspider.core.html.parser import URL_MAXIMUM


class PlainRow(NamedTuple):
    """What a row says of a link, read plainly."""

    link_type: str
    href: str
    url_to: str
    rel: tuple[str, ...]
    anchor: str | None
    alt: str | None


def read_plainly(url: str, text: str) -> list[PlainRow]:
    """The links of a page in document order."""
    # XML 1.0 has no place for most control characters.
    clean = text.encode("utf-8", "replace").translate(None, bytes([*range(9), 11, 12, *range(14, 32)]))
    parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=True)
    root = lxml.html.document_fromstring(clean or b"<html></html>", parser=parser)
    bases = cast("list[str]", root.xpath("//base/@href"))
    base = resolve(bases[0], url) if bases else url
    return list(read_links(root, base or url))


def read_links(root: lxml.html.HtmlElement, base: str) -> Iterator[PlainRow]:
    for element in root.iter("a", "area", "link", "iframe", "frame", "form", "meta"):
        link_type, href = link_of(element)
        if link_type is None or href is None or any(True for _ in element.iterancestors("template")):
            continue
        if link_type == "canonical" and not any(True for _ in element.iterancestors("head")):
            continue
        is_hyperlink = link_type in ("text", "image", "area")
        if href.strip() == ("#" if is_hyperlink else ""):
            continue
        url_to = resolve(href, base)
        if url_to is not None and len(url_to) <= URL_MAXIMUM:
            anchor, alt = wording_of(element, link_type) if is_hyperlink else (None, None)
            rel = tuple(dict.fromkeys((element.get("rel") or "").lower().split()))
            yield PlainRow(link_type, href, url_to, rel if element.tag != "meta" else (), anchor, alt)


ADDRESSES = {"a": "href", "area": "href", "link": "href", "iframe": "src", "frame": "src", "form": "action"}


def link_of(element: lxml.html.HtmlElement) -> tuple[str | None, str | None]:
    """The type of link that an element is, and its address."""
    rel = (element.get("rel") or "").lower().split()
    is_refresh = (element.get("http-equiv") or "").lower() == "refresh"
    types = {
        "a": "image" if not text_of(element) and (name_of(element) or any(True for _ in element.iter("img", "svg"))) else "text",
        "area": "area",
        "link": "canonical" if "canonical" in rel else "alternate" if is_alternate(element, rel) else None,
        "iframe": "frame",
        "frame": "frame",
        "form": "form",
        "meta": "meta_refresh" if is_refresh else None,
    }
    if element.tag != "meta":
        return types[element.tag], element.get(ADDRESSES[element.tag])
    address = re.match(r"\s*\d+\s*[;,]\s*(?:url\s*=\s*)?['\"]?([^'\"]+)", element.get("content") or "", re.IGNORECASE)
    return types["meta"], address[1] if address else None


def is_alternate(element: lxml.html.HtmlElement, rel: list[str]) -> bool:
    if "alternate" not in rel or "stylesheet" in rel:
        return False
    kind = (element.get("type") or "").lower()
    if re.search(r"rss|atom|rdf|feed\+json|/xml$", kind):
        return True
    has_reader = bool((element.get("hreflang") or "").strip() or (element.get("media") or "").strip())
    return has_reader and (not kind.startswith("application/") or "xhtml" in kind)


BREAKS = re.compile(
    r"address|article|aside|blockquote|body|br|caption|center|d[dlt]|details|dialog|dir|div|fieldset|fig(?:caption|ure)|footer"
    r"|form|h[1-6r]|header|hgroup|html|legend|li|listing|main|menu|nav|[ou]l|opt(?:group|ion)|p|pre|search|section|summary|table"
    r"|t(?:body|d|foot|h|head|itle|r)|xmp"
)
"""Elements at whose edges words are apart."""


def wording_of(element: lxml.html.HtmlElement, link_type: str) -> tuple[str, str | None]:
    """The anchor and the alt text of a link."""
    element = copy.deepcopy(element)
    for inner in [inner for inner in element.iterdescendants() if is_hidden(inner)]:
        inner.drop_tree()
    titles = [fold(title.text_content()) for title in element.iter("title")]
    images = [element] if element.tag == "area" else list(element.iter("img", "svg"))
    image = next((image for image in images if fold(image.get("alt") or "")), images[0] if images else None)
    alt = fold(image.get("alt")) if image is not None and image.get("alt") is not None else None
    alt = alt or next(filter(None, titles), alt)
    text = text_of(element) if link_type == "text" else alt
    return text or name_of(element), alt


def is_hidden(element: lxml.html.HtmlElement) -> bool:
    """Whether nothing of an element is shown; images wait for a script that loads them."""
    if not isinstance(element.tag, str) or not (len(element) or element.text):
        return False
    style = re.sub(r"\s", "", element.get("style") or "").lower()
    if "display:" not in style and element.get("hidden") is not None:
        return True
    return re.search(r"\b(?:display:none|visibility:hidden)\b", style) is not None


def name_of(element: lxml.html.HtmlElement) -> str:
    """What a link without text and alt is called."""
    elements = [inner for inner in element.iter() if isinstance(inner.tag, str)]
    names = [fold(inner.get(name) or "") for name in ("aria-label", "title") for inner in elements]
    return next(filter(None, names), "")


def text_of(element: lxml.html.HtmlElement) -> str:
    return fold("".join(texts_in(element)))


INVISIBLE = re.compile(
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    r"\ufeff\uffa0 ]*"
)


def fold(text: str) -> str:
    folded = " ".join(text.split())
    return "" if INVISIBLE.fullmatch(folded) else folded


def texts_in(element: lxml.html.HtmlElement) -> Iterator[str]:
    if element.tag in ("script", "style", "template", Comment, ProcessingInstruction):
        return
    yield element.text or ""
    for child in element:
        space = " " if isinstance(child.tag, str) and BREAKS.fullmatch(child.tag) else ""
        yield space
        yield from texts_in(child)
        yield space + (child.tail or "")


def resolve(href: str, base: str) -> str | None:
    """Where an address leads; None when it is none of the web."""
    address = re.sub(r"[\t\n\r]", "", href).strip("".join(map(chr, range(33))))
    # urljoin drops an empty query and an empty fragment.
    dropped = address[-1:] if address.endswith(("?", "#")) else ""
    try:
        url = ada_url.URL(urljoin(base, address).removesuffix(dropped) + dropped).href
    except ValueError:
        return None
    return url if url.startswith(("http://", "https://")) else None
