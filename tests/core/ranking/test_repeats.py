"""A page whose text stands on another page of the site repeats it."""

from __future__ import annotations

import json

import pytest

from backlinkspider.core.ranking.repeats import ArticleText, ArticleTexts, read_article, text_runs

REVIEWS = [f"The table number {number} has stood in the rain for three winters, and nothing has moved." for number in range(60)]
DESCRIPTION = "A round table for six people, made from oak that grew behind the house and has dried for years."
NOTICE = "We send everything within three days, and whoever does not like it may send it back to us for free."


def page(*texts: str, title: str = "A shop that has a long name and sells tables and whatever one can put on them") -> bytes:
    return f"<title>{title}</title><body class=x>{''.join(f'<p>{text}</p>' for text in texts)}<a href=/>Home</a>".encode()


def articles(*pages: bytes) -> ArticleTexts:
    texts = ArticleTexts()
    for each in pages:
        texts.add(read(each))
    return texts


def read(body: bytes, path: str = "/oak") -> ArticleText:
    return read_article(f"https://site.example{path}", body)


PRODUCT = page(DESCRIPTION, REVIEWS[0], REVIEWS[1])
CASES = [
    pytest.param(page(REVIEWS[0]), True, id="a review of a product"),
    pytest.param(page(REVIEWS[1], REVIEWS[0], title="All reviews"), True, id="all of its reviews"),
    pytest.param(PRODUCT.replace(b"</p>", b"  </p >"), True, id="the same page"),
    pytest.param(page(DESCRIPTION, REVIEWS[3]), False, id="half of it"),
    pytest.param(page(REVIEWS[2]), False, id="a text of its own"),
    pytest.param(page("Short."), False, id="nothing to compare"),
    pytest.param(b"", False, id="an empty page"),
]


@pytest.mark.parametrize(("body", "expected"), CASES)
def test_a_page_repeats_an_article_when_nearly_all_of_its_text_stands_there(body: bytes, *, expected: bool) -> None:
    assert articles(page(REVIEWS[9]), PRODUCT).is_repeated(read(body)) is expected


def test_what_many_articles_have_says_nothing_of_any() -> None:
    texts = articles(*(page(NOTICE, review) for review in REVIEWS[:3]))
    assert not texts.is_repeated(read(page(NOTICE)))
    assert texts.is_repeated(read(page(NOTICE, REVIEWS[1])))


def test_text_from_two_articles_repeats_neither() -> None:
    assert not articles(page(REVIEWS[0]), page(REVIEWS[1])).is_repeated(read(page(REVIEWS[0], REVIEWS[1])))


def test_old_articles_are_forgotten() -> None:
    texts = articles(*(page(review) for review in REVIEWS))
    assert len(texts.pages) < len(REVIEWS)
    assert (texts.is_repeated(read(page(REVIEWS[0]))), texts.is_repeated(read(page(REVIEWS[-1])))) == (False, True)


def test_a_page_has_a_limited_number_of_runs() -> None:
    assert len(text_runs(page(*REVIEWS))) == 40


def test_scripts_and_the_title_are_no_text() -> None:
    assert (
        text_runs(page("Short.") + f"<script>var a = '{DESCRIPTION}'</script><style>{DESCRIPTION}</style>".encode())
        == frozenset()
    )


ADDRESSES = [
    pytest.param("/topic/7?post=12", "/topic/7", False, id="the page of which a copy was read"),
    pytest.param("/topic/7?post=12&page=2", "/topic/7?page=2#12", False, id="the same, with a parameter"),
    pytest.param("/topic/7", "/topic/7?post=12", True, id="a copy of the page that was read"),
    pytest.param("/topic/7?post=12", "/topic/7?post=13", True, id="another copy"),
    pytest.param("/?view=topic&id=7", "/?view=print&id=7", True, id="another value"),
    pytest.param("/topic/7?post=12", "/print/7", True, id="another path"),
]


@pytest.mark.parametrize(("first", "second", "expected"), ADDRESSES)
def test_the_page_without_further_parameters_is_the_original(first: str, second: str, *, expected: bool) -> None:
    texts = ArticleTexts()
    texts.add(read(PRODUCT, first))
    assert texts.is_repeated(read(PRODUCT, second)) is expected


def test_stored_texts_are_the_same_again() -> None:
    texts = ArticleTexts([read(PRODUCT, "/topic/7?post=12"), read(page(REVIEWS[3]))])
    assert ArticleTexts.restore(json.loads(json.dumps(texts.store()))) == texts
