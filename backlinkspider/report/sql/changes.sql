-- What became of links since the earlier feed, one row a link.
SELECT change, evidence, domain_from, url_from, url_to, anchor, changed, before, dofollow, verdict
FROM changes
ORDER BY list_position(['gone', 'changed', 'new', 'not_seen'], change), domain_from, url_from, url_to, anchor;
