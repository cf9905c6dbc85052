-- History of positions: every superseded version, and the version of any moment

CREATE OR REPLACE FUNCTION vesu.keep_position_history() RETURNS trigger
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
<<version>>
DECLARE
    began timestamptz;
BEGIN
    -- The newest version ended where this one began. A clock that went back must not open a gap.
    began := coalesce((SELECT h.valid_to
                         FROM vesu.vesu_position_history AS h
                        WHERE h.position_id = OLD.id
                        ORDER BY h.valid_to DESC
                        LIMIT 1), OLD.created_at);
    INSERT INTO vesu.vesu_position_history
        (position_id, user_id, pool_address, collateral_asset, debt_asset, collateral_amount, debt_amount,
         vtoken_balance, health_factor, status, last_updated, nominal_debt, collateral_shares, risk_ratio,
         created_at, updated_at, deleted_at, valid_from, valid_to)
    VALUES (OLD.id, OLD.user_id, OLD.pool_address, OLD.collateral_asset, OLD.debt_asset, OLD.collateral_amount,
            OLD.debt_amount, OLD.vtoken_balance, OLD.health_factor, OLD.status, OLD.last_updated, OLD.nominal_debt,
            OLD.collateral_shares, OLD.risk_ratio, OLD.created_at, OLD.updated_at, OLD.deleted_at,
            version.began, greatest(version.began, vesu.now()));
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION vesu.keep_position_history() IS
    'Trigger of vesu_positions: keeps the superseded version of a row, from the end of the version before (at first from '
    'created_at) until vesu.now(), never before it began.';

CREATE OR REPLACE TRIGGER vesu_positions_history
    AFTER UPDATE ON vesu.vesu_positions
    FOR EACH ROW
    WHEN (OLD.collateral_amount IS DISTINCT FROM NEW.collateral_amount
          OR OLD.debt_amount IS DISTINCT FROM NEW.debt_amount
          OR OLD.vtoken_balance IS DISTINCT FROM NEW.vtoken_balance
          OR OLD.nominal_debt IS DISTINCT FROM NEW.nominal_debt
          OR OLD.collateral_shares IS DISTINCT FROM NEW.collateral_shares
          OR OLD.health_factor IS DISTINCT FROM NEW.health_factor
          OR OLD.status IS DISTINCT FROM NEW.status)
    EXECUTE FUNCTION vesu.keep_position_history();

CREATE OR REPLACE FUNCTION vesu.position_as_of(position_id uuid, at timestamptz) RETURNS vesu.vesu_positions
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT version.*
      FROM vesu.vesu_positions AS p
      -- The position's own columns by name: a column that a user gave to either table stays out of it.
      LEFT JOIN LATERAL (
            SELECT h.user_id, h.pool_address, h.collateral_asset, h.debt_asset, h.collateral_amount, h.debt_amount,
                   h.vtoken_balance, h.health_factor, h.status, h.last_updated, h.nominal_debt, h.collateral_shares,
                   h.risk_ratio, h.created_at, h.updated_at, h.deleted_at
              FROM vesu.vesu_position_history AS h
             WHERE h.position_id OPERATOR(pg_catalog.=) p.id
               AND h.valid_from OPERATOR(pg_catalog.<=) position_as_of.at
               AND h.valid_to OPERATOR(pg_catalog.>) position_as_of.at) AS superseded ON true
     CROSS JOIN LATERAL vesu.row_with(p.*, superseded.*) AS version
     WHERE p.id OPERATOR(pg_catalog.=) position_as_of.position_id
       AND p.created_at OPERATOR(pg_catalog.<=) position_as_of.at
       AND (p.deleted_at IS NULL OR p.deleted_at OPERATOR(pg_catalog.>) position_as_of.at)
    $$;
COMMENT ON FUNCTION vesu.position_as_of(uuid, timestamptz) IS
    'The position as it was at a moment: the version with valid_from <= at < valid_to, else the current row. Amounts are '
    'those last written then. Columns that a user added have their present values. NULL before the position was created, '
    'from its soft delete on, for an unknown position, and for a NULL argument.';
