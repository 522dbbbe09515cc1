"""Access logs as a source: what is a candidate, what is left out, and that no client's address gets out."""

from __future__ import annotations

import bz2
import gzip
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from scrapy.settings import Settings

from backlinkspider.core.candidates.candidate import Candidate, Level
from backlinkspider.core.candidates.ownership import Ownership
from backlinkspider.core.exceptions import SourceError
from backlinkspider.core.links.target import parse_target
from backlinkspider.discovery.referrers import referrer_spammers
from backlinkspider.discovery.source import Completeness, Question
from backlinkspider.discovery.sources.files.logs import LogSource
from tests.support.generated_logs import BOT, FORMATS, Visit, log_lines, random_visits

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd


def question(*targets: str) -> Question:
    ownership = Ownership([parse_target(target) for target in targets or ("example.com",)])
    return Question(ownership, Settings(), environment={}, now=datetime(2026, 11, 28, tzinfo=UTC))


def write_log(path: Path, visits: Sequence[Visit], name: str = "combined", compress: Callable[[bytes], bytes] = bytes) -> Path:
    path.write_bytes(compress(("\n".join(log_lines(name, visits)) + "\n").encode()))
    return path


def read(source: LogSource) -> dict[str, Candidate]:
    candidates = list(source.read())
    assert len({candidate.candidate for candidate in candidates}) == len(candidates)
    return {candidate.candidate: candidate for candidate in candidates}


@pytest.mark.parametrize("name", FORMATS)
def test_ten_thousand_lines_of_a_format_give_the_known_candidates(tmp_path: Path, name: str) -> None:
    visits = list(random_visits(10_000))
    source = LogSource("log", [str(write_log(tmp_path / "a.log", visits, name))], question())
    found = read(source)
    known = Counter(visit.referrer for visit in visits if "blog" in visit.referrer or "home" in visit.referrer)
    expected = {url.removeprefix("https://").rstrip("/") if "home" in url else url: count for url, count in known.items()}
    assert {candidate.candidate: candidate.hits for candidate in found.values()} == expected
    assert {candidate.level for candidate in found.values()} == {Level.PAGE, Level.HOST}
    days = [visit.day for visit in visits if visit.referrer == "https://blog1.example/post/1?a=%20"]
    seen = found["https://blog1.example/post/1?a=%20"]
    assert (seen.first_seen, seen.last_seen) == (f"2026-10-{min(days):02}", f"2026-10-{max(days):02}")
    assert source.report.complete is Completeness.YES
    assert source.report.unread["requests by bots"] == sum(visit.agent == BOT for visit in visits)
    assert source.report.unread["visits from search engines"] == sum(
        "google" in v.referrer or "bing" in v.referrer for v in visits
    )


def test_logs_of_several_days_are_one_however_they_are_compressed(tmp_path: Path) -> None:
    def visit(day: int) -> list[Visit]:
        return [Visit("https://blog.example/post", day=day, client=f"203.0.113.{day}")]

    write_log(tmp_path / "access.log", visit(4))
    write_log(tmp_path / "access.log.1.gz", visit(3), compress=gzip.compress)
    write_log(tmp_path / "access.log.2.bz2", visit(2), compress=bz2.compress)
    write_log(tmp_path / "access.log.3.zst", visit(1), compress=zstd.compress)
    (candidate,) = read(LogSource("log", [str(tmp_path / "access.log*"), str(tmp_path / "access.log")], question())).values()
    assert (candidate.hits, candidate.first_seen, candidate.last_seen) == (4, "2026-10-01", "2026-10-04")
    assert candidate.evidence == "log"
    assert candidate.target_url == "https://example.com/oak"


LEFT_OUT = [
    pytest.param(Visit("https://www.example.com/a"), "", id="an own page"),
    pytest.param(Visit("https://blog.example/", status=404), "requests that found nothing, or were no visit", id="an error"),
    pytest.param(Visit("https://blog.example/", method="POST"), "requests that found nothing, or were no visit", id="a form"),
    pytest.param(Visit("https://blog.example/", agent=BOT), "requests by bots", id="a bot"),
    pytest.param(Visit("https://www.google.com/"), "visits from search engines", id="a search engine"),
    pytest.param(Visit("https://chatgpt.com/"), "visits from assistants", id="an assistant"),
    pytest.param(Visit("https://mail.google.com/mail/"), "visits from mail programs", id="a mail program"),
    pytest.param(Visit("https://t.co/abc"), "visits from social networks that do not say which post", id="an opaque short link"),
    pytest.param(Visit("https://10.0.0.5/wiki"), "referrers that are no public address", id="a private network"),
    pytest.param(Visit("https://l.facebook.com/l.php?u=https%3A%2F%2Fexample.com%2F"), "", id="an own page behind a redirector"),
]


@pytest.mark.parametrize(("visit", "reason"), LEFT_OUT)
def test_what_holds_no_link_is_left_out_and_counted(tmp_path: Path, visit: Visit, reason: str) -> None:
    source = LogSource("log", [str(write_log(tmp_path / "a.log", [visit]))], question())
    assert read(source) == {}
    assert source.report.unread == ({reason: 1} if reason else {})


def test_hosts_whose_names_begin_like_an_own_one_are_found_behind_it(tmp_path: Path) -> None:
    others = [
        f"https://{host}/a" for host in ("example.com.evil.example", "example.community", "example.co", "example.com-a.example")
    ]
    visits = [Visit(f"https://{name}.example.com/") for name in ("www", *"abcdefghijkl")] + [Visit("https://example.com/")]
    source = LogSource("log", [str(write_log(tmp_path / "a.log", visits + [Visit(url) for url in others] + visits))], question())
    assert sorted(read(source)) == sorted(others)
    (tmp_path / "b.log").write_text("\n".join(log_lines("combined", [Visit(url) for url in others])), encoding="utf-8")
    (tmp_path / "c.log").write_text("\n".join(log_lines("combined", visits)), encoding="utf-8")
    source = LogSource("log", [str(tmp_path / "c.log"), str(tmp_path / "b.log")], question())
    assert sorted(read(source)) == sorted(others)


def test_a_listed_spammer_is_left_out(tmp_path: Path) -> None:
    spammer = min(referrer_spammers())
    assert len(referrer_spammers()) > 2_000
    source = LogSource("log", [str(write_log(tmp_path / "a.log", [Visit(f"http://www.{spammer}/offer")]))], question())
    assert read(source) == {}
    assert source.report.unread == {"referrer spam": 1}


def test_redirectors_are_unwrapped(tmp_path: Path) -> None:
    inner = "https%3A%2F%2Fblog.example%2Fpost"
    visits = [Visit(f"https://l.facebook.com/l.php?u={inner}"), Visit(f"https://www.google.com/url?q={inner}")]
    (candidate,) = read(LogSource("log", [str(write_log(tmp_path / "a.log", visits))], question())).values()
    assert (candidate.candidate, candidate.hits) == ("https://blog.example/post", 2)


def test_only_requests_to_the_targets_hosts_count_where_the_log_says_which(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    line = log_lines("vhost_combined", [Visit("https://blog.example/post")])[0]
    log.write_text(f"{line}\n{line.replace('www.example.com', 'other.example')}\n", encoding="utf-8")
    source = LogSource("log", [str(log)], question())
    (candidate,) = read(source).values()
    assert (candidate.hits, candidate.target_url) == (1, "https://www.example.com/oak")
    assert source.report.unread == {"requests to other hosts": 1}


def test_visits_by_one_client_are_told_from_those_by_several(tmp_path: Path) -> None:
    visits = [
        Visit("https://a.example/x"),
        Visit("https://a.example/x"),
        Visit("https://b.example/x"),
        Visit("https://b.example/x"),
    ]
    visits[-1] = Visit("https://b.example/x", client="203.0.113.10")
    found = read(LogSource("log", [str(write_log(tmp_path / "a.log", visits))], question()))
    assert found["https://a.example/x"].evidence == "log, a single client"
    assert found["https://b.example/x"].evidence == "log"


def test_lines_that_are_no_log_are_counted(tmp_path: Path) -> None:
    log = write_log(tmp_path / "a.log", [Visit("https://blog.example/post")])
    log.write_bytes(b'torn "https://x.example/\n\xff\x00\x16 "https://y.example/"\n' + log.read_bytes() + b"\x00" * 100)
    source = LogSource("log", [str(log)], question())
    assert list(read(source)) == ["https://blog.example/post"]
    assert source.report.unread == {"lines in no known format": 2}


def test_a_log_that_breaks_off_is_named_and_the_others_count(tmp_path: Path) -> None:
    write_log(tmp_path / "a.log", [Visit("https://a.example/x")])
    torn = write_log(tmp_path / "b.log.gz", list(random_visits(1_000)), compress=gzip.compress)
    torn.write_bytes(torn.read_bytes()[:-20])
    source = LogSource("log", [str(tmp_path / "*.log*")], question())
    assert "https://a.example/x" in read(source)
    assert source.report.complete is Completeness.NO
    assert source.report.note.startswith("'b.log.gz' breaks off: its end is missing")


def test_a_source_fails_when_no_log_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.log.gz").write_bytes(b"\x1f\x8bnot gzip at all, it only begins so")
    source = LogSource("log", [str(tmp_path / "a.log.gz")], question())
    with pytest.raises(SourceError, match="none of the logs can be read"):
        read(source)
    assert "is damaged" in source.report.note


@pytest.mark.parametrize("values", [[], ["missing.log"], ["."]], ids=["no value", "no such file", "a folder"])
def test_a_wrong_value_is_refused_before_anything_is_read(
    values: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SourceError):
        LogSource("log", values, question())


def test_memory_is_bounded_by_giving_places_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backlinkspider.discovery.sources.files.logs._PLACES_KEPT", 10)
    visits = [Visit(f"https://s{number}.example/{'x' * 90}") for number in range(5_000)] * 2
    candidates = list(LogSource("log", [str(write_log(tmp_path / "a.log", visits))], question()).read())
    assert sum(candidate.hits or 0 for candidate in candidates) == 10_000
    assert len(candidates) == 10_000  # each came twice; the store adds them up
