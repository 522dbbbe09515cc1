"""How kinds of sources are found."""

from __future__ import annotations

from pathlib import Path

import pytest

from backlinkspider.discovery import sources
from backlinkspider.discovery.registry import source_kinds
from backlinkspider.discovery.sources import files

SOURCE = """
from collections.abc import Iterator

from backlinkspider.core.candidates.candidate import Candidate
from backlinkspider.discovery.source import FileSource


class Archive(FileSource):
    NAMES = ("archive_of_mine",)

    def read(self) -> Iterator[Candidate]:
        yield from ()
"""


def test_a_new_file_in_a_group_is_a_new_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "archive_of_mine" not in source_kinds()
    (tmp_path / "archive_of_mine.py").write_text(SOURCE)
    monkeypatch.setattr(files, "__path__", [*files.__path__, str(tmp_path)])
    assert source_kinds()["archive_of_mine"].__module__ == "backlinkspider.discovery.sources.files.archive_of_mine"


@pytest.mark.parametrize(
    "group", sorted(path.name for path in Path(sources.__path__[0]).iterdir() if (path / "__init__.py").exists())
)
def test_each_group_has_sources(group: str) -> None:
    assert any(kind.__module__.split(".")[-2] == group for kind in source_kinds().values())
