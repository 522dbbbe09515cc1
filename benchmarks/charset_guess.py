"""Measure how often an undeclared page is read in its encoding: words of 26 languages and real pages, each in several encodings.

    PYTHONPATH=. python benchmarks/charset_guess.py [folder of the corpora]

The words are drawn from wordfreq's lists with a fixed seed. Each text stands in a small page whose host has the domain of a
country where the language is spoken; pages that are ASCII or UTF-8 by chance are left out.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import wordfreq

from backlinkspider.core.html.charset_guess import guess_codec
from backlinkspider.core.html.parser import read_page
from tests.support.real_pages import read_real_pages

WESTERN = dict.fromkeys(("de", "fr", "es", "pt", "sv", "fi", "it", "nl", "en"), ("cp1252",))
CODECS = WESTERN | {
    "ru": ("cp1251", "koi8-r", "iso8859-5", "cp866"),
    "uk": ("cp1251", "koi8-u"),
    "bg": ("cp1251",),
    "pl": ("iso8859-2", "cp1250"),
    "cs": ("cp1250", "iso8859-2"),
    "hu": ("iso8859-2", "cp1250"),
    "ro": ("iso8859-2",),
    "el": ("iso8859-7", "cp1253"),
    "tr": ("cp1254",),
    "he": ("cp1255",),
    "ar": ("cp1256",),
    "fa": ("cp1256",),
    "lt": ("cp1257",),
    "lv": ("cp1257",),
    "ja": ("shift_jis", "euc_jp"),
    "zh": ("gbk", "big5"),
    "ko": ("euc_kr",),
}
DOMAINS = {
    "uk": "ua",
    "cs": "cz",
    "el": "gr",
    "he": "il",
    "ar": "sa",
    "fa": "ir",
    "ja": "jp",
    "zh": "cn",
    "ko": "kr",
    "en": "uk",
    "sv": "se",
}
WITHOUT_SPACES = ("ja", "zh")
SIZES = (6, 25, 120)
TEXTS = 20

Case = tuple[str, str, bytes]
"""Domain, codec, page."""


def is_legacy(body: bytes) -> bool:
    """Whether a page is not UTF-8."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False


def made_up_pages(size: int) -> Iterator[Case]:
    """Pages of some words each."""
    drawn = random.Random(7)
    for language, codecs in CODECS.items():
        words = wordfreq.top_n_list(language, 3_000)
        for codec in codecs:
            made = 0
            for _ in range(10 * TEXTS):
                text = ("" if language in WITHOUT_SPACES else " ").join(drawn.choices(words, k=size))
                page = f"<title>{text[:40]}</title><div><a href=/>Home</a></div><p>{text} <a href=http://target.example/>link</a>"
                try:
                    body = page.encode(codec)
                except UnicodeEncodeError:
                    continue
                if made < TEXTS and is_legacy(body):
                    made += 1
                    yield DOMAINS.get(language, language), codec, body


def real_pages(corpora: Path) -> Iterator[Case]:
    """Real pages in UTF-8 that have ten letters beyond ASCII, in the encodings of their language, without a declaration."""
    for url, body, content_type in read_real_pages(corpora):
        if is_legacy(body):
            continue
        language = read_page(url, body, content_type=content_type).page_from_language
        for codec in CODECS.get(language or "", ()):
            encoded = body.decode("utf-8").replace("charset", "x").encode(codec, "xmlcharrefreplace")
            if is_legacy(encoded) and sum(byte > 127 for byte in encoded) >= 10:
                yield url.split("/")[2].rpartition(".")[2], codec, encoded


def measure(name: str, cases: list[Case]) -> None:
    """Print how many pages are read as they were written."""
    wrong: Counter[str] = Counter()
    begin = time.process_time()
    guesses = [guess_codec(body, domain) for domain, _, body in cases]
    milliseconds = 1_000 * (time.process_time() - begin) / len(cases)
    for (_, codec, body), guess in zip(cases, guesses, strict=True):
        if body.decode(guess, "replace") != body.decode(codec, "replace"):
            wrong[f"{codec} as {guess}"] += 1
    right = len(cases) - wrong.total()
    print(f"{name:12} {right:4} of {len(cases):4} right, {milliseconds:.2f} ms a page; {dict(wrong.most_common(5))}")


def main() -> None:
    """Measure each size, and the real pages if they are there."""
    for size in SIZES:
        measure(f"{size} words", list(made_up_pages(size)))
    if len(sys.argv) > 1:
        measure("real pages", list(real_pages(Path(sys.argv[1]))))


if __name__ == "__main__":
    main()
