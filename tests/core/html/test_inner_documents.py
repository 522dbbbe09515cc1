from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, cast

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlinkspider.core.html.parser import read_page
from backlinkspider.core.page.anchor_text import read_anchor_text
from backlinkspider.core.steps.describe import describe_links
from backlinkspider.items import Link, Page

URL = "https://a.test/"
CASES = json.loads((Path(__file__).parent / "chromium_inner_documents.json").read_text(encoding="utf-8"))


def described(html: str) -> Page:
    page = read_page(URL, html.encode())
    describe_links(page)
    return page


def quoted(html: str) -> str:
    return html.replace("&", "&amp;").replace('"', "&quot;")


def frame(html: str) -> str:
    return f'<iframe srcdoc="{quoted(html)}"></iframe>'


def shadow(html: str, mode: str = "open") -> str:
    return f"<template shadowrootmode={mode}>{html}</template>"


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in CASES])
def test_links_and_their_words_are_those_that_chromium_shows(case: dict[str, Any]) -> None:
    page = read_page(f"http://a.test/{CASES.index(case)}", case["html"].encode())
    found = [[link.url_to, read_anchor_text(link.element).anchor] for link in page.links if link.is_hyperlink]
    assert sorted(found) == case["chromium"]


def find_by_path(html: str, path: str) -> list[Any]:
    """The elements that a path finds in the markup of a page."""
    frames, _, rest = path.partition(" >>> ")
    found = cast("list[Any]", lxml.html.document_fromstring(html).xpath(frames))
    return find_by_path(found[0].get("srcdoc"), rest) if rest else found


LINK = "<a href=/x>x</a>"
PATHS = [
    pytest.param(f"<div>{shadow(LINK)}</div>{LINK}", id="beside a shadow root"),
    pytest.param(f"{LINK}<div>{shadow(LINK + LINK)}</div><p>{shadow(LINK)}</p>{LINK}", id="in two shadow roots"),
    pytest.param(f"<div>{shadow(f'<p>{shadow(LINK)}</p>{LINK}')}</div>", id="in a nested shadow root"),
    pytest.param(f"<div>{shadow(f'<template>{LINK}</template>{LINK}')}</div>", id="behind a template in a shadow root"),
    pytest.param(f"<template>{LINK}</template><div>{shadow(LINK)}</div>{LINK}", id="behind a template"),
    pytest.param(f"{LINK}<template>{LINK}</template>{LINK}", id="around a template"),
    pytest.param(f"<template><p><template>{LINK}</template></p></template>{LINK}", id="behind templates in each other"),
    pytest.param(f"<template>{LINK}</template>{frame(f'<template>{LINK}</template>{LINK}')}", id="in a frame, behind a template"),
    pytest.param(f"<template><a href=/y>y</a></template>{LINK}{LINK}", id="behind a template that holds another address"),
    pytest.param(f"<div>{shadow('<slot></slot>' + LINK)}{LINK}</div>", id="in a slot, which changes the order"),
    pytest.param(f"{frame(LINK)}{frame(LINK + LINK)}{LINK}", id="in two frames"),
    pytest.param(frame(LINK + frame(LINK)), id="in a frame in a frame"),
    pytest.param(f"<div>{shadow(frame(LINK) + frame(LINK))}</div>", id="in a frame in a shadow root"),
    pytest.param(frame(f"<div>{shadow(LINK)}</div>{LINK}"), id="in a shadow root in a frame"),
    pytest.param("<svg><a xlink:href=/x>a</a><a href=/x>b</a><a xlink:href=/x>c</a></svg>", id="in a drawing"),
]


@pytest.mark.parametrize("html", PATHS)
def test_each_path_finds_its_link_and_no_other(html: str) -> None:
    links = described(html).links
    assert len(links) == len(re.findall("</a>", re.sub("<template>.*?</template>", "", html)))
    paths = [link.link_path or "" for link in links]
    found = [find_by_path(html, path) for path in paths]
    assert [len(elements) for elements in found] == [1] * len(links)
    assert all(elements[0].values()[0] == "/x" for elements in found)
    assert len(set(paths)) == len(links)


def one_link(html: str) -> Link:
    (link,) = described(html).links
    return link


@pytest.mark.parametrize("mode", ["open", "closed"])
def test_the_text_around_a_link_in_a_shadow_root_is_what_stands_around_it(mode: str) -> None:
    link = one_link(f"<p>Not here</p><my-card>{shadow('<p>We sat on <a href=/x>oak</a> chairs.</p>', mode)}</my-card><p>Nor here")
    assert (link.text_pre, link.text_post) == ("We sat on", "chairs.")
    assert link.link_html == '<a href="/x">oak</a>'


def test_the_text_around_a_link_in_a_frame_ends_with_its_document() -> None:
    link = one_link(f"Not here {frame('We sat on <a href=/x>oak</a> chairs.')} nor here")
    assert (link.text_pre, link.text_post) == ("We sat on", "chairs.")


def test_a_link_in_a_slot_stands_in_the_text_of_the_shadow_root() -> None:
    link = one_link(f"<my-card>{shadow('<p>We sat on <slot></slot> chairs.</p>')}<a href=/x>oak</a></my-card>")
    assert (link.anchor, link.text_pre, link.text_post) == ("oak", "We sat on", "chairs.")


PLACES = [
    pytest.param(f"<footer>{frame(LINK)}</footer>", "footer", None, id="a frame in a footer"),
    pytest.param(
        f"<main><p>text</p><my-card>{shadow(LINK)}</my-card></main>", "content", None, id="a shadow root in the content"
    ),
    pytest.param(f"<my-page>{shadow(f'<nav>{LINK}</nav>')}</my-page>", "nav", None, id="a menu in a shadow root"),
    pytest.param(f"<footer><my-page>{shadow('<slot></slot>')}{LINK}</my-page></footer>", "footer", None, id="in a slot"),
    pytest.param(f"<p>text</p>{frame(f'<footer>{LINK}</footer>')}", "footer", None, id="a footer in a frame"),
    pytest.param(f"<main><div style='display:none'>{frame(LINK)}</div></main>", "content", "display:none", id="a hidden frame"),
    pytest.param(f"<main><my-x hidden>{shadow(LINK)}</my-x></main>", "content", "hidden", id="a hidden host"),
]


@pytest.mark.parametrize(("html", "position", "hidden"), PLACES)
def test_the_place_of_an_inner_document_is_that_of_its_links(html: str, position: str, hidden: str | None) -> None:
    link = one_link(html)
    assert (link.position, link.hidden) == (position, hidden)


def test_what_a_frame_says_of_itself_does_not_hold_for_the_page() -> None:
    inner = (
        "<title>no</title><base href=/dir/><meta name=robots content='noindex, nofollow'><link rel=canonical href=no>"
        "<link rel=alternate hreflang=de href=no><meta http-equiv=refresh content='0; url=no'><h1>no</h1><a href=x>x</a>"
    )
    page = read_page(URL, f"{frame(inner)}<title>yes</title><h1>Yes</h1><a href=y>y</a>".encode())
    assert (page.page_from_title, page.page_from_noindex, page.page_from_canonical, page.nofollow_by) == ("yes", False, None, ())
    assert [(link.url_to, link.link_type) for link in page.links] == [(f"{URL}dir/x", None), (f"{URL}y", None)]


def test_the_page_asks_not_to_follow_for_its_frames_too() -> None:
    page = described(f"<meta name=robots content=nofollow>{frame(LINK)}")
    assert [link.nofollow_by for link in page.links] == [("meta",)]


def test_frames_and_forms_in_inner_documents_are_links() -> None:
    inner = "<iframe src=/frame></iframe><form action=/form></form>"
    links = described(f"<div>{shadow(inner)}</div>{frame(inner)}").links
    assert [(link.link_type, link.url_to.removeprefix(URL)) for link in links] == [("frame", "frame"), ("form", "form")] * 2


def test_links_have_the_order_of_the_markup() -> None:
    inner = shadow("<a href=/2>2</a><slot></slot>" + frame("<a href=/3>3</a>"))
    html = f"<a href=/1>1</a><my-x>{inner}<a href=/4>4</a></my-x><a href=/5>5</a>"
    assert [(link.link_index, link.url_to) for link in described(html).links] == [(n, f"{URL}{n}") for n in range(1, 6)]


def test_words_in_shadow_roots_count_and_those_that_no_slot_takes_do_not() -> None:
    article = shadow("<main><p>one two <slot>not this</slot></p></main>")
    assert described(f"<my-article>{article}three four</my-article>").page_from_words == 4
    assert described(f"<my-article>{article}<b slot=other>not this</b></my-article>").page_from_words == 4


def nested_frames(depth: int) -> str:
    html = LINK
    for _ in range(depth):
        html = LINK + frame(html)
    return html


HOSTILE = [
    pytest.param(nested_frames(10), 5, id="frames in frames"),
    pytest.param("<p><template shadowrootmode=open>" * 1_000 + LINK, 0, id="shadow roots in shadow roots"),
    pytest.param(f"<p>{shadow(LINK)}</p>" * 16, 16, id="many shadow roots"),
    pytest.param(frame(LINK) * 2_000, 1_000, id="more frames than a browser loads"),
    pytest.param(f"<p>{shadow(LINK) * 100}</p>", 1, id="many shadow roots of one host"),
    pytest.param(f"<my-x>{shadow('<slot></slot>' * 1_000)}{LINK}</my-x>", 1, id="many slots"),
    pytest.param(f"<my-x>{shadow('<slot></slot>')}{LINK * 5_000}</my-x>", 5_000, id="much in a slot"),
    pytest.param(frame("<div>" * 5_000 + LINK), 1, id="a deep document in a frame"),
    pytest.param(f"<slot>{LINK}</slot>", 1, id="a slot without a shadow root"),
    pytest.param("<iframe srcdoc></iframe>", 0, id="srcdoc without a value"),
]


@pytest.mark.parametrize(("html", "links"), HOSTILE)
def test_nobody_makes_it_read_without_end(html: str, links: int) -> None:
    assert len(described(html).links) == links


TAGS = re.findall(
    r"\S+",
    "<my-x> </my-x> <template> </template> <slot> </slot> <p> </b> </a> text <svg> </svg> <table> <td> </table> <div> <h1>",
)
OPEN = "<template shadowrootmode=open>"
INNER = (OPEN, "<slot name=a>", "<b slot=a>", LINK, "<a href=/y>", "<a xlink:href=/z>", "<iframe srcdoc='", "'></iframe>")
PIECES = st.sampled_from((*TAGS, *INNER, frame(f"<p>{shadow(LINK)}</p>"), frame("")))


@given(st.lists(PIECES, max_size=30))
def test_whatever_is_nested_is_read(pieces: list[str]) -> None:
    page = described("".join(pieces))
    assert [link.link_index for link in page.links] == list(range(1, len(page.links) + 1))
    assert all(link.link_path and link.link_html is not None for link in page.links)
