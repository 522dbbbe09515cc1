"""advertools: follows the links of each host; records every link of a page with its text and nofollow, and some 50 facts more."""

import sys
from pathlib import Path
from urllib.parse import urlsplit

import advertools

seeds, output = sys.argv[1:]
urls = Path(seeds).read_text(encoding="utf-8").split()
advertools.crawl(
    urls,
    output,
    follow_links=True,
    allowed_domains=[urlsplit(url).hostname for url in urls],
    custom_settings={"LOG_LEVEL": "WARNING", "CONCURRENT_REQUESTS": 32, "ROBOTSTXT_OBEY": True},
)
