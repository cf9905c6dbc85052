-- What the tests of the lending operations share. Included inside their transaction.
SET LOCAL vesu.clock = '2026-03-01 12:00:00+00';
SET LOCAL timezone = 'UTC';
SET LOCAL datestyle = 'ISO';
SET LOCAL intervalstyle = 'postgres';

CREATE FUNCTION pg_temp.account(number int) RETURNS uuid
    LANGUAGE sql IMMUTABLE
    RETURN ('a0000000-0000-0000-0000-' || lpad(number::text, 12, '0'))::uuid;

-- Long names as the tests write them: ids of positions vary, addresses are mostly zeros.
CREATE FUNCTION pg_temp.short(message text) RETURNS text
    LANGUAGE sql IMMUTABLE
    RETURN regexp_replace(regexp_replace(regexp_replace(message,
           '(?!a0000000)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}', '<position>', 'g'),
           'a0000000-0000-0000-0000-0*', 'user-', 'g'),
           '0x0+', '0x', 'g');

-- One value for everything the module keeps.
CREATE FUNCTION pg_temp.checksum() RETURNS text
    LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT md5(string_agg(kept.line, E'\n' ORDER BY kept.line))
      FROM (SELECT p::text FROM vesu.vesu_pools AS p
            UNION ALL SELECT p::text FROM vesu.vesu_positions AS p
            UNION ALL SELECT t::text FROM vesu.vesu_transactions AS t
            UNION ALL SELECT l::text FROM vesu.vesu_liquidations AS l
            UNION ALL SELECT h::text FROM vesu.vesu_position_history AS h
            UNION ALL SELECT a::text FROM vesu.vesu_asset_prices AS a
            UNION ALL SELECT a::text FROM vesu.vesu_pool_assets AS a
            UNION ALL SELECT p::text FROM vesu.vesu_pool_pairs AS p) AS kept (line);
END;

-- The positions of a user in a pool, and the pool's totals.
CREATE FUNCTION pg_temp.books(holder int DEFAULT 1, address vesu.felt252 DEFAULT '0x1') RETURNS text
    LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT coalesce(string_agg(format('%s C %s D %s V %s HF %s', p.status, trim_scale(p.collateral_amount),
                                      trim_scale(p.debt_amount), trim_scale(p.vtoken_balance),
                                      coalesce(trim_scale(p.health_factor)::text, '-')),
                               ' + ' ORDER BY p.status, p.collateral_amount), 'none')
           || (SELECT format('; pool C %s D %s', trim_scale(pool.total_collateral), trim_scale(pool.total_borrow))
                 FROM vesu.vesu_pools AS pool WHERE pool.pool_address = address)
      FROM vesu.vesu_positions AS p
     WHERE p.user_id = pg_temp.account(holder) AND p.pool_address = address;
END;

-- Makes a call and shows what stands in the books afterwards.
CREATE FUNCTION pg_temp.after(call text, holder int DEFAULT 1, address vesu.felt252 DEFAULT '0x1') RETURNS text
    LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE 'SELECT ' || call;
    RETURN pg_temp.books(holder, address);
END
$$;

-- How a call ends that must fail, and whether it changed anything.
CREATE FUNCTION pg_temp.refusal(call text) RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    before constant text := pg_temp.checksum();
    state text;
    message text;
    detail text;
    hint text;
BEGIN
    BEGIN
        EXECUTE 'SELECT ' || call;
        RETURN 'accepted';
    EXCEPTION WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL,
                                hint = PG_EXCEPTION_HINT;
    END;
    RETURN pg_temp.short(concat_ws(E'\n', state || ': ' || message, 'DETAIL: ' || nullif(detail, ''),
                                   'HINT: ' || nullif(hint, ''),
                                   CASE WHEN pg_temp.checksum() <> before THEN 'AND SOMETHING CHANGED' END));
END
$$;

-- Only the SQLSTATE of that.
CREATE FUNCTION pg_temp.code(call text) RETURNS text
    LANGUAGE plpgsql AS $$
BEGIN
    RETURN substring(pg_temp.refusal(call) FROM '^[^:]*');
END
$$;

-- Pool 0x1 is the one of the contract's examples: ETH at 2500 USD against USDC at 1 USD.
\o /dev/null
SELECT vesu.record_prices(ARRAY['ETH', 'USDC', 'STRK'], ARRAY[2500, 1, 0.5]);
\o
INSERT INTO vesu.vesu_pools (pool_address, collateral_asset, debt_asset, max_ltv, liquidation_threshold,
                             liquidation_bonus, total_supply, is_active, deleted_at)
VALUES ('0x1', 'ETH', 'USDC', 0.75, 0.8, 0.05, 1000000, true, NULL),
       ('0x2', 'STRK', 'USDC', 0.5, 0.6, 0.1, 1000, true, NULL),
       ('0x3', 'ETH', 'USDC', 0.75, 0.8, 0.05, 1000000, false, NULL),
       ('0x4', 'ETH', 'USDC', 0.75, 0.8, 0.05, 1000000, true, '2026-02-01');
