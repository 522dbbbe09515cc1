"""What the last lines of a crawl say that was interrupted."""

from __future__ import annotations

import pytest

from backlinkspider.operations.crawl import next_steps

STATS = {"backlinks/pages": 300, "backlinks/rows": 38}
JOB = "this crawl cannot go on where it ended; one that is started with -s JOBDIR=job can"
RESCORE = "the rows have no verdicts: scrapy rescore {} adds them"

STEPS = [
    pytest.param(["rows.csv"], True, ["38 rows written to rows.csv, 300 pages read", JOB], id="a table"),
    pytest.param(
        ["rows.csv"],
        False,
        ["38 rows written to rows.csv, 300 pages read", RESCORE.format("rows.csv"), JOB],
        id="without verdicts",
    ),
    pytest.param(
        ["s3://me:secret@bucket/rows.csv", "rows.json", "rows.jsonl"],
        False,
        [
            "38 rows written to s3://bucket/rows.csv, rows.json, rows.jsonl, 300 pages read",
            RESCORE.format("rows.jsonl"),
            JOB,
        ],
        id="of several the one that can be judged again, and no password",
    ),
    pytest.param(
        ["rows.xlsx"],
        False,
        ["38 rows written to rows.xlsx.rows.jsonl, 300 pages read", RESCORE.format("rows.xlsx.rows.jsonl"), JOB],
        id="the rows of a workbook that was not written",
    ),
    pytest.param(["rows.xlsx"], True, ["38 rows written to rows.xlsx, 300 pages read", JOB], id="a workbook that was"),
    pytest.param(["rows.json"], False, ["38 rows written to rows.json, 300 pages read", JOB], id="none that can be judged again"),
    pytest.param([], True, [JOB], id="no output"),
]


@pytest.mark.parametrize(("feeds", "has_verdicts", "steps"), STEPS)
def test_after_an_interruption(feeds: list[str], steps: list[str], *, has_verdicts: bool) -> None:
    assert list(next_steps(feeds, STATS, has_verdicts=has_verdicts)) == steps
