"""What the settings say of the feeds, checked before a file is opened, and emptied."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Self

from scrapy.settings import BaseSettings, default_settings
from scrapy.utils.misc import load_object
from scrapy.utils.python import global_object_name

from backlinkspider.context.crawl_context import CrawlContext
from backlinkspider.core.exceptions import ArgumentError
from backlinkspider.core.rows.columns import CRAWL_LEVEL_COLUMNS, PROFILE_COLUMNS
from backlinkspider.core.rows.demand import EVERYTHING, ColumnDemand
from backlinkspider.core.urls.canonicalize import strip_credentials
from backlinkspider.feeds.exporters import RowsExporter
from backlinkspider.feeds.uris import is_coverage


def check_feed_options(settings: BaseSettings) -> None:
    """Raises ArgumentError for feeds that are not written as Scrapy has them, and for a column that does not exist.

    Reads: FEEDS, FEED_EXPORT_FIELDS, FEED_EXPORTERS, FEED_EXPORT_ENCODING, FEED_EXPORT_INDENT.
    """
    try:
        feeds = settings.getdict("FEEDS")
        columns = settings.getdictorlist("FEED_EXPORT_FIELDS")
    except (TypeError, ValueError):
        raise ArgumentError('FEEDS is not written as JSON, such as {"rows.csv": {"format": "csv"}}') from None
    for name, options in feeds.items():
        if not isinstance(options, Mapping):
            raise ArgumentError(f"feed {strip_credentials(str(name))} has '{options}' in place of its options, such as a format")
        chosen = options.get("fields", columns)
        if isinstance(chosen, str) or not isinstance(chosen, Iterable | None):
            raise ArgumentError(f"feed {strip_credentials(str(name))} has the fields '{chosen}', which is no list of columns")
        exporter = _exporter_of(str(options.get("format")), settings)
        if exporter is None:
            _check_exporter(str(name), str(options.get("format")))
            continue
        exporter.headers_by_column(chosen)
        extra = options.get("item_export_kwargs", {})
        if not isinstance(extra, Mapping):
            raise ArgumentError(
                f"feed {strip_credentials(str(name))} has the item_export_kwargs '{extra}', which is not a mapping"
            )
        _check_form(str(name), options, settings)
        if exporter.is_written_whole:
            _check_place(str(name), options)
        try:
            exporter.check_options(extra)
        except ArgumentError as error:
            raise ArgumentError(f"feed {strip_credentials(str(name))}: {error}") from None


class OutputColumns:
    """Which columns the outputs of a crawl have, decided once."""

    def __init__(self, demand: ColumnDemand) -> None:
        self.demand = demand

    @classmethod
    def from_context(cls, context: CrawlContext) -> Self:
        return cls(_demand_of(context.crawler.settings))


def _demand_of(settings: BaseSettings) -> ColumnDemand:
    """Return which columns the outputs of a crawl have: every one where there is no output, or one that is not a table of links.

    A pipeline or extension of the user's may ask for any. Reads what `_tables_of` reads.
    """
    tables = _tables_of(settings)
    if tables is None or any(exporter.needs_all_columns for exporter, _ in tables):
        return EVERYTHING
    columns = {column for _, chosen in tables for column in chosen}
    return ColumnDemand.of(columns) if columns else EVERYTHING


def completes_rows(settings: BaseSettings) -> bool:
    """Return whether the columns that rest on the targets can be added to every output when the crawl ends.

    They cannot where a file has no column that only the whole crawl fills, or where somebody else's code takes the rows as they
    come: an exporter, a pipeline or an extension. Reads what `_tables_of` reads.
    """
    tables = _tables_of(settings)
    if not tables:
        return False
    return not any(CRAWL_LEVEL_COLUMNS.isdisjoint(chosen) and not PROFILE_COLUMNS.isdisjoint(chosen) for _, chosen in tables)


def _tables_of(settings: BaseSettings) -> list[tuple[type[RowsExporter], Collection[str]]] | None:
    """Return the exporter and the columns of each output of rows; None where somebody else's code takes rows too.

    Reads: FEEDS, FEED_EXPORT_FIELDS, FEED_EXPORTERS, ITEM_PIPELINES, EXTENSIONS.
    """
    if any(map(_has_foreign_component, (settings.getdict("ITEM_PIPELINES"), settings.getdict("EXTENSIONS")))):
        return None
    everywhere = settings.getdictorlist("FEED_EXPORT_FIELDS")
    tables: list[tuple[type[RowsExporter], Collection[str]]] = []
    for options in settings.getdict("FEEDS").values():
        if is_coverage(options):
            continue
        exporter = _exporter_of(str(options.get("format")), settings)
        if exporter is None:
            return None
        tables.append((exporter, exporter.headers_by_column(options.get("fields", everywhere)).keys()))
    return tables


def _has_foreign_component(components: Mapping[Any, Any]) -> bool:
    """Return whether one of some components is neither ours nor Scrapy's."""
    return any(
        place is not None and not global_object_name(load_object(component)).startswith(("backlinkspider.", "scrapy."))
        for component, place in components.items()
    )


def _check_form(name: str, options: Mapping[str, Any], settings: BaseSettings) -> None:
    """Raise ArgumentError for an encoding or indent that rows do not have: one reader reads them all back."""
    encoding = options.get("encoding") or settings.get("FEED_EXPORT_ENCODING") or "utf-8"
    indent = options.get("indent", settings.get("FEED_EXPORT_INDENT"))
    if str(encoding).lower().replace("_", "-") not in ("utf-8", "utf8"):
        raise ArgumentError(f"feed {strip_credentials(name)} has the encoding '{encoding}', and rows are written in UTF-8")
    if str(indent or 0) != "0":
        raise ArgumentError(f"feed {strip_credentials(name)} has the indent {indent}, and a row is written in one line")


def _check_exporter(name: str, file_format: str) -> None:
    """Raise ArgumentError for a format of Scrapy that would write pages, not rows."""
    if file_format in default_settings.FEED_EXPORTERS_BASE:
        formats = ".csv, .jsonl, .json, .xlsx or .parquet"
        raise ArgumentError(f"feed {strip_credentials(name)} has the format {file_format}, which has no rows: take {formats}")


def _check_place(name: str, options: Mapping[str, Any]) -> None:
    """Raise ArgumentError for a file that is written whole where none can be."""
    reasons = {
        "cannot go to standard output: name a file": name in ("-", "stdout:"),
        "has postprocessing, which its format does not allow": options.get("postprocessing"),
    }
    for reason, holds in reasons.items():
        if holds:
            raise ArgumentError(f"feed {strip_credentials(name)} is a {options.get('format')} file, and {reason}")


def _exporter_of(file_format: str, settings: BaseSettings) -> type[RowsExporter] | None:
    """Return the exporter of a format; None for one that is not ours."""
    exporters = settings.getwithbase("FEED_EXPORTERS")
    exporter = load_object(exporters[file_format]) if exporters.get(file_format) else None
    return exporter if isinstance(exporter, type) and issubclass(exporter, RowsExporter) else None
