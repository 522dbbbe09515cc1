"""The text of a page: which encoding its bytes are in."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from webencodings import UTF8, Encoding, lookup

from backlinkspider.core.html.charset_guess import guess_codec

_DECODERS = {"gbk": "gb18030"}
"""Encodings that are read with the table of a larger one (https://encoding.spec.whatwg.org/#gbk-decoder)."""

_GB18030_2022 = str.maketrans(
    dict(
        zip(
            "\ue78d\ue78e\ue78f\ue790\ue791\ue792\ue793\ue794\ue795\ue796\ue81e\ue826\ue82b\ue82c\ue832\ue843\ue854\ue864",
            "\ufe10\ufe12\ufe11\ufe13\ufe14\ufe15\ufe16\ufe17\ufe18\ufe19\u9fb4\u9fb5\u9fb6\u9fb7\u9fb8\u9fb9\u9fba\u9fbb",
            strict=True,
        )
    )
)
"""Characters for which Python still has places of private use."""

_EURO_IN_GBK = b"\x80"

_ASCII_OR_NOT = re.compile(r"[\x00-\x7f]+|[^\x00-\x7f]+")
_QUERY_ENCODED = frozenset({*range(0x21), *b"\"#<>'", *range(0x7F, 0x100)})
"""https://url.spec.whatwg.org/#special-query-percent-encode-set"""

_MARKS = {b"\xef\xbb\xbf": "utf-8", b"\xfe\xff": "utf-16-be", b"\xff\xfe": "utf-16-le"}
_XML_IN_UTF_16 = {b"<\0?\0x\0": "utf-16le", b"\0<\0?\0x": "utf-16be"}
"""How an XML declaration begins where no mark says so (https://html.spec.whatwg.org/#prescan-a-byte-stream-to-determine-its-encoding)."""

_BYTES_TO_SEARCH = 100_000
"""Bytes of a page in which a declaration is looked for; a browser that meets it late begins again."""

_BYTES_WHERE_IT_BELONGS = 1_024
"""Bytes of a page in which the HTML Standard wants the declaration."""

# What is commented out or text is consumed to its end, or that of the page, so that the search never goes back.
# What has matched is never given back (++), and what does not end ends with the page, so that the search is linear.
_DECLARATION = re.compile(
    rb"""<!--(?:.*?-->|.*) | <(script|style|title|textarea)\b(?:.*?</\1|.*)
    | \A\s*+<\?xml\s[^>]*?encoding\s*=\s*["']([\w:.+-]+)
    | <meta(?=[\s/])((?:[^>"']++|"[^"]*+"|'[^']*+'|["'])*+)""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_EUC_JP = re.compile(rb"((?:[\xa1-\xfe][\xa1-\xfe])++)|(?:[\x00-\x7f]|\x8e[\xa1-\xdf]|\x8f[\xa1-\xfe][\xa1-\xfe])++|.", re.DOTALL)
_ISO_2022_JP = re.compile(rb"(\x1b(?:\([BJI]|\$[@B])|\A)([^\x1b]*+(?:\x1b(?!\([BJI]|\$[@B])[^\x1b]*+)*+)")
_PAIRS = re.compile(rb"[\x21-\x7e]{2}|.", re.DOTALL)
_HIGH = bytes(byte | 0x80 if 0x21 <= byte <= 0x7E else byte for byte in range(256))
_ATTRIBUTE = re.compile(r"""([^\s"'>/=]++)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'>]++)))?""")
_CHARSET = re.compile(r"charset\s*+=\s*+[\"']?\s*+([^\s\"';]++)", re.IGNORECASE)


class DecodedPage(NamedTuple):
    """A page as text."""

    text: str
    codec: str
    """Python's name of the encoding that queries are written in: UTF-8 for pages in UTF-16 too."""


def decode(body: bytes, content_type: str | None = None, *, tld: str = "") -> str:
    """The text of a page by its byte order mark, HTTP header, meta element or a guess, in this order; bad bytes become U+FFFD.

    https://html.spec.whatwg.org/#determining-the-character-encoding, with the labels of the Encoding Standard
    (https://encoding.spec.whatwg.org/#names-and-labels). A page that names another, such as Python's own `undefined`, has
    named none.

    >>> decode("Grüße".encode("iso-8859-15"), "text/html; charset=L9")
    'Grüße'
    """
    return decode_page(body, content_type, tld=tld).text


def decode_page(body: bytes, content_type: str | None = None, *, tld: str = "") -> DecodedPage:
    """The same, with the encoding in which the page's URLs have their query; `tld`, the last label of its host, helps a guess."""
    name, unmarked = split_mark(body)
    if name is not None:
        return DecodedPage(unmarked.decode(name, "replace"), "utf-8")
    declared = _header_encoding(content_type) or _lookup(_XML_IN_UTF_16.get(body[:6])) or _declared_encoding(body)
    codec = declared.codec_info.name if declared is not None else guess_codec(body, tld)
    return DecodedPage(_decode(body, codec), "utf-8" if codec.startswith("utf") else codec)


def encode_query(href: str, codec: str) -> str:
    """A URL as written on a page in a legacy encoding, its query percent-encoded in that (https://url.spec.whatwg.org/#query-state).

    A character that the encoding lacks becomes a numeric reference.

    >>> encode_query("/find?q=дуб&x=☃#дуб", "cp1251")
    '/find?q=%E4%F3%E1&x=%26%239731%3B#дуб'
    """
    rest, mark, fragment = href.partition("#")
    path, question, query = rest.partition("?")
    if query.isascii():
        return href
    encoded = "".join(_percent_encode(piece, codec) for piece in _ASCII_OR_NOT.findall(query))
    return path + question + encoded + mark + fragment


def _percent_encode(piece: str, codec: str) -> str:
    if piece.isascii():
        return piece
    encoder = codecs.getincrementalencoder(codec)()
    written: list[str] = []
    for character in piece:
        if character == "€" and codec == "gbk":
            written.append(_percent_encode_bytes(_EURO_IN_GBK))
            continue
        try:
            code = encoder.encode(character)
        except UnicodeEncodeError:
            # What shifts back to ASCII comes before the reference.
            written += (_percent_encode_bytes(encoder.encode("", final=True)), f"%26%23{ord(character)}%3B")
            encoder.reset()
        else:
            written.append(_percent_encode_bytes(code))
    return "".join([*written, _percent_encode_bytes(encoder.encode("", final=True))])


def _percent_encode_bytes(code: bytes) -> str:
    return "".join(chr(byte) if byte not in _QUERY_ENCODED else f"%{byte:02X}" for byte in code)


def split_mark(body: bytes) -> tuple[str | None, bytes]:
    r"""The encoding that a byte order mark names, and the bytes behind the mark; None and all bytes without one.

    >>> split_mark(b"\xef\xbb\xbfab"), split_mark(b"ab")
    (('utf-8', b'ab'), (None, b'ab'))
    """
    for mark, name in _MARKS.items():
        if body.startswith(mark):
            return name, body[len(mark) :]
    return None, body


def _decode(body: bytes, codec: str) -> str:
    if codec == "euc_jp":
        return _decode_euc_jp(body)
    if codec == "iso2022_jp":
        return _decode_iso_2022_jp(body)
    decoder = _DECODERS.get(codec, codec)
    text = codecs.decode(body, decoder, "replace")
    return text.translate(_GB18030_2022) if decoder == "gb18030" else text


def _decode_euc_jp(body: bytes) -> str:
    """Decode EUC-JP, whose table of two bytes is that of Shift_JIS with the extensions of NEC and IBM.

    https://encoding.spec.whatwg.org/#euc-jp-decoder
    """
    pieces: list[str] = []
    for piece in _EUC_JP.finditer(body):
        if piece[1] is not None:
            pieces.append(_jis_row(piece[1]))
        else:
            pieces.append(piece[0].decode("euc_jp", "replace"))
    return "".join(pieces)


def _decode_iso_2022_jp(body: bytes) -> str:
    """Decode ISO-2022-JP: ASCII, narrow katakana, and the same table between escapes.

    https://encoding.spec.whatwg.org/#iso-2022-jp-decoder
    """
    pieces: list[str] = []
    for escape, text in _ISO_2022_JP.findall(body):
        if escape in (b"\x1b$@", b"\x1b$B"):
            pieces += map(_read_pair, _PAIRS.findall(text))
        elif escape == b"\x1b(I":
            pieces.append(text.translate(_HIGH).decode("cp932", "replace"))
        else:
            pieces.append(text.decode("ascii", "replace"))
    return "".join(pieces)


def _read_pair(pair: bytes) -> str:
    # A line break does not end what an escape began.
    return _jis_row(pair.translate(_HIGH)) if len(pair) == 2 else pair.decode("ascii", "replace")


def _jis_row(pairs: bytes) -> str:
    """Characters of two bytes, each 0xA1 to 0xFE, of JIS X 0208 with its extensions."""
    moved = bytearray()
    for lead, trail in zip(pairs[::2], pairs[1::2], strict=True):
        row, cell = lead - 0xA1, trail - 0xA1
        first, second = (row >> 1) + 0x81, cell + (0x40 if row % 2 == 0 else 0x9F)
        moved += bytes((first + (0x40 if first > 0x9F else 0), second + (row % 2 == 0 and second >= 0x7F)))
    return moved.decode("cp932", "replace")


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
        # A declaration that could be read as ASCII is not UTF-16: so says the standard.
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
