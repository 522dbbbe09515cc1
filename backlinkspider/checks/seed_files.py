"""Opens the file of a seed list; what is in it is for `core.seeds.seeds` to say."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from backlinkspider.core.arguments import NamedList, SeedFile
from backlinkspider.core.exceptions import SeedListError
from backlinkspider.core.seeds.seeds import BadLine, Seed, list_encoding, parse_seed_list

_HEAD_BYTES = 65_536

_ENDINGS = ("", ".txt", ".csv", ".tsv", ".xml")
"""What may stand behind the name of a list in the name of its file."""


def read_seed_file(source: SeedFile | NamedList, lists_folder: str | None = None) -> Iterator[Seed | BadLine]:
    """The seeds and bad lines of a file, read lazily. Raises SeedListError for all that is wrong with the file."""
    try:
        with path_of_list(source, lists_folder).open("rb") as file:
            encoding = list_encoding(file.read(_HEAD_BYTES))
            file.seek(0)
            with io.TextIOWrapper(file, encoding=encoding, errors="replace") as lines:
                yield from parse_seed_list(lines)
    except (OSError, RuntimeError) as error:  # RuntimeError: ~name of nobody here.
        why = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise SeedListError(f"{source} cannot be read: {why}") from None
    except SeedListError as error:
        raise SeedListError(f"{source} cannot be used: {error}") from None


def check_seed_file(source: SeedFile | NamedList, lists_folder: str | None = None) -> None:
    """Reads the file up to its first seed. Raises SeedListError when there is none."""
    first_bad_line: BadLine | None = None
    for seed in read_seed_file(source, lists_folder):
        if isinstance(seed, Seed):
            return
        first_bad_line = first_bad_line or seed
    why = f"line {first_bad_line.number}: {first_bad_line.problem}" if first_bad_line else "it is empty"
    raise SeedListError(f"{source} names no seed: {why}")


def path_of_list(source: SeedFile | NamedList, lists_folder: str | None) -> Path:
    """Where a list lies. Raises SeedListError for a name that no list has or several have; it never says where they lie."""
    if isinstance(source, SeedFile):
        return Path(source.path).expanduser()
    if not lists_folder:
        raise SeedListError("the setting BACKLINKS_LISTS_DIR names no folder of lists")
    paths = list(_files_named(source.name, Path(lists_folder)))
    if not paths:
        raise SeedListError("there is none of that name")
    if len(paths) > 1 and paths[0].name != source.name:
        raise SeedListError(f"there are several of that name: {', '.join(path.name for path in paths)}")
    return paths[0]


def _files_named(name: str, folder: Path) -> Iterator[Path]:
    for ending in _ENDINGS:
        with suppress(OSError):  # A folder that may not be looked into holds no list.
            if (folder / f"{name}{ending}").is_file():
                yield folder / f"{name}{ending}"
