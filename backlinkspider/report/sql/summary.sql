-- The counters, one row.
WITH domains AS (
    SELECT domain_from, bool_or(dofollow) AS dofollow, bool_or(verdict = 'good') AS good, bool_or(reciprocal) AS reciprocal
    FROM backlinks
    GROUP BY domain_from
),
pages AS (SELECT DISTINCT url_from FROM backlinks),
targets AS (
    SELECT without_fragment(url_to) AS url, bool_or(is_broken) AS broken FROM backlinks WHERE url_to IS NOT NULL GROUP BY url
)
SELECT
    count(*) AS backlinks,
    (SELECT count(*) FROM domains) AS referring_domains,
    (SELECT count(*) FROM pages) AS referring_pages,
    (SELECT count(*) FROM targets) AS target_pages,
    count(*) FILTER (dofollow) AS dofollow,
    count(*) FILTER (NOT dofollow) AS nofollow,
    (SELECT count(*) FILTER (dofollow) FROM domains) AS dofollow_domains,
    count(*) FILTER (verdict = 'good') AS good,
    count(*) FILTER (verdict = 'neutral') AS neutral,
    count(*) FILTER (verdict = 'review') AS review,
    count(*) FILTER (verdict = 'bad') AS bad,
    count(*) FILTER (verdict = 'unknown') AS unknown,
    (SELECT count(*) FILTER (good) FROM domains) AS good_domains,
    count(*) FILTER (is_broken) AS broken,
    (SELECT count(*) FILTER (broken) FROM targets) AS broken_target_pages,
    count(is_broken) AS checked,
    count(*) FILTER (to_do = 'mend') AS to_mend,
    count(*) FILTER (to_do = 'look') AS to_look_at,
    (SELECT count(*) FILTER (reciprocal) FROM domains) AS reciprocal_domains,
    (SELECT count(reciprocal) FROM domains) AS reciprocity_known_domains,
    (SELECT count(*) FROM known_links WHERE status IN ('lost', 'missing')) AS lost,
    (SELECT count(*) FROM known_links WHERE status = 'unchecked') AS unchecked,
    (SELECT count(*) FROM listed_backlinks WHERE page_is_copy) AS on_copies,
    count(DISTINCT target) AS targets,
    min(fetched_at) AS first_fetch,
    max(fetched_at) AS last_fetch,
    max(weights_version) AS weights_version
FROM backlinks;
