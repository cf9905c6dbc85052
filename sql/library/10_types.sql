-- The schema and the enumerations. Extension members use plain CREATE: a stranger's object is an error.
CREATE SCHEMA vesu;
COMMENT ON SCHEMA vesu IS
    'The library of vesu and its lending module: pools, positions, transactions, liquidations, prices.';

CREATE TYPE vesu.position_status AS ENUM ('active', 'liquidated', 'closed');
COMMENT ON TYPE vesu.position_status IS
    'active: open; liquidated: a liquidation left no debt; closed: no collateral and no debt is left.';

CREATE TYPE vesu.transaction_type AS ENUM ('supply', 'borrow', 'repay', 'withdraw', 'liquidation');
COMMENT ON TYPE vesu.transaction_type IS 'What a transaction did to its position.';

CREATE TYPE vesu.transaction_status AS ENUM ('pending', 'confirmed', 'failed');
COMMENT ON TYPE vesu.transaction_status IS
    'pending: seen, not applied; confirmed: applied; failed: will never be applied.';
