"""Item pipelines, one question a file. The item is a page, a row is a link."""
