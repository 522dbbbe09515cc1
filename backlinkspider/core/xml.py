"""Read XML as a stream, broken XML as far as it goes; the only user of lxml."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TypeAlias, cast

from lxml import etree
from lxml.etree import _Element

Element: TypeAlias = _Element

_BARE_AMPERSAND = re.compile(rb"&(?!(?:#\d+|#[xX][0-9A-Fa-f]+|amp|lt|gt|quot|apos);)")
_CDATA, _CDATA_END = b"<![CDATA[", b"]]>"
_TOKEN_BEGINS = re.compile(rb"[&<\]]")
_LONGEST_TOKEN = 12
"""Bytes at the end of a piece in which an entity, or the border of CDATA, may begin that ends in the next one."""

_UTF_16 = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")


def read_elements(pieces: Iterable[bytes], *, encoding: str | None = None) -> Iterator[Element]:
    """Yield each element when it ends, from the pieces of a document; free what you are done with.

    What is broken is passed over, and a document that breaks off is read up to there. An unescaped ampersand stands for itself,
    and so does an entity that the document declares; nothing is loaded. `encoding` overrides what the document declares.

    >>> [local_name(element) for element in read_elements([b"<a><b/><c>x", b"</c>"])]
    ['b', 'c', 'a']
    """
    parser = etree.XMLPullParser(
        ("end",), recover=True, resolve_entities=False, no_network=True, load_dtd=False, encoding=encoding
    )
    try:
        for piece in _escape_ampersands(pieces):
            parser.feed(piece)
            yield from _ended(parser)
        parser.close()
    except etree.XMLSyntaxError:
        return
    yield from _ended(parser)


def local_name(element: Element) -> str:
    """The name of an element without its namespace; empty for a comment or an entity, whose tag is a function."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def free(element: Element) -> None:
    """Free the element's content and the elements before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _ended(parser: etree.XMLPullParser) -> Iterator[Element]:
    return (cast("Element", element) for _, element in parser.read_events())


def _escape_ampersands(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the document with its bare ampersands escaped, those in CDATA aside."""
    waiting, is_cdata, is_first = b"", False, True
    for piece in pieces:
        if is_first and piece.startswith(_UTF_16):
            yield piece
            yield from pieces
            return
        is_first = False
        done, waiting, is_cdata = _escape_piece(waiting + piece, is_cdata=is_cdata)
        yield done
    yield waiting if is_cdata else _BARE_AMPERSAND.sub(b"&amp;", waiting)


def _escape_piece(data: bytes, *, is_cdata: bool) -> tuple[bytes, bytes, bool]:
    """Return what is done of the data, what has to wait for the next piece, and whether that is in CDATA."""
    done: list[bytes] = []
    start = 0
    token = _CDATA_END if is_cdata else _CDATA
    while (border := data.find(token, start)) >= 0:
        border += len(token)
        done.append(data[start:border] if is_cdata else _BARE_AMPERSAND.sub(b"&amp;", data[start:border]))
        start, is_cdata = border, not is_cdata
        token = _CDATA_END if is_cdata else _CDATA
    beginning = _TOKEN_BEGINS.search(data, max(start, len(data) - _LONGEST_TOKEN))
    end = beginning.start() if beginning is not None else len(data)
    done.append(data[start:end] if is_cdata else _BARE_AMPERSAND.sub(b"&amp;", data[start:end]))
    return b"".join(done), data[end:], is_cdata
