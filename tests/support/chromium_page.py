"""Debian's Chromium, driven by Playwright."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@contextmanager
def open_chromium() -> Iterator[Browser]:
    """Start the browser for as long as the context lasts; skip the test where there is none."""
    program = shutil.which("chromium")
    if program is None:
        if os.environ.get("BACKLINKS_REQUIRE_SERVERS"):
            pytest.fail("Chromium is not installed, and this run requires it")
        pytest.skip("Chromium is not installed here")
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - it takes a second

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()
