"""A disavow file is made of verdicts: what it names, what it keeps of the file before, and what Google takes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlinkspider.analysis.disavow import By, DisavowFile, DisavowRequest, build_disavow_file
from backlinkspider.core.disavow import BYTES_MAXIMUM, LINES_MAXIMUM, URL_MAXIMUM, parse_disavow_line
from backlinkspider.core.exceptions import FeedError
from backlinkspider.core.quality.judge import Verdict
from backlinkspider.core.rows.encode import encode_json
from backlinkspider.feeds.reader import open_feed
from tests.support.scrapy_command import scrapy

REAL_FILES = sorted((Path(__file__).parents[2].parent / "shared/corpora/disavow").glob("*.txt"))


def bad(url: str = "https://spam.example/a", *reasons: str, verdict: str = "bad", **cells: Any) -> dict[str, Any]:
    said = reasons or ("hidden:-30(display:none)", "position:+12(content)")
    return {"relation": "backlink", "url_from": url, "verdict": verdict, "reasons": said, **cells}


def build(
    folder: Path, rows: list[dict[str, Any]], existing: bytes = b"", *, by: By = By.DOMAIN, verdicts: str = "bad"
) -> DisavowFile:
    feed = folder / "rows.jsonl"
    feed.write_bytes(b"".join(encode_json(row) + b"\n" for row in rows))
    wanted = frozenset(map(Verdict, verdicts.split()))
    request = DisavowRequest(open_feed(str(feed)), wanted, by, existing=existing, note="Added")
    return build_disavow_file(request, lambda _, __: None)


ENTRIES = [
    pytest.param(
        [bad()], By.DOMAIN, ["# Added", "# 1 link, verdict bad: hidden:-30(display:none)", "domain:spam.example"], id="a domain"
    ),
    pytest.param(
        [bad()], By.PAGE, ["# Added", "# 1 link, verdict bad: hidden:-30(display:none)", "https://spam.example/a"], id="a page"
    ),
    pytest.param(
        [bad(), bad("https://blog.spam.example/b")],
        By.DOMAIN,
        ["# Added", "# 2 links, verdict bad: hidden:-30(display:none)", "domain:spam.example"],
        id="a domain with two links",
    ),
    pytest.param([bad(verdict="good"), bad("https://a.example/", verdict="review")], By.DOMAIN, [], id="nothing bad"),
    pytest.param([bad(relation="internal"), bad("https://a.example/", verdict="good")], By.DOMAIN, [], id="no backlink"),
    pytest.param(
        [bad(), bad("https://spam.example/good", verdict="good")],
        By.DOMAIN,
        ["# Added", "# 1 link, verdict bad: hidden:-30(display:none)", "https://spam.example/a"],
        id="a domain with a good link is spared",
    ),
    pytest.param(
        [bad("http://192.0.2.7/a")],
        By.DOMAIN,
        ["# Added", "# 1 link, verdict bad: hidden:-30(display:none)", "http://192.0.2.7/a"],
        id="an address is not a domain",
    ),
    pytest.param(
        [bad("https://github.io/a")],
        By.DOMAIN,
        ["# Added", "# 1 link, verdict bad: hidden:-30(display:none)", "https://github.io/a"],
        id="a suffix is not a domain",
    ),
    pytest.param(
        [bad("https://one.github.io/a")],
        By.DOMAIN,
        ["# Added", "# 1 link, verdict bad: hidden:-30(display:none)", "domain:one.github.io"],
        id="one of many owners under a suffix",
    ),
    pytest.param(
        [bad("https://spam.example/a\ndomain:victim.example", "evil:-1(\r\ndomain:victim.example)")],
        By.PAGE,
        ["# Added", "# 1 link, verdict bad: evil:-1( domain:victim.example)", "https://spam.example/adomain:victim.example"],
        id="a row that tries to add a line",
    ),
    pytest.param([bad(f"https://spam.example/{'a' * URL_MAXIMUM}")], By.PAGE, [], id="an address that is too long"),
]


@pytest.mark.parametrize(("rows", "by", "lines"), ENTRIES)
def test_what_is_disavowed(tmp_path: Path, rows: list[dict[str, Any]], by: By, lines: list[str]) -> None:
    assert build(tmp_path, rows, by=by).text.decode().splitlines() == lines


@pytest.mark.parametrize(
    "existing",
    [
        b"domain:spam.example\n",
        b"domain:SPAM.example",
        b"\xef\xbb\xbfdomain:spam.example\r\n",
        b"domain:spam.example # mine\ndomain:spam.example",
    ],
)
def test_what_is_disavowed_already_is_not_named_again(tmp_path: Path, existing: bytes) -> None:
    file = build(tmp_path, [bad(), bad("https://blog.spam.example/")], existing)
    assert (file.text, file.known) == (existing, 2)


def test_a_page_under_a_domain_that_is_disavowed_is_not_named(tmp_path: Path) -> None:
    rows = [bad("https://blog.spam.example/a"), bad("http://known.example/?utm_source=x")]
    file = build(tmp_path, rows, b"domain:spam.example\nhttp://known.example/", by=By.PAGE)
    assert file.known == 2


PROBLEMS = [
    pytest.param(b"*.spam3.icu", "wildcard, which Google does not know; write domain:spam3.icu", id="a wildcard"),
    pytest.param(b"domain:*.spam3.icu", "write domain:spam3.icu", id="a wildcard behind domain:"),
    pytest.param(b"a.example, b.example", "several entries", id="a list with commas"),
    pytest.param(b"Domain;Spam score", "several entries", id="the header of a table"),
    pytest.param(b"a.example;87", "several entries", id="the row of a table"),
    pytest.param(b"domain:https://a.example/", "write domain:a.example", id="a scheme behind domain:"),
    pytest.param(b"domain:a.example/page", "write domain:a.example", id="a path behind domain:"),
    pytest.param(b"domain:a.example # bad", "comment behind an entry", id="a comment behind an entry"),
    pytest.param(b"http://a.example/ # bad", "comment behind an entry", id="a comment behind a URL"),
    pytest.param(b"a.example", "write domain:a.example", id="a bare host"),
    pytest.param(b"domain:", "names no domain", id="domain: alone"),
    pytest.param(b"domain:192.0.2.7", "names no domain", id="an address"),
    pytest.param(b"domain:co.uk", "suffix under which anybody", id="a suffix"),
    pytest.param(b"domain:caf\xe9.example", "not UTF-8", id="another encoding"),
    pytest.param(b"ftp://a.example/", "neither domain:host nor", id="another scheme"),
    pytest.param(b"http://a.example/" + b"a" * URL_MAXIMUM, "more than 2,048", id="a URL that is too long"),
    pytest.param(b"what is this", "neither domain:host nor", id="words"),
]


@pytest.mark.parametrize(("line", "problem"), PROBLEMS)
def test_a_line_that_google_would_not_read_is_named_and_kept(tmp_path: Path, line: bytes, problem: str) -> None:
    file = build(tmp_path, [bad()], line)
    assert [found.number for found in file.problems] == [1]
    assert problem in file.problems[0].problem
    assert file.text.startswith(line + b"\n# Added\n")


@pytest.mark.parametrize(
    "line", [b"", b" # a comment", b"domain:a.example\r", "domain:größe.example".encode(), b"http://a.example/b?c,d;e"]
)
def test_a_good_line_has_no_problem(line: bytes) -> None:
    assert parse_disavow_line(line).problem is None


@given(st.binary(max_size=60))
def test_no_line_breaks_the_reading(line: bytes) -> None:
    entry = parse_disavow_line(line)
    assert entry.problem is None or entry.url is None


@pytest.mark.skipif(not REAL_FILES, reason="needs ../shared")
@pytest.mark.parametrize("path", REAL_FILES, ids=lambda path: path.stem)
def test_real_files_are_kept_to_the_byte(tmp_path: Path, path: Path) -> None:
    existing = path.read_bytes()
    file = build(tmp_path, [bad()], existing)
    assert file.text.startswith(existing)
    assert file.text.endswith(b"\ndomain:spam.example\n")
    assert file.kept_lines == len(existing.splitlines())
    assert all("suffix" in line.problem for line in file.problems)


def test_the_real_files_are_all_there() -> None:
    assert len(REAL_FILES) in (0, 7)


@pytest.mark.parametrize(
    "existing", [b"#\n" * LINES_MAXIMUM, b"# " + b"a" * BYTES_MAXIMUM], ids=["too many lines", "too many bytes"]
)
def test_a_file_that_google_would_not_take_is_not_written(tmp_path: Path, existing: bytes) -> None:
    with pytest.raises(FeedError, match="and Google takes"):
        build(tmp_path, [bad()], existing)


def test_a_feed_without_verdicts_says_how_to_get_them(tmp_path: Path) -> None:
    with pytest.raises(FeedError, match="scrapy rescore"):
        build(tmp_path, [bad(verdict="")])


def test_the_command_shows_before_it_writes(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_bytes(encode_json(bad()) + b"\n")
    (tmp_path / "disavow.txt").write_bytes(b"*.old.example\r\n")
    preview = scrapy("disavow", "rows.jsonl", "--existing", "disavow.txt", folder=tmp_path)
    assert (preview.code, "domain:spam.example\n1 domains and 0 pages to disavow" in preview.output) == (0, True), preview.log
    assert "disavow.txt line 1 is kept as it is" in preview.log
    assert (tmp_path / "disavow.txt").read_bytes() == b"*.old.example\r\n"
    again = scrapy("disavow", "rows.jsonl", "-o", "disavow.txt", folder=tmp_path)
    assert (again.code, "keep its entries with --existing" in again.log) == (2, True)
    written = scrapy("disavow", "rows.jsonl", "--existing", "disavow.txt", "-o", "disavow.txt", folder=tmp_path)
    assert written.code == 0
    assert (tmp_path / "disavow.txt").read_bytes().startswith(b"*.old.example\r\n# Added on 2")


WRONG = [
    pytest.param([], "name one feed", id="no feed"),
    pytest.param(["rows.jsonl", "-o", "x.csv"], "must be named .txt", id="an output that Google does not take"),
    pytest.param(["rows.jsonl", "--verdict", "toxic"], "'toxic' must be one or more of good", id="a verdict that there is not"),
    pytest.param(["rows.jsonl", "--by", "host"], "must be domain or page", id="neither domain nor page"),
    pytest.param(["rows.jsonl", "--existing", "missing.txt"], "cannot be read", id="no existing file"),
]


@pytest.mark.parametrize(("words", "problem"), WRONG)
def test_wrong_calls_end_with_2_and_one_line(tmp_path: Path, words: list[str], problem: str) -> None:
    (tmp_path / "rows.jsonl").write_bytes(encode_json(bad()) + b"\n")
    run = scrapy("disavow", *words, folder=tmp_path)
    assert (run.code, len(run.log.splitlines())) == (2, 1), run.log
    assert problem in run.log
