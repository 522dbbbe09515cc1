"""Tells the referrers that may hold a link from those that hold none: for logs, and for exports of analytics."""

from __future__ import annotations

from functools import cache, lru_cache
from importlib import resources

from backlinkspider.core.candidates.ownership import Ownership
from backlinkspider.core.logs.referrers import Kind, host_of_referrer, is_listed, kind_of_host, unwrap
from backlinkspider.core.logs.scanner import OWN

NAMES_KEPT = 20_000
"""Names, and referrers, whose kind is remembered."""

_WORDS = {
    Kind.OWN: OWN,
    Kind.SEARCH: "visits from search engines",
    Kind.ASSISTANT: "visits from assistants",
    Kind.MAIL: "visits from mail programs",
    Kind.SOCIAL: "visits from social networks that do not say which post",
    Kind.SPAM: "referrer spam",
}
"""Why a kind of referrer is left out."""


class ReferrerSorter:
    """Judges referrers; one that was judged is remembered, because they repeat."""

    def __init__(self, ownership: Ownership) -> None:
        self._ownership = ownership
        self._kind_of = lru_cache(NAMES_KEPT)(self._look_up)
        self.judge = lru_cache(NAMES_KEPT)(self._judge)

    def reason_of_host(self, host: str) -> str | None:
        """Return why a host holds no link; None for one that may hold one."""
        return _WORDS.get(self._kind_of(host))

    def _judge(self, referrer: str) -> tuple[str, str | None]:
        """Return the page behind a referrer, and why it holds no link (`OWN` for the targets' own pages)."""
        url = unwrap(referrer)
        host = host_of_referrer(url)
        return url, self.reason_of_host(host) if host is not None else "referrers that are no public address"

    def _look_up(self, host: str) -> Kind:
        if self._ownership.owns(host):
            return Kind.OWN
        return Kind.SPAM if is_listed(host, referrer_spammers()) else kind_of_host(host)


@cache
def referrer_spammers() -> frozenset[str]:
    """Return the names of Matomo's list of referrer spammers (public domain)."""
    text = resources.files("backlinkspider.discovery").joinpath("referrer_spam.txt").read_text(encoding="utf-8")
    return frozenset(text.split())
