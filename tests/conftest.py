"""What tests share: the corpora beside the project, and a run of the real command."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.support.scrapyd_server import NoScrapydError, install_scrapyd

# No test depends on wall time: a machine that is busy makes no example fail.
settings.register_profile("project", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("project")

# A shell starts what runs in its background with Ctrl-C ignored, and programs that the tests start would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

PROJECT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def corpora() -> Path:
    """Real pages and public test sets, kept beside the project; a user's clone has none."""
    path = PROJECT.parent / "shared" / "corpora"
    if path.is_dir():
        return path
    if os.environ.get("BACKLINKS_REQUIRE_CORPORA"):
        pytest.fail(f"{path} is missing, and this run requires it")
    pytest.skip(f"{path} is not here; these tests run where the project is developed")


@pytest.fixture(scope="session")
def scrapyd_programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of a virtual environment with Scrapyd, which is fetched from the network."""
    try:
        return install_scrapyd(tmp_path_factory.mktemp("scrapyd"))
    except NoScrapydError as error:
        if os.environ.get("BACKLINKS_REQUIRE_SERVERS"):
            pytest.fail(f"Scrapyd cannot be installed, and this run requires it: {error}")
        pytest.skip(f"Scrapyd cannot be installed here: {error}")


def pytest_xdist_auto_num_workers() -> int:
    """Return how many run tests side by side: two more than there are cores, because tests wait for servers and delays."""
    return 2 + (os.cpu_count() or 1)
