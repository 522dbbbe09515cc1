-- Where links stand on their pages, by what kind of link they are.
WITH counts AS (
    SELECT
        coalesce(position, 'unknown') AS position,
        coalesce(link_type, 'unknown') AS link_type,
        count(*) AS backlinks,
        count(DISTINCT domain_from) AS referring_domains
    FROM backlinks
    GROUP BY ALL
)
SELECT position, link_type, backlinks, referring_domains
FROM counts
ORDER BY list_position(['content', 'comments', 'sidebar', 'header', 'nav', 'footer', 'unknown'], position), link_type;
