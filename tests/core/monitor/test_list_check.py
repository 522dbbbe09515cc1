"""A list is judged by what was seen on the pages that it names."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from backlinkspider.core.monitor.list_check import Claim, ListCheck, check_list
from backlinkspider.core.monitor.states import Status

LIVE, LOST = Claim.LIVE, Claim.LOST


@pytest.mark.parametrize(
    ("claim", "status", "changes", "earlier", "said"),
    [
        pytest.param(LIVE, Status.NEW, [], [], ["right"], id="called live and there"),
        pytest.param(LIVE, Status.CHANGED, ["position"], [], ["right"], id="what the list does not say is not wrong"),
        pytest.param(LIVE, Status.CHANGED, ["rel", "anchor"], [], ["wrong_rel", "wrong_anchor"], id="two things are wrong"),
        pytest.param(LIVE, Status.CHANGED, ["anchor_minor"], [], ["right"], id="another case is no other anchor"),
        pytest.param(LIVE, Status.MISSING, [], [], ["false_live"], id="called live and not there"),
        pytest.param(LIVE, Status.LOST, [], ["wrong_rel"], ["false_live"], id="called live and lost since"),
        pytest.param(LOST, Status.LIVE, ["rel"], [], ["false_lost"], id="called lost and there"),
        pytest.param(LOST, Status.MISSING, [], [], ["right"], id="called lost and not there"),
        pytest.param(LIVE, Status.UNCHECKED, [], [], [], id="nobody could look"),
        pytest.param(LIVE, Status.UNCHECKED, [], ["wrong_rel"], ["wrong_rel"], id="nobody could look again"),
        pytest.param(LIVE, Status.CHANGED, ["anchor"], ["right"], ["right"], id="a change since is not the list's fault"),
        pytest.param(LIVE, Status.LIVE, [], ["wrong_anchor"], ["wrong_anchor"], id="what was wrong stays wrong"),
        pytest.param(LIVE, Status.LIVE, [], ["false_live"], ["right"], id="there again"),
        pytest.param(None, Status.LIVE, [], [], [], id="a list that says nothing"),
    ],
)
def test_what_a_list_has_right_or_wrong(
    claim: Claim | None, status: Status, changes: Sequence[str], earlier: Sequence[str], said: Sequence[str]
) -> None:
    found = check_list(claim, status, changes, earlier=[ListCheck(word) for word in earlier])
    assert [check.value for check in found] == said
