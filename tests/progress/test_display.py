"""What is drawn on a terminal, where, and where the log goes then."""

from __future__ import annotations

import io
import logging
import sys
from pathlib import Path
from typing import Any

import pytest
from scrapy.settings import Settings

from backlinkspider import default_settings as ours
from backlinkspider.core.progress.wordings import Activity, Progress, progress_line
from backlinkspider.progress.display import TerminalDisplay
from backlinkspider.progress.extension import ProgressReport
from backlinkspider.progress.meter import CrawlMeter
from backlinkspider.progress.terminal import has_display, is_drawable, log_path, send_log_to_file

SETTINGS = {name: value for name, value in vars(ours).items() if name.isupper()}


class FakeTerminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> FakeTerminal:
    """A terminal of 80 columns."""
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("LINES", "24")
    return FakeTerminal()


@pytest.mark.parametrize(
    ("stream", "term", "expected"),
    [
        pytest.param(FakeTerminal(), {"TERM": "xterm"}, True, id="a terminal"),
        pytest.param(FakeTerminal(), {}, True, id="a terminal of Windows, which has no TERM"),
        pytest.param(FakeTerminal(), {"TERM": "dumb"}, False, id="a terminal that cannot move its cursor"),
        pytest.param(io.StringIO(), {"TERM": "xterm", "FORCE_COLOR": "1"}, False, id="a pipe, whatever its colours"),
    ],
)
def test_what_can_be_drawn_on(stream: io.StringIO, term: dict[str, str], *, expected: bool) -> None:
    assert is_drawable(stream, term) == expected


def settings_of(changes: dict[str, Any], *, options: dict[str, Any]) -> Settings:
    settings = Settings({**SETTINGS, **changes})
    settings.setdict(options, priority="cmdline")
    return settings


@pytest.fixture
def in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


LOGS = [
    pytest.param({}, {}, "backlinkspider.log", True, id="without an output"),
    pytest.param({"FEEDS": {"rows.csv": {}}}, {}, "rows.csv.log", True, id="beside the output"),
    pytest.param({"LOG_LEVEL": "DEBUG"}, {}, "backlinkspider.log", True, id="a level in the settings is for the file"),
    pytest.param({}, {"LOG_LEVEL": "INFO"}, None, False, id="with -L the log is on the terminal"),
    pytest.param({}, {"LOG_FILE": "own.log"}, None, True, id="--logfile goes where it was sent"),
    pytest.param({"LOG_FILE": "own.log"}, {}, None, True, id="LOG_FILE likewise"),
    pytest.param({}, {"LOG_FILE": "own.log", "LOG_LEVEL": "INFO"}, None, True, id="and with a level too"),
    pytest.param({}, {"LOG_ENABLED": False}, None, True, id="--nolog writes none"),
    pytest.param({"BACKLINKS_QUIET": True}, {}, "backlinkspider.log", False, id="a quiet crawl draws nothing"),
]


@pytest.mark.parametrize(("changes", "options", "path", "draws"), LOGS)
@pytest.mark.usefixtures("in_folder")
def test_where_the_log_of_a_terminal_goes(
    terminal: FakeTerminal,
    monkeypatch: pytest.MonkeyPatch,
    changes: dict[str, Any],
    options: dict[str, Any],
    path: str | None,
    *,
    draws: bool,
) -> None:
    monkeypatch.setattr(sys, "stderr", terminal)
    settings = settings_of(changes, options=options)
    chosen = send_log_to_file(settings)
    assert (chosen, has_display(settings)) == (Path(path) if path else None, draws)
    if path is not None:
        assert settings["LOG_FILE"] == path


def test_a_log_file_that_cannot_be_written_leaves_the_log_where_it_is(
    tmp_path: Path, terminal: FakeTerminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", terminal)
    (tmp_path / "rows.csv.log").mkdir()
    settings = settings_of({"FEEDS": {str(tmp_path / "rows.csv"): {}}}, options={})
    assert send_log_to_file(settings) is None
    assert settings["LOG_FILE"] is None
    assert not has_display(settings)


@pytest.mark.parametrize(
    ("feeds", "path"),
    [
        (["-:csv"], "backlinkspider.log"),
        (["stdout:"], "backlinkspider.log"),
        (["ftp://me:secret@host/rows.csv", "file:///data/rows.csv"], "/data/rows.csv.log"),
        (["rows-%(time)s.csv"], "backlinkspider.log"),
    ],
)
def test_log_path(feeds: list[str], path: str) -> None:
    assert log_path(feeds) == Path(path)


def test_foreign_text_has_no_effect_on_the_terminal(terminal: FakeTerminal) -> None:
    display = TerminalDisplay(terminal)
    display.start()
    display.draw([("now", "\x1b[2J\x07[red]reading[/red] :smile: \u202egnp")])
    display.print_line("seed \x1b]0;title\x07 was not read")
    display.stop()
    assert "\ufffd[2J\ufffd[red]reading[/red] :smile: \ufffdgnp" in terminal.getvalue()
    assert "seed \ufffd]0;title\ufffd was not read" in terminal.getvalue()
    assert "\x1b[2J" not in terminal.getvalue()
    assert "\x07" not in terminal.getvalue()


def test_a_row_is_cut_at_the_edge(terminal: FakeTerminal) -> None:
    display = TerminalDisplay(terminal)
    display.start()
    display.draw([("now", "reading pages of " + "字" * 100)])
    display.stop()
    row = next(line for line in terminal.getvalue().splitlines() if "reading" in line)
    assert row.rstrip().endswith("…")
    # Each of these characters takes two columns.
    assert 76 <= len("now  reading pages of …") + 2 * row.count("字") <= 80
    assert "now" in row


def test_nothing_has_a_colour_where_none_is_wanted(terminal: FakeTerminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    display = TerminalDisplay(terminal)
    display.start()
    display.draw([("seeds", "1 of 2 done")])
    display.stop()
    assert "\x1b[3" not in terminal.getvalue()


STATE = Progress(
    activity=Activity.READING_PAGES, seconds=1.0, seeds_done=0, seeds=1, pages=2, pages_a_second=None, waiting=3, sites=1,
    only_site="a.example", rows=0, backlinks=0, referring_domains=0, reads_target=False, links_to_check=0, check_seconds=None,
    longest_seconds=None,
)  # fmt: skip


class FixedMeter(CrawlMeter):
    """A meter that always reads the same."""

    def __init__(self) -> None:
        pass

    def read(self) -> Progress:
        return STATE

    def stop(self) -> None:
        pass


def test_the_log_has_the_words_of_the_display(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    ProgressReport(FixedMeter(), None, log_file=None, spider="backlinks").log()
    assert caplog.messages == [progress_line(STATE)]


def test_the_first_warnings_stand_above_the_display(terminal: FakeTerminal) -> None:
    display = TerminalDisplay(terminal)
    report = ProgressReport(FixedMeter(), display, log_file="rows.csv.log", spider="backlinks")
    report.show_warnings()
    display.start()
    for number in range(12):
        logging.getLogger("backlinks").warning("seed %d was not read", number)
        logging.getLogger("backlinks").info("seed %d leads on", number)
    report.draw()
    report.stop()
    logging.getLogger("backlinks").warning("after the end")
    text = terminal.getvalue()
    assert [number for number in range(12) if f"seed {number} was not read" in text] == list(range(10))
    assert text.count("more warnings are in the log") == 1
    assert "leads on" not in text
    assert "after the end" not in text
    assert "rows.csv.log" in text


def test_a_terminal_that_has_gone_away_does_not_hold_up_the_end(terminal: FakeTerminal, monkeypatch: pytest.MonkeyPatch) -> None:
    display = TerminalDisplay(terminal)
    report = ProgressReport(FixedMeter(), display, log_file=None, spider="backlinks")
    report.show_warnings()
    display.start()

    def fail(_: str) -> int:
        raise OSError("Input/output error")

    monkeypatch.setattr(terminal, "write", fail)
    logging.getLogger("backlinks").warning("seed was not read")
    report.stop()
