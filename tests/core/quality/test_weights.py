"""Files of weights: what is taken, and what is refused in one line."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlinkspider.checks.weights import load_weights
from backlinkspider.core.exceptions import WeightsError
from backlinkspider.core.quality.signals import SIGNALS
from backlinkspider.core.quality.weights import WEIGHTS_MAXIMUM, parse_weights
from tests.support.fork_server import PROJECT
from tests.support.scrapy_command import scrapy

DEFAULT = (PROJECT / "backlinkspider" / "weights.toml").read_text(encoding="utf-8")
EXTENDS = 'extends = "default"\nname = "mine"\nversion = 2\n'


def changed(old: str, new: str) -> str:
    assert DEFAULT.count(old) == 1, old
    return DEFAULT.replace(old, new).replace('name = "default"', 'name = "mine"')


def test_the_default_has_every_signal_and_level_with_a_comment_in_one_line() -> None:
    weights = load_weights(None)
    assert {name: set(levels) for name, levels in weights.points.items()} == {s.name: set(s.levels) for s in SIGNALS}
    assert list(tomllib.loads(DEFAULT)["signals"]) == [signal.name for signal in SIGNALS]
    for signal in SIGNALS:
        assert DEFAULT.partition(f"[signals.{signal.name}]\n")[2].startswith("# "), signal.name
    assert weights.label == "default 1"


def test_no_signal_that_is_strong_is_the_name_of_a_host() -> None:
    assert "host_name" not in {signal for signal, _ in load_weights(None).strong}


def test_what_is_suspicious_costs_points() -> None:
    weights = load_weights(None)
    listed = {(signal.name, level) for signal in SIGNALS for level in signal.levels} & (
        weights.strong | weights.weak | weights.supporting
    )
    assert all(weights.points[signal][level] < 0 for signal, level in listed if level != "normal")
    assert len(weights.strong | weights.weak | weights.supporting) == len(weights.strong) + len(weights.weak) + len(
        weights.supporting
    )


def test_a_file_says_what_it_changes(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(f"\ufeff{EXTENDS}base = 40.5\n[signals.dofollow]\nnofollow = -20\n", encoding="utf-8")
    weights = load_weights(str(path))
    default = load_weights(None)
    assert (weights.label, weights.base, weights.good) == ("mine 2", 40.5, default.good)
    assert weights.points == {**default.points, "dofollow": {**default.points["dofollow"], "nofollow": -20}}
    assert weights.strong == default.strong


def test_a_list_takes_the_place_of_a_list() -> None:
    weights = parse_weights(f'{EXTENDS}[suspicion]\nstrong = ["hidden"]\n', DEFAULT)
    assert weights.strong == {("hidden", level) for level in ("style", "folded", "in_menu", "replaced", "one_character", "aria")}


WRONG = [
    pytest.param("base = ", "not readable as TOML", id="no TOML"),
    pytest.param("a = " + "[" * 50_000, "not readable as TOML", id="nested without end"),
    pytest.param(f"base = {'9' * 5_000}", "not readable as TOML", id="a number without end"),
    pytest.param("#" * (WEIGHTS_MAXIMUM + 1), "it has more than 100,000 characters", id="too large"),
    pytest.param("", "[verdicts] is missing: a file has all of it, or extends", id="nothing"),
    pytest.param('extends = "other"', "extends is 'other': only extends = \"default\" is known", id="extends another"),
    pytest.param("extends = [1]", "extends is '[1]'", id="extends no text"),
    pytest.param('extends = "default"\nname = "mine"', "version is missing", id="extends without a version"),
    pytest.param('extends = "default"\nversion = 1', "name is missing", id="extends without a name"),
    pytest.param(EXTENDS.replace("mine", "default"), "name is 'default', as that of the weights", id="the default's name"),
    pytest.param(EXTENDS + 'colour = "red"', "the file has no 'colour': there is name, version", id="an unknown key"),
    pytest.param(EXTENDS + "[signals.positon]\n", "[signals] has no 'positon': did you mean position?", id="an unknown signal"),
    pytest.param(
        EXTENDS + "[signals.position]\ncontents = 1", "[signals.position] has no 'contents': did you mean content?", id="a level"
    ),
    pytest.param(EXTENDS + "[verdicts]\ngreat = 1", "[verdicts] has no 'great'", id="an unknown verdict"),
    pytest.param(EXTENDS + "[signals]\nposition = 5", "[signals.position] is '5', and must be a table", id="no table"),
    pytest.param(EXTENDS + 'signals = "x"', "[signals] is 'x', and must be a table", id="signals without a table"),
    pytest.param(
        EXTENDS + '[signals.position]\ncontent = "12"', "[signals.position] content is '12', and must be a number", id="a text"
    ),
    pytest.param(EXTENDS + "[signals.position]\ncontent = true", "content is 'True', and must be a number", id="a truth"),
    pytest.param(EXTENDS + "[signals.position]\ncontent = nan", "content is 'nan', and must be from -100 to 100", id="nan"),
    pytest.param(EXTENDS + "[signals.position]\ncontent = -inf", "content is '-inf', and must be from", id="infinity"),
    pytest.param(EXTENDS + "[signals.position]\ncontent = 101", "content is '101', and must be from -100 to 100", id="too much"),
    pytest.param(EXTENDS + "base = -1", "base is '-1', and must be from 0 to 100", id="a base below 0"),
    pytest.param(
        EXTENDS + f"base = 0x{'f' * 9_000}", "base is '…', and must be from 0 to 100", id="a number that Python does not write"
    ),
    pytest.param(EXTENDS.replace("2", f"0x{'f' * 9_000}"), "version is '…', and must be", id="such a version"),
    pytest.param(
        EXTENDS + f"[signals.position]\ncontent.{'a.' * 9_000}a = 1", "content is '…', and must be a number", id="a deep table"
    ),
    pytest.param(EXTENDS + "minimum_measured = 0", "minimum_measured is '0', and must be a whole number", id="measuring nothing"),
    pytest.param(EXTENDS + "minimum_measured = 1.5", "minimum_measured is '1.5'", id="half a signal"),
    pytest.param(EXTENDS + "[verdicts]\ngood = 30", "bad 55, review 55 and good 30 must not fall", id="bounds that cross"),
    pytest.param(EXTENDS + "[suspicion]\nstrong = 5", "[suspicion] strong must be a list of texts", id="no list"),
    pytest.param(EXTENDS + "[suspicion]\nstrong = [5]", "[suspicion] strong must be a list of texts", id="a list of numbers"),
    pytest.param(EXTENDS + '[suspicion]\nweak = ["hiden"]', "[suspicion] weak has no 'hiden': did you mean hidden?", id="listed"),
    pytest.param(
        EXTENDS + '[verdicts]\nnever_good = ["hidden.css"]',
        "never_good: hidden has no 'css': there is style",
        id="a listed level",
    ),
    pytest.param(EXTENDS.replace("2", '""'), "version is ''", id="an empty version"),
    pytest.param(EXTENDS.replace("mine", "m\\ni"), "name is 'm�i'", id="a name of two lines"),
    pytest.param(EXTENDS.replace("mine", "x" * 41), "must be a text of 1 to 40 characters", id="a long name"),
    pytest.param(changed("content = 12\n", ""), "[signals.position] content is missing: a file has all of it", id="a level less"),
    pytest.param(changed("base = 50\n", ""), "base is missing", id="no base"),
]


@pytest.mark.parametrize(("text", "problem"), WRONG)
def test_what_is_wrong_is_named_in_one_line(text: str, problem: str) -> None:
    with pytest.raises(WeightsError) as refused:
        parse_weights(text, DEFAULT)
    assert problem in str(refused.value)
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 500


def test_a_whole_file_needs_no_other() -> None:
    assert parse_weights(changed("base = 50", "base = 51"), DEFAULT).label == "mine 1"
    assert parse_weights(DEFAULT) == load_weights(None)


@given(
    st.dictionaries(
        st.sampled_from(["name", "version", "base", "verdicts", "suspicion", "signals", "extends", "x"]),
        st.none() | st.integers() | st.floats() | st.text() | st.lists(st.integers()),
    )
)
def test_no_table_breaks_the_parser(table: dict[str, Any]) -> None:
    text = "\n".join(f"{key} = {value!r}" for key, value in table.items() if value is not None)
    with pytest.raises(WeightsError):
        parse_weights(text, DEFAULT)


FILES = [
    pytest.param("missing.toml", "weights 'missing.toml' cannot be read: No such file", id="a missing file"),
    pytest.param("folder.toml", "weights 'folder.toml' cannot be used: it is not a file", id="a folder"),
    pytest.param("pipe.toml", "weights 'pipe.toml' cannot be used: it is not a file", id="a pipe"),
    pytest.param("latin.toml", "weights 'latin.toml' cannot be used: it is not UTF-8", id="another encoding"),
    pytest.param("large.toml", "weights 'large.toml' cannot be used: it has more than", id="a large file"),
    pytest.param("wrong.toml", "weights 'wrong.toml' cannot be used: the file has no 'x'", id="a wrong file"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "folder.toml").mkdir()
    os.mkfifo(tmp_path / "pipe.toml")
    (tmp_path / "latin.toml").write_bytes(b'name = "\xe4"')
    (tmp_path / "large.toml").write_text("#" * 1_000_000)
    (tmp_path / "wrong.toml").write_text(EXTENDS + "x = 1")
    return tmp_path


@pytest.mark.parametrize(("name", "problem"), FILES)
def test_a_file_that_cannot_be_used_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, problem: str) -> None:
    monkeypatch.chdir(folder)
    with pytest.raises(WeightsError) as refused:
        load_weights(name)
    assert str(refused.value).startswith(problem)


def test_a_crawl_with_wrong_weights_ends_before_it_begins(folder: Path) -> None:
    run = scrapy("crawl", "backlinks", "-a", "target=t.example", "-s", "BACKLINKS_WEIGHTS=wrong.toml", folder=folder)
    assert run.code == 2
    (line,) = run.log.splitlines()
    assert line.startswith("scrapy crawl: weights 'wrong.toml' cannot be used: the file has no 'x': there is name, version")
