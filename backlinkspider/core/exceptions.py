"""What can be wrong with what a user gave us.

BacklinkSpiderError
    ArgumentError
    SeedError
    SeedListError
    JobError
    FeedError
    FeedRowError
    WeightsError
    SeedQueueError
        SeedQueueUnavailable

Each message is one line that says what is wrong and what would be right.
"""


class BacklinkSpiderError(ValueError):
    """The base of every error that is the user's to mend."""


class ArgumentError(BacklinkSpiderError):
    """Raised by `core.arguments` and `core.links.target`: a spider argument that cannot be used."""


class SeedError(BacklinkSpiderError):
    """Raised by `core.seeds.seeds.parse_seed`: a text that is neither a domain nor an http(s) URL."""


class SeedListError(BacklinkSpiderError):
    """Raised by `core.seeds.seeds` and `checks.seed_files`: a whole list that cannot be used."""


class JobError(BacklinkSpiderError):
    """Raised by `job`: a job folder that cannot be used, or not now."""


class FeedError(BacklinkSpiderError):
    """Raised by `core.rows.row_parser` and `feeds`: a feed that cannot be read back."""


class FeedRowError(BacklinkSpiderError):
    """Raised by `core.rows.row_parser`: a line of a feed that is no row."""


class WeightsError(BacklinkSpiderError):
    """Raised by `core.quality.weights` and `checks.weights`: weights that cannot be used."""


class SeedQueueError(BacklinkSpiderError):
    """Raised by `seed_queue`: a server that refuses us, or a key of it that is no queue of seeds."""


class SeedQueueUnavailable(SeedQueueError):  # noqa: N818 - it is the queue that is silent
    """Raised by `seed_queue`: a server that does not answer, and may do so later."""
