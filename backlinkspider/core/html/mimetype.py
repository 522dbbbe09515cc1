"""Whether an answer is an HTML page, by what its header says and what it is."""

from __future__ import annotations

import re
from collections.abc import Iterable

from backlinkspider.core.html.encoding import split_mark

_HTML_TYPE = re.compile(r"\s*(?:text/(?:x-)?html|application/(?:xhtml\+xml|vnd\.wap\.xhtml\+xml))\s*(?:[;,]|\Z)", re.IGNORECASE)
_COMMA = re.compile(r""",(?=(?:[^"]*"[^"]*")*[^"]*\Z)""")
"""A comma outside quotes."""

_TYPE = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+/[!#$%&'*+.^_`|~0-9A-Za-z-]+\s*(?:;|\Z)")
_BEGINNING_BYTES = 1_000
_BEGINNING_OF_HTML = re.compile(
    rb"(?:\s|<!--.*?-->|<\?xml[^>]*>)*+<(?:!doctype\s+(?:html|svg:html)|html)(?=[\s>])", re.IGNORECASE | re.DOTALL
)
_TAG_OF_HTML = re.compile(
    rb"(?:\s|<!--.*?-->)*+<(?:head|title|meta|body|script|style|table|div|p|a|h1|b|br|font|iframe|center)(?=[\s>])",
    re.IGNORECASE | re.DOTALL,
)
_BINARY = re.compile(
    rb"%PDF-|\x89PNG|GIF8|\xff\xd8\xff|PK\x03\x04|\x1f\x8b|RIFF....WEBP|\x00\x00\x00.ftyp|Rar!|7z\xbc\xaf|OggS\x00|ID3[\x02-\x04]"
)


def is_html(body: bytes, content_type: str | None) -> bool:
    """Return whether an answer is to be read as an HTML page.

    Servers lie: what is named HTML may be a picture, and a page may have no type, a broken one or that of XML. A page without a
    type is known by its first tag (https://mimesniff.spec.whatwg.org/#identifying-a-resource-with-an-unknown-mime-type); one
    with another type only by what can be nothing else, its doctype or html element.

    >>> is_html(b"<p>Hello", "text/html"), is_html(b"%PDF-1.7", "text/html"), is_html(b"<!doctype html>", "text/plain")
    (True, False, True)
    """
    beginning = _beginning(body)
    if content_type is not None and _HTML_TYPE.match(content_type):
        return _BINARY.match(beginning) is None
    if _BEGINNING_OF_HTML.match(beginning):
        return True
    return not _has_type(content_type) and _TAG_OF_HTML.match(beginning) is not None


def extract_mime_type(values: Iterable[str]) -> str | None:
    """Return the type that several Content-Type headers, or a header with commas, name together; None when they name none.

    The last type counts, unless it is `*/*` or not a type; it keeps the charset that an equal type before it had
    (https://fetch.spec.whatwg.org/#concept-header-extract-mime-type).

    >>> extract_mime_type(["text/plain", "text/html;charset=gbk", "text/html, */*"])
    'text/html;charset=gbk'
    """
    found: str | None = None
    for part in (text.strip() for value in values for text in _COMMA.split(value)):
        if not _TYPE.match(part) or part.startswith("*/*"):
            continue
        is_repeated = found is not None and media_type(found) == media_type(part)
        found = found if is_repeated and ";" not in part else part
    return found


def media_type(value: str | None) -> str:
    """Return the media type in an attribute or header, lower case, without parameters.

    >>> media_type(" Application/RSS+XML; charset=utf-8")
    'application/rss+xml'
    """
    return (value or "").partition(";")[0].strip().lower()


def _has_type(content_type: str | None) -> bool:
    """Return whether a Content-Type header names a type at all; `*/*` and such names none."""
    kind = media_type(content_type)
    return "/" in kind and kind not in ("*/*", "unknown/unknown", "application/unknown")


def _beginning(body: bytes) -> bytes:
    """The first bytes of a body in an encoding that has ASCII in it."""
    encoding, beginning = split_mark(body[:_BEGINNING_BYTES])
    if encoding is None or encoding == "utf-8":
        return beginning
    return beginning.decode(encoding, "replace").encode()
