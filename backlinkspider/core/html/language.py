"""The language of a page; the only user of the language detector (eld)."""

from __future__ import annotations

import re
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eld import LanguageDetector

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


def language_of_tag(tag: str) -> str | None:
    """The language of a language tag such as that of `<html lang>`, lower case; None when it names none.

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


def detect_language(text: str) -> str | None:
    """The language that a text is in, a code of ISO 639-1; None when it is too short or nothing in particular.

    >>> detect_language("Der Stuhl aus Eiche steht seit vielen Jahren in der Küche und wackelt noch immer nicht.")
    'de'
    >>> detect_language("OK") is None
    True
    """
    if len(list(islice(filter(str.isalpha, text), _LETTERS_NEEDED))) < _LETTERS_NEEDED:
        return None
    detected = _detector().detect(text)
    return detected.language if detected.is_reliable() else None


@cache
def _detector() -> LanguageDetector:
    # With its tables it takes 50 MB, and is not needed where pages name their language.
    from eld import LanguageDetector  # noqa: PLC0415

    return LanguageDetector()
