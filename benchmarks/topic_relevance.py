"""How far topic relevance tells pages on a subject from others, by language.

    apt-get download kalzium-data kig kmymoney-common kpat kstars-data ksudoku kturtle marble-data step
    for package in *.deb; do dpkg -x "$package" handbooks; done
    PYTHONPATH=. python benchmarks/topic_relevance.py handbooks/usr/share/doc/HTML ../shared/corpora/pages/core-give.warc.gz

The texts are the handbooks of nine programs of KDE on as many subjects (chemistry, geometry, money, patience, astronomy,
sudoku, programming, maps, mechanics), as people translated them, cut into pages of 300 words. Every second page of a handbook
makes up the target, and each of the others is a page: on the same subject for its own handbook, on another for all the rest.
Handbooks have much in common (menus, settings, licences), so other subjects are closer here than on the web.
The pages of an archive, where one is named, are compared with all handbooks in their language: hardly one is on their subjects.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from html import unescape
from pathlib import Path
from statistics import quantiles

from backlinkspider.core.html.language import language_of_page
from backlinkspider.core.html.parser import read_page
from backlinkspider.core.page.main_text import count_words
from backlinkspider.core.page.outline import read_outline
from backlinkspider.core.page.position import PositionClassifier
from backlinkspider.core.profile.relevance import MINIMUM_OF_PAGE, PageTopic, Topic, count_terms
from backlinkspider.downloader.handlers.warc import read_archive

LANGUAGES = {"de": "de", "en": "en", "es": "es", "fr": "fr", "it": "it", "nl": "nl", "pt_BR": "pt", "uk": "uk"}
WORDS = 300
PAGES_MAXIMUM = 40
_MARKUP = re.compile(r"<!--.*?-->|<!DOCTYPE.*?\]>|<screen>.*?</screen>|<bookinfo>.*?</bookinfo>|<[^>]*>|&[\w-]+;", re.DOTALL)


def main(folder: str, archive: str | None = None) -> None:
    """Print a line for each language, one for all, and one for the pages of an archive."""
    of_web = list(read_web(archive)) if archive is not None else []
    on_web: list[float] = []
    print(f"{'language':<10}{'subjects':>9}{'pairs':>7}   same 5 % / half / 95 %   other half / 95 % / 99 %    told apart")
    alike: list[float] = []
    apart: list[float] = []
    for name, language in LANGUAGES.items():
        books = {
            path.name: pages for path in sorted((Path(folder) / name).glob("*")) if len(pages := list(read_pages(path))) >= 4
        }
        topics = {book: Topic(count_terms(" ".join(pages[::2])), language) for book, pages in books.items()}
        own = [text for spoken, text in of_web if spoken == language]
        on_web += [PageTopic(text, [], topic).relevance("") for text in own for topic in topics.values()]
        same, other = compare(books, topics)
        report(language, len(books), same, other)
        alike += same
        apart += other
    report("all", 0, alike, apart)
    if on_web:
        report("web", 0, alike, on_web)
    for least in (0.04, 0.05, 0.06, 0.07, 0.1, 0.15, 0.2):
        of_archive = f", {share(on_web, least):.1%} of pages of the web" if on_web else ""
        print(f"{least}: {share(alike, least):.1%} of the same subject, {share(apart, least):.1%} of another{of_archive}")


def read_pages(book: Path) -> Iterator[str]:
    """Yield the text of a handbook in pages of so many words."""
    text = " ".join(path.read_text(encoding="utf-8", errors="replace") for path in sorted(book.glob("*.docbook")))
    words = unescape(_MARKUP.sub(" ", text)).split()
    for first in range(0, min(len(words), 2 * PAGES_MAXIMUM * WORDS) - WORDS, WORDS):
        yield " ".join(words[first : first + WORDS])


def read_web(archive: str) -> Iterator[tuple[str | None, str]]:
    """Yield the language and main text of the pages of an archive that have enough to compare."""
    for url, answer in read_archive(Path(archive)).items():
        page = read_page(url, answer.body, content_type=dict(answer.headers).get("Content-Type"))
        text = read_outline(page.document, PositionClassifier(page.document)).main_text
        if count_words(text) >= MINIMUM_OF_PAGE:
            yield language_of_page(page.page_from_language, text).code, text


def compare(books: dict[str, list[str]], topics: dict[str, Topic]) -> tuple[list[float], list[float]]:
    """The relevance of pages to the handbook that they are from, and to the others."""
    same: list[float] = []
    other: list[float] = []
    for name, topic in topics.items():
        for page_from, pages in books.items():
            found = [PageTopic(page, [], topic).relevance("") for page in pages[1::2]]
            (same if page_from == name else other).extend(found)
    return same, other


def report(language: str, subjects: int, same: Sequence[float], other: Sequence[float]) -> None:
    """Print the quantiles."""
    of_same, of_other = quantiles(same, n=100), quantiles(other, n=100)
    told_apart = sum(sum(one > value for value in other) for one in same) / (len(same) * len(other))
    print(
        f"{language:<10}{subjects or '':>9}{len(same) + len(other):>7,}   "
        f"{of_same[4]:.3f} / {of_same[49]:.3f} / {of_same[94]:.3f}   "
        f"{of_other[49]:.3f} / {of_other[94]:.3f} / {of_other[98]:.3f}   {told_apart:8.1%}"
    )


def share(values: Sequence[float], least: float) -> float:
    """The share of values that are as high."""
    return sum(value >= least for value in values) / len(values)


if __name__ == "__main__":
    main(*sys.argv[1:3])
