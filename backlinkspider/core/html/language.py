"""The language of a page, by its markup and by its text; the only user of the language detector (py3langid)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from backlinkspider.core.text import collapse_whitespace
from backlinkspider.items import LanguageSource

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_TAG = re.compile(r"\s*([A-Za-z]{2,3})(?:[-_][\w-]*)?\s*\Z", re.ASCII)
_NO_LANGUAGE = frozenset({"und", "mul", "mis", "zxx"})

_ISO_639_1 = frozenset(
    re.findall(
        "..",
        "aaabaeafakamanarasavayazbabebgbibmbnbobrbscachcocrcscucvcydadedvdzeeeleneoeseteufafffifjfofrfygagdglgngugvhahehihohr"
        "hthuhyhziaidieigiiikioisitiujajvkakgkikjkkklkmknkokrkskukvkwkylalblglilnloltlulvmgmhmimkmlmnmrmsmtmynanbndnengnlnnno"
        "nrnvnyocojomorospapiplpsptqurmrnrorurwsascsdsesgsiskslsmsnsosqsrssstsusvswtatetgthtitktltntotrtstttwtyugukuruzvevivo"
        "waxhwoyiyozazhzu",
    )
)
"""Every code of two letters; pages that mean Japanese by `jp` say nothing."""

# Codes of ISO 639-2 that pages use though RFC 5646 wants the shorter ones.
_SHORTER = {
    "eng": "en",
    "deu": "de",
    "ger": "de",
    "fra": "fr",
    "fre": "fr",
    "spa": "es",
    "por": "pt",
    "ita": "it",
    "nld": "nl",
    "dut": "nl",
    "pol": "pl",
    "rus": "ru",
    "tur": "tr",
    "swe": "sv",
    "dan": "da",
    "nor": "no",
    "fin": "fi",
    "ces": "cs",
    "cze": "cs",
    "ell": "el",
    "gre": "el",
    "jpn": "ja",
    "kor": "ko",
    "zho": "zh",
    "chi": "zh",
    "ara": "ar",
    "ukr": "uk",
}

_LETTERS_NEEDED = 60
"""Letters below which a text may be anything: a few names, a line of a menu."""

_LETTERS_TO_CONTRADICT = 300
"""Letters that a text in another language must have to win over what the page declares: about fifty words."""

_CHARACTERS_TO_AGREE = 200
"""Characters of a text that are enough to agree with what the page declares; 1,000 cost half a millisecond."""

_CHARACTERS_READ = 1_000
"""Characters of a text that are looked at otherwise."""

_CHARACTERS_WITH_SPACE = 4
"""How many times as long a text may be with the white space of its markup."""

_LEAD = 3.0
"""How far the first language must be ahead of the second, as a natural logarithm: 20 times as probable."""

_LEAD_OVER_DECLARED = 100.0
"""How far it must be ahead of the declared language. A text of 300 letters in another language is 200 to 500 ahead; a menu, or a
text in a sister language, is not."""

_NOT_LANGUAGE = "zxx"
"""What the detector calls numbers, code and names of products."""


def language_of_tag(tag: str) -> str | None:
    """Return the language of a language tag such as that of `<html lang>`, lower case; None when it names none.

    The primary language subtag of RFC 5646, which is a code of ISO 639.

    >>> language_of_tag("pt-BR"), language_of_tag("EN_us"), language_of_tag("eng"), language_of_tag("english")
    ('pt', 'en', 'en', None)
    """
    match = _TAG.match(tag)
    language = match[1].lower() if match is not None else None
    if language is None or language in _NO_LANGUAGE:
        return None
    language = _SHORTER.get(language, language)
    return language if len(language) == 3 or language in _ISO_639_1 else None


class PageLanguage(NamedTuple):
    """The language of a page, and what says so."""

    code: str | None
    """A code of ISO 639, of two letters where there is one."""
    source: LanguageSource | None
    """None without a code."""


def language_of_page(declared: str | None, text: str) -> PageLanguage:
    """Return the language of a page by what its markup declares, as `language_of_tag` reads it, and by its main text.

    The text wins where it is long and clearly in another language: templates declare English on pages of every language.

    >>> german = "Der Stuhl aus Eiche steht seit vielen Jahren in der Küche und wackelt noch immer nicht. " * 5
    >>> language_of_page("en", german).code, language_of_page("de", german).source.value, language_of_page("en", "OK").code
    ('de', 'html', 'en')
    """
    if declared is None:
        detected = detect_language(text)
        return PageLanguage(detected, LanguageSource.TEXT if detected is not None else None)
    other = _clearly_other(declared, text)
    return PageLanguage(declared, LanguageSource.HTML) if other is None else PageLanguage(other, LanguageSource.TEXT)


def detect_language(text: str) -> str | None:
    """Return the language that a text is in, a code of ISO 639-1; None when it is too short or could be in several.

    >>> detect_language("Der Stuhl aus Eiche steht seit vielen Jahren in der Küche und wackelt noch immer nicht.")
    'de'
    >>> detect_language("OK") is None
    True
    """
    ranked = _rank(text, _CHARACTERS_READ)
    if not ranked or ranked[0][0] == _NOT_LANGUAGE or ranked[0][1] - ranked[1][1] < _LEAD:
        return None
    return ranked[0][0]


def _clearly_other(declared: str, text: str) -> str | None:
    """Return the language of a long text that is not in the declared one; None also when the detector does not know that one."""
    if _best(_rank(text, _CHARACTERS_TO_AGREE)) == declared or not _has_letters(text, _LETTERS_TO_CONTRADICT):
        return None
    ranked = _rank(text, _CHARACTERS_READ)
    known = dict(ranked).get(declared)
    if _best(ranked) in (declared, _NOT_LANGUAGE) or known is None or ranked[0][1] - known < _LEAD_OVER_DECLARED:
        return None
    return ranked[0][0]


def _best(ranked: Sequence[tuple[str, float]]) -> str | None:
    return ranked[0][0] if ranked else None


def _rank(text: str, characters: int) -> Sequence[tuple[str, float]]:
    """Return languages and natural logarithms of their scores, the best first, by the start of a text; () for a short one."""
    start = collapse_whitespace(text[: _CHARACTERS_WITH_SPACE * characters])[:characters]
    if not _has_letters(start, _LETTERS_NEEDED):
        return ()
    ranked: Sequence[tuple[str, float]] = _identifier().rank(start)
    return ranked


def _has_letters(text: str, number: int) -> bool:
    return len(list(islice(filter(str.isalpha, text), number))) == number


@cache
def _identifier() -> LanguageIdentifier:
    # With its tables it takes 75 MB and half a second, and a crawl without rows does not need it.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415

    model = LanguageIdentifier.from_model_file(MODEL_FILE)
    # Dialects have codes of three letters there: Egyptian Arabic is Arabic to whoever compares pages.
    model.set_languages([label for label in model.labels if len(label) == len("en") or label == _NOT_LANGUAGE])
    # The first keeps the table of all languages beside that of these: 26 MB.
    return LanguageIdentifier(
        model.nb_ptc, model.nb_pc, model.nb_classes, model.tk_nextmove, model.tk_output, tk_row=model.tk_row
    )
