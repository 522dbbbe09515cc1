"""The abstract spider with checked arguments; outside SPIDER_MODULES, so that it is not listed."""
