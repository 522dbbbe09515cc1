"""Read the pingbacks and trackbacks in an export of WordPress (WXR): pages that told a site that they link to it.

The form is RSS with the elements of http://wordpress.org/export/1.2/, which `wp-admin/export.php` writes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from backlinkspider.core.mentions.mention import Mention
from backlinkspider.core.xml import Element, free, local_name, read_elements

_NAMESPACE = "{http://wordpress.org/export/"
_PINGS = frozenset({"pingback", "trackback"})
_REFUSED = frozenset({"spam", "trash"})
_END, _TAIL_BYTES = b"</rss>", 1_000
_DATE = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)\Z")


class WordPressReader:
    """Reads one export."""

    def __init__(self) -> None:
        self.is_export = False
        """Whether what was read has elements of such an export."""
        self.left_out: Counter[str] = Counter()
        """Comments that are not read, by reason."""
        self._tail = b""

    @property
    def is_whole(self) -> bool:
        """Return whether what was read has the end of such an export."""
        return _END in self._tail

    def read(self, pieces: Iterable[bytes]) -> Iterator[Mention]:
        """Yield the pings, from the pieces of the document; what people wrote, and what was put among spam, is left out."""
        post = ""
        for element in read_elements(self._watch(pieces)):
            self.is_export = self.is_export or (isinstance(element.tag, str) and element.tag.startswith(_NAMESPACE))
            name, parent = local_name(element), element.getparent()
            if name == "link" and parent is not None and local_name(parent) == "item":
                post = (element.text or "").strip()
            elif name == "comment":
                mention = self._read_comment(element, post)
                free(element)
                if mention is not None:
                    yield mention
            elif name == "item":
                free(element)
                post = ""

    def _watch(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the pieces, and remember the end: what breaks off is mended when it is parsed."""
        for piece in pieces:
            self._tail = (self._tail + piece)[-_TAIL_BYTES:]
            yield piece

    def _read_comment(self, comment: Element, post: str) -> Mention | None:
        cells = {local_name(child): (child.text or "").strip() for child in comment}
        kind = cells.get("comment_type", "")
        if kind not in _PINGS:
            return None
        if cells.get("comment_approved") in _REFUSED:
            self.left_out["pings among spam"] += 1
            return None
        seen = _DATE.match(cells.get("comment_date_gmt", ""))
        page = cells.get("comment_author_url", "")
        return Mention(page, post or None, first_seen=f"{seen[1]}T{seen[2]}Z" if seen is not None else None, evidence=kind)
