-- Randomness for the tokens and keys of the portfolio module.
CREATE FUNCTION vesu_portfolio.random_secret() RETURNS bytea
    LANGUAGE c VOLATILE PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_random_secret';
REVOKE ALL ON FUNCTION vesu_portfolio.random_secret() FROM PUBLIC;
COMMENT ON FUNCTION vesu_portfolio.random_secret() IS
    'Private step of create_session() and create_api_key(): 32 bytes from the server''s cryptographic random numbers.';
