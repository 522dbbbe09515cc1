"""How much of the block around a link is text and not links.

The measure is the link density of Kohlschütter et al. (Boilerplate Detection using Shallow Text Features, 2010): of
the text of a block, the share that stands in links; here the other share. An entry of a list is a block by itself: one that is
nothing but a link is a menu's, one that describes what it links to is text, whatever its neighbours are.
"""

from __future__ import annotations

from collections.abc import Iterator

from backlinkspider.core.html.parser import UNSEEN, Element
from backlinkspider.core.page.outline import BLOCKS

_WORK_MAXIMUM = 300_000
"""Nodes that are looked at on one page, and hundreds of characters. Ordinary pages have some thousands; links in links, which a
page must be built for, would be looked at again and again."""

_CHARACTERS_LIKE_A_NODE = 100


class LinkDensity:
    """Measures the blocks around the links of one page, each block once."""

    def __init__(self) -> None:
        self._shares: dict[int, float | None] = {}
        """By `mem_id`: == compares the markup of elements."""
        self._work_left = _WORK_MAXIMUM

    def share_around(self, link: Element) -> float | None:
        """The share of the text of the link's block that stands in no link, 0 to 1; None where the block has no text.

        >>> from backlinkspider.core.html.parser import read_page
        >>> page = read_page("https://example.com/", b"<ul><li><a href=x>Oak</a>: where the oaks grow<li><a href=y>Home</a></ul>")
        >>> shares = LinkDensity()
        >>> [shares.share_around(link.element) for link in page.links]
        [0.85, 0.0]
        """
        block = link.parent
        while block is not None and block.tag not in BLOCKS:
            block = block.parent
        if block is None:
            return None
        if block.mem_id not in self._shares:
            self._shares[block.mem_id] = self._measure(block)
        return self._shares[block.mem_id]

    def _measure(self, block: Element) -> float | None:
        in_links = elsewhere = 0
        for text, is_in_link in self._texts_of(block):
            length = sum(map(len, text.split()))
            if is_in_link:
                in_links += length
            else:
                elsewhere += length
        if self._work_left <= 0 or not in_links + elsewhere:
            return None
        return round(elsewhere / (in_links + elsewhere), 2)

    def _texts_of(self, block: Element) -> Iterator[tuple[str, bool]]:
        """The texts of a block, without those of blocks inside, and whether each stands in a link; all that is in a link does."""
        waiting: list[tuple[Element | None, bool]] = [(block.first_child, False)]
        while waiting and self._work_left > 0:
            node, is_in_link = waiting.pop()
            if node is None:
                continue
            self._work_left -= 1
            waiting.append((node.next, is_in_link))
            if node.is_text_node:
                text = node.text_content or ""
                self._work_left -= len(text) // _CHARACTERS_LIKE_A_NODE
                yield text, is_in_link
            elif node.is_element_node and node.tag not in UNSEEN:
                opens_link = is_in_link or (node.tag == "a" and "href" in node.attributes)
                if opens_link or node.tag not in BLOCKS:
                    waiting.append((node.first_child, opens_link))
