"""The language of a page: what its markup declares, and what its text reads as."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlinkspider.core.html.language import detect_language, language_of_page

# Article 1 of the Universal Declaration of Human Rights (https://www.ohchr.org/en/universal-declaration-of-human-rights).
ARTICLE_1: dict[str, str] = json.loads((Path(__file__).parent / "human_rights.json").read_text(encoding="utf-8"))
GERMAN, ENGLISH = ARTICLE_1["de"] * 3, ARTICLE_1["en"] * 3


@pytest.mark.parametrize(("language", "text"), ARTICLE_1.items())
def test_an_article_says_its_language(language: str, text: str) -> None:
    assert detect_language(text) == language


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("Home Shop Contact", id="a menu"),
        pytest.param("0123 456 789 " * 200, id="numbers"),
        pytest.param("AX-12 BX-14 QQ-77 ZZ-19 " * 20, id="names of products"),
    ],
)
def test_of_no_text_nothing_is_said(text: str) -> None:
    assert detect_language(text) is None


@pytest.mark.parametrize(
    ("declared", "text", "expected"),
    [
        pytest.param("de", GERMAN, ("de", "html"), id="they agree"),
        pytest.param("en", GERMAN, ("de", "text"), id="a template in English"),
        pytest.param("ja", ENGLISH, ("en", "text"), id="a template in Japanese"),
        pytest.param(None, GERMAN, ("de", "text"), id="nothing declared"),
        pytest.param(None, "Kontakt", (None, None), id="nothing declared, and no text"),
        pytest.param("en", "Impressum. Kontakt. Warenkorb.", ("en", "html"), id="a few words of another language"),
        pytest.param("en", ARTICLE_1["de"], ("en", "html"), id="a sentence of another language"),
        pytest.param("no", ARTICLE_1["da"] * 3, ("no", "html"), id="a language that the detector has under other names"),
        pytest.param("tlh", GERMAN, ("tlh", "html"), id="a language that the detector does not know"),
        pytest.param("en", f"{ENGLISH} {ARTICLE_1['fr']}", ("en", "html"), id="an English page that quotes French"),
        pytest.param("de", " \n\t" * 3000 + GERMAN, ("de", "html"), id="a text behind white space"),
    ],
)
def test_a_long_text_in_another_language_wins(declared: str | None, text: str, expected: tuple[str | None, str | None]) -> None:
    assert language_of_page(declared, text) == expected


@given(st.text(max_size=300))
def test_any_text_has_a_language_or_none(text: str) -> None:
    language = detect_language(text)
    assert language is None or (language.isalpha() and len(language) == 2)
