-- How cells are read, and words put in order.

CREATE MACRO is_page(url) AS starts_with(url, 'https://') OR starts_with(url, 'http://');

-- Undo the guard against formulas (core/rows/csv_cells.py, unescape_formula). `guarded` are the characters at which a spreadsheet of
-- another locale would split a line.
CREATE MACRO unguarded(cell, guarded) AS CASE
    WHEN NOT contains(cell, '''') THEN cell
    ELSE regexp_replace(
        regexp_replace(cell, '([' || guarded || '])''([\s\p{Z}"]*[-=+@＝＋－＠])', '\1\2', 'g'),
        '^''([\s\p{Z}]*[-=+@＝＋－＠])', '\1')
END;
CREATE MACRO csv_text(cell, guarded) AS nullif(unguarded(cell, guarded), '');
CREATE MACRO csv_list(cell, guarded) AS string_split(csv_text(cell, guarded), ' | ');
CREATE MACRO csv_boolean(cell) AS CASE lower(cell) WHEN 'true' THEN true WHEN 'false' THEN false END;
CREATE MACRO csv_number(cell) AS TRY_CAST(replace(cell, ',', '.') AS DOUBLE);
CREATE MACRO csv_integer(cell) AS TRY_CAST(cell AS BIGINT);

-- A time of any type as feeds write it.
CREATE MACRO iso_time(moment) AS strftime(make_timestamp(epoch_us(moment)), '%Y-%m-%dT%H:%M:%SZ');

CREATE MACRO host_of(url) AS lower(regexp_extract(url, '^https?://(?:[^/?#@]*@)?([^/?#:]+)', 1));
CREATE MACRO without_fragment(url) AS regexp_replace(url, '#.*$', '', 's');
-- Neither the scheme nor www. tells pages apart (core/candidates/candidate.py, key).
CREATE MACRO place_of(url) AS regexp_replace(without_fragment(url), '^https?://(www\.)?', '');

-- The best first; what was not measured last.
CREATE MACRO verdict_rank(verdict) AS CASE verdict
    WHEN 'good' THEN 1 WHEN 'neutral' THEN 2 WHEN 'review' THEN 3 WHEN 'bad' THEN 4 ELSE 5
END;

-- A feed from before the column to_do says it by others (core/quality/judge.py, ToDo).
CREATE MACRO to_do_of(to_do, verdict, is_broken) AS coalesce(to_do, CASE
    WHEN verdict IN ('review', 'bad') THEN 'look'
    WHEN is_broken THEN 'mend'
END);
