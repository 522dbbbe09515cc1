"""Learn which groups of a site's URLs lead to content, and rank what waits by that.

What is learnt of one site is used for this site alone, in this crawl. The idea is that of focused crawling (Chakrabarti, van den
Berg and Dom, 1999) with the URL's form as the only feature; Nutch's OPIC scoring and Heritrix's cost assignment policies order a
frontier in the same place, the first by links, the second by the URL.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import log2
from typing import Any

from backlinkspider.core.memo import bounded_key
from backlinkspider.core.ranking.page_worth import Turnout, Worth
from backlinkspider.core.ranking.url_groups import ACTIONS, group_of

GROUPS_MAXIMUM = 64
"""Groups that are told apart within a site; URLs of further ones are in one group."""

OTHER = "*"
"""The group of further URLs."""

_JUDGED_EACH = 8
"""Pages of a group that are judged one by one; then every eighth: a site may change its habits."""

_VALUES = {Worth.ARTICLE: 0, Worth.EXCERPTS: 0, Worth.LIST: -8, Worth.THIN: -5, Worth.NOINDEX: -20, Worth.COPY: -25}
"""What a page was worth, on the scale of `url_kinds.priority_of`: 2 is one link further from the seed."""

_NEW_PAGES_VALUE = 9
"""The most that a page which is nothing to read gains by the new pages that it leads to, one each."""

_BACKLINK_VALUE = 8
"""What a page with a backlink gains, when likely links come first."""

_VARIETY, _VARIETY_MAXIMUM = 1.5, 8
"""A group falls by this with each doubling of its pages that were asked for, so that a thousand products do not starve a blog."""

_TEACHING = 3
"""Pages of a group that have to agree before the group is taken for what they are: nothing new, or articles."""


class CrawlOrder(StrEnum):
    """In which order the pages of a site are requested (setting BACKLINKS_CRAWL_ORDER)."""

    LIKELY = "likely"
    """Content first, and before other content what is like pages that link to the target."""
    CONTENT = "content"
    """Content first, by the form of URLs and by what was learnt of the site."""
    BREADTH = "breadth"
    """Pages near the seed first."""


@dataclass(slots=True)
class GroupMemory:
    """What is known of one group of URLs."""

    asked: int = 0
    """Requests that were sent."""
    judged: int = 0
    """Pages whose worth was told."""
    articles: int = 0
    redundant: int = 0
    """Copies of pages that were known before, and among a host's actions (`url_kinds.UrlKind.ACTION`) all that is not an
    article."""
    deficit: int = 0
    """Sum of what each page was worth less than its URL looked like."""
    level: int = 0
    """Sum of the levels of their URLs."""
    backlinks: int = 0
    """Judged pages with a backlink."""


@dataclass(slots=True)
class SiteMemory:
    """What is known of the groups of one site."""

    groups: dict[str, GroupMemory] = field(default_factory=dict)

    def group_of(self, url: str) -> str:
        """Name the group that a URL belongs to, here."""
        name = bounded_key(group_of(url))
        if name in self.groups or len(self.groups) < GROUPS_MAXIMUM:
            return name
        return OTHER

    def add(self, name: str) -> GroupMemory:
        """Return what is known of a group, which is new where nothing is."""
        return self.groups.setdefault(name, GroupMemory())

    def is_to_be_judged(self, name: str) -> bool:
        """Whether the next page of a group is worth a look."""
        group = self.groups.get(name)
        return group is None or group.judged < _JUDGED_EACH or group.asked % _JUDGED_EACH == 0

    def is_redundant(self, name: str) -> bool:
        """Whether a group is left alone: its pages tell nothing new. That is never said of the group of all that is left."""
        group = self.groups.get(name)
        return group is not None and name != OTHER and _TEACHING <= group.redundant == group.judged

    def learn(self, name: str, level: int, turnout: Turnout) -> None:
        """Record what came of a page whose URL had a level (`url_kinds.level_of`)."""
        group = self.add(name)
        group.judged += 1
        group.articles += turnout.worth is Worth.ARTICLE
        is_text = turnout.worth in {Worth.ARTICLE, Worth.EXCERPTS}
        group.redundant += turnout.is_redundant or (name.endswith(ACTIONS) and not is_text)
        group.backlinks += turnout.has_backlink
        group.level += level
        group.deficit += max(0, -_VALUES[turnout.worth] - level - min(_NEW_PAGES_VALUE, turnout.new_pages))

    def bonus(self, name: str, *, is_likely: bool) -> int:
        """How much earlier than its URLs alone would have it a group comes; negative for later.

        >>> site = SiteMemory()
        >>> for _ in range(3):
        ...     site.learn("example.com/tag/*", 13, Turnout(Worth.ARTICLE, 0, has_backlink=False))
        >>> site.bonus("example.com/tag/*", is_likely=True)
        13
        """
        group = self.groups.get(name)
        if group is None:
            return 0
        # One more page that was as it looked, so that a single page does not decide.
        learnt = -group.deficit / (group.judged + 1)
        if group.articles == group.judged >= _TEACHING:
            # They look like lists or forms, and each of them is something to read.
            learnt = group.level / group.judged
        likely = _BACKLINK_VALUE * group.backlinks / (group.judged + 1) if is_likely else 0
        return round(learnt + likely - min(_VARIETY_MAXIMUM, _VARIETY * log2(1 + group.asked)))

    def describe(self, name: str) -> str:
        """Say what is known of a group, for the log."""
        group = self.groups.get(name, GroupMemory())
        return (
            f"{group.asked} of {name} were requested; of {group.judged} that were judged {group.articles} are articles,"
            f" {group.redundant} told nothing new, {group.backlinks} link to the target"
        )

    def store(self) -> dict[str, Any]:
        fields = GroupMemory.__slots__
        return {name: [getattr(group, each) for each in fields] for name, group in self.groups.items()}

    @classmethod
    def restore(cls, stored: Mapping[str, Any]) -> SiteMemory:
        """Return the memory that `store` made plain values of."""
        return cls({name: GroupMemory(*values) for name, values in stored.items()})
