"""Google's disavow file: what a line of it may be, and how much it may hold (https://support.google.com/webmasters/answer/2648487)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from backlinkspider.core.text import truncate_for_message
from backlinkspider.core.urls.canonicalize import absolute_url, canonical_url, host_of
from backlinkspider.core.urls.domains import is_host_name, is_ip_address, is_public_suffix

LINES_MAXIMUM = 100_000
"""Lines of a file, blank ones and comments among them."""
BYTES_MAXIMUM = 2 * 1024 * 1024
URL_MAXIMUM = 2_048
"""Characters of a URL."""
COMMENT_MAXIMUM = 300
"""Characters of a comment that we write."""

_DOMAIN = "domain:"
_WEB = re.compile(r"https?://", re.IGNORECASE)
_SEVERAL = re.compile(r"[;,|\t].")
_CONTROL = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")


@dataclass(frozen=True)
class DisavowLine:
    """A line of a disavow file."""

    domain: str | None = None
    """The host that it disavows with all hosts under it, lower case, IDNA."""
    url: str | None = None
    """The page that it disavows, canonical."""
    problem: str | None = None
    """Why Google would not read it, or not as it is meant; None for a good line, a comment and a blank line."""


def parse_disavow_line(line: bytes) -> DisavowLine:
    """Return what a line of an existing file disavows, and what is wrong with it.

    >>> parse_disavow_line(b"domain:Spam.example").domain, parse_disavow_line(b"# a comment")
    ('spam.example', DisavowLine(domain=None, url=None, problem=None))
    >>> parse_disavow_line(b"*.spam.example").problem
    "'*.spam.example' has a wildcard, which Google does not know; write domain:spam.example, which covers every host under it"
    """
    try:
        text = line.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        return DisavowLine(problem="it is not UTF-8; save the file as UTF-8")
    if not text or text.startswith("#"):
        return DisavowLine()
    said = f"'{truncate_for_message(text)}'"
    entry, comment, _ = text.partition("#") if not _WEB.match(text) else (text, "", "")
    if _SEVERAL.search(entry) and not _WEB.match(entry):
        return DisavowLine(problem=f"{said} holds several entries; give each a line of its own")
    if comment or (_WEB.match(text) and re.search(r"\s#", text)):
        return DisavowLine(problem=f"{said} has a comment behind an entry; give it a line of its own")
    if entry.lower().startswith(_DOMAIN):
        return _parse_domain(entry[len(_DOMAIN) :].strip(), said)
    return _parse_url(entry, said)


def domain_line(domain: str) -> str:
    """Return the line that disavows a domain with all hosts under it."""
    return f"{_DOMAIN}{domain}"


def comment_line(text: str) -> str:
    r"""Return a text as a comment of one line.

    >>> comment_line("two\nlines")
    '# two lines'
    """
    return f"# {_CONTROL.sub(' ', text).strip()}"[:COMMENT_MAXIMUM]


def limit_problem(lines: int, size: int) -> str | None:
    """Return why a file with so many lines and bytes would not be accepted; None for one that would.

    >>> limit_problem(100_001, 5)
    'it would have 100,001 lines, and Google takes 100,000 at most, comments among them'
    """
    if lines > LINES_MAXIMUM:
        return f"it would have {lines:,} lines, and Google takes {LINES_MAXIMUM:,} at most, comments among them"
    if size > BYTES_MAXIMUM:
        return f"it would have {size:,} bytes, and Google takes {BYTES_MAXIMUM:,} at most"
    return None


def _parse_domain(host: str, said: str) -> DisavowLine:
    url = absolute_url(host if _WEB.match(host) else f"http://{host}", "http://x/")
    name = host_of(url) if url is not None else ""
    if "*" in host:
        return DisavowLine(problem=_wildcard(said, host))
    if not is_host_name(name) or "." not in name or is_ip_address(name):
        return DisavowLine(problem=f"{said} names no domain")
    if re.search(r"[:/?\s]", host):
        return DisavowLine(problem=f"{said} has more than a host behind domain:; write {domain_line(name)}")
    problem = f"{said} is a suffix under which anybody may have a domain" if is_public_suffix(name) else None
    return DisavowLine(domain=name, problem=problem)


def _parse_url(text: str, said: str) -> DisavowLine:
    if "*" in text and not _WEB.match(text):
        return DisavowLine(problem=_wildcard(said, text))
    if not _WEB.match(text):
        url = absolute_url(f"http://{text}", "http://x/")
        host = host_of(url) if url is not None and not re.search(r"\s", text) else ""
        is_host = is_host_name(host) and "." in host
        right = f"; write {domain_line(host)}" if is_host else ""
        return DisavowLine(problem=f"{said} is neither domain:host nor an http(s) URL{right}")
    url = absolute_url(text, "http://x/")
    if url is None or re.search(r"\s", text):
        return DisavowLine(problem=f"{said} is not a URL")
    if len(text) > URL_MAXIMUM:
        return DisavowLine(problem=f"{said} has more than {URL_MAXIMUM:,} characters; disavow its domain")
    return DisavowLine(url=canonical_url(url))


def _wildcard(said: str, text: str) -> str:
    name = text.rpartition("*")[2].lstrip(".").partition("/")[0]
    right = f"; write {domain_line(name)}, which covers every host under it" if "." in name else ""
    return f"{said} has a wildcard, which Google does not know{right}"
