from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlinkspider.core.logs.formats import parse_combined, parse_json, w3c_parser
from backlinkspider.core.logs.scanner import OWN, LogScanner
from tests.support.generated_logs import FORMATS, Visit, log_lines

HIT = Visit("https://blog.example/post?a=%20b", "/oak?x=1", client="203.0.113.9", day=10)
HOSTS = {"vhost_combined": "www.example.com", "cloudfront": "example.com", "caddy": "example.com", "cloudflare": "example.com"}


@pytest.mark.parametrize("name", FORMATS)
def test_a_request_is_read_from_every_format(name: str) -> None:
    block = "\r\n".join([*log_lines(name, [HIT]), ""]).encode()
    (hit,) = LogScanner(lambda _: None).scan(block)
    assert (hit.referrer, hit.method, hit.path, hit.status) == (HIT.referrer, "GET", "/oak?x=1", 200)
    assert (hit.client, hit.day, hit.host) == (b"203.0.113.9", "2026-10-10", HOSTS.get(name))
    assert b"Firefox" in hit.agent


TIME = "[10/Oct/2026:13:55:36 +0000]"
COMBINED = [
    pytest.param(f'::1 - - {TIME} "GET / HTTP/2.0" 200 0 "https://a.example/" "x"', None, "::1", id="an IPv6 client"),
    pytest.param(
        f'a.com:80 ::1 - - {TIME} "GET / HTTP/1.1" 200 0 "https://a.example/" "x"', "a.com", "::1", id="a host and port"
    ),
    pytest.param(f'a.com 10.0.0.1 - - {TIME} "GET / HTTP/1.1" 200 0 "https://a.example/" "x"', "a.com", "10.0.0.1", id="a host"),
    pytest.param(
        f'pc.isp.example - me {TIME} "GET / HTTP/1.1" 200 0 "https://a.example/" "x"', None, "pc.isp.example", id="names"
    ),
    pytest.param(
        f'::1 - me too {TIME} "GET / HTTP/1.1" 304 - "https://a.example/" "x" "-"', None, "::1", id="a user of two words"
    ),
]


@pytest.mark.parametrize(("line", "host", "client"), COMBINED)
def test_a_line_of_apache_and_nginx(line: str, host: str | None, client: str) -> None:
    hit = parse_combined(line.encode())
    assert hit is not None
    assert (hit.host, hit.client.decode(), hit.referrer) == (host, client, "https://a.example/")


@pytest.mark.parametrize("quote", [r"\"", r"\x22"], ids=["Apache", "nginx"])
def test_quotes_inside_a_field_do_not_end_it(quote: str) -> None:
    line = f'::1 - - {TIME} "GET / HTTP/1.1" 200 0 "https://a.example/?q={quote}b{quote}" "an {quote}agent{quote}"'
    hit = parse_combined(line.encode())
    assert hit is not None
    assert hit.referrer == 'https://a.example/?q="b"'


@pytest.mark.parametrize(
    "line",
    [
        "",
        "no log at all",
        f'::1 - - {TIME} "-" 408 0 "-" "-"',
        f'::1 - - {TIME} "\\x16\\x03\\x01" 400 0 "https://a.example/" "-"',
        f'::1 - - {TIME} "GET / HTTP/1.1" 200 0 "https://a.example/',
    ],
)
def test_a_line_that_is_none_is_none(line: str) -> None:
    assert parse_combined(line.encode()) is None


@pytest.mark.parametrize("line", [b"{", b"[]", b"{}", b'{"request": 5}', b'{"request": {"headers": []}}', b"\xff", b"[" * 9_999])
def test_json_that_is_no_log_is_none(line: bytes) -> None:
    assert parse_json(line) is None


def test_the_time_of_a_json_log_may_be_a_number_of_any_unit() -> None:
    for time in (1_791_640_536, 1_791_640_536.5, 1_791_640_536_000, 1_791_640_536_000_000_000):
        hit = parse_json(b'{"ts": %s, "request": {"headers": {}}}' % str(time).encode())
        assert hit is not None
        assert hit.day == "2026-10-10"


def test_the_fields_of_w3c_are_those_of_the_last_directive() -> None:
    log = (
        b"#Fields: date cs(Referer) sc-status cs-method cs-uri-stem\n2026-10-01 https://a.example/ 200 GET /\n"
        b"#Fields: cs-uri-stem date cs-method sc-status cs(Referer)\n/x 2026-10-02 GET 200 https://b.example/\n"
        b"#Fields: date time\n2026-10-03 https://c.example/\n"
    )
    scanner = LogScanner(lambda _: None)
    assert [(hit.referrer, hit.day) for hit in scanner.scan(log)] == [
        ("https://a.example/", "2026-10-01"),
        ("https://b.example/", "2026-10-02"),
    ]
    assert scanner.unreadable == 1


def test_a_directive_without_a_referrer_has_no_parser() -> None:
    assert w3c_parser(b"#Fields: date time\n") is None


def test_lines_of_no_interest_are_counted_and_not_parsed() -> None:
    lines = [
        f'::1 - - {TIME} "GET / HTTP/1.1" 200 0 "https://{host}" "x"'
        for host in ("own.example/", "search.example/", "a.example/")
    ]
    lines.append(
        f'::1 - - {TIME} "GET / HTTP/1.1" 200 0 "https://search.example/url?q=https://b.example/" "x +http://bot.example"'
    )
    scanner = LogScanner({"own.example": OWN, "search.example": "search"}.get)
    hits = list(scanner.scan("\n".join(lines).encode()))
    assert [hit.referrer for hit in hits] == ["https://a.example/", "https://search.example/url?q=https://b.example/"]
    assert scanner.passed_over == {"search": 1}


@given(st.binary(), st.sampled_from(sorted(FORMATS)))
def test_no_bytes_break_the_scanner(data: bytes, name: str) -> None:
    good = "\n".join([*log_lines(name, [HIT]), ""]).encode()
    scanner = LogScanner(lambda _: None)
    found = [hit.referrer for hit in [*scanner.scan(good), *scanner.scan(b'"https://' + data + b"\n"), *scanner.scan(b"\n")]]
    assert found[0] == HIT.referrer
