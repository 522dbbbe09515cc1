-- The sites of link farms, one row a site: the largest farm first.
WITH sites AS (
    SELECT
        link_farm AS members,
        domain_from,
        max(link_farm_footprints) AS footprints,
        count(*) AS backlinks,
        count(*) FILTER (dofollow) AS dofollow,
        count(DISTINCT without_fragment(url_to)) AS target_pages,
        min(anchor) AS anchor,
        min(verdict_rank(verdict)) AS best_rank
    FROM backlinks
    WHERE len(link_farm) > 0
    GROUP BY ALL
),
networks AS (
    SELECT members, row_number() OVER (ORDER BY len(members) DESC, sum(backlinks) DESC, members) AS network
    FROM sites
    GROUP BY members
)
SELECT
    network,
    len(members) AS sites,
    domain_from AS domain,
    footprints,
    backlinks,
    dofollow,
    target_pages,
    anchor,
    ['good', 'neutral', 'review', 'bad', 'unknown'][best_rank] AS best_verdict,
    members
FROM sites
JOIN networks USING (members)
ORDER BY network, domain_from;
