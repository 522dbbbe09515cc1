"""Where a crawl starts: seed lists, sitemaps and feeds, shards."""
