"""Texts of users as names for files and folders: none leaves its folder, no two are one."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlinkspider.core.links.target import Scope, parse_target
from backlinkspider.core.slugs import slug_of, target_slug
from tests.support.miniweb import MiniWeb
from tests.support.scrapy_command import crawl, read_json_lines

TARGET_LINK = '<a href="https://target.example/">t</a>'

TARGETS = [
    pytest.param("example.com", None, "example.com", id="a domain"),
    pytest.param("EXAMPLE.com", Scope.DOMAIN, "example.com", id="a domain in another spelling"),
    pytest.param("blog.example.com", None, "blog.example.com", id="a host"),
    pytest.param("bücher.example", None, "xn--bcher-kva.example", id="a domain of another script"),
    pytest.param("example.com", Scope.HOST, "example.com-5b2cbdbf", id="of a domain the host only"),
    pytest.param("https://example.com/shop/*", None, "example.com-shop-1f24470a", id="a folder"),
    pytest.param("https://example.com/shop", None, "example.com-shop-241b3186", id="a page"),
    pytest.param("http://example.com:8080", None, "example.com-01ab415c", id="a port"),
    pytest.param("http://[::1]/", None, "1-0421d7de", id="an IP address with a slash"),
    pytest.param("http://[::1]", None, "1-0421d7de", id="an IP address without a slash"),
]


@pytest.mark.parametrize(("text", "scope", "slug"), TARGETS)
def test_the_slug_of_a_target(text: str, scope: Scope | None, slug: str) -> None:
    assert target_slug([parse_target(text, scope)]) == slug


def test_several_targets_are_told_from_the_first() -> None:
    both = target_slug([parse_target("example.com"), parse_target("example.org")])
    assert re.fullmatch(r"example\.com-[0-9a-f]{8}", both)


@given(st.text() | st.text("./\\-a:~\0", max_size=300))
def test_a_slug_stays_in_its_folder(text: str) -> None:
    slug = slug_of(text)
    assert re.fullmatch(r"[a-z0-9][a-z0-9.-]{0,68}", slug)
    assert ".." not in slug
    assert slug[-1] not in ".-"


@given(st.text("aA./-", max_size=6), st.text("aA./-", max_size=6))
def test_two_texts_have_two_slugs(one: str, other: str) -> None:
    assert (slug_of(one) == slug_of(other)) == (one == other)


def test_the_path_of_a_feed_and_of_coverage(tmp_path: Path) -> None:
    feeds = {"out/%(target_slug)s/%(name)s-%(job)s.jsonl": {"format": "jsonl"}}
    with MiniWeb({"https://blog.example/": TARGET_LINK}) as web:
        done = crawl(
            web, tmp_path, f"FEEDS={json.dumps(feeds)}", "BACKLINKS_COVERAGE_DIR=seen/%(target_slug)s/",
            target="https://target.example/../*", seeds="blog.example", coverage="c.jsonl", _job="../../7",
        )  # fmt: skip
    assert done.code == 0, done.log
    written = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    slug = target_slug([parse_target("https://target.example/../*")])
    assert written == {"rows.jsonl", f"out/{slug}/backlinks-{slug_of('../../7')}.jsonl", f"seen/{slug}/c.jsonl"}
    assert read_json_lines(tmp_path / "seen" / slug / "c.jsonl")[0]["outcome"] == "complete"
