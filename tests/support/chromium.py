"""The command that starts Chromium (`apt-get install chromium`) without a window, to ask it what it makes of a page."""

from __future__ import annotations

import os
import shutil
import sys


def chromium_command(profile: str, hosts: str, *more: str) -> list[str]:
    """The command, with a folder for its profile, and the rules by which it finds hosts: it sees nothing but our servers."""
    program = shutil.which("chromium") or sys.exit("chromium is not installed")
    # It refuses its sandbox to root.
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    options = ["--headless", "--disable-gpu", "--no-first-run", f"--user-data-dir={profile}", *sandbox]
    return [program, *options, f"--host-resolver-rules={hosts}", *more]
