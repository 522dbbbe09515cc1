-- What the links were looked for.
SELECT coalesce(target, domain_to) AS target, count(*) AS backlinks
FROM known_links
WHERE coalesce(target, domain_to) IS NOT NULL
GROUP BY ALL
ORDER BY backlinks DESC, target;
