"""Reads the pages of the labelled web (tests/labelled_web)."""

from __future__ import annotations

import re
from pathlib import Path

WEB = Path(__file__).parents[1] / "labelled_web"
TARGETS = {
    "de": "imkerei-birkenhof.example",
    "en": "tidewaterkayaks.example",
    "es": "almazarasierraclara.example",
    "fr": "moulindesaulnes.example",
    "it": "studiolanterna.example",
}

_FRAMED = re.compile(r"<!-- frame: ([\w-]+) -->\n(.*?)\n\n(.*)", re.DOTALL)


def read_pages(language: str) -> dict[str, str]:
    """The pages of a language by address; what stands in a frame (tests/labelled_web/README.md) is put into it."""
    folder = WEB / language
    return {address_of(path.relative_to(folder)): read_page(path) for path in sorted(folder.rglob("*.html"))}


def address_of(path: Path) -> str:
    return "https://" + path.as_posix().removesuffix(".html").removesuffix("index")


def read_page(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    framed = _FRAMED.fullmatch(text)
    if framed is None:
        return text
    name, head, page = framed.groups()
    host = next(part for part in path.parts if part.endswith(".example"))
    frame = (WEB / "_frames" / f"{name}.html").read_text(encoding="utf-8")
    return frame.replace("{{host}}", host).replace("{{head}}", head).replace("{{page}}", page)
