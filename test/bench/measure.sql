-- What every measurement uses: medians of five runs, kept in one table.
CREATE SCHEMA bench;
CREATE TABLE bench.result (measurement text, contender text, milliseconds numeric, answer text, PRIMARY KEY (measurement, contender));

-- Runs the query, which returns one text, five times; notes the median time and the answer. The timed runs
-- throw their result away: a query whose result goes INTO a variable is never run in parallel.
CREATE PROCEDURE bench.measure(measurement text, contender text, query text)
    LANGUAGE plpgsql AS $$
DECLARE
    begun timestamptz;
    answer text;
    times numeric[] := '{}';
BEGIN
    EXECUTE query INTO answer;  -- warms the caches
    FOR i IN 1 .. 5 LOOP
        begun := clock_timestamp();
        EXECUTE query;
        times := times || 1000 * extract(epoch FROM clock_timestamp() - begun);
    END LOOP;
    INSERT INTO bench.result
    VALUES (measurement, contender, (SELECT t FROM unnest(times) AS t ORDER BY t OFFSET 2 LIMIT 1), answer);
END
$$;
