-- The pages that are linked to, one row a URL without its fragment: broken ones first, then those with most referring domains.
WITH counts AS (
    SELECT without_fragment(url_to) AS url, anchor, count(*) AS links
    FROM backlinks
    WHERE url_to IS NOT NULL AND anchor <> ''
    GROUP BY ALL
),
places AS (SELECT *, row_number() OVER (PARTITION BY url ORDER BY links DESC, anchor) AS place FROM counts),
anchors AS (SELECT url, list(anchor ORDER BY place) AS top_anchors FROM places WHERE place <= 3 GROUP BY url),
by_domain AS (
    SELECT
        without_fragment(url_to) AS url,
        domain_from,
        count(*) AS backlinks,
        count(*) FILTER (dofollow) AS dofollow,
        count(*) FILTER (verdict = 'good') AS good,
        bool_or(is_broken) AS broken,
        max(url_to_status_code) AS status_code,
        max(url_to_redirect_target[-1]) AS redirects_to
    FROM backlinks
    WHERE url_to IS NOT NULL
    GROUP BY ALL
),
pages AS (
    SELECT
        url,
        count(*) AS referring_domains,
        sum(backlinks)::BIGINT AS backlinks,
        sum(dofollow)::BIGINT AS dofollow,
        sum(good)::BIGINT AS good,
        bool_or(broken) AS is_broken,
        max(status_code) AS status_code,
        max(redirects_to) AS redirects_to
    FROM by_domain
    GROUP BY url
)
SELECT
    url AS target_page, is_broken, status_code, redirects_to, referring_domains, backlinks, dofollow, good, top_anchors
FROM pages
LEFT JOIN anchors USING (url)
ORDER BY is_broken IS TRUE DESC, referring_domains DESC, backlinks DESC, url;
