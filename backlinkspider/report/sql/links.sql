-- Links for a table of limited size: those to do something about, then the best.
SELECT
    verdict, quality, to_do, domain_from, url_from, anchor, url_to, dofollow, position, link_type, anchor_type, url_to_status_code,
    page_from_language, summary
FROM backlinks
ORDER BY to_do IS NULL, to_do = 'look', verdict_rank(verdict), quality DESC NULLS LAST, domain_from, url_from, link_index, url_to
LIMIT $rows;
