-- For tests of the partitions: how calls end, what the months hold, one row for each partitioned table.
SET timezone = 'UTC';
SET datestyle = 'ISO';

CREATE FUNCTION pg_temp.refusal(call text) RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    state text;
    message text;
    detail text;
    hint text;
BEGIN
    EXECUTE call;
    RETURN 'accepted';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    RETURN concat_ws(E'\n', state || ': ' || message, 'DETAIL: ' || nullif(detail, ''), 'HINT: ' || nullif(hint, ''));
END
$$;

CREATE FUNCTION pg_temp.uid(n int) RETURNS uuid
    LANGUAGE sql AS $$ SELECT lpad(n::text, 32, '0')::uuid $$;

-- Users and portfolios 1 to 3.
CREATE FUNCTION pg_temp.seed() RETURNS void
    LANGUAGE sql AS $$
    INSERT INTO vesu_portfolio.users (id, email, username, password_hash)
    SELECT pg_temp.uid(n), n || '@example.org', 'user' || n, 'x' FROM generate_series(1, 3) AS n;
    INSERT INTO vesu_portfolio.portfolios (id, user_id, name)
    SELECT pg_temp.uid(n), pg_temp.uid(n), 'portfolio' FROM generate_series(1, 3) AS n;
$$;

-- One row at that time in a table, or in each. The number makes ids and hashes.
CREATE FUNCTION pg_temp.put(parent text, at timestamptz, n int DEFAULT 0, target text DEFAULT NULL) RETURNS void
    LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('INSERT INTO vesu_portfolio.%I ', coalesce(target, parent)) || CASE parent
        WHEN 'transactions' THEN $q$(id, portfolio_id, transaction_hash, chain_id, block_number, transaction_type, "timestamp")
                                    VALUES (pg_temp.uid($2), pg_temp.uid(1), '0x' || $2, 1, 1, 'swap', $1)$q$
        WHEN 'risk_assessments' THEN $q$(id, portfolio_id, assessment_type, risk_score, confidence_level, satellite_source, created_at)
                                    VALUES (pg_temp.uid($2), pg_temp.uid(1), 'market', 0.5, 0.5, 'aegis', $1)$q$
        WHEN 'market_data' THEN $q$("timestamp", asset_id, chain_id, price, source) VALUES ($1, 'a', 1, $2, 's')$q$
        WHEN 'dex_trades' THEN $q$("timestamp", chain_id, dex_name, pair_address, token0_address, token1_address, amount0, amount1, price,
                                    transaction_hash, block_number) VALUES ($1, 1, 'd', 'p', 't', 't', 1, 1, 1, 'h', $2)$q$
        WHEN 'yield_metrics' THEN $q$("timestamp", protocol_name, pool_address, chain_id, apy, tvl) VALUES ($1, 'p', 'a', 1, 0.1, $2)$q$
        WHEN 'portfolio_snapshots' THEN $q$("timestamp", portfolio_id, total_value) VALUES ($1, 'p', $2)$q$
        WHEN 'risk_metrics' THEN $q$("timestamp", portfolio_id, var_95) VALUES ($1, 'p', $2)$q$
        WHEN 'satellite_performance' THEN $q$("timestamp", agent_id, metric_name, metric_value) VALUES ($1, 'a', 'm', $2)$q$
        END USING at, n;
END
$$;

-- What a call of maintain_partitions() did: parent or table, action, rows; short where many months are alike.
CREATE FUNCTION pg_temp.maintain(ahead interval DEFAULT '3 months', retention jsonb DEFAULT NULL) RETURNS SETOF text
    LANGUAGE sql AS $$
    SELECT concat_ws(' ', coalesce(m.partition, '-'), m.action, m.rows)
      FROM vesu_portfolio.maintain_partitions(ahead, retention) WITH ORDINALITY AS m ORDER BY m.ordinality
$$;

-- The tables of months there are: attached ones plain, others in brackets; with their rows if there are any.
CREATE FUNCTION pg_temp.months(parent text) RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    found record;
    rows bigint;
    result text[] := '{}';
BEGIN
    FOR found IN SELECT c.oid::regclass AS name, substr(c.relname, length(parent) + 2) AS month, c.relispartition
                   FROM pg_class AS c
                  WHERE c.relnamespace = 'vesu_portfolio'::regnamespace AND c.relkind = 'r'
                    AND c.relname ~ ('^' || parent || '_(y\d{4}m\d\d|default)$')
                  ORDER BY c.relname COLLATE "C"
    LOOP
        EXECUTE format('SELECT nullif(count(*), 0) FROM ONLY %s', found.name) INTO rows;
        result := result || concat(CASE WHEN NOT found.relispartition THEN '[' END, found.month, ':' || rows,
                                   CASE WHEN NOT found.relispartition THEN ']' END);
    END LOOP;
    RETURN array_to_string(result, ' ');
END
$$;

-- What must hold after anything: each row of transactions, and of its detached months, has its entry, and each entry its row.
CREATE FUNCTION pg_temp.wrong_hashes() RETURNS bigint
    LANGUAGE plpgsql AS $$
DECLARE
    tables constant text := (
        SELECT string_agg(format('SELECT transaction_hash, id, "timestamp" FROM %s', c.oid::regclass), ' UNION ALL ')
          FROM pg_class AS c
         WHERE c.relnamespace = 'vesu_portfolio'::regnamespace AND c.relkind = 'r' AND c.relname ~ '^transactions_(y|default)');
    result bigint;
BEGIN
    EXECUTE format('SELECT count(*) FROM (%s) AS t FULL JOIN vesu_portfolio.transaction_hashes AS h
                        ON (h.transaction_hash, h.transaction_id, h."timestamp") = (t.transaction_hash, t.id, t."timestamp")
                     WHERE t.id IS NULL OR h.transaction_id IS NULL', tables) INTO result;
    RETURN result;
END
$$;
