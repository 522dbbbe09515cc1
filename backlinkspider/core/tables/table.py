"""A table whose form nobody declares: its rows, with the header's names and what each column is about."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from backlinkspider.core.tables.columns import find_columns
from backlinkspider.core.tables.form import (
    HEADER_LINES,
    find_delimiter,
    find_header,
    is_known_header,
    is_one_address,
    is_place_name,
    place_of_known_header,
    split_all,
    usual_width,
)
from backlinkspider.core.tables.headers import Role, export_of, normalize_name
from backlinkspider.core.tables.objects import read_objects
from backlinkspider.core.tables.records import Record, RecordReader

_SAMPLE_ROWS = 50
"""Rows behind them that tell what the columns hold."""

_DECLARED = re.compile(r"\ufeff?\"?sep=(.)\"?\s*\Z", re.IGNORECASE)
"""The line with which exports tell Excel their separator."""
_COMMENT_LINE = re.compile(r"\s*#(?!\"?\s*[,;\t|])")
"""A comment, and not the header of a column of numbers (`#,URL`)."""
_COMMENT = re.compile(r"(?:^|\s)#.*", re.DOTALL)
_QUOTES = ' \t\r\n"\ufeff'


@dataclass(frozen=True, slots=True)
class Row:
    """One row, by the names of its columns or by what they are about."""

    number: int
    """The line it begins at, from 1; in a spreadsheet its row."""
    cells: Sequence[str]
    _columns: Mapping[str, int]

    def get(self, column: str) -> str | None:
        """The cell of a role (`Role.PAGE`) or of a name in the header, in any case; None where it is blank or missing."""
        index = self._columns.get(str(column) if isinstance(column, Role) else f"={normalize_name(column)}")
        cell = self.cells[index].strip() if index is not None and index < len(self.cells) else ""
        return cell or None


class Table:
    """The rows of a table, read lazily behind the sample."""

    def __init__(
        self,
        records: Iterable[Record],
        *,
        header: Sequence[str] = (),
        roles: Mapping[Role, int] | None = None,
        reader: RecordReader | None = None,
        is_text: bool = False,
    ) -> None:
        self.header = tuple(cell.strip() for cell in header)
        """As written; empty where there is none."""
        self.roles = roles or {}
        """The columns, from 0, by what they are about; PAGE is missing where no column can hold linking pages."""
        export = export_of([normalize_name(cell) for cell in header])
        self.tool = export.tool if export is not None else None
        """The program that writes tables with this header; None for an unknown one."""
        self.is_text = is_text
        """Whether it is a text, whose lines are the cells of one column."""
        self._records = records
        self._reader = reader
        self._columns = _columns_of(header, self.roles)

    @property
    def broken(self) -> int:
        """Rows so far whose quotation marks are wrong; each was read as one line."""
        return self._reader.broken if self._reader is not None else 0

    def rows(self) -> Iterator[Row]:
        """The rows that are not blank; behind another header, as tables put one behind the other have it, by its columns."""
        for record in self._records:
            if self.header and is_known_header(record.cells):
                self._columns = _columns_of(record.cells, find_columns(record.cells, ()))
            elif any(map(str.strip, record.cells)):
                yield Row(record.number, record.cells, self._columns)


def _columns_of(header: Sequence[str], roles: Mapping[Role, int]) -> Mapping[str, int]:
    names = {f"={normalize_name(cell)}": index for index, cell in reversed(list(enumerate(header)))}
    return names | {str(role): index for role, index in roles.items()}


def open_table(lines: Iterable[str], own_sites: Collection[str] = ()) -> Table:
    r"""The table in some lines: tab, semicolon, comma or bar between the cells, or text with one cell a line and `#` comments.

    A known header in the first 30 lines is found, whatever stands before it; `sep=;` is obeyed. `own_sites` are the sites of the
    targets: a column of theirs is not that of the linking pages. A text whose first line is one address is read no further than
    it is asked for. Raises TableError where two columns are equally good.

    >>> table = open_table(["sep=;\n", "Backlinks of t.com\n", "Target URL;Source URL\n", "http://t.com/;http://a.com/\n"])
    >>> [(row.number, row.get(Role.PAGE), row.get("target url")) for row in table.rows()]
    [(4, 'http://a.com/', 'http://t.com/')]
    """
    numbered = ((number, line) for number, line in enumerate(lines, 1) if line.strip())
    first = next(((number, line) for number, line in numbered if not _COMMENT_LINE.match(line)), None)
    if first is None:
        return Table(())
    if first[1].lstrip("\ufeff \t").startswith(("{", "[")):
        return _open(read_objects(chain([first], numbered)), own_sites, None)
    if is_one_address(first[1]):
        return _text_table(chain([first], numbered))
    declared = _DECLARED.match(first[1])
    sample = list(islice(chain([] if declared else [first], numbered), HEADER_LINES + _SAMPLE_ROWS))
    texts = [line for _, line in sample]
    delimiter = declared[1] if declared else find_delimiter(texts, own_sites)
    if delimiter is None:
        return _text_table(chain(sample, numbered))
    rows = split_all(texts, delimiter)
    place = find_header(rows)
    width = usual_width(rows) if place is None else len(rows[place])
    reader = RecordReader(chain(sample, numbered), delimiter, width=width)
    return _open(reader, own_sites, reader)


def blank_title(lines: Iterable[str]) -> Iterator[str]:
    r"""The lines, those before a known header as blank ones: a title may be an address, which is then no cell of a list.

    >>> list(blank_title(["t.com\n", "URL,Anchor\n", "http://a.com/,x\n"]))
    ['\n', 'URL,Anchor\n', 'http://a.com/,x\n']
    """
    rest = iter(lines)
    first = list(islice(rest, HEADER_LINES))
    place = place_of_known_header(first) or 0
    yield from chain(("\n" for _ in first[:place]), first[place:], rest)


def open_records(records: Iterable[Record], own_sites: Collection[str] = ()) -> Table:
    """The table in some records, such as the rows of a spreadsheet. Raises TableError where two columns are equally good."""
    return _open(records, own_sites, None)


def _open(records: Iterable[Record], own_sites: Collection[str], reader: RecordReader | None) -> Table:
    rest = iter(records)
    sample = [record for record in islice(rest, HEADER_LINES + _SAMPLE_ROWS) if any(map(str.strip, record.cells))]
    cells = [record.cells for record in sample]
    place = find_header(cells)
    header = cells[place] if place is not None else []
    data = sample if place is None else sample[place + 1 :]
    roles = find_columns(header, [record.cells for record in data], own_sites)
    return Table(chain(data, rest), header=header, roles=roles, reader=reader)


def _text_table(lines: Iterable[tuple[int, str]]) -> Table:
    """The lines of a text as cells of one column, without comments and the one-word header that a column has."""
    records = ((number, (_COMMENT.sub("", line) if "#" in line else line).strip(_QUOTES)) for number, line in lines)
    filled = (Record(number, [text]) for number, text in records if text)
    first = next(filled, None)
    if first is None:
        return Table(())
    if is_place_name(first.cells[0]):
        return Table(filled, header=first.cells, roles={Role.PAGE: 0}, is_text=True)
    return Table(chain([first], filled), roles={Role.PAGE: 0}, is_text=True)
