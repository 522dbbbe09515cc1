"""Guess the encoding of a page that declares none; the only user of the detector (chardetng)."""

from __future__ import annotations

import codecs
import re

from chardetng_py import EncodingDetector
from webencodings import lookup

_BYTES_TO_READ = 250_000
"""Bytes of a page that decide."""

_NEARLY = 10
"""Characters beyond ASCII for each byte that is wrong, from which on a text is UTF-8."""

_ESCAPE_OF_JAPANESE = b"\x1b$"
"""In a page of ASCII bytes it begins Japanese in ISO-2022-JP."""

_TLD = re.compile(r"[a-z0-9-]+\Z", re.ASCII)


def guess_codec(body: bytes, tld: str = "") -> str:
    """Return Python's name of the encoding of an undeclared page: UTF-8 where it is, else what Firefox would guess.

    The last label of the host's name weighs in (https://docs.rs/chardetng). Browsers do not look for UTF-8, so that authors
    declare it; a reader who sees what was meant is better off, even if a page is cut in a character or one of its parts is wrong.

    >>> guess_codec("Дубовые стулья и столы".encode("cp1251")), guess_codec("Möbel".encode())
    ('cp1251', 'utf-8')
    """
    beginning = body[:_BYTES_TO_READ]
    if _is_utf8(body) and _ESCAPE_OF_JAPANESE not in beginning:
        return "utf-8"
    if _is_nearly_utf8(beginning):
        return "utf-8"
    detector = EncodingDetector()
    detector.feed(beginning, last=len(beginning) == len(body))
    # The detector panics at what is not a label.
    label = tld.encode() if _TLD.match(tld) else None
    name = detector.guess(tld=label, allow_utf8=False)
    encoding = lookup(name)
    # For windows-874 the detector has Python's name.
    return str(encoding.codec_info.name) if encoding is not None else codecs.lookup(name).name


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_nearly_utf8(beginning: bytes) -> bool:
    text = beginning.decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    right = len(text) - len(text.encode("ascii", "ignore")) - wrong
    return right >= _NEARLY * max(wrong, 1)
