"""Private methods of Scrapy's feed exporter that `SafeFeedExporter` overrides."""

from __future__ import annotations

from collections.abc import Mapping

CHECKED_WITH: Mapping[str, str] = {"scrapy": "2.19"}
"""The version of which the names below were read."""

PRIVATE_NAMES: Mapping[str, str] = {
    "_get_uri_params": "set FEED_URI_PARAMS to a function that reads what the job began with",
    "_start_new_batch": "wrap the storages by FEED_STORAGES, and read the options of the feed there",
    "_get_storage": "set the option overwrite of each feed before Scrapy reads it",
}
"""What is used, and what to do when it goes; a test finds each use."""
