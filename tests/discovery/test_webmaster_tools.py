"""Bing's and Yandex's APIs with the user's own key: each link of the user's site, and the key in no output."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, quote_plus, urlsplit

import pytest
from scrapy.settings import Settings

from backlinkspider.core.candidates.ownership import Ownership
from backlinkspider.core.exceptions import SourceError
from backlinkspider.core.links.target import parse_target
from backlinkspider.discovery.source import Question
from backlinkspider.discovery.sources.accounts.bing import BingSource
from backlinkspider.discovery.sources.accounts.webmention import WebmentionSource
from backlinkspider.discovery.sources.accounts.yandex import YandexSource
from tests.support.data_server import Asked, DataServer, Reply
from tests.support.discover_command import Discovery, discover

SECRET = "k3y/+of the user=%41"
ENVIRONMENT = {"BING_WEBMASTER_KEY": SECRET, "YANDEX_WEBMASTER_TOKEN": SECRET, "WEBMENTION_IO_TOKEN": SECRET}

LINKED_PAGES = [[f"https://example.com/{letter}" for letter in "ab"], ["https://example.com/c"]]
INBOUND: dict[str, list[list[tuple[str, str]]]] = {
    "https://example.com/a": [[("oak oil", "https://blog.example/x"), ("", "https://blog.example/y")], [("oak", "https://forum.example/1")]],
    "https://example.com/b": [[]],
    "https://example.com/c": [[("oak", "https://blog.example/x"), ("us", "https://www.example.com/own")]],
}  # fmt: skip


def bing(asked: Asked, _: int) -> Reply | None:
    """Bing's API for a site that is verified as https://example.com/."""
    address = urlsplit(asked.path)
    values = {name: value[0] for name, value in parse_qs(address.query).items()}
    if values.get("siteUrl") != "https://example.com/" or values.get("apikey") != SECRET:
        return as_json({"ErrorCode": 14, "Message": "ERROR!!! NotAuthorized"}, 400)
    page = int(values["page"])
    if address.path.endswith("GetLinkCounts"):
        links = [{"__type": "LinkCount", "Count": 1, "Url": url} for url in LINKED_PAGES[page]]
        return as_json({"d": {"__type": "LinkCounts", "Links": links, "TotalPages": 2}})
    pages = INBOUND[values["link"]]
    details = [{"AnchorText": anchor, "Url": url} for anchor, url in pages[page]]
    return as_json({"d": {"Details": details, "TotalPages": len(pages)}})


def as_json(value: Any, status: int = 200) -> Reply:
    return Reply(status, json.dumps(value).encode())


def run(folder: Path, respond: Any, *sources: str, **more: Any) -> Discovery:
    with DataServer(respond=respond) as server:
        return discover(server, folder, *sources, environment=ENVIRONMENT, **more)


def test_bing_names_each_link_of_each_page_with_its_anchor(tmp_path: Path) -> None:
    found = run(tmp_path, bing, "bing")
    assert found.code == 0, found.log
    assert sorted((row["candidate"], row["target_url"], row["anchor"]) for row in found.rows) == [
        ("https://blog.example/x", "https://example.com/a", "oak"),
        ("https://blog.example/y", "https://example.com/a", ""),
        ("https://forum.example/1", "https://example.com/a", "oak"),
    ]
    assert found.note("bing") == "Bing names a sample of what it knows; pages of the targets: 1"


def test_a_site_that_is_verified_under_another_address_is_found(tmp_path: Path) -> None:
    def respond(asked: Asked, count: int) -> Reply | None:
        return bing(Asked(asked.method, asked.path.replace("http%3A%2F%2Fwww.", "https%3A%2F%2F"), asked.headers), count)

    def only_www(asked: Asked, count: int) -> Reply | None:
        return respond(asked, count) if "http%3A%2F%2Fwww." in asked.path else as_json({"ErrorCode": 14}, 400)

    assert len(run(tmp_path, only_www, "bing").rows) == 3


def test_bings_error_is_said_and_pages_that_fail_are_counted(tmp_path: Path) -> None:
    found = run(tmp_path, bing, "bing", target="other.example")
    assert found.code == 1
    assert "Bing answers with the error '14 ERROR!!! NotAuthorized'" in found.note("bing")

    def failing(asked: Asked, count: int) -> Reply | None:
        return Reply(500, b"busy") if "link=https%3A%2F%2Fexample.com%2Fa" in asked.path else bing(asked, count)

    found = run(tmp_path, failing, "bing")
    assert (found.code, found.candidates) == (0, ["https://blog.example/x"])
    assert "pages whose links cannot be read: 1" in found.note("bing")


def yandex_links(count: int) -> list[dict[str, str]]:
    return [
        {
            "source_url": f"https://blog.example/{number}",
            "destination_url": "https://example.com/",
            "discovery_date": "2026-01-02",
            "source_last_access_date": "2026-10-11",
        }
        for number in range(count)
    ]


def yandex(asked: Asked, _: int) -> Reply | None:
    """Yandex's API for a user with two hosts."""
    if asked.headers.get("authorization") != f"OAuth {SECRET}":
        return as_json({"error_code": "INVALID_OAUTH_TOKEN", "error_message": "..."}, 403)
    address = urlsplit(asked.path)
    if address.path == "/yandex/user":
        return as_json({"user_id": 42})
    if address.path == "/yandex/user/42/hosts":
        hosts = [("https:example.com:443", True), ("http:example.com:80", False), ("https:other.example:443", True)]
        return as_json({"hosts": [{"host_id": number, "verified": verified} for number, verified in hosts]})
    if address.path != "/yandex/user/42/hosts/https:example.com:443/links/external/samples":
        return as_json({"error_code": "HOST_NOT_FOUND"}, 404)
    values = parse_qs(address.query)
    offset, limit = int(values["offset"][0]), int(values["limit"][0])
    links = yandex_links(250)
    return as_json({"count": len(links), "links": links[offset : offset + limit]}) if limit <= 100 else as_json({}, 400)


def test_yandex_names_each_link_of_the_hosts_that_are_a_targets(tmp_path: Path) -> None:
    found = run(tmp_path, yandex, "yandex")
    assert found.code == 0, found.log
    assert len(found.rows) == 250
    assert {(row["target_url"], row["first_seen"], row["last_seen"]) for row in found.rows} == {
        ("https://example.com/", "2026-01-02", "2026-10-11")
    }


def test_yandexs_error_is_said(tmp_path: Path) -> None:
    found = run(tmp_path, lambda *_: as_json({"error_code": "INVALID_OAUTH_TOKEN"}, 401), "yandex")
    assert found.code == 1
    assert "Yandex answers with the error 'INVALID_OAUTH_TOKEN'" in found.note("yandex")
    found = run(tmp_path, yandex, "yandex", target="third.example")
    assert "none of the hosts that are verified at Yandex belongs to a target" in found.note("yandex")


PLAIN = {SECRET, quote(SECRET), quote(SECRET, safe=""), quote_plus(SECRET)}
SPELLINGS = PLAIN | {quote(spelling, safe="") for spelling in PLAIN}


def talkative(asked: Asked, _: int) -> Reply | None:
    """Services that repeat the key wherever they can, and redirect to it."""
    values = parse_qs(urlsplit(asked.path).query)
    if "/hop" not in asked.path:
        return Reply(302, b"", {"Location": f"/hop{asked.path}&again={quote(SECRET)}" if values else f"/hop{asked.path}"})
    if "GetLinkCounts" in asked.path:
        return as_json({"d": {"Links": [{"Url": f"https://example.com/?{quote(SECRET)}"}], "TotalPages": 1}})
    if "GetUrlLinks" in asked.path:
        details = [{"AnchorText": f"key {SECRET}", "Url": f"https://blog.example/?k={quote_plus(SECRET)}"}]
        return as_json({"d": {"Details": details, "TotalPages": 1}})
    if "mentions.jf2" in asked.path:
        return Reply(500, SECRET.encode())
    return as_json({"error_code": f"BAD {SECRET}"}, 403)


def test_a_key_is_in_no_output_whatever_a_service_does(tmp_path: Path) -> None:
    options = ("-L", "DEBUG", "-s", "LOG_FILE=all.log")
    for respond in (talkative, lambda *_: Reply(500, SECRET.encode()), lambda *_: Reply(200, b"{", sent=0)):
        found = run(tmp_path, respond, "bing", "yandex", "webmention", options=options)
        written = {"output": found.output, "log": found.log} | {
            path.name: path.read_text(encoding="utf-8-sig") for path in tmp_path.iterdir()
        }
        assert set(written) == {"output", "log", "candidates.csv", "sources.csv", "all.log"}
        assert [(name, spelling) for name, text in written.items() for spelling in SPELLINGS if spelling in text] == []
        assert re.search("apikey=[*]{3}", written["all.log"])
        assert "DEBUG" in written["all.log"]
    found = run(tmp_path, talkative, "bing", "yandex", "webmention", options=("-L", "DEBUG"))
    assert "***" in found.log
    assert [spelling for spelling in SPELLINGS if spelling in found.log + found.output] == []


WRONG_KEYS = [
    pytest.param(BingSource, [], "the environment has no BING_WEBMASTER_KEY", id="no key"),
    pytest.param(YandexSource, ["MY_TOKEN"], "takes the name of a variable of the environment", id="an unknown variable"),
    pytest.param(WebmentionSource, ["s3cret-given-here"], "takes the name of a variable of the environment", id="the key itself"),
]


@pytest.mark.parametrize(("kind", "values", "problem"), WRONG_KEYS)
def test_a_key_that_is_not_in_the_environment_is_refused(
    kind: type[BingSource | YandexSource | WebmentionSource], values: list[str], problem: str
) -> None:
    question = Question(Ownership([parse_target("example.com")]), Settings(), {}, datetime(2026, 11, 28, tzinfo=UTC))
    with pytest.raises(SourceError, match=problem) as caught:
        kind("name", values, question)
    assert "s3cret" not in str(caught.value)


def test_a_key_on_the_command_line_is_a_wrong_call_that_does_not_show_it(tmp_path: Path) -> None:
    with DataServer() as server:
        found = discover(server, tmp_path, "bing=s3cret-given-here")
    assert (found.code, found.log.count("\n")) == (2, 1)
    assert "s3cret" not in found.log + found.output


def test_a_key_may_be_in_another_variable(tmp_path: Path) -> None:
    with DataServer(respond=bing) as server:
        found = discover(server, tmp_path, "bing=MY_KEY", environment={"MY_KEY": SECRET})
    assert len(found.rows) == 3
