"""What is said of links is what a specialist says, on an invented web in five languages (tests/labelled_web)."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from backlinkspider.core.quality.signals import SIGNALS_BY_NAME
from tests.support.labelled_pages import TARGETS, WEB, read_pages
from tests.support.miniweb import MiniWeb
from tests.support.scrapy_command import crawl

VERDICTS = frozenset({"good", "neutral", "review", "bad"})
RIGHT_AT_LEAST = 0.90

Row = Mapping[str, Any]
Rows = Mapping[str, Sequence[Row]]
"""The rows of a page, by its address."""


@dataclass(frozen=True)
class Label:
    """What a specialist says of the link of one page."""

    url_from: str
    language: str
    kind: str
    verdict: str
    """One, or two that both will do: `neutral|review`."""
    reasons: str
    """Signals with their sign: `position+ dofollow-`."""
    position: str
    dofollow: str
    anchor: str
    why: str

    @property
    def verdicts(self) -> frozenset[str]:
        return frozenset(self.verdict.split("|"))

    @property
    def signed_signals(self) -> list[str]:
        return self.reasons.split()


def read_labels() -> list[Label]:
    with (WEB / "LABELS.tsv").open(encoding="utf-8", newline="") as table:
        return [Label(**row) for row in csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE)]


LABELS = read_labels()
PAGES = {language: read_pages(language) for language in TARGETS}


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    """The backlinks of five crawls, one a target."""
    found: dict[str, list[Row]] = {}
    for language, target in TARGETS.items():
        hosts = sorted({url.split("/")[2] for url in PAGES[language]} - {target})
        with MiniWeb(PAGES[language]) as web:
            folder, seeds = tmp_path_factory.mktemp(language), ",".join(hosts)
            crawled = crawl(web, folder, "BACKLINKS_LINK_CHECK_LIMIT=1000", target=target, seeds=seeds, profile_pages="25")
        assert crawled.code == 0, crawled.log
        for row in crawled.rows:
            found.setdefault(row["url_from"], []).append(row)
    return found


def test_the_set_is_as_large_and_varied_as_promised() -> None:
    languages = Counter(label.language for label in LABELS)
    assert len(LABELS) >= 66
    assert len({label.url_from.split("/")[2] for label in LABELS}) >= 45
    assert set(languages) == set(TARGETS)
    assert min(languages.values()) >= 10
    assert len({label.kind for label in LABELS}) >= 20


def test_labels_use_known_words_and_hedge_seldom() -> None:
    assert len({label.url_from for label in LABELS}) == len(LABELS)
    for label in LABELS:
        assert label.verdicts <= VERDICTS, label
        assert not label.verdicts >= {"good", "bad"}, label
        assert label.signed_signals, label
        assert {reason[:-1] for reason in label.signed_signals} <= SIGNALS_BY_NAME.keys(), label
        assert {reason[-1] for reason in label.signed_signals} <= {"+", "-"}, label
    assert sum(len(label.verdicts) > 1 for label in LABELS) <= len(LABELS) / 4


@pytest.mark.parametrize("language", TARGETS)
def test_every_address_in_the_web_is_invented(language: str) -> None:
    outside = {host for page in PAGES[language].values() for host in re.findall(r'(?:href|src)="https?://([^/"]+)', page)}
    assert [host for host in sorted(outside) if not host.endswith(".example")] == []


def test_every_labelled_page_is_read_as_it_is_meant(rows: Rows) -> None:
    meant = {label.url_from: [(label.position, label.dofollow == "true", label.anchor)] for label in LABELS}
    read = {url: [(row["position"], row["dofollow"], row["anchor"]) for row in rows.get(url, [])] for url in meant}
    assert read == meant


@pytest.mark.parametrize(
    ("reason", "columns"), [("hidden-", ["hidden"]), ("index-", ["page_from_noindex", "page_from_canonical"])]
)
def test_what_a_page_says_of_itself_is_in_its_row(rows: Rows, reason: str, columns: Sequence[str]) -> None:
    cells = {label.url_from: [rows[label.url_from][0][column] for column in columns] for label in LABELS}
    said = {url for url, values in cells.items() if not set(values) <= {None, False, url}}
    assert said == {label.url_from for label in LABELS if reason in label.signed_signals}


def test_articles_are_as_long_as_articles(rows: Rows) -> None:
    articles = [label.url_from for label in LABELS if label.kind.startswith(("editorial", "local news"))]
    assert [(url, rows[url][0]["page_from_words"]) for url in articles if rows[url][0]["page_from_words"] < 150] == []


def test_sitewide_links_are_on_every_page_that_was_read(rows: Rows) -> None:
    hosts = [label.url_from for label in LABELS if "sitewide-" in label.signed_signals]
    pages = {home: {url for url in PAGES[language_of(home)] if url.startswith(home)} for home in hosts}
    assert {home: {url for url in rows if url.startswith(home)} for home in hosts} == pages
    assert min(map(len, pages.values())) >= 6


def test_other_pages_have_only_links_that_a_labelled_page_of_their_site_has(rows: Rows) -> None:
    def place(row: Row) -> tuple[str, ...]:
        return (row["domain_from"], row["url_to"], row["anchor"], row["position"])

    labelled = {label.url_from for label in LABELS}
    places = {place(row) for url in labelled for row in rows[url]}
    strays = [place(row) for url, of_page in rows.items() if url not in labelled for row in of_page if place(row) not in places]
    assert strays == []


def test_verdicts_are_those_of_a_specialist(rows: Rows) -> None:
    misses = [label for label in LABELS if rows[label.url_from][0]["verdict"] not in label.verdicts]
    assert len(misses) <= (1 - RIGHT_AT_LEAST) * len(LABELS), "\n" + "\n".join(table_of(misses, rows))


def test_no_good_link_is_called_bad(rows: Rows) -> None:
    misses = [label for label in LABELS if "good" in label.verdicts and rows[label.url_from][0]["verdict"] == "bad"]
    assert misses == [], "\n" + "\n".join(table_of(misses, rows))


def test_reasons_are_those_that_a_specialist_would_give(rows: Rows) -> None:
    pairs = [(label, reason) for label in LABELS for reason in label.signed_signals]
    misses = [(label, reason) for label, reason in pairs if reason not in signed_signals(rows[label.url_from][0])]
    lines = [f"{reason:18}{label.url_from}  has {rows[label.url_from][0]['reasons']}" for label, reason in misses]
    assert len(misses) <= (1 - RIGHT_AT_LEAST) * len(pairs), "\n" + "\n".join(lines)


def language_of(url: str) -> str:
    return next(language for language, pages in PAGES.items() if url in pages)


def signed_signals(row: Row) -> set[str]:
    """The reasons of a row without their points: `position:+12(content)` is `position+`."""
    reasons = [re.match(r"(\w+):([+-])", reason) for reason in row["reasons"] or []]
    return {"".join(reason.groups()) for reason in reasons if reason is not None}


def table_of(labels: Sequence[Label], rows: Rows) -> Iterator[str]:
    yield f"{'expected':16}{'is':10}{'quality':8}page, reasons"
    for label in labels:
        row = rows[label.url_from][0]
        yield f"{label.verdict:16}{row['verdict']!s:10}{row['quality']!s:8}{label.url_from} {row['reasons']}"
