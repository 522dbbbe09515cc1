"""Wikis, Hacker News and other services from a loopback server: each page that is said to link, whatever the service does."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.data_server import Asked, DataServer, Reply, Respond
from tests.support.discover_command import discover

Answer = Callable[[dict[str, str], int], Any]
"""The answer to the parameters of the nth question, as JSON."""


def answering(answer: Answer) -> Respond:
    """Answer every question with JSON; a `Reply` as it is."""
    count = 0

    def respond(asked: Asked, _: int) -> Reply:
        nonlocal count
        count += 1
        given = answer({name: values[0] for name, values in parse_qs(urlsplit(asked.path).query).items()}, count)
        return given if isinstance(given, Reply) else Reply(200, json.dumps(given).encode())

    return respond


def links(*pairs: tuple[str, str], rest: str | None = None) -> dict[str, Any]:
    """An answer of a wiki."""
    found = [{"pageid": 1, "ns": 0, "title": title, "url": url} for title, url in pairs]
    more = {"continue": {"eucontinue": rest, "continue": "-||"}} if rest is not None else {"batchcomplete": True}
    return {**more, "query": {"exturlusage": found}}


OAK = ("Oak oil", "https://www.example.com/study")


def test_the_pages_of_a_wiki_come_to_the_end_of_the_list_also_behind_an_empty_answer(tmp_path: Path) -> None:
    answers = {"": links(OAK, rest="1|2"), "1|2": links(rest="1|3"), "1|3": links(("Was ist 50% Öl?/A&B", "http://example.com/"))}
    with DataServer(respond=answering(lambda asked, _: answers[asked.get("eucontinue", "")])) as server:
        found = discover(server, tmp_path, "wikipedia=de")
        asked = {name: values[0] for name, values in parse_qs(urlsplit(server.requests[0].path).query, True).items()}
    assert found.code == 0, found.log
    assert [(row["candidate"], row["level"], row["target_url"], row["evidence"]) for row in found.rows] == [
        ("https://de.wikipedia.org/wiki/Oak_oil", "page", OAK[1], "links of de.wikipedia.org"),
        (
            "https://de.wikipedia.org/wiki/Was_ist_50%25_%C3%96l%3F/A%26B",
            "page",
            "http://example.com/",
            "links of de.wikipedia.org",
        ),
    ]
    assert found.sources["wikipedia"]["complete"] == "limit"
    assert (asked["euquery"], asked["euprotocol"], asked["eulimit"], asked["maxlag"], asked["eunamespace"]) == (
        *("*.example.com", "", "500"),
        *("5", "0"),
    )


def test_a_wiki_that_lags_is_asked_again(tmp_path: Path) -> None:
    def respond(asked: Asked, count: int) -> Reply:
        code = "maxlag" if asked.path.startswith("/en.") else "ratelimited"
        lag = {"error": {"code": code, "info": "Waiting for 10.64.16.7: 7.2 seconds lagged", "lag": 7.2}}
        return Reply(200, json.dumps(links(OAK) if count == 3 else lag).encode())

    with DataServer(respond=respond) as server:
        found = discover(server, tmp_path, "wikipedia=en,de")
    assert found.candidates == ["https://de.wikipedia.org/wiki/Oak_oil", "https://en.wikipedia.org/wiki/Oak_oil"]


WIKI_TROUBLES: dict[str, tuple[Any, str]] = {
    "en": ({"error": {"code": "maxlag"}}, "en.wikipedia.org lags, and asks to be asked later"),
    "fr": ({"error": {"code": "badvalue"}}, "fr.wikipedia.org answers with the error 'badvalue'"),
    "es": (links(rest="1|2"), "es.wikipedia.org repeats itself"),
    "it": (Reply(200, b"<html>Our servers are busy"), "/it.wikipedia.org/api.php answers with what is not JSON"),
    "nl": ([], "nl.wikipedia.org answers with the error 'its answer is no object'"),
    "pl": (Reply(403), "/pl.wikipedia.org/api.php answers 403: it asks to be left alone for now"),
    "cs": (Reply(200, b'{"query": {}}', sent=5), "/cs.wikipedia.org/api.php cannot be read"),
}
"""What goes wrong with a wiki, and what is said of it."""


def test_a_wiki_that_cannot_be_read_is_named_and_the_others_count(tmp_path: Path) -> None:
    def respond(asked: Asked, count: int) -> Reply | None:
        given, _ = WIKI_TROUBLES.get(asked.path[1:3], (links(OAK), ""))
        return answering(lambda *_: given)(asked, count)

    with DataServer(respond=respond) as server:
        found = discover(server, tmp_path, f"wikipedia={','.join(WIKI_TROUBLES)},de")
    assert (found.code, found.candidates) == (0, ["https://de.wikipedia.org/wiki/Oak_oil"]), found.log
    assert found.sources["wikipedia"]["complete"] == "no"
    assert [problem for _, problem in WIKI_TROUBLES.values() if problem not in found.note("wikipedia")] == []


def test_without_a_value_wikis_are_those_of_the_targets_languages_and_english(tmp_path: Path) -> None:
    def respond(asked: Asked, count: int) -> Reply | None:
        return answering(lambda *_: links())(asked, count) if "api.php" in asked.path else None

    with DataServer({"/": b"<html lang=fr-CA><title>Huile</title><p>Bonjour"}, respond) as server:
        found = discover(server, tmp_path, "wikipedia", target=f"{server.url.replace('127.0.0.1', 'localhost')}/")
        assert server.paths() == ["/", "/fr.wikipedia.org/api.php", "/en.wikipedia.org/api.php"]
    assert found.code == 0, found.log


def story(number: int, url: str, *, second: int | None = None) -> dict[str, Any]:
    return {
        "objectID": str(number),
        "url": url,
        "created_at": "2026-10-01T08:00:00Z",
        "created_at_i": number if second is None else second,
    }


def hacker_news(hits: Sequence[dict[str, Any]], maximum: int = 1_000) -> Answer:
    """Hacker News's search: the newest entries before a time."""

    def answer(asked: dict[str, str], _: int) -> dict[str, Any]:
        before = int(asked.get("numericFilters", "created_at_i<99999").partition("<")[2])
        kind = "comment_text" if asked["tags"] == "comment" else "url"
        found = sorted(
            (hit for hit in hits if kind in hit and hit["created_at_i"] < before), key=lambda hit: -hit["created_at_i"]
        )
        return {"hits": found[:maximum], "nbHits": len(found), "nbPages": 1}

    return answer


def test_stories_and_comments_of_hacker_news_that_link_to_the_target(tmp_path: Path) -> None:
    comment = {
        "objectID": "9",
        "created_at_i": 9,
        "comment_text": 'See <a href="https:&#x2F;&#x2F;example.com&#x2F;oak" rel="nofollow">https:&#x2F;&#x2F;exam...</a> and <a href="https://other.example/">x</a>',
    }
    hits = [
        story(7, "https://www.example.com/a"),
        story(8, "https://notexample.com/example.com"),
        comment,
        {"objectID": "x", "url": "https://example.com/", "created_at_i": 1},
    ]
    with DataServer(respond=answering(hacker_news(hits))) as server:
        found = discover(server, tmp_path, "hn")
    assert found.code == 0, found.log
    assert [(row["candidate"], row["target_url"], row["first_seen"], row["evidence"]) for row in found.rows] == [
        ("https://news.ycombinator.com/item?id=7", "https://www.example.com/a", "2026-10-01T08:00:00Z", "hn 7"),
        ("https://news.ycombinator.com/item?id=9", "https://example.com/oak", "", "hn 9"),
    ]
    assert found.note("hn") == "links that lead elsewhere: 2"


def test_more_stories_than_one_answer_holds_are_found_in_windows_of_time(tmp_path: Path) -> None:
    hits = [story(number, "https://example.com/", second=number // 2) for number in range(1, 2_501)]
    with DataServer(respond=answering(hacker_news(hits))) as server:
        found = discover(server, tmp_path, "hn")
    assert len(found.rows) == 2_500
    assert found.sources["hn"]["complete"] == "yes"


def test_a_search_that_repeats_itself_ends(tmp_path: Path) -> None:
    hits = [story(number, "https://example.com/") for number in range(1_000)]
    with DataServer(respond=answering(lambda *_: {"hits": hits})) as server:
        found = discover(server, tmp_path, "hn")
    assert (found.code, len(found.rows)) == (1, 1_000)
    assert "repeats itself" in found.note("hn")


def gkg(*records: bytes) -> bytes:
    """A file of GDELT."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("20261010121500.gkg.csv", b"\n".join(records))
    return body.getvalue()


def article(url: str, links: str) -> bytes:
    return "\t".join(
        ["20261010121500-1", "20261010121500", "1", "", url, *[""] * 21, f"<PAGE_LINKS>{links}</PAGE_LINKS>"]
    ).encode()


def test_the_articles_of_a_day_in_gdelt(tmp_path: Path) -> None:
    files = {
        "/gdelt/20261010000000.gkg.csv.zip": gkg(article("https://news.example/a", "https://example.com/oak;https://x.example/")),
        "/gdelt/20261010234500.translation.gkg.csv.zip": gkg(
            article("https://nachrichten.example/b", "https://www.example.com/")
        ),
        "/gdelt/20261010120000.gkg.csv.zip": b"PK but no archive",
        "/gdelt/20261010121500.gkg.csv.zip": gkg(article("https://news.example/a", "https://example.com/oak"))[:-40],
        "/gdelt/20261011000000.gkg.csv.zip": gkg(article("https://news.example/tomorrow", "https://example.com/")),
    }
    with DataServer(files) as server:
        found = discover(server, tmp_path, "gdelt=2026-10-10")
        assert len(server.paths()) == 4 * 24 * 2
    assert found.code == 0, found.log
    assert {row["candidate"]: (row["target_url"], row["first_seen"]) for row in found.rows} == {
        "https://news.example/a": ("https://example.com/oak", "2026-10-10T12:15:00Z"),
        "https://nachrichten.example/b": ("https://www.example.com/", "2026-10-10T12:15:00Z"),
    }
    note = found.note("gdelt")
    assert "20261010120000.gkg.csv.zip is damaged: File is not a zip file" in note
    assert "files that are not there: 188" in note
    assert "files that cannot be read: 2" in note
    assert found.sources["gdelt"]["complete"] == "no"


def test_a_gdelt_that_refuses_is_left_alone(tmp_path: Path) -> None:
    with DataServer(respond=lambda *_: Reply(403)) as server:
        found = discover(server, tmp_path, "gdelt=2026-10-01..2026-10-31")
        assert len(server.requests) == 1
    assert found.code == 1
    assert "answers 403" in found.note("gdelt")


def received(number: int, source: str, *, to: str = "https://example.com/oak", **more: str) -> dict[str, Any]:
    return {
        "wm-id": number,
        "wm-source": source,
        "wm-target": to,
        "wm-property": "mention-of",
        "wm-received": "2026-10-01T08:00:00Z",
        **more,
    }


MENTIONS = [
    received(1, "https://blog.example/post"),
    received(2, "https://brid.gy/like/mastodon/1", url="https://social.example/@a/1"),
    received(3, "https://blog.example/", **{"wm-property": "like-of"}),
    received(4, "https://blog.example/other", to="https://other.example/"),
    received(5, "javascript:alert(1)"),
]


def test_pages_that_sent_a_webmention(tmp_path: Path) -> None:
    def answer(asked: dict[str, str], _: int) -> dict[str, Any]:
        # Fewer than asked for: a server may have a limit of its own.
        start = 2 * int(asked["page"])
        return {"type": "feed", "children": MENTIONS[start : start + 2] if asked["token"] == "word of one" else []}

    with DataServer(respond=answering(answer)) as server:
        found = discover(server, tmp_path, "webmention", environment={"WEBMENTION_IO_TOKEN": "word of one"})
    assert found.code == 0, found.log
    assert sorted((row["candidate"], row["evidence"]) for row in found.rows) == [
        ("https://blog.example/", "webmention like-of"),
        ("https://blog.example/post", "webmention mention-of"),
        ("https://social.example/@a/1", "webmention mention-of"),
    ]
    assert found.note("webmention") == "addresses that are not public: 1; links that lead elsewhere: 1"


def test_a_server_that_repeats_its_mentions_is_read_once(tmp_path: Path) -> None:
    with DataServer(respond=answering(lambda *_: {"children": MENTIONS})) as server:
        discover(server, tmp_path, "webmention", environment={"WEBMENTION_IO_TOKEN": "a-token"})
        assert len(server.requests) == 2


WXR = """<rss xmlns:wp="http://wordpress.org/export/1.2/"><channel><wp:wxr_version>1.2</wp:wxr_version><item>
<link>https://example.com/oak</link><wp:comment><wp:comment_author_url>https://blog.example/post</wp:comment_author_url>
<wp:comment_type>pingback</wp:comment_type></wp:comment><wp:comment><wp:comment_author_url>https://example.com/own</wp:comment_author_url>
<wp:comment_type>pingback</wp:comment_type></wp:comment></item></channel></rss>"""
OPML = '<opml version="2.0"><body><outline xmlUrl="https://reader.example/feed"/><outline htmlUrl="https://example.com/"/></body></opml>'
ROLL = b"""<html><head><link rel="blogroll" type="text/xml" href="/roll.opml"></head>
<a href="https://linked.example/">a</a> <a href="/about">us</a> <a href="https://example.com/">you</a>"""


def test_exports_of_wordpress_and_lists_of_blogs(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(WXR, encoding="utf-8")
    (tmp_path / "b.xml").write_text("<rss/>", encoding="utf-8")
    (tmp_path / "c.xml").write_text(WXR[:-30].replace("post", "torn"), encoding="utf-8")
    (tmp_path / "feeds.opml").write_text(OPML.replace("reader", "file"), encoding="utf-8")
    with DataServer({"/roll": ROLL, "/roll.opml": OPML.encode(), "/direct": OPML.replace("reader", "direct").encode()}) as server:
        urls = f"blogroll={server.url}/roll", f"blogroll={server.url}/direct", f"blogroll={server.url}/missing"
        found = discover(server, tmp_path, "wordpress=*.xml", "opml=feeds.opml", *urls)
    assert found.code == 0, found.log
    assert {row["candidate"]: (row["target"], row["sources"], row["level"]) for row in found.rows} == {
        "https://blog.example/post": ("example.com", "wordpress", "page"),
        "https://blog.example/torn": ("example.com", "wordpress", "page"),
        "file.example": ("", "opml", "host"),
        "reader.example": ("", "blogroll", "host"),
        "direct.example": ("", "blogroll", "host"),
        "linked.example": ("", "blogroll", "host"),
    }
    problems = "'b.xml' is not an export of WordPress; 'c.xml' breaks off: its end is missing"
    assert found.note("wordpress") == f"{problems}; pages of the targets: 2"
    assert "answers 404" in found.note("blogroll")
    assert found.sources["opml"]["complete"] == "yes"


def test_a_list_that_names_no_site_says_so(tmp_path: Path) -> None:
    (tmp_path / "feeds.opml").write_bytes(b"\x00\xff not xml")
    with DataServer() as server:
        found = discover(server, tmp_path, "opml=feeds.opml")
    assert found.code == 1
    assert "none of the lists can be read; 'feeds.opml' names no site" in found.note("opml")


def test_sources_are_asked_side_by_side(tmp_path: Path) -> None:
    is_other_asked = Event()

    def respond(asked: Asked, count: int) -> Reply | None:
        if asked.path.startswith("/hn/"):
            is_other_asked.set()
            return answering(lambda *_: {"hits": [story(7, "https://example.com/")]})(asked, count)
        # Given first, and answered only when the other was asked.
        assert is_other_asked.wait(30)
        return answering(lambda *_: links(OAK))(asked, count)

    with DataServer(respond=respond) as server:
        found = discover(server, tmp_path, "wikipedia=en", "hn")
    assert found.code == 0, found.log
    assert {source["complete"] for source in found.sources.values()} == {"limit", "yes"}


@pytest.mark.parametrize(("status", "code"), [(200, 0), (500, 1)])
def test_only_when_all_sources_failed_it_is_a_failure(tmp_path: Path, status: int, code: int) -> None:
    def respond(asked: Asked, count: int) -> Reply | None:
        return Reply(500) if status != 200 or asked.path.startswith("/en.") else answering(lambda *_: {"hits": []})(asked, count)

    with DataServer(respond=respond) as server:
        found = discover(server, tmp_path, "wikipedia=en", "hn")
    assert found.code == code
    assert "en.wikipedia.org/api.php answers 500" in found.note("wikipedia")
    assert "answers 500" in found.output
