"""What programs call without a crawl: the links of a page, the rows of an item, the rows of a feed."""
