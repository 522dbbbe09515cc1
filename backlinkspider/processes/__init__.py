"""A crawl that several processes of one machine share: the main process, and those that it starts."""
