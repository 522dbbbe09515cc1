-- What to do, one row a link and a task, in the order in which it pays.
SELECT task, why, domain_from, url_from, url_to, anchor, dofollow, verdict, quality, summary, seen
FROM tasks
ORDER BY place, url_to, quality DESC NULLS LAST, domain_from, url_from, anchor;
