-- How many referring domains have which PageRank within the crawl, as multiples of the average of its sites, by powers of two.
WITH ranks AS (
    SELECT domain_from, max(domain_from_pagerank) * max(domain_graph_sites) AS times_average
    FROM backlinks
    WHERE domain_from_pagerank > 0 AND domain_graph_sites > 0
    GROUP BY domain_from
)
SELECT pow(2, floor(log2(times_average))) AS at_least, count(*) AS referring_domains
FROM ranks
GROUP BY ALL
ORDER BY 1;
