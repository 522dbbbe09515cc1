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
from backlinkspider.core.ranking.page_worth import TEXTS, Turnout, Worth
from backlinkspider.core.ranking.url_groups import ACTIONS, group_of

GROUPS_MAXIMUM = 64
"""Groups that are told apart within a site; URLs of further ones are in one group."""

OTHER = "*"
"""The group of further URLs."""

_JUDGED_EACH = 8
"""Pages of a group that are judged one by one; then every eighth: a site may change its habits."""

_VALUES = {
    Worth.ARTICLE: 0,
    Worth.EXCERPTS: 0,
    Worth.THIN: -5,
    Worth.LIST: -8,
    Worth.REPEAT: -16,
    Worth.NOINDEX: -20,
    Worth.COPY: -25,
}
"""What a page was worth, on the scale of `url_kinds.priority_of`: 2 is one link further from the seed."""

_NEW_PAGES_VALUE = 9
"""The most that a page which is nothing to read gains by the new pages that it leads to, one each."""

_BACKLINK_VALUE = 8
"""What a page with a backlink gains, when likely links come first."""

_VARIETY, _VARIETY_MAXIMUM = 1.5, 8
"""A group falls by this with each doubling of its pages that were asked for, so that a thousand products do not starve a blog."""

_TEACHING = 3
"""Pages of a group that have to agree before the group is taken for what they are: nothing new, or articles."""

_ARTICLES_SHARE = 0.75
"""More articles than this among the pages of a group whose URLs look like lists, and they do not look so any more."""

_TRIED_LEVEL = 13
"""The level (by how much `url_kinds.priority_of` puts it behind a page) of a list: a group of such URLs is tried when many of
them wait, for their words may mislead: `/topic/` is a tag here and a discussion there. A form is never tried for that."""

_BEHIND_PAGES = 6
"""How much later what promises nothing to read comes, as long as there is enough that does: a list is of use for what it leads
to. Where there is not enough, one that leads to new pages comes so much earlier, before the last of them is read.
It is less than `_VARIETY_MAXIMUM`, so that a large part of a site does not hide the others."""

_LEADS_ON = 4
"""New pages that a page of a group has to lead to, to be asked for because of them."""

_LATEST = 4
"""Pages of a group whose average says what the next is worth: a list is worth a look as long as it leads to new pages."""


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
    deficit: float = 0
    """What the latest pages were worth less than their URLs looked like, on average."""
    level: int = 0
    """Sum of the levels of their URLs."""
    backlinks: int = 0
    """Judged pages with a backlink."""
    texts: int = 0
    """Articles, and pages of excerpts."""
    looks: int = 0
    """The level of the first URL of the group."""
    new_pages: float = 0
    """What the latest pages led to, on average; more than `_NEW_PAGES_VALUE` do not count."""

    def has_risen(self) -> bool:
        """Return whether its pages are articles, whatever their URLs look like."""
        return self.judged >= _TEACHING and self.articles > _ARTICLES_SHARE * self.judged

    def promises(self) -> bool:
        """Return whether its next page is likely something to read."""
        return self.has_risen() or (self.looks <= 0 and 2 * self.texts >= self.judged)

    def is_to_be_tried(self) -> bool:
        """Return whether it may be something else than its URLs look like."""
        return self.looks <= _TRIED_LEVEL and self.articles == self.judged < _TEACHING


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

    def add(self, name: str, level: int = 0) -> GroupMemory:
        """Return what is known of a group, which is new where nothing is; the level is that of its first URL."""
        if name not in self.groups:
            self.groups[name] = GroupMemory(looks=level)
        return self.groups[name]

    def promises(self, name: str) -> bool:
        """Return whether the next page of a group is likely something to read."""
        group = self.groups.get(name)
        return group is not None and group.promises()

    def may_promise(self, name: str) -> bool:
        """The same, or nothing but the look of its URLs speaks against it."""
        group = self.groups.get(name)
        return group is not None and (group.promises() or (not group.judged and group.is_to_be_tried()))

    def is_to_be_judged(self, name: str) -> bool:
        """Return whether the next page of a group is worth a look."""
        group = self.groups.get(name)
        return group is None or group.judged < _JUDGED_EACH or group.asked % _JUDGED_EACH == 0

    def is_redundant(self, name: str) -> bool:
        """Return whether a group is left alone: its pages tell nothing new. The group of all that is left never is."""
        group = self.groups.get(name)
        return group is not None and name != OTHER and _TEACHING <= group.redundant == group.judged

    def learn(self, name: str, level: int, turnout: Turnout) -> None:
        """Record what came of a page, and by how much (`level`) `url_kinds.priority_of` put its URL behind others."""
        group = self.add(name, level)
        group.judged += 1
        group.articles += turnout.worth is Worth.ARTICLE
        is_text = turnout.worth in TEXTS
        group.texts += is_text
        group.redundant += turnout.is_redundant or (name.endswith(ACTIONS) and not is_text)
        group.backlinks += turnout.has_backlink
        group.level += level
        new_pages = min(_NEW_PAGES_VALUE, turnout.new_pages)
        deficit = max(0, -_VALUES[turnout.worth] - level - new_pages)
        # One more page that was as it looked, so that a single page does not decide.
        share = 1 / min(group.judged + 1, _LATEST)
        group.deficit += share * (deficit - group.deficit)
        group.new_pages += share * (new_pages - group.new_pages)

    def bonus(self, name: str, *, is_likely: bool, many_wait: bool = False, enough_waits: bool = False) -> int:
        """How much earlier than its URLs alone would have it a group comes; negative for later.

        `many_wait` of the group; `enough_waits` in groups of the site that promise something to read.

        >>> site = SiteMemory()
        >>> for _ in range(3):
        ...     site.learn("example.com/tag/*", 13, Turnout(Worth.ARTICLE, 0, has_backlink=False))
        >>> site.bonus("example.com/tag/*", is_likely=True)
        13
        """
        group = self.groups.get(name)
        if group is None:
            return 0
        learnt = -group.deficit
        if group.has_risen():
            # They look like lists or forms, and are something to read.
            learnt += group.level / group.judged
        elif enough_waits:
            learnt -= _BEHIND_PAGES * (not group.promises())
        elif many_wait and group.is_to_be_tried():
            learnt += group.looks
        elif group.new_pages >= _LEADS_ON and not group.promises():
            learnt += _BEHIND_PAGES
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
