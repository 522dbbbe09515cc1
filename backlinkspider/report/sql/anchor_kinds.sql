-- The kinds of words that links have.
SELECT
    coalesce(anchor_type, 'unknown') AS anchor_type,
    count(*) AS backlinks,
    count(DISTINCT domain_from) AS referring_domains,
    count(*) FILTER (dofollow) AS dofollow
FROM backlinks
GROUP BY ALL
ORDER BY backlinks DESC, 1;
