"""Who links to whom: centrality of sites and pages, and link farms."""
