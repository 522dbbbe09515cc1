"""The labelled positions: pages built from outlines of page builders and themes, and labels of links on the real pages.

`tests/labelled_positions/README.md` describes the files.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Container, Iterator
from functools import partial
from hashlib import blake2b
from itertools import cycle
from pathlib import Path
from typing import NamedTuple

from backlinkspider import find_links
from backlinkspider.core.html.parser import Element, read_page
from backlinkspider.core.links.anchors import classify_anchor
from backlinkspider.core.page.anchor_text import read_anchor_text
from backlinkspider.core.page.outline import read_outline
from backlinkspider.core.page.position import PositionClassifier
from backlinkspider.items import Link, LinkType, Page
from tests.support.real_pages import RealPage, read_other_pages, read_real_pages

FOLDER = Path(__file__).parent.parent / "labelled_positions"
_TAG = re.compile(r"([a-z][a-z0-9-]*)")
_PART = re.compile(r"([#.])([^#.\[\s]+)|\[([a-z-]+)[=:]([^\]]+)\]")
_SENTENCE = (
    "the workshop builds chairs and tables from oak which grows along rivers where people have cut wood for many years so it "
    "lasts longer than any other wood that we know and costs less when you buy it from a mill near your own village"
)
_WORDS = cycle(_SENTENCE.split())
_NUMBER_OF_WORDS = 60
_POSITION, _ANCHOR_TYPE = 3, 4
"""Columns of the table of real pages."""
_ALL_WORDS = re.compile(r"\w+")
_Answers = Callable[[RealPage, Container[int]], dict[int, str]]
"""What the code says of the links at some places of a page, and maybe of others, by their places."""


class LabelledLink(NamedTuple):
    """A link with the position a reader gave it, or its anchor type or verdict."""

    page: str
    """The name of the outline, or the id of the real page."""
    place: int
    """Which `<a href>` of the page it is, from 1."""
    labels: tuple[str, ...]
    """The word, and those that the reader would accept too."""


class OutlinedPage(NamedTuple):
    """A page that an outline describes."""

    name: str
    html: str
    links: tuple[LabelledLink, ...]
    words: int
    """Words of the article."""


class Judged(NamedTuple):
    """A labelled link with what the code says of it."""

    link: LabelledLink
    answer: str | None

    @property
    def is_strict(self) -> bool:
        """Whether it is the reader's first word."""
        return self.answer == self.link.labels[0]

    @property
    def is_accepted(self) -> bool:
        """Whether the reader would accept it."""
        return self.answer in self.link.labels


def outlined_pages(file: str) -> Iterator[OutlinedPage]:
    """Build the pages of a file of outlines."""
    for section in (FOLDER / file).read_text(encoding="utf-8").split("== ")[1:]:
        name, _, outline = section.partition("\n")
        yield _Builder(name.strip()).build(outline)


def labels_of_real_pages(sample: str, column: int = _POSITION) -> list[LabelledLink]:
    """Return the labels of a sample of links on the real pages."""
    rows = [line.split("\t") for line in (FOLDER / "real_pages.tsv").read_text(encoding="utf-8").splitlines()[1:]]
    return [LabelledLink(row[1], int(row[2]), tuple(row[column].split("/"))) for row in rows if row[0] == sample]


def page_id(url: str) -> str:
    """Return the id of a real page in `real_pages.tsv`."""
    return blake2b(url.encode(), digest_size=6).hexdigest()


def judge_outlined(page: OutlinedPage) -> list[Judged]:
    """Ask the code where the links of an outlined page stand."""
    positions = _positions_on(RealPage("https://oak.example/page", page.html.encode(), "text/html"), ())
    return [Judged(link, positions.get(link.place)) for link in page.links]


def judge_real(corpora: Path, sample: str) -> list[Judged]:
    """Ask the code where the links of a sample stand."""
    return _judge(corpora, labels_of_real_pages(sample), _positions_on)


def judge_verdicts(corpora: Path) -> list[Judged]:
    """Ask the code for the verdicts of labelled links, each with the site it leads to as the target."""
    rows = [line.split("\t") for line in (FOLDER / "backlinks.tsv").read_text(encoding="utf-8").splitlines()[1:]]
    return _judge(corpora, [LabelledLink(page, int(place), tuple(label.split("/"))) for page, place, label in rows], _verdicts_on)


def judge_anchor_types(corpora: Path, sample: str) -> list[Judged]:
    """Ask the code for the anchor types of a sample."""
    return _judge(corpora, labels_of_real_pages(sample, _ANCHOR_TYPE), _anchor_types_on)


def shares_of_articles(corpora: Path) -> dict[str, float]:
    """Return how much of its article is main text, for each real page with one, by its id."""
    lines = (FOLDER / "articles.tsv").read_text(encoding="utf-8").splitlines()[1:]
    elements = {page: int(element) for page, element in (line.split("\t") for line in lines)}
    shares: dict[str, float] = {}
    for url, body, content_type in read_real_pages(corpora):
        element = elements.get(page_id(url))
        if element is not None:
            document = read_page(url, body, content_type=content_type).document
            article = _word_counts(_visible_text([document.body, *document.css("body *")][element]))
            found = _word_counts(read_outline(document, PositionClassifier(document)).main_text)
            shares[page_id(url)] = (article & found).total() / article.total()
    return shares


def main_text_of(page: OutlinedPage) -> str:
    """Return what the code calls the main text of an outlined page."""
    document = read_page("https://oak.example/page", page.html.encode()).document
    return read_outline(document, PositionClassifier(document)).main_text


def _judge(corpora: Path, links: list[LabelledLink], answers: _Answers) -> list[Judged]:
    by_page: dict[str, list[LabelledLink]] = {}
    for link in links:
        by_page.setdefault(link.page, []).append(link)
    judged: list[Judged] = []
    for real in (*read_real_pages(corpora), *read_other_pages(corpora)):
        labelled = by_page.pop(page_id(real.url), [])
        said = answers(real, frozenset(link.place for link in labelled)) if labelled else {}
        judged += [Judged(link, said.get(link.place)) for link in labelled]
    return judged


def _positions_on(real: RealPage, _: Container[int]) -> dict[int, str]:
    page = _read(real)
    classifier = PositionClassifier(page.document)
    outline = read_outline(page.document, classifier, {link.element.mem_id for link in page.links if link.element is not None})
    found: dict[int, str] = {}
    for place, link in _links_by_place(page):
        node = outline.links.get(link.element.mem_id)
        if node is not None:
            found[place] = classifier.position_of(node.element, link.href, node.around).value
    return found


def _anchor_types_on(real: RealPage, _: Container[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for place, link in _links_by_place(_read(real)):
        read = read_anchor_text(link.element)
        is_image = read.link_type is LinkType.IMAGE
        found[place] = classify_anchor(read.anchor, is_image=is_image, domain_to=link.domain_to).value
    return found


def _verdicts_on(real: RealPage, places: Container[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for place, link in _links_by_place(_read(real)):
        if place in places:
            rows = find_links(real.body, real.url, link.domain_to, headers={"Content-Type": real.content_type})
            found.update((place, row["verdict"]) for row in rows if row["link_index"] == link.link_index)
    return found


def _read(real: RealPage) -> Page:
    return read_page(real.url, real.body, content_type=real.content_type)


def _links_by_place(page: Page) -> Iterator[tuple[int, Link]]:
    places = {element.mem_id: place for place, element in enumerate(page.document.css("a[href]"), 1)}
    for link in page.links:
        if link.element is not None and link.element.mem_id in places:
            yield places[link.element.mem_id], link


def _visible_text(element: Element) -> str:
    hidden = Counter(
        word for part in element.css("script, style, noscript, template") for word in _ALL_WORDS.findall(part.text())
    )
    return " ".join((Counter(_ALL_WORDS.findall(element.text(separator=" "))) - hidden).elements())


def _word_counts(text: str) -> Counter[str]:
    return Counter(_ALL_WORDS.findall(text.lower()))


_MakeLink = Callable[..., str]
_PARTS: dict[str, tuple[Callable[[_MakeLink], str], str]] = {
    "@text": (lambda link: link(2), "<p>{half} {link} {half}.</p>"),
    "@teasers": (
        lambda link: link(4),
        "<article><h3>{link}</h3><p>A short summary of what the text there is about.</p></article>",
    ),
    "@items": (lambda link: link(2), "<li>{link}</li>"),
    "@titles": (lambda link: link(6), "<li>{link}</li>"),
    "@rows": (lambda link: link(4), "<tr><td>{link}</td><td>3</td></tr>"),
    "@links": (lambda link: link(2), "{link} "),
    "@link": (lambda link: link(2), "{link} "),
    "@icons": (lambda link: link(0), "{link}"),
    "@logo": (lambda link: link(0, "/", "<img src='/files/logo.png' alt='Oak'>"), "{link}"),
    "@home": (lambda link: link(1, "/"), "{link}"),
    "@copyright": (lambda link: link(1), "<p>© 2024 Oak. Built with {link}</p>"),
}
"""What a directive writes, once or several times."""


class _Builder:
    """Builds a page; each line is an element by its selector, or a directive such as `@menu nav 5`."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._links: list[LabelledLink] = []
        self._article_words = 0

    def build(self, outline: str) -> OutlinedPage:
        """Return the page."""
        html = ["<!doctype html><html><head><title>Oak</title></head>"]
        open_tags: list[tuple[int, str]] = []
        for line in filter(str.strip, outline.splitlines()):
            depth = len(line) - len(line.lstrip())
            while open_tags and open_tags[-1][0] >= depth:
                html.append(open_tags.pop()[1])
            if line.lstrip().startswith("@"):
                html.append(self._directive(*line.split()))
                continue
            starts, ends = zip(*map(_element, line.split(" > ")), strict=True)
            html += starts
            open_tags.append((depth, "".join(reversed(ends))))
        html += [end for _, end in reversed(open_tags)]
        return OutlinedPage(self._name, "\n".join(html), tuple(self._links), self._article_words)

    def _directive(self, kind: str, label: str = "", number: str = "1") -> str:
        if kind in ("@heading", "@words"):
            return f"<h1>{_words(5)}</h1>" if kind == "@heading" else _words(int(label))
        parts = range(int(number))
        if kind == "@menu":
            return f"<ul>{''.join(self._part('@items', label) for _ in parts)}</ul>"
        return "".join(self._part(kind, label) for _ in parts)

    def _part(self, kind: str, label: str) -> str:
        if kind == "@text":
            self._article_words += _NUMBER_OF_WORDS if label == "content" else 0
        make_link, pattern = _PARTS[kind]
        return pattern.format(link=make_link(partial(self._link, label)), half=_words(_NUMBER_OF_WORDS // 2))

    def _link(self, label: str, words: int, href: str = "https://elm.example/tree", content: str = "") -> str:
        self._links.append(LabelledLink(self._name, len(self._links) + 1, tuple(label.split("/"))))
        return f"<a href='{href}'>{content or _words(words) or '<i class=icon></i>'}</a>"


def _element(selector: str) -> tuple[str, str]:
    match = _TAG.match(selector.strip())
    assert match is not None, f"{selector} begins with a tag"
    names: dict[str, list[str]] = {"#": [], ".": []}
    others = ""
    for kind, name, attribute, value in _PART.findall(selector.strip()[match.end() :]):
        if kind:
            names[kind].append(name)
        else:
            written = f"style='{attribute}:{value}'" if attribute.startswith("flex") else f"{attribute}='{value}'"
            others += f" {written}"
    identity = "".join(f" id='{name}'" for name in names["#"][:1])
    classes = f" class='{' '.join(names['.'])}'" if names["."] else ""
    return f"<{match[1]}{identity}{classes}{others}>", f"</{match[1]}>"


def _words(number: int) -> str:
    return " ".join(next(_WORDS) for _ in range(number))
