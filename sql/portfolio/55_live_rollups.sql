-- The roll-ups as they would be if they were counted now
--
-- What is stored and not marked, and what is marked from the series. The stored half is in descending order, so that the
-- newest rows of a key come from its index without the rest; who reads all of a large roll-up pays for a sort. Buckets in
-- frozen_months() count as stored. A mark is of one day, so of 24 buckets at most.

CREATE OR REPLACE VIEW vesu_portfolio.ohlcv_hourly_live WITH (security_invoker) AS
(SELECT r.asset_id, r.bucket, r.open, r.high, r.low, r.close, r.volume_24h, r.points
   FROM vesu_portfolio.ohlcv_hourly AS r
  WHERE NOT EXISTS (SELECT FROM vesu_portfolio.rollup_marks AS m
                     WHERE m.rollup = 'ohlcv_hourly' AND m.key = r.asset_id AND m.chain_id = 0
                       AND m.day = date_bin('24 hours', r.bucket, '0001-01-01 00:00:00+00')
                       AND m.bucket <= r.bucket AND m.last_bucket >= r.bucket
                       AND NOT m.bucket <@ (SELECT vesu_portfolio.frozen_months('market_data')))
  ORDER BY r.asset_id DESC, r.bucket DESC)
UNION ALL
SELECT marked.key, marked.bucket, bar.open, bar.high, bar.low, bar.close, bar.volume_24h, bar.points
  FROM (SELECT DISTINCT m.key, m.bucket + n.number * interval '1 hour' AS bucket
          FROM vesu_portfolio.rollup_marks AS m
         CROSS JOIN generate_series(0, 23) AS n (number)
         WHERE m.rollup = 'ohlcv_hourly' AND m.bucket + n.number * interval '1 hour' <= m.last_bucket
           AND NOT m.bucket <@ (SELECT vesu_portfolio.frozen_months('market_data'))) AS marked
 CROSS JOIN LATERAL vesu_portfolio.ohlcv_bar(marked.key, marked.bucket, marked.bucket + interval '1 hour') AS bar
 WHERE bar.points > 0;
COMMENT ON VIEW vesu_portfolio.ohlcv_hourly_live IS
    'ohlcv_hourly as a full recount of market_data would give it now, whether refreshed or not.';

CREATE OR REPLACE VIEW vesu_portfolio.ohlcv_daily_live WITH (security_invoker) AS
(SELECT r.asset_id, r.bucket, r.open, r.high, r.low, r.close, r.volume_24h, r.points
   FROM vesu_portfolio.ohlcv_daily AS r
  WHERE NOT EXISTS (SELECT FROM vesu_portfolio.rollup_marks AS m
                     WHERE m.rollup = 'ohlcv_daily' AND m.key = r.asset_id AND m.chain_id = 0 AND m.day = r.bucket
                       AND NOT m.day <@ (SELECT vesu_portfolio.frozen_months('market_data')))
  ORDER BY r.asset_id DESC, r.bucket DESC)
UNION ALL
SELECT marked.key, marked.bucket, bar.open, bar.high, bar.low, bar.close, bar.volume_24h, bar.points
  FROM (SELECT DISTINCT m.key, m.day AS bucket
          FROM vesu_portfolio.rollup_marks AS m
         WHERE m.rollup = 'ohlcv_daily' AND NOT m.day <@ (SELECT vesu_portfolio.frozen_months('market_data'))) AS marked
 CROSS JOIN LATERAL vesu_portfolio.ohlcv_bar(marked.key, marked.bucket, marked.bucket + interval '24 hours') AS bar
 WHERE bar.points > 0;
COMMENT ON VIEW vesu_portfolio.ohlcv_daily_live IS
    'ohlcv_daily as a full recount of market_data would give it now, whether refreshed or not.';

CREATE OR REPLACE VIEW vesu_portfolio.yields_hourly_live WITH (security_invoker) AS
(SELECT r.protocol_name, r.chain_id, r.bucket, r.avg_apy, r.max_apy, r.tvl, r.pools, r.tvl_weighted_apy, r.risk_adjusted_apy
   FROM vesu_portfolio.yields_hourly AS r
  WHERE NOT EXISTS (SELECT FROM vesu_portfolio.rollup_marks AS m
                     WHERE m.rollup = 'yields_hourly' AND m.key = r.protocol_name AND m.chain_id = r.chain_id
                       AND m.day = date_bin('24 hours', r.bucket, '0001-01-01 00:00:00+00')
                       AND m.bucket <= r.bucket AND m.last_bucket >= r.bucket
                       AND NOT m.bucket <@ (SELECT vesu_portfolio.frozen_months('yield_metrics')))
  ORDER BY r.protocol_name DESC, r.chain_id DESC, r.bucket DESC)
UNION ALL
SELECT marked.key, marked.chain_id, marked.bucket, bar.avg_apy, bar.max_apy, bar.tvl, bar.pools, bar.tvl_weighted_apy,
       bar.risk_adjusted_apy
  FROM (SELECT DISTINCT m.key, m.chain_id, m.bucket + n.number * interval '1 hour' AS bucket
          FROM vesu_portfolio.rollup_marks AS m
         CROSS JOIN generate_series(0, 23) AS n (number)
         WHERE m.rollup = 'yields_hourly' AND m.bucket + n.number * interval '1 hour' <= m.last_bucket
           AND NOT m.bucket <@ (SELECT vesu_portfolio.frozen_months('yield_metrics'))) AS marked
 CROSS JOIN LATERAL vesu_portfolio.yields_bar(marked.key, marked.chain_id, marked.bucket) AS bar
 WHERE bar.pools > 0;
COMMENT ON VIEW vesu_portfolio.yields_hourly_live IS
    'yields_hourly as a full recount of yield_metrics would give it now, whether refreshed or not.';

CREATE OR REPLACE VIEW vesu_portfolio.protocol_tvl_live WITH (security_invoker) AS
(SELECT r.protocol_name, r.bucket, r.tvl, r.pools, r.active_pools, r.change_1h, r.change_24h
   FROM vesu_portfolio.protocol_tvl AS r
  WHERE NOT EXISTS (SELECT FROM vesu_portfolio.rollup_marks AS m
                     WHERE m.rollup = 'protocol_tvl' AND m.key = r.protocol_name AND m.chain_id = 0
                       AND m.day = date_bin('24 hours', r.bucket, '0001-01-01 00:00:00+00')
                       AND m.bucket <= r.bucket AND m.last_bucket >= r.bucket
                       AND NOT m.bucket <@ (SELECT vesu_portfolio.frozen_months('yield_metrics')))
  ORDER BY r.protocol_name DESC, r.bucket DESC)
UNION ALL
SELECT marked.key, marked.bucket, bar.tvl, bar.pools, bar.active_pools, bar.change_1h, bar.change_24h
  FROM (SELECT DISTINCT m.key, m.bucket + n.number * interval '1 hour' AS bucket
          FROM vesu_portfolio.rollup_marks AS m
         CROSS JOIN generate_series(0, 23) AS n (number)
         WHERE m.rollup = 'protocol_tvl' AND m.bucket + n.number * interval '1 hour' <= m.last_bucket
           AND NOT m.bucket <@ (SELECT vesu_portfolio.frozen_months('yield_metrics'))) AS marked
 CROSS JOIN LATERAL vesu_portfolio.tvl_bar(marked.key, marked.bucket) AS bar
 WHERE bar.pools > 0;
COMMENT ON VIEW vesu_portfolio.protocol_tvl_live IS
    'protocol_tvl as a full recount of yield_metrics would give it now, whether refreshed or not.';
