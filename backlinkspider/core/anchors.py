"""What kind of words a link has: the name of the site, its address, what the page is about, or nothing that says anything."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum

from backlinkspider.core.generic_anchors import GENERIC_ANCHORS


class AnchorType(StrEnum):
    """The kinds of anchor text that the field tells apart."""

    IMAGE = "image"
    """The link is an image; its alt text is no text of the page."""
    EMPTY = "empty"
    """There is no text."""
    NAKED_URL = "naked_url"
    """The text is an address."""
    BRANDED = "branded"
    """The text has the name of the site that is linked to."""
    EXACT = "exact"
    """The text is one of the keywords."""
    PARTIAL = "partial"
    """The text has a keyword among other words, or the words of one in another order."""
    GENERIC = "generic"
    """The text would do for any link."""
    OTHER = "other"


_ADDRESS = re.compile(r"(?:https?://\S+|(?:[\w-]+\.)+[^\W\d_]{2,}(?:[:/?]\S*)?)\Z")
_WORD = re.compile(r"[^\W_]+")


def classify_anchor(anchor: str, *, is_image: bool, domain_to: str, keywords: Iterable[str] = ()) -> AnchorType:
    """The kind of an anchor text, white space folded, of a link to the site `domain_to`.

    The name of a site is the label of its domain, which may stand in the text as several words.

    >>> classify_anchor("Oak & Iron", is_image=False, domain_to="oakandiron.example").value
    'branded'
    >>> classify_anchor("Weiterlesen …", is_image=False, domain_to="oakandiron.example").value
    'generic'
    """
    if is_image:
        return AnchorType.IMAGE
    text = _visible(anchor)
    if not text:
        return AnchorType.EMPTY
    if _ADDRESS.match(text):
        return AnchorType.NAKED_URL
    words = _words(text)
    if " ".join(words) in GENERIC_ANCHORS:
        return AnchorType.GENERIC
    if _has_name(words, domain_to):
        return AnchorType.BRANDED
    return _match_of_keywords(words, [_words(keyword) for keyword in keywords])


def _match_of_keywords(words: list[str], keywords: list[list[str]]) -> AnchorType:
    if words in keywords:
        return AnchorType.EXACT
    if any(keyword and set(keyword) <= set(words) for keyword in keywords):
        return AnchorType.PARTIAL
    return AnchorType.OTHER


def _has_name(words: list[str], domain: str) -> bool:
    """Whether words that stand together make up the first label of a domain."""
    name = "".join(_words(domain.partition(".")[0]))
    if domain[:1] == "[" or name.isdigit():
        return False
    for first in range(len(words)):
        joined = ""
        for word in words[first:]:
            joined += word
            if joined == name:
                return True
            if not name.startswith(joined):
                break
    return False


def _words(text: str) -> list[str]:
    """The words of a text, for comparison: case folded, `&` read as and."""
    return _WORD.findall(text.casefold().replace("&", " and "))


def _visible(text: str) -> str:
    """The text without characters that take no place on a page, such as a zero width space."""
    if text.isascii():
        return text
    return "".join(character for character in text if unicodedata.category(character) != "Cf").strip()
