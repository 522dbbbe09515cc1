-- The languages of the pages that link.
SELECT coalesce(page_from_language, 'unknown') AS language, count(*) AS backlinks, count(DISTINCT domain_from) AS referring_domains
FROM backlinks
GROUP BY ALL
ORDER BY referring_domains DESC, backlinks DESC, language;
