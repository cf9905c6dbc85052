-- Questions about vaults and their ledger: history, distribution, utilization, the largest vaults, daily flow

CREATE OR REPLACE FUNCTION vesu_vault.history(
    owner text, type vesu_vault.transaction_type DEFAULT NULL, max_rows int DEFAULT 20, before timestamptz DEFAULT NULL)
    RETURNS SETOF vesu_vault.transactions
    LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 20
    SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET enable_sort = off
    SET enable_incremental_sort = off
AS $$
BEGIN
    PERFORM vesu_vault.check_argument('owner', owner);
    IF (max_rows >= 0) IS NOT TRUE THEN
        PERFORM vesu_vault.refuse(100, format('max_rows %s', coalesce(max_rows::text, 'NULL')), 'It is how many rows to return.',
                                  'Give a number from 0 to 100.');
    END IF;
    -- This owner only, said in the order of idx_transactions_history: with t.vault_owner = owner the planner may walk through
    -- the newest rows of all vaults instead, which are many when this one has been quiet. Only that index gives this order, so
    -- one plan serves all arguments. Knowing them, the planner would look for the ends of their columns in the indexes, past
    -- every row that was rolled back and not vacuumed yet; not knowing max_rows, it would expect a tenth of the table.
    RETURN QUERY
    SELECT newest.*
      FROM (SELECT t.*
              FROM vesu_vault.transactions AS t
             WHERE t.vault_owner >= history.owner COLLATE "C"
               AND (t.vault_owner, t.created_at) < (history.owner COLLATE "C", coalesce(history.before, timestamptz 'infinity'))
               AND (history.type IS NULL OR t.transaction_type = history.type)
             ORDER BY t.vault_owner DESC, t.created_at DESC
             LIMIT 100) AS newest
     ORDER BY newest.vault_owner DESC, newest.created_at DESC
     LIMIT history.max_rows;
END
$$;
COMMENT ON FUNCTION vesu_vault.history(text, vesu_vault.transaction_type, int, timestamptz) IS
    'Transactions of a vault in every status, the newest created_at first: at most max_rows and at most 100, only those of the type '
    '(NULL: all), only those created before the moment. To page on, give the created_at of the last row, which is unique per '
    'vault: with all its microseconds, that is as text where the language knows only milliseconds. VS100 for an owner of NULL and for max_rows below 0.';

CREATE OR REPLACE FUNCTION vesu_vault.check_edges(edges bigint[]) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF edges IS NULL OR cardinality(edges) = 0 OR array_ndims(edges) <> 1 OR array_position(edges, NULL) IS NOT NULL
       OR (SELECT bool_or(e.edge < 0 OR e.edge <= e.previous)
             FROM (SELECT u.edge, lag(u.edge) OVER (ORDER BY u.place) AS previous
                     FROM unnest(edges) WITH ORDINALITY AS u (edge, place)) AS e) THEN
        PERFORM vesu_vault.refuse(100, format('edges %s', coalesce(edges::text, 'NULL')),
                                  'They are the lower bounds of the ranges, each above the one before, none below 0.',
                                  'Give an array such as {0,100000000,1000000000}.');
    END IF;
END
$$;
COMMENT ON FUNCTION vesu_vault.check_edges(bigint[]) IS
    'Private step of distribution: VS100 unless the edges rise and none is NULL or below 0.';

CREATE OR REPLACE FUNCTION vesu_vault.distribution(
    edges bigint[] DEFAULT '{0,100000000,1000000000,10000000000}', OUT lower bigint, OUT upper bigint, OUT vaults bigint,
    OUT percent numeric)
    RETURNS SETOF record
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM vesu_vault.check_edges(edges);
    RETURN QUERY
    WITH counted AS (
        -- Place 0 lies below the first edge; -1 stands for the empty vaults.
        SELECT CASE WHEN v.total_balance = 0 THEN -1 ELSE width_bucket(v.total_balance, edges) END AS place, count(*) AS vaults
          FROM vesu_vault.vaults AS v
         WHERE v.status = 'active'
         GROUP BY 1),
    filled AS (
        SELECT coalesce(sum(c.vaults), 0) AS vaults FROM counted AS c WHERE c.place >= 0),
    range AS (
        SELECT -1 AS place, NULL::bigint AS lower, NULL::bigint AS upper
        UNION ALL
        SELECT e.place::int, e.edge, lead(e.edge) OVER (ORDER BY e.place)
          FROM unnest(edges) WITH ORDINALITY AS e (edge, place))
    SELECT r.lower, r.upper, coalesce(c.vaults, 0),
           CASE WHEN r.place > 0 THEN coalesce(round(coalesce(c.vaults, 0) * 100 / nullif(f.vaults, 0), 4), 0) END
      FROM range AS r
     CROSS JOIN filled AS f
      LEFT JOIN counted AS c ON c.place = r.place
     ORDER BY r.place;
END
$$;
COMMENT ON FUNCTION vesu_vault.distribution(bigint[]) IS
    'How many active vaults have a total in each range: from lower (included) to upper (excluded; NULL: no end). The first row, '
    'without bounds, counts the empty vaults; percent is the share of the vaults that are not empty, rounded to 4 decimals. '
    'VS100 unless the edges rise and none is NULL or below 0.';

CREATE OR REPLACE FUNCTION vesu_vault.utilization_percent() RETURNS numeric
    LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT coalesce(round(sum(v.locked_balance) * 100 / nullif(sum(v.total_balance), 0), 4), 0)
      FROM vesu_vault.vaults AS v
     WHERE v.status = 'active';
END;
COMMENT ON FUNCTION vesu_vault.utilization_percent() IS
    'locked / total * 100 of all active vaults together, rounded to 4 decimals; 0 if they are empty.';

CREATE OR REPLACE FUNCTION vesu_vault.top_vaults(
    n int DEFAULT 10, OUT rank bigint, OUT owner text, OUT total_balance bigint, OUT locked_balance bigint, OUT percent numeric)
    RETURNS SETOF record
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF (n >= 0) IS NOT TRUE THEN
        PERFORM vesu_vault.refuse(100, format('n %s', coalesce(n::text, 'NULL')), 'It is how many vaults to return.',
                                  'Give a number from 0 on.');
    END IF;
    RETURN QUERY
    SELECT row_number() OVER (ORDER BY largest.total_balance DESC, largest.owner), largest.owner::text, largest.total_balance,
           largest.locked_balance, coalesce(round(largest.total_balance * 100 / nullif(everything.total, 0), 4), 0)
      FROM (SELECT v.owner, v.total_balance, v.locked_balance
              FROM vesu_vault.vaults AS v
             WHERE v.status = 'active'
             ORDER BY v.total_balance DESC, v.owner
             LIMIT top_vaults.n) AS largest
     CROSS JOIN (SELECT sum(v.total_balance) AS total
                   FROM vesu_vault.vaults AS v
                  WHERE v.status = 'active') AS everything
     ORDER BY largest.total_balance DESC, largest.owner;
END
$$;
COMMENT ON FUNCTION vesu_vault.top_vaults(int) IS
    'The n active vaults with the largest totals, equal ones by owner; percent is their share of the total of all active vaults, '
    'rounded to 4 decimals. VS100 for NULL and below 0.';

CREATE OR REPLACE FUNCTION vesu_vault.daily_flow(
    from_day date, to_day date, OUT day date, OUT deposits numeric, OUT withdrawals numeric, OUT net numeric,
    OUT operations bigint)
    RETURNS SETOF record
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET plan_cache_mode = force_custom_plan
AS $$
BEGIN
    PERFORM vesu_vault.check_argument('from_day', from_day::text);
    PERFORM vesu_vault.check_argument('to_day', to_day::text);
    RETURN QUERY
    SELECT flow.day, flow.deposits, flow.withdrawals, flow.deposits - flow.withdrawals, flow.operations
      FROM (SELECT t.confirmed_at::date AS day,
                   coalesce(sum(t.amount) FILTER (WHERE t.transaction_type = 'deposit'), 0) AS deposits,
                   coalesce(sum(t.amount) FILTER (WHERE t.transaction_type = 'withdrawal'), 0) AS withdrawals,
                   count(*) AS operations
              FROM vesu_vault.transactions AS t
             WHERE t.transaction_type IN ('deposit', 'withdrawal')
               AND t.confirmed_at >= vesu_vault.day_start(from_day)
               AND t.confirmed_at < vesu_vault.day_start(to_day + 1)
             GROUP BY t.confirmed_at::date) AS flow
     ORDER BY flow.day;
END
$$;
COMMENT ON FUNCTION vesu_vault.daily_flow(date, date) IS
    'Confirmed deposits and withdrawals of each UTC day from from_day to to_day, both included: sums, deposits - withdrawals, and how '
    'many. Days without any are absent. VS100 for NULL.';
