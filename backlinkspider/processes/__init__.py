"""A crawl that several processes on one machine share: the main process, and its children."""
