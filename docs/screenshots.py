"""Take docs/report.png and docs/workbook.png: the report and the workbook that `scrapy demo` writes, as people see them.

python docs/screenshots.py

Needs Chromium, LibreOffice and pdftoppm (`apt-get install chromium libreoffice-calc poppler-utils`).
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
REPORT_PIXELS = (1200, 1100)
WORKBOOK_DOTS_PER_INCH = 400
WORKBOOK_PIXELS = {"-x": 272, "-y": 298, "-W": 1200, "-H": 448}
"""The part of the printed sheet that has its first columns."""


def run(*command: str, folder: Path) -> None:
    """Run a program in a folder, where it keeps its profile too."""
    variables = {**os.environ, "SCRAPY_SETTINGS_MODULE": "backlinkspider.settings", "PYTHONPATH": str(PROJECT)}
    subprocess.run(command, cwd=folder, env={**variables, "HOME": str(folder)}, check=True, capture_output=True)


def take_report(folder: Path) -> None:
    """Take the top of the report, in a browser."""
    width, height = REPORT_PIXELS
    run(
        "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--virtual-time-budget=5000",
        f"--window-size={width},{height}", "--screenshot=report.png", (folder / "demo.html").as_uri(),
        folder=folder,
    )  # fmt: skip


def take_workbook(folder: Path) -> None:
    """Take the sheet of backlinks, as LibreOffice shows it."""
    run("soffice", "--headless", "--convert-to", "pdf", "demo.xlsx", folder=folder)
    part = [word for name, pixels in WORKBOOK_PIXELS.items() for word in (name, str(pixels))]
    page = ("-png", "-singlefile", "-f", "2", "-l", "2", "-r", str(WORKBOOK_DOTS_PER_INCH))
    run("pdftoppm", *page, *part, "demo.pdf", "workbook", folder=folder)


def main() -> None:
    """Run the demo in an empty folder, and take both."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run(sys.executable, "-m", "scrapy", "demo", folder=folder)
        take_report(folder)
        take_workbook(folder)
        for picture in ("report.png", "workbook.png"):
            (PROJECT / "docs" / picture).write_bytes((folder / picture).read_bytes())


if __name__ == "__main__":
    main()
