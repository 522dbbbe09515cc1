"""What a reader says of links on pages of page builders and themes, and on real pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.labelled_positions import (
    Judged,
    OutlinedPage,
    judge_outlined,
    judge_real,
    main_text_of,
    outlined_pages,
    shares_of_articles,
)

PAGES = [pytest.param(page, id=page.name) for file in ("builders.txt", "themes.txt") for page in outlined_pages(file)]


def accepted(judged: list[Judged]) -> float:
    return sum(each.is_accepted for each in judged) / len(judged)


@pytest.mark.parametrize("page", PAGES)
def test_the_links_of_a_builder_or_theme_stand_where_a_reader_says(page: OutlinedPage) -> None:
    assert [each for each in judge_outlined(page) if not each.is_accepted] == []


@pytest.mark.parametrize("page", PAGES)
def test_the_article_of_a_builder_or_theme_is_main_text(page: OutlinedPage) -> None:
    assert len(main_text_of(page).split()) > 0.9 * page.words


@pytest.mark.parametrize(
    ("sample", "strict", "accepted_too"), [("first", 0.9, 0.96), ("second", 0.9, 0.96), ("third", 0.87, 0.95)]
)
def test_links_of_real_pages_stand_where_a_reader_says(corpora: Path, sample: str, strict: float, accepted_too: float) -> None:
    judged = judge_real(corpora, sample)
    assert accepted(judged) > accepted_too
    assert sum(each.is_strict for each in judged) > strict * len(judged)


def test_most_of_the_article_of_a_real_page_is_main_text(corpora: Path) -> None:
    shares = shares_of_articles(corpora)
    assert sum(share >= 1 / 2 for share in shares.values()) >= 0.99 * len(shares)
