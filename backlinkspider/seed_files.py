"""Opens the file of a seed list; what is in it is for `core.seeds` to say."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

from backlinkspider.core.exceptions import SeedListError
from backlinkspider.core.seeds import BadLine, Seed, list_encoding, parse_seed_list

_HEAD_BYTES = 65_536


def read_seed_file(path: str) -> Iterator[Seed | BadLine]:
    """The seeds and bad lines of a file, read lazily. Raises SeedListError with the path, for all that is wrong with the file."""
    try:
        with Path(path).expanduser().open("rb") as file:
            encoding = list_encoding(file.read(_HEAD_BYTES))
            file.seek(0)
            with io.TextIOWrapper(file, encoding=encoding, errors="replace") as lines:
                yield from parse_seed_list(lines)
    except (OSError, RuntimeError) as error:  # RuntimeError: ~name of nobody here.
        why = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise SeedListError(f"seeds file '{path}' cannot be read: {why}") from None
    except SeedListError as error:
        raise SeedListError(f"seeds file '{path}' cannot be used: {error}") from None


def check_seed_file(path: str) -> None:
    """Reads the file up to its first seed. Raises SeedListError when there is none."""
    first_bad_line: BadLine | None = None
    for seed in read_seed_file(path):
        if isinstance(seed, Seed):
            return
        first_bad_line = first_bad_line or seed
    why = f"line {first_bad_line.number}: {first_bad_line.problem}" if first_bad_line else "it is empty"
    raise SeedListError(f"seeds file '{path}' names no seed: {why}")
