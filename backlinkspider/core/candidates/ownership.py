"""Which of several targets a URL belongs to."""

from __future__ import annotations

from collections.abc import Sequence

from backlinkspider.core.links.target import Target
from backlinkspider.core.urls.canonicalize import absolute_url


class Ownership:
    """Tells the targets' own URLs from those of others."""

    def __init__(self, targets: Sequence[Target]) -> None:
        self.targets = tuple(targets)

    @property
    def names(self) -> tuple[str, ...]:
        """The targets as the user wrote them, in order."""
        return tuple(target.text for target in self.targets)

    @property
    def hosts(self) -> tuple[str, ...]:
        """The hosts of the targets, each once, in order; for a domain its registrable domain."""
        return tuple(dict.fromkeys(target.host for target in self.targets))

    def owners_of(self, url: str | None) -> tuple[str, ...]:
        """The targets to which a URL belongs; none for what is not a URL."""
        absolute = absolute_url(url.strip(), "http://x/") if url else None
        return tuple(target.text for target in self.targets if target.owns(absolute)) if absolute is not None else ()

    def of_link(self, url_to: str | None) -> tuple[str, ...] | None:
        """The targets that a link points to; None where it points elsewhere. Where a source has one target, it need not say.

        >>> from backlinkspider.core.links.target import parse_target
        >>> Ownership([parse_target("example.com")]).of_link(None)
        ('example.com',)
        """
        if not url_to:
            return self.names if len(self.names) == 1 else ()
        return self.owners_of(url_to) or None

    def owns(self, url: str) -> bool:
        """Return whether a URL, or a host, is one of the targets' own."""
        return bool(self.owners_of(url if "://" in url else f"http://{url}/"))
