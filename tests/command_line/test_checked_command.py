"""What commands refuse before they open anything."""

from __future__ import annotations

import argparse

import pytest
from scrapy.exceptions import UsageError
from scrapy.settings import Settings

from backlinkspider.command_line.checked_command import CheckedCommand
from backlinkspider.command_line.exit_codes import FINISHED, WRONG_ARGUMENTS
from backlinkspider.command_line.operation import Operation, one_output, output_or_none
from backlinkspider.core.exceptions import FeedError

EXAMPLE = "for example: scrapy merge a.csv -o b.csv"


class CountWords(Operation):
    """Refuses more than one word."""

    def check(self, args: list[str], opts: argparse.Namespace) -> None:
        super().check(args, opts)
        if len(args) > 1:
            raise FeedError("two\nwords")

    def run(self, args: list[str], opts: argparse.Namespace) -> int:
        """Do nothing."""
        return FINISHED


class Count(CheckedCommand):
    """Counts words."""

    def operation(self) -> type[CountWords]:
        return CountWords

    def short_desc(self) -> str:
        return "Count words"


CALLS = [
    pytest.param(["--set"], "expected one argument", id="an option without its value"),
    pytest.param(["-s", "BACKLINKS_WEIGHTS"], "Invalid -s value", id="a setting without a value"),
    pytest.param(["-s", "BACKLINKS_LEASE_SECONDS=soon"], "BACKLINKS_LEASE_SECONDS 'soon'", id="a wrong value"),
    pytest.param(["a", "b"], "two\ufffdwords", id="what the command itself refuses"),
]


@pytest.mark.parametrize(("words", "why"), CALLS)
def test_a_wrong_call_is_one_line(words: list[str], why: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        call(words)
    errors = capsys.readouterr().err
    assert end.value.code == WRONG_ARGUMENTS
    assert errors.startswith("scrapy test_checked_command: ")
    assert why in errors
    assert errors.count("\n") == 1


def test_a_right_call_is_not_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert call(["a", "-s", "BACKLINKS_CSV_DECIMAL=comma"])._operation.dialect.decimal == ","
    assert capsys.readouterr().err == ""


def call(words: list[str]) -> Count:
    command = Count()
    command.settings = Settings()
    command.settings.setmodule("backlinkspider.settings", priority="project")
    parser = argparse.ArgumentParser()
    command.add_options(parser)
    opts, args = parser.parse_known_args(words)
    command.process_options(args, opts)
    return command


def test_outputs() -> None:
    assert one_output(["a.csv"], EXAMPLE) == output_or_none(["a.csv"]) == "a.csv"
    assert output_or_none([]) is None
    with pytest.raises(UsageError, match="name the output, for example"):
        one_output([], EXAMPLE)
    with pytest.raises(UsageError, match="there are 2 outputs: name one"):
        one_output(["a.csv", "b.csv"], EXAMPLE)
