-- What the tests of protocol pools share, after lending_operations.sql: the published configuration of a real pool.
\set read_configuration 'cat ' :directory '/data/vesu_v2_prime_mainnet.json'
\set configuration `:read_configuration`
CREATE TABLE pg_temp.configuration AS SELECT :'configuration'::jsonb AS prime;

-- It with some things changed.
CREATE FUNCTION pg_temp.prime(changes jsonb DEFAULT '{}') RETURNS jsonb
    LANGUAGE plpgsql STABLE AS $$
DECLARE
    changed jsonb := (SELECT c.prime FROM pg_temp.configuration AS c);
    change record;
BEGIN
    FOR change IN SELECT string_to_array(key, '.') AS path, value FROM jsonb_each(changes) LOOP
        changed := CASE change.value WHEN 'null' THEN changed #- change.path
                                     ELSE jsonb_set(changed, change.path, change.value) END;
    END LOOP;
    RETURN changed;
END
$$;

-- The pool that stands for a pair of a protocol pool.
CREATE FUNCTION pg_temp.pool(collateral text, debt text, protocol_pool vesu.felt252 DEFAULT '0xabc') RETURNS vesu.felt252
    LANGUAGE sql STABLE
    RETURN (SELECT p.pool_address FROM vesu.vesu_pools AS p
             WHERE p.protocol_pool = pool.protocol_pool AND p.collateral_asset = collateral AND p.debt_asset = debt);

-- Books of a token with 6 decimals: what is in reserve, lent and owned, in whole tokens.
CREATE FUNCTION pg_temp.books(reserve numeric, debt numeric, shares numeric, accumulator numeric DEFAULT 1, decimals int DEFAULT 6)
    RETURNS vesu.asset_config
    LANGUAGE sql IMMUTABLE
    RETURN ROW(trunc(reserve * ('1e' || decimals)::numeric), trunc(debt * 1e18), trunc(shares * 1e18), trunc(accumulator * 1e18),
               ('1e' || decimals)::numeric, 2e17)::vesu.asset_config;
