"""Places that may hold a link to a target: pages, hosts and domains that a crawl can look at."""
