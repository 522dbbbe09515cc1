"""Read the answers of Yandex's Webmaster API, version 4 (https://yandex.com/dev/webmaster/)."""

from __future__ import annotations

from typing import Any, NamedTuple

from backlinkspider.core.exceptions import SourceError
from backlinkspider.core.mentions.mention import Mention, as_list, as_text
from backlinkspider.core.text import truncate_for_message

SAMPLE_SIZE = 100
"""Links that an answer has at most."""


class LinkSample(NamedTuple):
    """Some of the links to a host."""

    mentions: list[Mention]
    entries: int
    total: int
    """How many there are in all."""


def read_user(answer: Any) -> str:
    """The number of the user whom a token belongs to. Raises SourceError.

    >>> read_user({"user_id": 7})
    '7'
    """
    number = _checked(answer).get("user_id")
    if not isinstance(number, int):
        raise SourceError("Yandex does not say whom the token belongs to")
    return str(number)


def read_hosts(answer: Any) -> dict[str, str]:
    """The hosts that the user has verified: their URLs, each with its id. Raises SourceError.

    >>> read_hosts({"hosts": [{"host_id": "https:example.com:443", "ascii_host_url": "https://example.com/", "verified": True}]})
    {'https://example.com/': 'https:example.com:443'}
    """
    hosts = [entry for entry in as_list(_checked(answer), "hosts") if entry.get("verified") is not False]
    return {_url_of(entry): as_text(entry.get("host_id")) for entry in hosts if as_text(entry.get("host_id"))}


def read_sample(answer: Any) -> LinkSample:
    """The links in an answer. Raises SourceError.

    >>> read_sample({"count": 1, "links": [{"source_url": "https://a.example/", "destination_url": "https://example.com/"}]}).total
    1
    """
    content = _checked(answer)
    entries = as_list(content, "links")
    total = content.get("count")
    return LinkSample(
        [_mention_of(entry) for entry in entries if as_text(entry.get("source_url"))],
        len(entries),
        total if isinstance(total, int) else 0,
    )


def _url_of(host: dict[str, Any]) -> str:
    scheme, _, rest = as_text(host.get("host_id")).partition(":")
    return as_text(host.get("ascii_host_url")) or f"{scheme}://{rest}/"


def _mention_of(entry: dict[str, Any]) -> Mention:
    first, last = (as_text(entry.get(name)) or None for name in ("discovery_date", "source_last_access_date"))
    target = as_text(entry.get("destination_url")) or None
    return Mention(entry["source_url"], target, first_seen=first, last_seen=last, evidence="yandex")


def _checked(answer: Any) -> dict[str, Any]:
    if not isinstance(answer, dict) or "error_code" in answer:
        words = as_text(answer.get("error_code")) if isinstance(answer, dict) else "its answer is no object"
        raise SourceError(f"Yandex answers with the error '{truncate_for_message(words)}'")
    return answer
