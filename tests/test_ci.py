"""What README and noxfile.py tell people to run and what is run before a change lands are the same commands."""

from __future__ import annotations

import re
from pathlib import Path

PROJECT = Path(__file__).parent.parent
CI = (PROJECT / ".ci" / "run").read_text(encoding="utf-8").splitlines()


def test_the_test_command_of_readme_is_run() -> None:
    readme = (PROJECT / "README.md").read_text(encoding="utf-8").splitlines()
    (command,) = (line for line in readme if "requirements-test.txt && " in line)
    assert command.replace(".venv", ".ci/venv") in CI


def test_what_noxfile_checks_is_checked() -> None:
    check = (PROJECT / "noxfile.py").read_text(encoding="utf-8").partition("def check(")[2].partition("@nox.session")[0]
    commands = [" ".join(re.findall(r'"([^"]+)"', words)) for words in re.findall(r"session\.run\(PYTHON, (.*)\)", check)]
    assert len(commands) == 4
    for command in commands:
        assert f".ci/venv/bin/{f'python {command}'.removeprefix('python -m ')}" in CI


def test_slow_tests_are_run_and_must_not_be_skipped() -> None:
    assert ".ci/venv/bin/pytest -m slow -n 0" in CI
    for variable in ("BACKLINKS_REQUIRE_CORPORA", "BACKLINKS_REQUIRE_SERVERS"):
        assert f"    export {variable}=1" in CI
