"""What programs call without a crawl: the links on a page, the rows of an item, the rows of a feed."""
