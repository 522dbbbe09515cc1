"""Documents inside a document, put where a browser shows them: declarative shadow roots, and the documents of `<iframe srcdoc>`.

The parser leaves both aside: the content of a template is not part of the tree, srcdoc is an attribute.
"""

from __future__ import annotations

from collections import defaultdict, deque
from typing import TYPE_CHECKING, NamedTuple

from backlinkspider.core.html.limits import MarkupRoom, bound_markup
from backlinkspider.core.urls.canonicalize import absolute_url

if TYPE_CHECKING:
    from backlinkspider.core.html.parser import Document, Element

_DEPTH_MAXIMUM = 16
"""Documents inside each other."""

_FRAME_DEPTH_MAXIMUM = 4
"""Frames inside each other: each level is parsed once more."""

_FRAMES_MAXIMUM = 1_000
"""Frames of a page (Page::kMaxNumberOfFrames in Chromium)."""

_FRAMES = "iframe[srcdoc]:not(svg *, math *)"
_MODES = frozenset({"open", "closed"})

_HOSTS = frozenset(
    {"article", "aside", "blockquote", "body", "div", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "main", "nav", "p"}
    | {"section", "span"}
)
"""Elements besides custom ones that may have a shadow root (https://dom.spec.whatwg.org/#valid-shadow-host-name)."""

_NOT_CUSTOM = frozenset(
    {"annotation-xml", "color-profile", "font-face", "font-face-src", "font-face-uri", "font-face-format", "font-face-name"}
    | {"missing-glyph"}
)
"""Names with a hyphen that are not those of custom elements."""

_SHADOW_ROOT = "shadow-root"
_NOT_RENDERED = "template"

_IN_SHADOW_ROOT = ("(//template[@shadowrootmode]", "[not(ancestor::template[not(@shadowrootmode)])])")
OUTSIDE_TEMPLATES = "[not(ancestor::template)])"
"""What stands in a path behind the step for an element, where templates hold such an element too."""


class Place(NamedTuple):
    """A document, a shadow root or the document of a frame."""

    base: str
    """The base URL of its links."""
    counts: defaultdict[str, dict[str, int]]
    """How many links there are with a name of element or attribute and an address; of all shadow roots of a document together."""
    path_around: tuple[str, str] = ("(", ")")
    """What stands in a path before and behind the step that names an element."""
    frame: str = ""
    """The path of its frame, with the mark behind it."""
    is_inner: bool = False
    root: int = 0
    """The `mem_id` of its root."""


class InnerDocuments:
    """The inner documents of a page, in the tree of the page."""

    links_left_out: int
    """Links of frames for which there was no room (`limits.bound_markup`)."""

    def __init__(self, document: Document, base: str, room: MarkupRoom) -> None:
        self._document = document
        self._room = room
        self.links_left_out = 0
        self._shadow_roots: list[Element] = []
        self._frames = 0
        self._outermost = Place(base, defaultdict(dict))
        self._counts_of_shadow_roots: dict[str, defaultdict[str, dict[str, int]]] = {}
        """By the path of their frame."""
        self._places: dict[int, Place] = {}
        """By `mem_id`: of the roots, and of the elements that were looked at."""
        root = document.root
        waiting = deque([(root, self._outermost, 0, 0)] if root is not None else [])
        while waiting:
            container, place, depth, frame_depth = waiting.popleft()
            if depth == _DEPTH_MAXIMUM:
                continue
            # Found first, because those in a shadow root belong to that; opened last, because their shadow roots belong to them.
            frames = container.css(_FRAMES) if frame_depth < _FRAME_DEPTH_MAXIMUM else []
            waiting += [(shadow, inner, depth + 1, frame_depth) for shadow, inner in self._open_shadow_roots(container, place)]
            waiting += [(body, inner, depth + 1, frame_depth + 1) for body, inner in self._open_frames(frames, place)]
        if self._shadow_roots:
            self._outermost = self._outermost._replace(path_around=("(", OUTSIDE_TEMPLATES))

    def place_of(self, element: Element) -> Place:
        """Return the innermost document that an element belongs to."""
        passed: list[int] = []
        node: Element | None = element
        place = None
        while node is not None and place is None:
            place = self._places.get(node.mem_id)
            passed.append(node.mem_id)
            node = node.parent
        place = place or self._outermost
        self._places.update(dict.fromkeys(passed, place))
        return place

    def fill_slots(self) -> None:
        """Move the content of each host into the slots of its shadow root; what is not shown is put into a template.

        https://dom.spec.whatwg.org/#find-slotables
        """
        slots: dict[int, dict[str, Element]] = {}
        for slot in self._document.css("slot") if self._shadow_roots else []:
            slots.setdefault(self.place_of(slot).root, {}).setdefault(slot.attributes.get("name") or "", slot)
        for shadow in self._shadow_roots:
            self._fill(shadow, slots.get(shadow.mem_id, {}))

    def _fill(self, shadow: Element, slots: dict[str, Element]) -> None:
        host = shadow.parent
        light = [child for child in _children(host) if child.mem_id != shadow.mem_id] if host is not None else []
        hidden: list[Element] = []
        replaced = {name: _children(slot) for name, slot in slots.items()}
        filled: set[str] = set()
        for child in light:
            name = (child.attributes.get("slot") or "") if child.is_element_node else ""
            if name in slots and (child.is_element_node or child.is_text_node):
                filled.add(name)
                slots[name].insert_child(child, move=True)
            else:
                hidden.append(child)
        if host is not None:
            self._hide(hidden, host)
        for name in filled:
            self._hide(replaced[name], slots[name])

    def _hide(self, nodes: list[Element], parent: Element) -> None:
        if nodes:
            wrapper = self._append(parent, _NOT_RENDERED)
            for node in nodes:
                wrapper.insert_child(node, move=True)

    def _open_shadow_roots(self, container: Element, outer: Place) -> list[tuple[Element, Place]]:
        """Put the shadow roots of a container into it, each in place of its template."""
        opened: list[tuple[Element, Place]] = []
        hosts: set[int] = set()
        for fragment in container.template_fragments():
            template = fragment.parent
            host = template.parent if template is not None else None
            if template is None or host is None or not _is_shadow(template, host):
                continue
            # A shadow root is not an element, and its host has just one.
            if host.mem_id in self._places or host.mem_id in hosts:
                continue
            hosts.add(host.mem_id)
            shadow = self._document.create_node(_SHADOW_ROOT)
            for child in _children(fragment):
                shadow.insert_child(child, move=True)
            template.replace_with(shadow, move=True)
            before, behind = _IN_SHADOW_ROOT
            counts = self._counts_of_shadow_roots.setdefault(outer.frame, defaultdict(dict))
            place = Place(outer.base, counts, (outer.frame + before, behind), outer.frame, is_inner=True, root=shadow.mem_id)
            self._places[shadow.mem_id] = place
            self._shadow_roots.append(shadow)
            opened.append((shadow, place))
        return opened

    def _open_frames(self, frames: list[Element], outer: Place) -> list[tuple[Element, Place]]:
        """Put the documents of frames into them (https://html.spec.whatwg.org/#attr-iframe-srcdoc)."""
        opened: list[tuple[Element, Place]] = []
        before, behind = outer.path_around
        for number, frame in enumerate(frames, 1):
            if self._frames == _FRAMES_MAXIMUM:
                break
            self._frames += 1
            body = self._append(frame, "body")
            markup = bound_markup(frame.attributes["srcdoc"] or "", self._room)
            self._room, self.links_left_out = markup.room, self.links_left_out + markup.links_left_out
            body.inner_html = markup.text
            path = f"{before}//iframe[@srcdoc]{behind}[{number}] >>> "
            around = (f"{path}(", ")")
            place = Place(_base_of(body, outer.base), defaultdict(dict), around, path, is_inner=True, root=body.mem_id)
            self._places[body.mem_id] = place
            opened.append((body, place))
        return opened

    def _append(self, parent: Element, tag: str) -> Element:
        parent.insert_child(self._document.create_node(tag), move=True)
        appended = parent.last_child
        assert appended is not None, "it has just been appended"
        return appended


def _children(parent: Element) -> list[Element]:
    children: list[Element] = []
    child = parent.first_child
    while child is not None:
        children.append(child)
        child = child.next
    return children


def _is_shadow(template: Element, host: Element) -> bool:
    """Return whether a template is a declarative shadow root (https://html.spec.whatwg.org/#parsing-main-inhead)."""
    if (template.attributes.get("shadowrootmode") or "").lower() not in _MODES:
        return False
    name = host.tag or ""
    return name in _HOSTS or ("-" in name and name not in _NOT_CUSTOM)


def _base_of(body: Element, outer: str) -> str:
    """The base URL of a frame's document: that of the page, unless it has its own."""
    base = body.css_first("base[href]:not(svg base, math base)")
    own = absolute_url(base.attributes.get("href") or "", outer) if base is not None else None
    return own or outer
