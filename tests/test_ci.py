"""What README tells people to run and what is run before a change lands are one command."""

from __future__ import annotations

from pathlib import Path

PROJECT = Path(__file__).parent.parent
CI = (PROJECT / ".ci" / "run").read_text(encoding="utf-8").splitlines()


def test_the_test_command_of_readme_is_run() -> None:
    readme = (PROJECT / "README.md").read_text(encoding="utf-8").splitlines()
    (command,) = (line for line in readme if "requirements-test.txt && " in line)
    assert command.replace(".venv", ".ci/venv") in CI


def test_slow_tests_are_run_and_must_not_be_skipped() -> None:
    assert ".ci/venv/bin/pytest -m slow -n 0" in CI
    for variable in ("BACKLINKS_REQUIRE_CORPORA", "BACKLINKS_REQUIRE_SERVERS"):
        assert f"    export {variable}=1" in CI
