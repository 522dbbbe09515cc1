-- Referring domains, one row a site: those with the best links first.
WITH pages AS (
    SELECT domain_from, count(*) AS pages FROM (SELECT DISTINCT domain_from, url_from FROM backlinks) GROUP BY domain_from
),
anchor_counts AS (
    SELECT domain_from, anchor, count(*) AS links FROM backlinks WHERE anchor <> '' GROUP BY domain_from, anchor
),
anchor_places AS (
    SELECT *, row_number() OVER (PARTITION BY domain_from ORDER BY links DESC, anchor) AS place FROM anchor_counts
),
anchors AS (
    SELECT domain_from, count(*) AS anchors, list(anchor ORDER BY place) FILTER (place <= 3) AS top_anchors
    FROM anchor_places
    GROUP BY domain_from
),
links_of AS (
    SELECT
        domain_from,
        count(*) AS backlinks,
        min(verdict_rank(verdict)) AS best_rank,
        max(quality) AS best_quality,
        count(*) FILTER (dofollow) AS dofollow,
        count(*) FILTER (is_broken) AS broken,
        count(*) FILTER (to_do IS NOT NULL) AS to_do,
        bool_or(reciprocal) AS reciprocal,
        bool_or(len(link_farm) > 0) AS in_link_farm,
        max(domain_from_pagerank) AS pagerank,
        max(domain_from_trust) AS trust,
        max(domain_from_pages) AS pages_read,
        min(page_from_language) AS language,
        min(coalesce(first_seen, fetched_at)) AS first_seen,
        max(coalesce(last_seen, fetched_at)) AS last_seen
    FROM backlinks
    GROUP BY domain_from
)
SELECT
    domain_from AS domain,
    ['good', 'neutral', 'review', 'bad', 'unknown'][best_rank] AS best_verdict,
    best_quality,
    backlinks,
    dofollow,
    pages,
    broken,
    to_do,
    top_anchors,
    coalesce(anchors, 0) AS anchors,
    reciprocal,
    coalesce(in_link_farm, false) AS in_link_farm,
    pagerank,
    trust,
    pages_read,
    language,
    first_seen,
    last_seen
FROM links_of
LEFT JOIN pages USING (domain_from)
LEFT JOIN anchors USING (domain_from)
ORDER BY best_rank, best_quality DESC NULLS LAST, backlinks DESC, domain;
