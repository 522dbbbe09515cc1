"""The first sheet of a workbook: what was found, what to do, what was looked at and what was not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import islice
from typing import Any

from backlinkspider.core.quality.judge import Verdict
from backlinkspider.report.tables import FeedTables, Summary
from backlinkspider.whole_files.workbook import HEADER, Format, Formats, Sheet, Value, WorkbookWriter, text_of

_COUNTERS = (
    ("referring_domains", "referring domains", "Sites with at least one link to the target"),
    ("backlinks", "backlinks", "Links to the target from other sites"),
    ("referring_pages", "pages that link", "Pages on which these links stand"),
    ("target_pages", "target pages", "Pages of the target that they lead to"),
    ("dofollow", "dofollow", "Links that search engines may follow"),
    ("nofollow", "nofollow", "Links that pass nothing on"),
    ("broken", "broken", "Links to a page that is gone"),
)

_VERDICTS = {
    Verdict.GOOD: "A genuine recommendation",
    Verdict.NEUTRAL: "Worth little or nothing, and harmless; most links are",
    Verdict.REVIEW: "Look at it: a strong sign of manipulation",
    Verdict.BAD: "Two independent signs of manipulation; look at it before you do anything",
    Verdict.UNKNOWN: "Too little was measured to tell",
}

_TASKS = {
    "mend": "The page they lead to is gone: let the address answer again, or redirect it",
    "lost": "They were there before: ask for them again",
    "nofollow": "They were dofollow before",
    "bad": "Look at them first: two signs of manipulation",
    "review": "Look at them: one strong sign of manipulation",
    "reciprocal": "The target links back to an unusual share of the sites that link to it",
}

_DOMAINS = 10
_COLUMNS = 5
_WORD_HEADERS = ("best verdict", "fate")
_NOTES = (
    "A verdict is a rule of thumb, with its reasons beside it, not a statement about Google. 'bad' is no advice to disavow.",
    "What was not looked at is not known: a site that is not named here is not a site without links.",
    "The sheet Backlinks has its evidence in columns that are folded: press the + above them, or the 2 in the corner.",
)


def add_summary(book: WorkbookWriter, tables: FeedTables) -> None:
    """Add the sheet."""
    _SummarySheet(book.add_sheet("Summary"), book.formats).write(tables)


class _SummarySheet:
    """Writes line after line."""

    def __init__(self, sheet: Sheet, formats: Formats) -> None:
        self._sheet = sheet
        self._formats = formats
        self._line = 0

    def write(self, tables: FeedTables) -> None:
        counts = tables.one("summary")
        self._sheet.hide_gridlines(2)
        self._sheet.set_column(0, 0, 34)
        self._sheet.set_column(1, 3, 13)
        self._sheet.set_column(4, 4, 90)
        self._add_title(counts, tables.targets())
        self._add_section("What was found", ("number",))
        for name, label, meaning in _COUNTERS:
            self._add_line([label, counts[name], None, None, meaning])
        self._add_tasks(tables)
        self._add_domains(tables)
        self._add_section("Verdicts", ("backlinks",))
        for verdict, meaning in _VERDICTS.items():
            self._add_line([verdict.value, counts[verdict.value], None, None, meaning], self._formats.word(verdict.value))
        self._add_coverage(tables)
        self._add_section("How to read this", ())
        for note in _NOTES:
            self._add_text(note)

    def _add_title(self, counts: dict[str, Any], targets: Sequence[str]) -> None:
        title = f"Backlinks of {', '.join(targets)}" if targets else "Backlinks"
        self._sheet.set_row(0, 30)
        self._add_text(title[:200], self._formats.make("title", bold=True, font_size=18, font_color="#1F3A4D"))
        if counts["first_fetch"] is not None:
            first, last = counts["first_fetch"][:10], counts["last_fetch"][:10]
            days = first if first == last else f"{first} to {last}"
            self._add_text(f"Pages read {days}. Weights: {counts['weights_version'] or 'none, the rows have no verdicts'}.")

    def _add_tasks(self, tables: FeedTables) -> None:
        counted = Counter(row["task"] for row in tables.query(Summary.TODO).dicts())
        self._add_section("What to do", ("backlinks",))
        for task, meaning in _TASKS.items():
            if counted[task]:
                self._add_line([task, counted[task], None, None, meaning], self._formats.word(task))
        if counted:
            self._sheet.write_url(self._line, 0, "internal:'To do'!A1", self._formats.address(), "link by link")
            self._line += 1
        else:
            self._add_text("Nothing, as far as was looked.")

    def _add_domains(self, tables: FeedTables) -> None:
        rows = list(islice(tables.query(Summary.DOMAINS).dicts(), _DOMAINS))
        if not rows:
            return
        self._add_section("Best referring domains", ("best verdict", "quality", "backlinks", "anchors"))
        for row in rows:
            self._add_line([row[name] for name in ("domain", "best_verdict", "best_quality", "backlinks", "top_anchors")])
        self._sheet.write_url(self._line, 0, "internal:'Referring domains'!A1", self._formats.address(), "all of them")
        self._line += 1

    def _add_coverage(self, tables: FeedTables) -> None:
        outcomes = list(tables.query("coverage").dicts())
        self._add_section("What was looked at", ("seeds", "pages", "backlinks") if outcomes else ())
        if not outcomes:
            self._add_text(
                "The feed does not say. A crawl that writes the workbook itself says it, and so does -a coverage=FILE."
            )
            return
        for row in outcomes:
            values = [row[name] for name in ("outcome", "seeds", "pages", "backlinks")]
            self._add_line(values, self._formats.word(row["outcome"]))
        reasons = list(islice(tables.query("coverage_reasons").dicts(), _DOMAINS))
        if reasons:
            self._add_section("What was not, and why", ("fate", "URLs", "seeds"))
            for row in reasons:
                self._add_line([row["reason"], row["fate"], row["urls"], row["seeds"]])

    def _add_section(self, title: str, headers: Sequence[str]) -> None:
        self._line += 1
        texts = [title, *headers, *[""] * (_COLUMNS - 1 - len(headers))]
        for place, text in enumerate(texts):
            side = "right" if 0 < place < _COLUMNS - 1 and text not in _WORD_HEADERS else "left"
            form = self._formats.make(f"section {side} {place}", **HEADER, align=side, indent=int(place == _COLUMNS - 1))
            self._sheet.write_string(self._line, place, text, form)
        self._line += 1

    def _add_line(self, values: Sequence[Value], form: Format | None = None) -> None:
        """Write a line; its first cell has a format of its own."""
        for place, value in enumerate(values):
            if isinstance(value, int | float):
                self._sheet.write_number(self._line, place, value)
            elif value is not None:
                text = text_of(value)
                usual = self._formats.make("last", align="left", indent=1) if place == _COLUMNS - 1 else self._formats.word(text)
                self._sheet.write_string(self._line, place, text, (form if place == 0 else usual) or self._formats.guard(text))
        self._line += 1

    def _add_text(self, text: str, form: Any = None) -> None:
        self._sheet.write_string(self._line, 0, text, form)
        self._line += 1
