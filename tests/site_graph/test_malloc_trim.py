"""That memory comes back which was freed between what is still used."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

import pytest

from backlinkspider.site_graph.malloc_trim import trim_heap


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(
    sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="the C library cannot give back memory"
)
def test_memory_that_was_freed_is_given_back() -> None:
    used = [bytes(20_000) for _ in range(3_000)]
    del used[:-1]
    before = resident_bytes()
    trim_heap()
    assert resident_bytes() < before - 30_000_000
    assert len(used) == 1
