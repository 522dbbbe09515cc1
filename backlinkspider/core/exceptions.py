"""Errors in the user's input; `backlinkspider.exceptions` has those that Scrapy handles.

BacklinkSpiderError
    ArgumentError
    SeedError
    SeedListError
    TableError
    SourceError
    JobError
    FeedError
    FeedRowError
    WeightsError
    SeedQueueError
        SeedQueueUnavailable

Each message is one line that says what is wrong and what would be right.
"""


class BacklinkSpiderError(ValueError):
    """The base of every error that the user can fix."""


class ArgumentError(BacklinkSpiderError):
    """Raised by `core.arguments` and `core.links.target` for an invalid spider argument."""


class SeedError(BacklinkSpiderError):
    """Raised by `core.seeds.seeds.parse_seed` for a text that is neither a domain nor an http(s) URL."""


class SeedListError(BacklinkSpiderError):
    """Raised by `core.seeds` and `checks.seed_files` for a list that cannot be used at all."""


class TableError(BacklinkSpiderError):
    """Raised by `core.tables` for a table that cannot be read, or whose columns cannot be told apart."""


class SourceError(BacklinkSpiderError):
    """Raised by `discovery` for a source of candidates that cannot be read, or not as the user wrote it."""


class JobError(BacklinkSpiderError):
    """Raised by `job` for a job folder that cannot be used, or not now."""


class FeedError(BacklinkSpiderError):
    """Raised by `core.rows.row_parser` and `feeds` for a feed that cannot be read back."""


class FeedRowError(BacklinkSpiderError):
    """Raised by `core.rows.row_parser` for a line that is not a row."""


class WeightsError(BacklinkSpiderError):
    """Raised by `core.quality.weights` and `checks.weights` for invalid weights."""


class SeedQueueError(BacklinkSpiderError):
    """Raised by `seed_queue` for a server that rejects us, or a key that is not a seed queue."""


class SeedQueueUnavailable(SeedQueueError):  # noqa: N818 - the state of the queue
    """Raised by `seed_queue` for a server that does not answer but may do so later."""
