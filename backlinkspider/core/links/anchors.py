"""Classify anchor texts: brand, URL, keyword, generic words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from enum import StrEnum
from functools import lru_cache

from backlinkspider.core.links.generic_anchors import GENERIC_ANCHORS
from backlinkspider.core.links.site_names import plausible_names, title_parts
from backlinkspider.core.memo import MAX_KEY_LENGTH, cache_short_strings
from backlinkspider.core.urls.domains import has_public_suffix


class AnchorType(StrEnum):
    """The kinds of anchor text that SEO tools distinguish."""

    IMAGE = "image"
    """The link is an image."""
    EMPTY = "empty"
    """There is no text."""
    NAKED_URL = "naked_url"
    """The text is a URL."""
    BRANDED = "branded"
    """The text has the name of the site that is linked to, as in its domain, or what the target calls itself. A part of the
    name alone is one too: what the domain begins with (six letters or more), or what stands in it between hyphens and digits."""
    EXACT = "exact"
    """The text is one of the `keywords`, or the title or headline of the page linked to, when this crawl read that page
    before."""
    PARTIAL = "partial"
    """The text has a keyword among other words, or the words of one in another order; or it has several words of the title or
    headline of the page linked to, and no others."""
    GENERIC = "generic"
    """The text would do for any link ("click here", in English, German, French, Spanish, Portuguese, Italian)."""
    OTHER = "other"
    """Any other text."""


_NAKED_URL = re.compile(r"(?:https?://\S+|(?:[\w-]+\.)+[^\W\d_]{2,}(?:[:/?]\S*)?)\Z")
_WORD = re.compile(r"[^\W_]+")

_PART_OF_LABEL = re.compile(r"[^\W\d_]+")
_PART_LETTERS = 4
"""Letters of a name between hyphens and digits; shorter ones are articles and countries."""
_LEADING_LETTERS = 6
"""Letters of a name that the label of a domain begins with."""
_WORDS_OF_PART = 3
"""Words of an anchor that is a part of a name; a label has few parts."""
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe", "å": "aa"})


def classify_anchor(
    anchor: str,
    *,
    is_image: bool,
    domain_to: str,
    keywords: Sequence[str] = (),
    headings: Sequence[str] = (),
    names: Sequence[str] = (),
) -> AnchorType:
    """The type of an anchor text (white space collapsed) for a link to the site `domain_to`.

    A site's name is the first label of its domain, possibly written as several words, and whatever else it calls itself
    (`names`), unless that is a keyword. `headings` are the title and headline of the linked page, if known.

    >>> classify_anchor("Oak & Iron", is_image=False, domain_to="oakandiron.example").value
    'branded'
    >>> classify_anchor("by Oak & Iron Ltd", is_image=False, domain_to="oai.example", names=["Oak & Iron Ltd"]).value
    'branded'
    >>> classify_anchor("Weiterlesen …", is_image=False, domain_to="oakandiron.example").value
    'generic'
    >>> classify_anchor("Oak chairs", is_image=False, domain_to="shop.example", headings=["Oak chairs | The Shop"]).value
    'exact'
    """
    if is_image:
        return AnchorType.IMAGE
    is_short = len(anchor) + len(domain_to) <= MAX_KEY_LENGTH
    kind = (_type_by_domain if is_short else _type_by_domain.__wrapped__)(anchor, domain_to)
    if kind is None and (keywords or headings or names):
        by_names = _type_by_names if is_short else _type_by_names.__wrapped__
        kind = by_names(anchor, tuple(keywords), tuple(headings), tuple(names))
    if kind in (None, AnchorType.OTHER):
        by_part = _is_part_of_name if is_short else _is_part_of_name.__wrapped__
        return AnchorType.BRANDED if by_part(anchor, domain_to) else AnchorType.OTHER
    return kind


@lru_cache(maxsize=4_096)  # The pages of a site share a menu.
def _type_by_domain(anchor: str, domain_to: str) -> AnchorType | None:
    """The type by the text and the linked domain alone; None if they do not decide."""
    text = _visible(anchor)
    if not text:
        return AnchorType.EMPTY
    if _is_naked_url(text, domain_to):
        return AnchorType.NAKED_URL
    words = _words(text)
    if " ".join(words) in GENERIC_ANCHORS or (not words and _has_only_punctuation(text)):
        return AnchorType.GENERIC
    return AnchorType.BRANDED if _has_name(words, domain_to) else None


@lru_cache(maxsize=4_096)  # Likewise.
def _type_by_names(anchor: str, keywords: Sequence[str], headings: Sequence[str], names: Sequence[str]) -> AnchorType:
    """The type by the user's keywords, the linked page's headings and the site's names."""
    words = _words(_visible(anchor))
    phrases = [_words(keyword) for keyword in keywords]
    if any(_has_phrase(words, name) for name in map(_words, names) if name not in phrases):
        return AnchorType.BRANDED
    return _match_of_phrases(words, phrases, [name for heading in headings for name in _names_in(heading)])


def _match_of_phrases(words: list[str], keywords: list[list[str]], names: list[list[str]]) -> AnchorType:
    phrases = keywords + names
    if words in phrases:
        return AnchorType.EXACT
    has_phrase = any(phrase and set(phrase) <= set(words) for phrase in phrases)
    is_part_of_name = len(words) > 1 and any(set(words) <= set(name) for name in names)
    return AnchorType.PARTIAL if has_phrase or is_part_of_name else AnchorType.OTHER


def _has_phrase(words: list[str], phrase: list[str]) -> bool:
    """True if the words contain the phrase, together and in order."""
    size = len(phrase)
    return bool(phrase) and any(words[first : first + size] == phrase for first in range(len(words) - size + 1))


def _names_in(heading: str) -> list[list[str]]:
    """The words of a heading, and those of its parts with more than one word: one part is the site's name."""
    parts = [_words(part) for part in title_parts(heading)]
    return [_words(heading), *(part for part in parts if len(part) > 1)]


def _has_name(words: list[str], domain: str) -> bool:
    """True if consecutive words make up the first label of a domain."""
    name = _name_of_site(domain)
    if name is None or name not in "".join(words):
        return False
    return any(_begins_with_name(words[first : first + len(name)], name) for first in range(len(words)))


@lru_cache(maxsize=4_096)  # Likewise.
def _is_part_of_name(anchor: str, domain: str) -> bool:
    """Return whether a short anchor is a part of a domain's first label: between hyphens and digits, or a long beginning."""
    words = _words(_visible(anchor))
    if not 0 < len(words) <= _WORDS_OF_PART or domain[:1] == "[":
        return False
    label = domain.partition(".")[0]
    is_part = any(_has_as_part(label, spelling) for spelling in _spellings("".join(words)))
    # Last, for it costs most.
    return is_part and bool(plausible_names([anchor]))


def _has_as_part(label: str, name: str) -> bool:
    if len(name) >= _LEADING_LETTERS and label.startswith(name):
        return True
    parts = _PART_OF_LABEL.findall(label)
    return len(name) >= _PART_LETTERS and any(
        "".join(parts[first:end]) == name for first in range(len(parts)) for end in range(first + 1, len(parts) + 1)
    )


def _spellings(word: str) -> set[str]:
    """A word as it may be written in a domain: as it is, with ae for ä, without accents.

    >>> sorted(_spellings("diözese"))
    ['dioezese', 'diozese', 'diözese']
    """
    if word.isascii():
        return {word}
    decomposed = unicodedata.normalize("NFD", word)
    return {word, word.translate(_UMLAUTS), "".join(filter(str.isalnum, decomposed))}


@cache_short_strings(4_096)
def _name_of_site(domain: str) -> str | None:
    """The first label of a domain without hyphens; None for an IP address."""
    name = "".join(_words(domain.partition(".")[0]))
    return None if domain[:1] == "[" or name.isdigit() else name


def _begins_with_name(words: Iterable[str], name: str) -> bool:
    joined = ""
    for word in words:
        joined += word
        if joined == name:
            return True
        if not name.startswith(joined):
            return False
    return False


def _is_naked_url(text: str, domain: str) -> bool:
    """True if the text is a URL, with or without a scheme. `Node.js` is not: no domain ends in .js."""
    # Rules out nine anchors in ten at a tenth of the cost.
    if " " in text or ("." not in text and "://" not in text) or not _NAKED_URL.match(text):
        return False
    host = re.split(r"[:/?]", text.lower(), maxsplit=1)[0]
    return "://" in text or host.endswith(domain) or has_public_suffix(host)


def _has_only_punctuation(text: str) -> bool:
    """True for arrows, dots and the like, which fit any link; an emoji does not count as punctuation."""
    return not any(unicodedata.category(character) == "So" or character.isalnum() for character in text)


def _words(text: str) -> list[str]:
    """Return the words for comparison: composed (NFC), case folded, without invisible characters, `&` read as "and"."""
    if not text.isascii():
        text = _visible(unicodedata.normalize("NFC", text))
    folded = text.casefold().replace("&", " and ")
    # Most anchors are words separated by single spaces, which split twice as fast.
    return folded.split() if folded.replace(" ", "").isalnum() else _WORD.findall(folded)


def _visible(text: str) -> str:
    """The text without invisible characters, such as a zero width space."""
    if text.isascii():
        return text
    return "".join(character for character in text if unicodedata.category(character) != "Cf").strip()
