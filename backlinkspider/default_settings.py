"""The settings with which a crawl runs unless the user sets others, in the order of Scrapy's documentation.

Each changed default says Scrapy's default and why. What is tuned for a broad, polite crawl: many sites at once, each of them
slowly. `addon` brings them into a project.
"""

from scrapy.settings import default_settings

from backlinkspider import __version__

# --- Our own settings -------------------------------------------------------

# An https or mailto address where a site's owner can reach you. It goes into the User-Agent header.
# Read by ContactUserAgentMiddleware.
BACKLINKS_CONTACT: str | None = None

# Where `scrapy crawl monitor` posts what became of the links when its rows are written: JSON with counts and changed links, none
# else. Never to a private network. Read by MonitorSpider.
BACKLINKS_WEBHOOK: str | None = None

# The seeds when the argument `seeds` is not given, in the same form. Read by BaseSpider.
BACKLINKS_SEEDS: str | None = None

# The folder of lists that `seeds` may name: `list:partners` is `partners`, `partners.txt`, `.csv`, `.tsv` or `.xml` in it. A
# relative path starts in the folder of the command. Read by BaseSpider.
BACKLINKS_LISTS_DIR: str | None = "lists"

# Where the file of the argument `coverage` is written: a folder, or the URL of a storage such as `s3://bucket/coverage`, with the
# same placeholders as feeds. Without it, the folder of the command. Read by BaseSpider.
BACKLINKS_COVERAGE_DIR: str | None = None

# What stands before the decimals of a number in CSV. `comma` is for spreadsheets of locales with a decimal comma (German, French,
# Spanish and many more): cells are then separated by semicolons, so that a double click opens the table right. `point`: commas
# between cells. A feed's `item_export_kwargs` (`delimiter`, `decimal`) go before. Read by CsvRowsExporter.
BACKLINKS_CSV_DECIMAL = "point"

# The file of weights (`.toml`) behind `quality` and `verdict`. A relative path starts in the folder of the command, for a job in
# that of Scrapyd. Without it, `backlinkspider/weights.toml`. Read by BaseSpider before the crawl, and by `scrapy rescore`.
BACKLINKS_WEIGHTS: str | None = None

# A web archive (WARC) that answers every request in place of the network, together with the download handler in
# `backlinkspider/downloader/handlers/warc.py`. Read by ArchiveDownloadHandler, which `scrapy demo` switches on.
BACKLINKS_WARC_FILE: str | None = None

# Whether hosts in private networks may be crawled: `10.0.0.1`, `localhost`, or a name that resolves to one. Without it no page,
# redirect or name server leads the crawl there. A proxy that the environment names (`http_proxy`) is used wherever it is; the proxy
# then resolves names. Whether a job of Scrapyd may name a queue of seeds in one: that of BACKLINKS_SEEDS it may. Read by
# PublicResolver, PublicNetworkMiddleware and BaseSpider.
BACKLINKS_ALLOW_PRIVATE_NETWORKS = False

# The longest pause in seconds between two requests to a host, whatever its Crawl-delay or Retry-After asks for. Read by
# RobotsTxtMiddleware and BackOffMiddleware.
BACKLINKS_MAX_DELAY_SECONDS = 60.0

# Seconds for a connection to a server, which may then take until DOWNLOAD_TIMEOUT to answer. A server that is there takes less than
# one; in ten the system has asked four times. Read by LimitedHTTPHandler.
BACKLINKS_CONNECT_TIMEOUT_SECONDS = 10.0

# Maximum number of seconds for which the targets' own pages are read; then the crawl takes what is known. A target with a
# long Crawl-delay needs more. Read by TargetProfiler.
BACKLINKS_TARGET_TIMEOUT_SECONDS = 120.0

# Maximum number of URLs in a crawl, among those that backlinks point to, that are checked; 0 checks none. Links beyond it are
# counted as `left_out`. Read by LinkChecks.
BACKLINKS_LINK_CHECK_LIMIT = 1_000

# Maximum number of seconds for which linked URLs are checked after the last page; 0 checks them beside the crawl only. What is not
# checked by then is counted as `skipped`, and its columns stay empty. Without it all are checked. Read by LinkChecks.
BACKLINKS_LINK_CHECK_TIMEOUT_SECONDS: float | None = None

# Maximum number of links of a page that are read; the others are counted, and the page's seed is then `partial`. A page with more is
# a list that somebody generated, and takes 100 MB and a second or two for each 20,000. Read by SequentialScraper and the spider.
BACKLINKS_MAX_LINKS_PER_PAGE = 20_000

# The order in which the pages of a site are requested. `likely`: content first, and before other content what is like pages that
# link to the target. `content`: content first. `breadth`: pages near the seed first. Read by SiteLearner.
BACKLINKS_CRAWL_ORDER = "likely"

# With a queue of seeds: seconds for which a worker holds a site without a sign of life; it gives one four times as often. Must be
# longer than DOWNLOAD_DELAY and BACKLINKS_MAX_DELAY_SECONDS. Read by SiteClaims.
BACKLINKS_LEASE_SECONDS = 120.0

# With a queue of seeds: maximum number of sites that a worker holds at once. A site gives a page a second (DOWNLOAD_DELAY), and a
# worker reads about as many pages a second as this is; others begin anew with what it holds when it dies. Read by SiteClaims.
BACKLINKS_WORKER_SITES = 256

# With a queue of seeds: seconds for which a worker waits for a Redis server that does not answer. Read by SiteClaims.
BACKLINKS_QUEUE_TIMEOUT_SECONDS = 300.0

# With a queue of seeds: number of workers that may die while they hold a site before it is given up. A site with which two have
# died is crawled alone. Read by SiteClaims.
BACKLINKS_MAX_ATTEMPTS = 5

# Bytes of a large file that one request of `scrapy discover` asks for; must be less than DOWNLOAD_MAXSIZE. Read by Web.
BACKLINKS_DOWNLOAD_PART_BYTES = 8 * 1024 * 1024

# Where `scrapy discover` downloads Common Crawl's graph of domains, with the slash at the end. Read by CommonCrawlSource.
BACKLINKS_COMMONCRAWL_URL = "https://data.commoncrawl.org/projects/hyperlinkgraph/"

# Where `scrapy discover` finds the list of the graph's releases, with the slash at the end. Read by CommonCrawlSource.
BACKLINKS_COMMONCRAWL_INDEX_URL = "https://index.commoncrawl.org/"

# Where `scrapy discover` asks wikis which pages link to a site; `{wiki}` stands for the host of a wiki. Read by WikipediaSource.
BACKLINKS_WIKIPEDIA_URL = "https://{wiki}/w/api.php"

# Where `scrapy discover` searches Hacker News, with the slash at the end. Read by HackerNewsSource.
BACKLINKS_HACKER_NEWS_URL = "https://hn.algolia.com/api/v1/"

# Where `scrapy discover` downloads the files of GDELT's Global Knowledge Graph, with the slash at the end. Read by GdeltSource.
BACKLINKS_GDELT_URL = "http://data.gdeltproject.org/gdeltv2/"

# Where `scrapy discover` asks webmention.io, with the slash at the end. Read by WebmentionSource.
BACKLINKS_WEBMENTION_URL = "https://webmention.io/api/"

# Where `scrapy discover` asks Bing Webmaster Tools, with the slash at the end. Read by BingSource.
BACKLINKS_BING_URL = "https://ssl.bing.com/webmaster/api.svc/json/"

# Where `scrapy discover` asks Yandex Webmaster, with the slash at the end. Read by YandexSource.
BACKLINKS_YANDEX_URL = "https://api.webmaster.yandex.net/v4/"

# Whether the process is tuned for a crawl: fewer garbage collections, cancelled timers freed each second. Set it to False when
# other code shares the process. Read by ProcessTuning.
BACKLINKS_TUNE_PROCESS = True

# Whether the log says at the end what was read, found and passed over. Read by Summary.
BACKLINKS_SUMMARY = True

# Whether a crawl keeps quiet: no display and no line a minute that say how far it is, no result on standard output, and a log in a
# file (`backlinks.csv.log`) unless LOG_FILE or `-L` say otherwise. What is wrong is still said in a line on standard error. Read
# by ProgressReport and `scrapy crawl`.
BACKLINKS_QUIET = False

# --- Who asks ---------------------------------------------------------------

# Default: Scrapy's own name. One honest name; BACKLINKS_CONTACT is added to it.
USER_AGENT = f"backlinkspider/{__version__}"

# Default: the User-Agent header. The name that a robots.txt uses for us, without version.
ROBOTSTXT_USER_AGENT = "backlinkspider"

# Default: False. Other people's sites are crawled by their rules.
ROBOTSTXT_OBEY = True

# --- How fast ---------------------------------------------------------------

# Default: 16. Maximum number of requests in progress over all hosts: two of each site that has something to ask, of which one waits
# for the delay of the site. Fewer where the machine has not enough memory or open files (`ulimit -n`); 0 means as many as it has.
CONCURRENT_REQUESTS = 2_000

# Default: 8. One connection to a site.
CONCURRENT_REQUESTS_PER_DOMAIN = 1

# Default: 0. Seconds between two requests to a site. Keep it above 0: without any delay Scrapy 2.19 does not hold the limit of
# connections.
DOWNLOAD_DELAY = 1.0

# Default: 0.5. The delay is a promise, so it is never cut in half.
DOWNLOAD_DELAY_JITTER = 0.0

# Default: False. Slows down for slow sites: one request in the time that one response takes.
AUTOTHROTTLE_ENABLED = True

# Default: 5. Begins with DOWNLOAD_DELAY.
AUTOTHROTTLE_START_DELAY = 0.0

# Default: 60. A site that needs longer for a page does not get better by waiting.
AUTOTHROTTLE_MAX_DELAY = 30.0


# --- How much ---------------------------------------------------------------

# Default: 1 GiB. Maximum number of bytes in a page. Pages are smaller; anything larger is a file, a mistake or a trap.
DOWNLOAD_MAXSIZE = 16 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0

# Default: 5 MB of responses that are read at one time. A page takes thirty times its bytes while it is read, with all its links.
SCRAPER_SLOT_MAX_ACTIVE_SIZE = 100_000

# Default: 180. Seconds for a page; a connection must be there before (BACKLINKS_CONNECT_TIMEOUT_SECONDS).
DOWNLOAD_TIMEOUT = 30

# Default: 60. Seconds for a host name.
DNS_TIMEOUT = 15

# Default: 2. One retry catches a passing failure; a dead host is found out sooner.
RETRY_TIMES = 1

# Default: ERROR. A host that does not answer is counted and named by the spider; it is not an error in the code.
RETRY_GIVE_UP_LOG_LEVEL = "DEBUG"

# Default: 20. Browsers need that many for logins; a page behind six redirects is a loop. The spider follows those of pages,
# which are links, Scrapy those of robots.txt.
REDIRECT_MAX_TIMES = 5

# Default: True. A meta refresh is a link of its own, not something to follow unseen.
METAREFRESH_ENABLED = False

# --- In which order ---------------------------------------------------------

# Default: scrapy.core.scheduler.Scheduler, whose JOBDIR loses requests in progress when the crawl is killed. Here sites take turns,
# and within a site the URLs that promise most come first (BACKLINKS_CRAWL_ORDER), so that a budget is spent on them; with JOBDIR
# the queue is in a database.
SCHEDULER = "backlinkspider.frontier.scheduler.JobScheduler"


# --- What takes part --------------------------------------------------------

# Default: also file, data, ftp and s3. Only the web is crawled, and the size of headers is limited.
DOWNLOAD_HANDLERS = {
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
    "http": "backlinkspider.downloader.handlers.http.LimitedHTTPHandler",
    "https": "backlinkspider.downloader.handlers.http.LimitedHTTPHandler",
}

DOWNLOADER_MIDDLEWARES = {
    # Offsite works by a spider's allowed_domains, which this project does not have.
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    # In Scrapy's place.
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "backlinkspider.downloader.middlewares.robotstxt.RobotsTxtMiddleware": 100,
    # After robots.txt: a page that is not requested costs no budget.
    "backlinkspider.ledger.budget.PageBudget": 110,
    # After the budget: a page that was fetched before the crawl is one of the crawl's pages too.
    "backlinkspider.downloader.middlewares.prefetched.PrefetchedResponsesMiddleware": 120,
    # In Scrapy's place.
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": None,
    "backlinkspider.downloader.middlewares.useragent.ContactUserAgentMiddleware": 500,
    # In Scrapy's place, and at its place.
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "backlinkspider.downloader.middlewares.compression.ForgivingCompressionMiddleware": 590,
    # Sees a response before RetryMiddleware (550), which keeps it for itself.
    "backlinkspider.downloader.middlewares.backoff.BackOffMiddleware": 555,
    # Likewise: these see a failure first.
    "backlinkspider.downloader.middlewares.truncated.AcceptTruncatedMiddleware": 560,
    "backlinkspider.downloader.middlewares.private_networks.PublicNetworkMiddleware": 570,
}

SPIDER_MIDDLEWARES = {
    # The spider counts depth from the seed, which may be found on the way.
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
    # Drops requests without counting them; `core.urls.patterns.trap_reason` says which URLs are too long.
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
}

ITEM_PIPELINES = {
    # Before pages are dropped: what a page says of itself matters to the links that lead to it.
    "backlinkspider.pipelines.observe_pages.ObservePagesPipeline": 50,
    # Drops the pages that the pipelines after it need not look at.
    "backlinkspider.pipelines.classify.ClassifyLinksPipeline": 100,
    "backlinkspider.pipelines.describe.DescribeLinksPipeline": 200,
    # Before what it keeps is compared with the targets, and let go.
    "backlinkspider.pipelines.early_pages.KeepEarlyPagesPipeline": 290,
    # After the one that reads the anchors.
    "backlinkspider.pipelines.anchors.ClassifyAnchorsPipeline": 300,
    # After the one that reads the text of the page.
    "backlinkspider.pipelines.relevance.RateRelevancePipeline": 310,
}

# Default: also TelnetConsole and RemoteControl, which run Python for anybody who can connect, and LogStats, in whose place
# ProgressReport is: it takes responses for pages, and pages for items. Scrapy imports everything in this list, switched on or not:
# aiohttp alone is a tenth of a second and 9 MB.
EXTENSIONS_BASE = {
    path: place
    for path, place in default_settings.EXTENSIONS_BASE.items()
    if not path.endswith((".TelnetConsole", ".RemoteControl", ".LogStats"))
}

EXTENSIONS = {
    # Before the feeds: what it sends when the crawl ends must find them open.
    "backlinkspider.extensions.coverage.SeedCoverage": -10,
    # In Scrapy's place: opens the feeds at the start and ends the crawl when one cannot be written.
    "scrapy.extensions.feedexport.FeedExporter": None,
    "backlinkspider.enrichment.feed_exporter.SafeFeedExporter": 0,
    "backlinkspider.extensions.summary.Summary": 500,
    "backlinkspider.job.stats.StatsPersistence": 500,
    "backlinkspider.progress.extension.ProgressReport": 500,
    "backlinkspider.extensions.process_tuning.ProcessTuning": 500,
    # Keeps a pickle in JOBDIR; `job` takes its place.
    "scrapy.extensions.spiderstate.SpiderState": None,
}

# --- What comes out ---------------------------------------------------------

FEED_EXPORTERS = {
    "csv": "backlinkspider.feeds.exporters.CsvRowsExporter",
    "jsonl": "backlinkspider.feeds.exporters.JsonLinesRowsExporter",
    "jsonlines": "backlinkspider.feeds.exporters.JsonLinesRowsExporter",
    "jl": "backlinkspider.feeds.exporters.JsonLinesRowsExporter",
    "json": "backlinkspider.feeds.exporters.JsonRowsExporter",
    "parquet": "backlinkspider.whole_files.parquet.ParquetRowsExporter",
    "xlsx": "backlinkspider.whole_files.workbook_exporter.WorkbookRowsExporter",
    "coverage_csv": "backlinkspider.feeds.exporters.CoverageCsvExporter",
    "coverage_jsonl": "backlinkspider.feeds.exporters.CoverageJsonLinesExporter",
    "monitor_csv": "backlinkspider.feeds.exporters.MonitorCsvExporter",
    "monitor_jsonl": "backlinkspider.feeds.exporters.MonitorJsonLinesExporter",
    "monitor_json": "backlinkspider.feeds.exporters.MonitorJsonExporter",
    "monitor_parquet": "backlinkspider.whole_files.parquet.MonitorParquetExporter",
    "monitor_xlsx": "backlinkspider.whole_files.workbook_exporter.MonitorWorkbookExporter",
}

# Default: DEBUG. A line for every page is for developers.
LOG_LEVEL = "INFO"

# Default: scrapy.logformatter.LogFormatter, which builds lines that no log keeps.
LOG_FORMATTER = "backlinkspider.log_formatter.LevelLogFormatter"

# Default: a list of libraries. `scrapy version -v` has it.
LOG_VERSIONS: list[str] = []

# Default: True. The summary says what people need; `-s STATS_DUMP=True` prints the rest.
STATS_DUMP = False

# Default: WARNING. Most pages have no link that was asked for.
DEFAULT_DROPITEM_LOG_LEVEL = "DEBUG"

# --- What is shut -----------------------------------------------------------

# Default: scrapy.resolver.CachingThreadedResolver, which resolves to any address.
TWISTED_DNS_RESOLVER = "backlinkspider.downloader.resolver.PublicResolver"

# Default: True, both. They run Python for anybody who can connect; they are not in EXTENSIONS_BASE either.
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False

# Default: True. Sites are read as a first-time visitor sees them, and cannot link one visit to the next.
COOKIES_ENABLED = False
