"""Judge links: target, relation, anchor type, redirects, destination, shorteners, site names."""
