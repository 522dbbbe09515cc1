"""Measure the share of a block's text outside links.

It is the complement of link density (Kohlschütter et al., Boilerplate Detection using Shallow Text Features, 2010). Each list
item is a block: an item that is only a link belongs to a menu, one that describes its link is text.
"""

from __future__ import annotations

from collections.abc import Iterator

from backlinkspider.core.html.parser import UNSEEN, Element
from backlinkspider.core.page.outline import BLOCKS

_MAX_COST = 300_000
"""Nodes visited per page, plus characters in hundreds. Ordinary pages need a few thousand; nested links would be visited many
times."""

_CHARACTERS_PER_NODE = 100


class LinkDensity:
    """Measures the blocks around the links on one page, each block once."""

    def __init__(self) -> None:
        self._share_by_block: dict[int, float | None] = {}
        """By `mem_id`: `==` compares markup."""
        self._budget = _MAX_COST

    def share_around(self, link: Element) -> float | None:
        """Return the share of the text in the link's block that is outside links, 0 to 1; None if the block has no text.

        >>> from backlinkspider.core.html.parser import read_page
        >>> page = read_page("https://example.com/", b"<ul><li><a href=x>Oak</a>: where the oaks grow<li><a href=y>Home</a></ul>")
        >>> density = LinkDensity()
        >>> [density.share_around(link.element) for link in page.links]
        [0.85, 0.0]
        """
        block = link.parent
        while block is not None and block.tag not in BLOCKS:
            block = block.parent
        if block is None:
            return None
        if block.mem_id not in self._share_by_block:
            self._share_by_block[block.mem_id] = self._measure(block)
        return self._share_by_block[block.mem_id]

    def _measure(self, block: Element) -> float | None:
        in_links = elsewhere = 0
        for text, is_in_link in self._texts_in(block):
            length = sum(map(len, text.split()))
            if is_in_link:
                in_links += length
            else:
                elsewhere += length
        if self._budget <= 0 or not in_links + elsewhere:
            return None
        return round(elsewhere / (in_links + elsewhere), 2)

    def _texts_in(self, block: Element) -> Iterator[tuple[str, bool]]:
        """Yield the texts of a block, without nested blocks, and whether each is in a link; everything inside a link is."""
        stack: list[tuple[Element | None, bool]] = [(block.first_child, False)]
        while stack and self._budget > 0:
            node, is_in_link = stack.pop()
            if node is None:
                continue
            self._budget -= 1
            stack.append((node.next, is_in_link))
            if node.is_text_node:
                text = node.text_content or ""
                self._budget -= len(text) // _CHARACTERS_PER_NODE
                yield text, is_in_link
            elif node.is_element_node and node.tag not in UNSEEN:
                opens_link = is_in_link or (node.tag == "a" and "href" in node.attributes)
                if opens_link or node.tag not in BLOCKS:
                    stack.append((node.first_child, opens_link))
