"""Opens the file of a seed list; what is in it is for `core.seeds.lists` to say."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import suppress
from functools import partial
from itertools import chain, islice
from pathlib import Path

from backlinkspider.checks.spreadsheets import is_spreadsheet, open_sheet
from backlinkspider.core.arguments import NamedList, SeedFile
from backlinkspider.core.decompression import DecompressionError, StreamDecompressor
from backlinkspider.core.exceptions import SeedListError, TableError
from backlinkspider.core.seeds.lists import parse_seed_list, parse_seed_records
from backlinkspider.core.seeds.seeds import BadLine, Seed
from backlinkspider.core.tables.encoding import decode_lines
from backlinkspider.core.tables.table import blank_title

_CHUNK_BYTES = 65_536

_LINES_CHECKED = 1_000
"""Lines of a list that are read before a crawl, to see whether it can be used."""

_ENDINGS = ("", ".txt", ".csv", ".tsv", ".xml", ".xlsx", ".ods", ".xls", ".jsonl", ".json", ".html")
"""What may stand behind the name of a list in the name of its file."""


def read_seed_file(
    source: SeedFile | NamedList, lists_folder: str | None = None, own_sites: Collection[str] = ()
) -> Iterator[Seed | BadLine]:
    """The seeds and bad lines of a file, read lazily. Raises SeedListError for all that is wrong with the file.

    `own_sites` are the sites of the targets: a column of a table in which they stand throughout is not that of the seeds.
    """
    try:
        with path_of_list(source, lists_folder).open("rb") as file:
            yield from read_seeds(iter(partial(file.read, _CHUNK_BYTES), b""), own_sites)
    except (OSError, RuntimeError) as error:  # RuntimeError: ~name of nobody here.
        why = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise SeedListError(f"{source} cannot be read: {why}{_advice(source, error)}") from None
    except SeedListError as error:
        raise SeedListError(f"{source} cannot be used: {error}") from None


def read_seeds(chunks: Iterator[bytes], own_sites: Collection[str] = ()) -> Iterator[Seed | BadLine]:
    """The seeds and bad lines in the bytes of a list: a spreadsheet, or text, also compressed. Raises SeedListError."""
    head = next(chunks, b"")
    if not head.strip():
        raise SeedListError("it is empty")
    try:
        if is_spreadsheet(head):
            with open_sheet(b"".join([head, *chunks]), own_sites) as records:
                yield from parse_seed_records(records, own_sites)
        else:
            yield from parse_seed_list(blank_title(decode_lines(_decompress(chain([head], chunks)))), own_sites)
    except (TableError, DecompressionError) as error:
        raise SeedListError(str(error)) from None


def _decompress(chunks: Iterator[bytes]) -> Iterator[bytes]:
    decompressor = StreamDecompressor()
    for chunk in chunks:
        yield from decompressor.decompress(chunk)


def check_seed_file(source: SeedFile | NamedList, lists_folder: str | None = None, own_sites: Collection[str] = ()) -> None:
    """Reads the beginning of the file. Raises SeedListError when it cannot be used or names no seed."""
    first_bad_line: BadLine | None = None
    lines = read_seed_file(source, lists_folder, own_sites)
    for seed in lines:
        if isinstance(seed, Seed):
            # What is wrong with its beginning is said now, not in the midst of a crawl.
            for _ in islice(lines, _LINES_CHECKED):
                pass
            return
        first_bad_line = first_bad_line or seed
    why = f"line {first_bad_line.number}: {first_bad_line.problem}" if first_bad_line else "it is empty"
    raise SeedListError(f"{source} names no seed: {why}")


def _advice(source: SeedFile | NamedList, error: Exception) -> str:
    is_bare_name = isinstance(source, SeedFile) and "/" not in source.path and "\\" not in source.path
    if not isinstance(error, FileNotFoundError) or not is_bare_name:
        return ""
    return "; give its path, or, for a site of that name, its https:// address"


def is_file(name: str) -> bool:
    """Return whether a name is that of a file in the folder of the command."""
    try:
        return Path(name).is_file()
    except (OSError, ValueError):  # Too long for a name, or with a NUL in it.
        return False


def path_of_list(source: SeedFile | NamedList, lists_folder: str | None) -> Path:
    """Where a list lies. Raises SeedListError for a name that no list has or several have; it never says where they lie."""
    if isinstance(source, SeedFile):
        return Path(source.path).expanduser()
    if not lists_folder:
        raise SeedListError("the setting BACKLINKS_LISTS_DIR names no folder of lists")
    paths = list(_files_named(source.name, Path(lists_folder)))
    if not paths:
        raise SeedListError("no list has that name")
    if len(paths) > 1 and paths[0].name != source.name:
        raise SeedListError(f"there are several of that name: {', '.join(path.name for path in paths)}")
    return paths[0]


def _files_named(name: str, folder: Path) -> Iterator[Path]:
    for ending in _ENDINGS:
        with suppress(OSError):  # A folder that may not be looked into holds no list.
            if (folder / f"{name}{ending}").is_file():
                yield folder / f"{name}{ending}"
