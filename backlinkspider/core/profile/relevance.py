"""How alike a page and a target are by their words: the cosine of their TF-IDF vectors. The only user of wordfreq.

How common a word is in general is not learnt from the crawl, whose pages were chosen, but from word frequencies of whole
languages. Of a language without such a list nothing is said: with all words alike, the cosine would tell who uses the same
little words.
"""

from __future__ import annotations

import gzip
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from itertools import chain, pairwise
from string import ascii_lowercase

MINIMUM_OF_PAGE = 50
MINIMUM_OF_TARGET = 100
"""Words (of Chinese, Japanese and Korean signs) below which a text says too little of what it is about."""

TEXT_CHARACTERS = 100_000
"""Characters of a text that are looked at."""

TOLD_APART = 0.06
"""Cosine below which nothing is said: of pages of the web on other subjects 95 in 100 score less, and many on a broad subject do
too (benchmarks/topic_relevance.py)."""

TERMS_MAXIMUM = 3_000
"""Terms of a target that are kept: those that it uses most."""

_WEIGHT_OF_HEADINGS = 2
_WEIGHT_OF_CONTEXT = 2
"""How often a word counts once more that stands in the title or a headline, or beside the link."""

_LENGTH_OF_DOCUMENT = 1_000
"""Words of a text of which it is asked how probable it is that a word of the language stands in it at all."""

_RAREST = 5e-7
"""The frequency of what is not in a list; the lists end at one in a million."""

_OF_FUNCTION_WORDS = 1e-3
"""The frequency of a word that says nothing in its language: the hundred most frequent words are at it or above."""

_TIMES_AS_FREQUENT = 30
"""How much more frequent such a word is there than in the compared language, where it would count as rare: "der" in English.
"Car" is French for "because", and no stranger in English."""

_SIGNS = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af"
_TERM_CHARACTERS = 40
# Numbers say when, not what.
_TERM = re.compile(rf"[{_SIGNS}]+|[^\W\d_{_SIGNS}]{{2,{_TERM_CHARACTERS}}}")
_ONLY_LETTERS = bytes(byte if chr(byte) in ascii_lowercase else 0x20 for byte in range(256))
_SIGN = re.compile(rf"[{_SIGNS}]")
_FIRST_SIGN = "\u3040"

_SAME_LIST = {"no": "nb", "nn": "nb", "hr": "sh", "sr": "sh", "bs": "sh", "tl": "fil"}
"""Languages whose words are in the list of another code."""


class Topic:
    """The topic of texts: their terms by weight, a vector of length 1, in a language of `compared_language`."""

    def __init__(self, counts: Mapping[str, int], language: str) -> None:
        self.language = language
        weights = dict(_weights(counts, language))
        length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        self.weights = {term: weight / length for term, weight in weights.items() if weight}

    def heaviest(self, number: int) -> list[str]:
        """Return the terms that say most of what the topic is."""
        return sorted(self.weights, key=lambda term: (-self.weights[term], term))[:number]


class PageTopic:
    """Compares a page with a topic, for each of its links."""

    def __init__(self, text: str, headings: Iterable[str], topic: Topic) -> None:
        self._topic = topic
        self._counts = count_page_terms(text, headings)
        self._squares = self._product = 0.0
        for term, weight in _weights(self._counts, topic.language):
            self._squares += weight * weight
            self._product += weight * topic.weights.get(term, 0.0)

    def relevance(self, context: str) -> float:
        """The cosine of page and topic, 0 to 1, when the words around a link have more weight than others."""
        squares, product = self._squares, self._product
        added = count_terms(context)
        before = dict(_weights({term: self._counts[term] for term in added}, self._topic.language))
        after = {term: self._counts[term] + _WEIGHT_OF_CONTEXT * count for term, count in added.items()}
        for term, weight in _weights(after, self._topic.language):
            squares += weight * weight - before[term] * before[term]
            product += (weight - before[term]) * self._topic.weights.get(term, 0.0)
        return min(1.0, max(0.0, product / math.sqrt(squares))) if squares > 0 else 0.0


def compared_language(language: str) -> str | None:
    """The code under which texts in a language, a code of ISO 639, are compared; None for one without a list of its words.

    >>> compared_language("de"), compared_language("hr"), compared_language("th")
    ('de', 'sh', None)
    """
    same = _SAME_LIST.get(language, language)
    return same if same in _lists() else None


def count_terms(text: str) -> Counter[str]:
    """How often each term stands in a text: words, case folded, and of scripts without spaces each two signs.

    >>> dict(count_terms("Oak chairs, 4 OAK tables: 橡木椅"))
    {'oak': 2, 'chairs': 1, 'tables': 1, '橡木': 1, '木椅': 1}
    """
    folded = text[:TEXT_CHARACTERS].casefold()
    if not folded.isascii():
        folded = unicodedata.normalize("NFC", folded)
    return _count_ascii_terms(folded) if folded.isascii() else Counter(_terms(folded))


def count_page_terms(text: str, headings: Iterable[str]) -> Counter[str]:
    """The same of the main text of a page, where what stands in title and headline has more weight."""
    counts = count_terms(text)
    for heading in headings:
        for term, count in count_terms(heading).items():
            counts[term] += _WEIGHT_OF_HEADINGS * count
    return counts


def _count_ascii_terms(text: str) -> Counter[str]:
    """The same of a text in ASCII, in a third of the time: 0.45 in place of 1.4 ms for 54 KB."""
    counts = Counter(text.encode().translate(_ONLY_LETTERS).decode().split())
    if any(len(term) > _TERM_CHARACTERS for term in counts):
        return Counter(_terms(text))
    for letter in ascii_lowercase:
        del counts[letter]
    return counts


def _terms(text: str) -> Iterable[str]:
    terms: list[str] = _TERM.findall(text)
    # Most texts have no such sign at all.
    if text.isascii() or _SIGN.search(text) is None:
        return terms
    return (part for term in terms for part in (map("".join, pairwise(term)) if term[0] >= _FIRST_SIGN else (term,)))


def _weights(counts: Mapping[str, int], language: str) -> Iterator[tuple[str, float]]:
    """The weight of each term: sublinear in how often it stands there (Manning et al., Information Retrieval, 6.4.1)."""
    known = _rarities(language).get
    for term, count in counts.items():
        rarity = known(term)
        if rarity is None:
            rarity = _rarity_of_unlisted(language, term)
        yield term, rarity * (1.0 + math.log(count)) if count else 0.0


@lru_cache(maxsize=8)
def _rarities(language: str) -> Mapping[str, float]:
    """The inverse document frequency of each term of a language, about 3 MB; that of function words of others as it is there."""
    frequencies = _frequencies(language)
    rarities = {term: _rarity(frequency) for term, frequency in frequencies.items()}
    for term, frequency in _function_words().items():
        if frequency >= _TIMES_AS_FREQUENT * frequencies.get(term, _RAREST):
            rarities[term] = _rarity(frequency)
    return rarities


@cache
def _function_words() -> Mapping[str, float]:
    """The most frequent words of all languages, each with its highest frequency."""
    words: dict[str, float] = {}
    for language in _lists():
        for frequency, listed in _listed_words(language):
            if frequency < _OF_FUNCTION_WORDS:
                break
            for term in chain.from_iterable(map(_terms, listed)):
                words[term] = max(frequency, words.get(term, 0.0))
    return words


@lru_cache(maxsize=8)
def _sign_frequencies(language: str) -> Mapping[str, float]:
    """How often each sign stands in words of a language."""
    signs: dict[str, float] = {}
    for term, frequency in _frequencies(language).items():
        for sign in term:
            signs[sign] = signs.get(sign, 0.0) + frequency
    return signs


def _frequencies(language: str) -> Mapping[str, float]:
    """How often terms stand in texts of a language; of two signs how often they do within a word."""
    frequencies: dict[str, float] = {}
    for frequency, words in _listed_words(language):
        for term in chain.from_iterable(map(_terms, words)):
            frequencies[term] = frequencies.get(term, 0.0) + frequency
    return frequencies


def _listed_words(language: str) -> Iterator[tuple[float, list[str]]]:
    """Yield frequencies, the highest first, and the words of a language that have them; what follows is not read before.

    The file is a gzipped array of MessagePack: a header, then the words of each frequency, by centibels from 0 down (`cBpack`).

    Source: https://github.com/rspeer/wordfreq, `read_cBpack`
    """
    from msgpack import Unpacker  # noqa: PLC0415 - for crawls that compare

    with gzip.open(_lists()[language]) as file:
        unpacker = Unpacker(file)
        buckets = unpacker.read_array_header() - 1
        unpacker.skip()
        for centibels in range(buckets):
            yield 10 ** (-centibels / 100), unpacker.unpack()


def _rarity_of_unlisted(language: str, term: str) -> float:
    """The rarity of what is in no word of the list; of two signs that of their standing together by chance."""
    if len(term) != 2 or term[0] < _FIRST_SIGN:
        return _RARITY_OF_THE_RAREST
    signs = _sign_frequencies(language)
    return _rarity(max(_RAREST, signs.get(term[0], 0.0) * signs.get(term[1], 0.0)))


@cache
def _lists() -> Mapping[str, str]:
    """The file of each language."""
    from wordfreq import available_languages  # noqa: PLC0415 - takes 16 MB, for crawls that compare

    return available_languages("small")


def _rarity(frequency: float) -> float:
    return -math.log(-math.expm1(-_LENGTH_OF_DOCUMENT * frequency))


_RARITY_OF_THE_RAREST = _rarity(_RAREST)
