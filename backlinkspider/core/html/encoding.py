"""The text of a page: which encoding its bytes are in."""

from __future__ import annotations

import re

from webencodings import UTF8, Encoding, lookup

_MARKS = {b"\xef\xbb\xbf": "utf-8", b"\xfe\xff": "utf-16-be", b"\xff\xfe": "utf-16-le"}

_BYTES_TO_SEARCH = 100_000
"""Bytes of a page in which a declaration is looked for; a browser that meets it late begins again."""

_BYTES_WHERE_IT_BELONGS = 1_024
"""Of a page, by the HTML Standard."""

# What is commented out or text is consumed to its end, or that of the page, so that the search never goes back.
# What has matched is never given back (++), and what does not end ends with the page, so that the search is linear.
_DECLARATION = re.compile(
    rb"""<!--(?:.*?-->|.*) | <(script|style|title|textarea)\b(?:.*?</\1|.*)
    | \A\s*+<\?xml\s[^>]*?encoding\s*=\s*["']([\w:.+-]+)
    | <meta(?=[\s/])((?:[^>"']++|"[^"]*+"|'[^']*+'|["'])*+)""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_ATTRIBUTE = re.compile(r"""([^\s"'>/=]++)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'>]++)))?""")
_CHARSET = re.compile(r"charset\s*+=\s*+[\"']?\s*+([^\s\"';]++)", re.IGNORECASE)


def decode(body: bytes, content_type: str | None = None) -> str:
    """The text of a page by its byte order mark, HTTP header, meta element or a guess, in this order; bad bytes become U+FFFD.

    https://html.spec.whatwg.org/#determining-the-character-encoding, with the labels of the Encoding Standard
    (https://encoding.spec.whatwg.org/#names-and-labels). A page that names another, such as Python's own `undefined`, has
    named none.

    >>> decode("Grüße".encode("iso-8859-15"), "text/html; charset=L9")
    'Grüße'
    """
    name, unmarked = split_mark(body)
    if name is not None:
        return unmarked.decode(name, "replace")
    encoding = _header_encoding(content_type) or _declared_encoding(body)
    if encoding is None:
        return body.decode(_guess(body), "replace")
    text: str = encoding.codec_info.decode(body, "replace")[0]
    return text


def split_mark(body: bytes) -> tuple[str | None, bytes]:
    r"""The encoding that a byte order mark names, and the bytes behind the mark; None and all bytes without one.

    >>> split_mark(b"\xef\xbb\xbfab"), split_mark(b"ab")
    (('utf-8', b'ab'), (None, b'ab'))
    """
    for mark, name in _MARKS.items():
        if body.startswith(mark):
            return name, body[len(mark) :]
    return None, body


def _header_encoding(content_type: str | None) -> Encoding | None:
    label = _CHARSET.search(content_type or "")
    return lookup(label[1]) if label is not None else None


def _lookup(label: str | None) -> Encoding | None:
    return lookup(label) if label is not None else None


def _declared_encoding(body: bytes) -> Encoding | None:
    beginning = body[:_BYTES_TO_SEARCH]
    # To find no declaration among 100,000 bytes of markup takes a millisecond; most pages have it where it belongs.
    if not _may_declare(body[:_BYTES_WHERE_IT_BELONGS]) and not _may_declare(beginning):
        return None
    for found in _DECLARATION.finditer(beginning):
        label = found[2].decode("ascii") if found[2] else _label_of_meta((found[3] or b"").decode("latin-1"))
        encoding = _lookup(label)
        if encoding is None:
            continue
        # A declaration that could be read as ASCII is no UTF-16: so says the standard.
        if encoding.name.startswith("utf-16"):
            return UTF8
        return lookup("windows-1252") if encoding.name == "x-user-defined" else encoding
    return None


def _may_declare(markup: bytes) -> bool:
    lowered = markup.lower()
    return b"charset" in lowered or b"encoding" in lowered


def _label_of_meta(markup: str) -> str | None:
    attributes: dict[str, str] = {
        name.lower(): double or single or bare for name, double, single, bare in _ATTRIBUTE.findall(markup)
    }
    if "charset" in attributes:
        return attributes["charset"]
    if attributes.get("http-equiv", "").lower() != "content-type":
        return None
    label = _CHARSET.search(attributes.get("content", ""))
    return label[1] if label is not None else None


def _guess(body: bytes) -> str:
    # What browsers guess for unlabelled western pages; it is UTF-8 if it decodes as such.
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"
