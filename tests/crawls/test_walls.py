"""A site that answers with walls or empty pages is never read completely."""

from __future__ import annotations

from pathlib import Path

from tests.support.miniweb import Answer, MiniWeb
from tests.support.scrapy_command import crawl, read_csv

WALL = "<title>Just a moment...</title><script src=/cdn-cgi/challenge-platform/h/g/orchestrate/chl_page/v1></script>"
LINK = "<a href=https://target.example/>t</a>"
CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"


def outcomes(folder: Path, pages: dict[str, Answer | str], *seeds: str) -> tuple[int, dict[str, tuple[str, str]]]:
    with MiniWeb(pages) as web:
        done = crawl(web, folder, target="target.example", seeds=",".join(seeds), coverage="coverage.csv")
    return done.code, {row["seed"]: (row["outcome"], row["error_reasons"]) for row in read_csv(folder / "coverage.csv")}


def test_each_reason_is_an_outcome(tmp_path: Path) -> None:
    pages: dict[str, Answer | str] = {
        "http://wall.example/": WALL,
        "http://app.example/": "<div id=root></div><script src=/m.js></script>",
        "http://empty.example/": Answer(),
        "http://chunks.example/": Answer(raw=CHUNKED),
        "http://some.example/": f"{LINK}<a href=/a>a</a><p>text",
        "http://some.example/a": WALL,
        "http://short.example/": "<p>Hello",
    }
    code, found = outcomes(
        tmp_path, pages, *(f"http://{name}.example/" for name in ("wall", "app", "empty", "chunks", "some", "short"))
    )
    assert code == 0
    assert found == {
        "http://wall.example/": ("challenge", "challenge 1"),
        "http://app.example/": ("needs_javascript", "needs_javascript 1"),
        "http://empty.example/": ("no_content", "no_content 1"),
        "http://chunks.example/": ("no_content", "no_content 1"),
        "http://some.example/": ("partial", "challenge 1"),
        "http://short.example/": ("complete", ""),
    }


def test_a_crawl_that_sees_walls_only_has_failed(tmp_path: Path) -> None:
    code, _ = outcomes(tmp_path, {"http://wall.example/": WALL}, "http://wall.example/")
    assert code == 1


def test_pages_with_one_text_are_read_on_when_their_links_differ(tmp_path: Path) -> None:
    markup = "<title>Photo</title><p>Next</p><a href=https://target.example/{}>t</a><a href=/{}>n</a>"
    pages: dict[str, Answer | str] = {f"http://album.example/{n}": markup.format(n, n + 1) for n in range(20)}
    with MiniWeb({**pages, "http://album.example/": "<p>Album</p><a href=/0>first</a>"}) as web:
        done = crawl(web, tmp_path, target="target.example", seeds="http://album.example/", max_depth="30")
    assert len(done.rows) == 20
