-- How much there is to do, one row a task.
SELECT task, count(*) AS links, count(DISTINCT domain_from) AS sites, count(DISTINCT without_fragment(url_to)) AS target_pages
FROM tasks
GROUP BY task;
