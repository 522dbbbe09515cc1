from __future__ import annotations

from pathlib import Path
from typing import cast

import lxml.html
import pytest
from lxml.etree import _Element

from backlinkspider.core.html.encoding import decode
from backlinkspider.core.html.parser import ADDRESS_ATTRIBUTES, read_page
from backlinkspider.core.page.context import MARKUP_CHARACTERS, read_markup, read_path, words_after, words_before
from backlinkspider.core.page.outline import read_outline
from backlinkspider.core.page.position import PositionClassifier
from tests.support.real_pages import read_real_pages

WORDS = "word " * 60

CONTEXTS = [
    pytest.param("<p>before <a href=x>link</a> after</p>", ("before", "after"), id="text of a paragraph"),
    pytest.param("<p>one</p><p><a href=x>link</a></p><p>two</p>", ("", ""), id="only the own block"),
    pytest.param("<p>be<b>fo</b>re <i><a href=x>l</a></i> <em>af</em>ter</p>", ("before", "after"), id="through markup"),
    pytest.param("<p>one<br>two <a href=x>l</a> three<br>four</p>", ("one two", "three four"), id="a line break is a space"),
    pytest.param("<p>a<script>no()</script> <a href=x>l</a><style>no</style> b</p>", ("a", "b"), id="no scripts and styles"),
    pytest.param("<p>a <!-- no --><a href=x>l</a><!-- no --> b</p>", ("a", "b"), id="no comments"),
    pytest.param("<li>a <a href=x>l</a> b<ul><li>c</ul></li>", ("a", "b"), id="up to a block inside"),
    pytest.param("<td>a</td><td><a href=x>l</a> b</td>", ("a", "b"), id="cells outside a table are text"),
    pytest.param("<table><td>a<td><a href=x>l</a> b</table>", ("", "b"), id="a cell is a block"),
    pytest.param("<p>a &lt;b&gt; <a href=x>l</a> שלום</p>", ("a <b>", "שלום"), id="references and other scripts"),
    pytest.param("<p><a href=y>other</a> and <a href=x>l</a></p>", ("", "and l"), id="other links are text"),
    pytest.param("<li><a href=x></a></li><li>no</li>", ("", ""), id="a link without a text, alone in its block"),
    pytest.param("<div>a <a href=x>l<p>no</p></a> b</div>", ("a", "b"), id="around a link that holds a block"),
    pytest.param("<div>a <a href=x>l</a> <form>no</form></div>", ("a", ""), id="up to a form"),
    pytest.param(f"<p>{'<i>a</i> ' * 30}<a href=x>l</a>", (("a " * 30).strip(), ""), id="of many short texts"),
    pytest.param(f"<p>far {'<i>a</i>' * 99}<a href=x>l</a>{'<i>b</i>' * 100}far", ("a" * 99, "b" * 100), id="of a hundred texts"),
    pytest.param(f"<p>far{'<br>' * 100}<a href=x>l</a>{'<br>' * 100}far", ("", ""), id="not behind a hundred line breaks"),
    pytest.param(f"<p>near{' ' * 500}<a href=x>l</a>{' ' * 500}near", ("near", "near"), id="behind much white space"),
]


def elements(tree: _Element, path: str) -> list[_Element]:
    return cast("list[_Element]", tree.xpath(path))


def context_of_first_link(html: str) -> tuple[str, str]:
    page = read_page("https://example.com/", html.encode())
    element = page.links[0].element
    outline = read_outline(page.document, PositionClassifier(page.document), {element.mem_id})
    part = outline.links[element.mem_id]
    return words_before(outline.text_runs, part.start), words_after(outline.text_runs, part.end)


@pytest.mark.parametrize(("html", "context"), CONTEXTS)
def test_context(html: str, context: tuple[str, str]) -> None:
    assert context_of_first_link(html) == context


def test_context_is_cut_between_words() -> None:
    before, after = context_of_first_link(f"<p>{WORDS}<a href=x>l</a> {WORDS}</p>")
    assert before == after == ("word " * 20).strip()


def test_context_without_spaces_is_cut_anywhere() -> None:
    assert context_of_first_link(f"<p>{'語' * 300}<a href=x>l</a>{'語' * 300}</p>") == ("語" * 100, "語" * 100)


def test_markup_starts_at_the_link_and_is_cut() -> None:
    page = read_page("https://example.com/", f"<p>a <a class=b href=x>{WORDS * 10}</a>".encode())
    markup = read_markup(page.links[0].element)
    assert markup.startswith('<a class="b" href="x">word')
    assert len(markup) == MARKUP_CHARACTERS


def test_the_markup_of_a_link_around_links_is_its_tag() -> None:
    page = read_page("https://example.com/", b"<a href=x><object><a href=y>z</a></object></a>")
    assert [read_markup(link.element) for link in page.links] == ['<a href="x">', '<a href="y">z</a>']


PATHS = [
    pytest.param(
        "<a href=x>1</a><p><a href=x>2</a>", ['(//a[@href="x"])[1]', '(//a[@href="x"])[2]'], id="the same address twice"
    ),
    pytest.param("<map><area href=x></map><a href=x>1</a>", ['(//area[@href="x"])[1]', '(//a[@href="x"])[1]'], id="area and a"),
    pytest.param("<a href='say \"hi\" now'>1</a>", ['(//a[@href=concat("say ", \'"\', "hi", \'"\', " now")])[1]'], id="quotes"),
    pytest.param("<a href>1</a>", ['(//a[@href=""])[1]'], id="no address"),
    pytest.param(
        "<body><link itemprop=url href=x><link rel=stylesheet href=x><link rel=alternate hreflang=de href=x>",
        ['(//link[@href="x"])[3]'],
        id="behind elements that are no links",
    ),
    pytest.param(
        "<svg><link rel=alternate hreflang=de href=x /></svg><form action=x></form><link rel=alternate hreflang=de href=x>",
        ['(//form[@action="x"])[1]', '(//link[@href="x"])[2]'],
        id="behind an element in a drawing",
    ),
]


@pytest.mark.parametrize(("html", "paths"), PATHS)
def test_a_path_finds_its_link_with_another_parser(html: str, paths: list[str]) -> None:
    page = read_page("https://example.com/", html.encode())
    assert [read_path(link.element, link.href, link.ordinal, is_xlink=link.is_xlink) for link in page.links] == paths
    tree = lxml.html.document_fromstring(html)
    found = [element for path in paths for element in elements(tree, path)]
    assert [element.get("href") or element.get("action") or "" for element in found] == [link.href for link in page.links]
    assert [element.get("rel") for element in found] == [link.element.attributes.get("rel") for link in page.links]


def test_paths_find_the_links_of_real_pages_with_another_parser(corpora: Path) -> None:
    found = missed = 0
    for url, body, content_type in read_real_pages(corpora):
        page = read_page(url, body, content_type=content_type)
        # XML 1.0 has no place for most control characters.
        text = decode(body, content_type).encode().translate(None, bytes([*range(9), 11, 12, *range(14, 32)]))
        tree = lxml.html.document_fromstring(text, parser=lxml.html.HTMLParser(encoding="utf-8", huge_tree=True))
        for link in page.links:
            name = ADDRESS_ATTRIBUTES[link.element.tag]
            addresses = [
                (element.get(name) or "").strip()
                for element in elements(tree, read_path(link.element, link.href, link.ordinal, is_xlink=link.is_xlink))
            ]
            is_found = addresses == [(link.element.attributes[name] or "").strip()]
            found, missed = found + is_found, missed + (not is_found)
    assert found > 30_000
    assert missed / (found + missed) < 0.01
