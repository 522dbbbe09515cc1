from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlinkspider.core.html.parser import read_page
from backlinkspider.core.page.main_text import _WORD, count_words
from backlinkspider.core.page.outline import read_outline
from backlinkspider.core.page.position import PositionClassifier
from backlinkspider.core.steps.describe import describe_links
from backlinkspider.core.text import collapse_whitespace

MENU = "<ul>" + "<li><a href=x>no</a></li>" * 5 + "</ul>"
TEXTS = [
    pytest.param(
        "<nav>no</nav><main><h1>Oak</h1><p>It <b>is</b> hard.</p></main><footer>no</footer>", "Oak It hard. is", id="main"
    ),
    pytest.param("<p>one<br>two</p>three", "three one two", id="a line break ends a word"),
    pytest.param("<p>yes<script>no()</script><style>no</style><template>no</template></p>", "yes", id="no scripts"),
    pytest.param("<p>yes</p><noscript><p>no</p></noscript><select><option>no</select><button>no", "yes", id="no controls"),
    pytest.param("<p>yes</p><p style='display:none'>no</p><p aria-hidden=true>seen</p>", "yes seen", id="nothing hidden"),
    pytest.param("<p>yes</p><div class=sidebar>no</div><div id=comments>no</div>", "yes", id="no sidebar, no comments"),
    pytest.param(f"<div>Some words <a href=x>here</a>.</div>{MENU}", "Some words . here", id="a list of links is no text"),
    pytest.param("", "", id="nothing"),
]


@pytest.mark.parametrize(("html", "text"), TEXTS)
def test_main_text(html: str, text: str) -> None:
    document = read_page("https://example.com/", html.encode()).document
    assert collapse_whitespace(read_outline(document, PositionClassifier(document)).main_text) == text


WORDS = [
    pytest.param("", 0, id="none"),
    pytest.param(" . – ! ", 0, id="marks"),
    pytest.param("It doesn’t wobble", 3, id="an apostrophe"),
    pytest.param("well-made oak_chair", 3, id="a hyphen joins, an underscore does not"),
    pytest.param("4 Stühle für 99,50 €", 5, id="numbers"),
    pytest.param("橡木椅 and 椅子", 6, id="signs"),
    pytest.param("дубовый стул", 2, id="another alphabet"),
]


@pytest.mark.parametrize(("text", "count"), WORDS)
def test_words(text: str, count: int) -> None:
    assert count_words(text) == count


@given(st.text(st.sampled_from("aBé1²_-'’ .,\n€œ\xa0\x85") | st.characters(), max_size=40))
def test_the_fast_way_counts_the_same_words(text: str) -> None:
    assert count_words(text) == len(_WORD.findall(unicodedata.normalize("NFC", text)))


GERMAN = "Der Stuhl aus Eiche steht seit vielen Jahren in der Küche und wackelt noch immer nicht, sagt sie."
LANGUAGES = [
    pytest.param(f"<html lang=en-GB><p>{GERMAN}", "en", id="what the page says"),
    pytest.param(f"<html xml:lang=PT_br><p>{GERMAN}", "pt", id="as XHTML says it"),
    pytest.param(f"<p>{GERMAN}", "de", id="by its text"),
    pytest.param(f"<html lang=''><p>{GERMAN}", "de", id="what says nothing"),
    pytest.param(f"<html lang=english><p>{GERMAN}", "de", id="what is no language tag"),
    pytest.param(f"<nav>{GERMAN}</nav><p>OK</p>", None, id="too little of it"),
    pytest.param("<p>" + "123 456 " * 50, None, id="no text"),
]


@pytest.mark.parametrize(("html", "language"), LANGUAGES)
def test_language_of_the_page(html: str, language: str | None) -> None:
    page = read_page("https://example.com/", html.encode())
    describe_links(page)
    assert page.page_from_language == language


def test_a_letter_and_its_accent_are_one_word() -> None:
    assert count_words("alte Mo\u0308bel") == count_words("alte M\u00f6bel") == 2
