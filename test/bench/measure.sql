-- What every measurement uses: median times, kept in one table, and the made-up identities of users and positions.
CREATE SCHEMA bench;
CREATE TABLE bench.result (
    place         int GENERATED ALWAYS AS IDENTITY,
    measurement   text,
    contender     text,
    milliseconds  numeric NOT NULL,
    answer        text,
    PRIMARY KEY (measurement, contender)
);

-- Ours is measured first. A NULL answer is that of a contender which does nothing.
CREATE FUNCTION bench.check_answer() RETURNS trigger
    LANGUAGE plpgsql AS $$
DECLARE
    ours constant text := (SELECT r.answer FROM bench.result AS r
                            WHERE r.measurement = NEW.measurement AND r.contender = 'vesu');
BEGIN
    IF NEW.contender <> 'vesu' AND ours IS NULL THEN
        RAISE EXCEPTION '%: there is no answer of ours to compare that of "%" with', NEW.measurement, NEW.contender;
    ELSIF NEW.answer <> ours THEN
        RAISE EXCEPTION '%: the answer of "%" is not ours', NEW.measurement, NEW.contender
            USING DETAIL = format('Theirs: %s, ours: %s', NEW.answer, ours);
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER result_has_our_answer BEFORE INSERT ON bench.result
    FOR EACH ROW EXECUTE FUNCTION bench.check_answer();

-- Notes the median time of `change`, committed, followed by `query`; and the answer, one text, which the query `answer`
-- gives after the first run (that of `query` itself unless given). `reset` is run before each run, untimed. One
-- more run warms the caches, unless only one is asked for.
CREATE PROCEDURE bench.measure(
    measurement text, contender text, query text, answer text DEFAULT NULL, change text DEFAULT NULL,
    reset text DEFAULT NULL, runs int DEFAULT 5)
    LANGUAGE plpgsql AS $$
DECLARE
    begun timestamptz;
    given text;
    times numeric[] := '{}';
BEGIN
    FOR run IN CASE runs WHEN 1 THEN 1 ELSE 0 END .. runs LOOP
        IF reset IS NOT NULL THEN
            EXECUTE reset;
            COMMIT;
        END IF;
        begun := clock_timestamp();
        IF change IS NOT NULL THEN
            EXECUTE change;
            COMMIT;
        END IF;
        -- Not INTO a variable: such a query is never run in parallel.
        EXECUTE query;
        IF run > 0 THEN
            times := times || 1000 * extract(epoch FROM clock_timestamp() - begun);
        END IF;
        IF given IS NULL THEN
            EXECUTE coalesce(answer, query) INTO given;
        END IF;
    END LOOP;
    INSERT INTO bench.result (measurement, contender, milliseconds, answer)
    VALUES (measurement, contender, (SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY t) FROM unnest(times) AS t), given);
END
$$;

-- Position number n and the user who owns it, `per_user` positions in a row belonging to one user.
CREATE FUNCTION bench.position_id(n bigint) RETURNS uuid
    LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN lpad(to_hex(n), 32, '0')::uuid;
CREATE FUNCTION bench.user_id(n bigint, per_user int) RETURNS uuid
    LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN lpad(to_hex((n - 1) / per_user), 32, '0')::uuid;
CREATE FUNCTION bench.felt(n bigint) RETURNS vesu.felt252
    LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN ('0x' || to_hex(n))::vesu.felt252;

-- A query's rows with id and health_factor as one text.
CREATE FUNCTION bench.found_positions(query text) RETURNS text
    LANGUAGE sql IMMUTABLE
    RETURN format($$SELECT count(*) || ' positions, ' || md5(string_agg(id::text, ',' ORDER BY id)) || ', '
                           || round(sum(health_factor), 6) FROM (%s) AS found$$, query);
