-- Stands in for the months that partitions know

CREATE OR REPLACE FUNCTION vesu_portfolio.frozen_before(parent text) RETURNS timestamptz
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN '-infinity';
END
$$;
COMMENT ON FUNCTION vesu_portfolio.frozen_before(text) IS 'When the oldest attached month of a series begins.';
