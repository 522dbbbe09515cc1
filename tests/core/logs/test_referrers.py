from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlinkspider.core.logs.referrers import Kind, is_bot, is_listed, kind_of_host, unwrap

KINDS = [
    ("www.google.com", Kind.SEARCH),
    ("google.co.uk", Kind.SEARCH),
    ("images.google.de", Kind.SEARCH),
    ("news.google.com", Kind.SEARCH),
    ("docs.google.com", Kind.SITE),
    ("sites.google.com", Kind.SITE),
    ("mail.google.com", Kind.MAIL),
    ("gemini.google.com", Kind.ASSISTANT),
    ("www.bing.com", Kind.SEARCH),
    ("cn.bing.com", Kind.SEARCH),
    ("html.duckduckgo.com", Kind.SEARCH),
    ("r.search.yahoo.com", Kind.SEARCH),
    ("yandex.ru", Kind.SEARCH),
    ("chatgpt.com", Kind.ASSISTANT),
    ("www.perplexity.ai", Kind.ASSISTANT),
    ("t.co", Kind.SOCIAL),
    ("www.facebook.com", Kind.SOCIAL),
    ("old.reddit.com", Kind.SITE),
    ("googleblog.example", Kind.SITE),
    ("google.example.com", Kind.SITE),
    ("blog.example", Kind.SITE),
]


@pytest.mark.parametrize(("host", "kind"), KINDS)
def test_what_a_referrer_is(host: str, kind: Kind) -> None:
    assert kind_of_host(host) is kind


INNER = "https://blog.example/post?a=1"
ENCODED = "https%3A%2F%2Fblog.example%2Fpost%3Fa%3D1"
REDIRECTORS = [
    f"https://l.facebook.com/l.php?u={ENCODED}&h=AT0",
    f"https://lm.facebook.com/l.php?h=AT0&u={ENCODED}",
    f"https://l.instagram.com/?u={ENCODED}",
    f"https://out.reddit.com/t3_x?url={ENCODED}&token=1",
    f"https://www.google.de/url?sa=t&url={ENCODED}",
    f"https://www.google.com/url?q={ENCODED}",
    f"https://www.youtube.com/redirect?event=video&q={ENCODED}",
    f"https://www.linkedin.com/safety/go?url={ENCODED}",
    f"https://slack-redir.net/link?url={ENCODED}",
    f"https://steamcommunity.com/linkfilter/?u={ENCODED}",
    f"https://steamcommunity.com/linkfilter/?url={ENCODED}",
    f"https://href.li/?{INNER}",
    f"https://href.li/?{ENCODED}",
    f"https://l.facebook.com/l.php?u=https%3A%2F%2Fhref.li%2F%3F{ENCODED.replace('%', '%25')}",
]


@pytest.mark.parametrize("url", REDIRECTORS)
def test_a_redirector_is_unwrapped(url: str) -> None:
    assert unwrap(url) == INNER


@pytest.mark.parametrize(
    "url",
    [
        "https://t.co/abc",
        "https://l.facebook.com/",
        "https://l.facebook.com/l.php?u=javascript:alert(1)",
        "https://www.youtube.com/watch?v=1&q=https://a.example/",
        "https://blog.example/url?q=https://a.example/",
        "not a url",
        "",
    ],
)
def test_what_hides_nothing_stays(url: str) -> None:
    assert unwrap(url) == url


@given(st.text())
def test_unwrapping_never_raises(text: str) -> None:
    unwrap(f"https://www.google.com/url?q={text}")
    unwrap(text)


def test_programs_are_told_by_their_names() -> None:
    assert is_bot(b"Mozilla/5.0+(compatible;+bingbot/2.0)")
    assert is_bot(b"curl%2F8.0")
    assert not is_bot(b"Mozilla/5.0 (Windows NT 10.0) Chrome/140.0")


def test_a_listed_name_stands_for_what_is_under_it() -> None:
    names = frozenset({"spam.example"})
    assert [is_listed(host, names) for host in ("spam.example", "a.b.spam.example", "notspam.example")] == [True, True, False]
