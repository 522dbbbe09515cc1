-- The ends of the names of referring domains.
SELECT coalesce(nullif(regexp_extract(domain_from, '\.([^.]+)$', 1), ''), 'none') AS tld, count(*) AS backlinks,
    count(DISTINCT domain_from) AS referring_domains
FROM backlinks
GROUP BY ALL
ORDER BY referring_domains DESC, backlinks DESC, tld;
