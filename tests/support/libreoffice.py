"""LibreOffice Calc in a locale, without a window: what a spreadsheet makes of a file."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from tests.support.redis_server import REQUIRED

_TIMEOUT_SECONDS = 120
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/L10N">
<prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>{locale}</value></prop>
</item>
</oor:items>
"""
_LANGUAGES = {"en-US": 1033, "de-DE": 1031}
"""Windows' numbers of languages, by which a CSV filter names them."""

Table = list[list[object]]


class Calc:
    """LibreOffice Calc with a profile of its own, in the locale `en-US` or `de-DE`."""

    def __init__(self, folder: Path, locale: str) -> None:
        program = shutil.which("soffice")
        if program is None:
            if os.environ.get(REQUIRED):
                pytest.fail(f"LibreOffice is missing, and {REQUIRED} is set (Debian: apt-get install libreoffice-calc)")
            pytest.skip("LibreOffice is missing (Debian: apt-get install libreoffice-calc)")
        self._program = program
        self._folder = folder
        self._language = _LANGUAGES[locale]
        user = folder / "profile" / "user"
        user.mkdir(parents=True)
        (user / "registrymodifications.xcu").write_text(_PROFILE.format(locale=locale))

    def open_csv(self, path: Path, delimiter: str) -> Table:
        """Return the cells of a CSV file as Calc reads it with its default options and this delimiter."""
        # Delimiter, quote, UTF-8, first line, columns, language, quoted cells are texts, special numbers are found.
        options = f"CSV:{ord(delimiter)},34,76,1,,{self._language},false,true"
        return read_sheet(self.convert(path, "xlsx", f"--infilter={options}"))

    def save_as_csv(self, path: Path, sheet: int) -> list[list[str]]:
        """Return the cells of a sheet, counted from 1, as Calc shows them in its locale and saves them as CSV."""
        # Semicolon, quote, UTF-8, first line, columns, language, texts are not quoted, as shown, no formulas, spaces stay, sheet.
        options = f"59,34,76,1,,{self._language},false,true,false,false,false,{sheet}"
        self.convert(path, f"csv:Text - txt - csv (StarCalc):{options}")
        (saved,) = (self._folder / "converted").glob("*.csv")
        with saved.open(encoding="utf-8", newline="") as lines:
            return [*csv.reader(lines, delimiter=";")]

    def convert(self, path: Path, to: str, *options: str) -> Path:
        """Write a file in another format; return its path. A workbook with several sheets makes several CSV files."""
        output = self._folder / "converted"
        command = [self._program, f"-env:UserInstallation={(self._folder / 'profile').as_uri()}", "--headless", *options]
        command += ["--convert-to", to, "--outdir", str(output), str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=_TIMEOUT_SECONDS)
        assert "Error" not in done.stderr, done.stderr
        return output / f"{path.stem}.{to.partition(':')[0]}"


def read_sheet(path: Path, name: str | None = None) -> Table:
    """Return the cells of a sheet of a workbook, of the first one without a name."""
    workbook = CalamineWorkbook.from_path(path)
    sheet = workbook.get_sheet_by_index(0) if name is None else workbook.get_sheet_by_name(name)
    return [list(row) for row in sheet.to_python(skip_empty_area=False)]
