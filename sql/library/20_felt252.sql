-- felt252: addresses and hashes of Starknet. Its operators are members made in pg_catalog, so that
-- pool_address = '0x1a2b' works under every search_path.
CREATE TYPE vesu.felt252;

CREATE FUNCTION vesu.felt252_in(cstring) RETURNS vesu.felt252
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_felt252_in';
CREATE FUNCTION vesu.felt252_out(vesu.felt252) RETURNS cstring
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_felt252_out';
CREATE FUNCTION vesu.felt252_recv(internal) RETURNS vesu.felt252
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_felt252_recv';
CREATE FUNCTION vesu.felt252_send(vesu.felt252) RETURNS bytea
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_felt252_send';

CREATE TYPE vesu.felt252 (
    INPUT = vesu.felt252_in, OUTPUT = vesu.felt252_out,
    RECEIVE = vesu.felt252_recv, SEND = vesu.felt252_send,
    INTERNALLENGTH = 32, ALIGNMENT = char, STORAGE = plain);
COMMENT ON TYPE vesu.felt252 IS
    'An element of Starknet''s field: an address or a hash. 32 bytes. Input: "0x" and 1 to 64 hexadecimal digits of '
    'either case, below 2^251 + 17*2^192 + 1, else VS002; output: "0x" and 64 lower-case digits. Compared by value.';

CREATE FUNCTION vesu.felt252_lt(vesu.felt252, vesu.felt252) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_felt252_lt';
CREATE FUNCTION vesu.felt252_le(vesu.felt252, vesu.felt252) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_felt252_le';
CREATE FUNCTION vesu.felt252_eq(vesu.felt252, vesu.felt252) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_felt252_eq';
CREATE FUNCTION vesu.felt252_ne(vesu.felt252, vesu.felt252) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_felt252_ne';
CREATE FUNCTION vesu.felt252_ge(vesu.felt252, vesu.felt252) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_felt252_ge';
CREATE FUNCTION vesu.felt252_gt(vesu.felt252, vesu.felt252) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_felt252_gt';
CREATE FUNCTION vesu.felt252_cmp(vesu.felt252, vesu.felt252) RETURNS integer
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_felt252_cmp';
CREATE FUNCTION vesu.felt252_hash(vesu.felt252) RETURNS integer
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_felt252_hash';
CREATE FUNCTION vesu.felt252_hash_extended(vesu.felt252, bigint) RETURNS bigint
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_felt252_hash_extended';

CREATE OPERATOR pg_catalog.< (
    FUNCTION = vesu.felt252_lt, LEFTARG = vesu.felt252, RIGHTARG = vesu.felt252,
    COMMUTATOR = OPERATOR(pg_catalog.>), NEGATOR = OPERATOR(pg_catalog.>=),
    RESTRICT = scalarltsel, JOIN = scalarltjoinsel);

CREATE OPERATOR pg_catalog.<= (
    FUNCTION = vesu.felt252_le, LEFTARG = vesu.felt252, RIGHTARG = vesu.felt252,
    COMMUTATOR = OPERATOR(pg_catalog.>=), NEGATOR = OPERATOR(pg_catalog.>),
    RESTRICT = scalarlesel, JOIN = scalarlejoinsel);

CREATE OPERATOR pg_catalog.= (
    FUNCTION = vesu.felt252_eq, LEFTARG = vesu.felt252, RIGHTARG = vesu.felt252,
    COMMUTATOR = OPERATOR(pg_catalog.=), NEGATOR = OPERATOR(pg_catalog.<>),
    RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);

CREATE OPERATOR pg_catalog.<> (
    FUNCTION = vesu.felt252_ne, LEFTARG = vesu.felt252, RIGHTARG = vesu.felt252,
    COMMUTATOR = OPERATOR(pg_catalog.<>), NEGATOR = OPERATOR(pg_catalog.=),
    RESTRICT = neqsel, JOIN = neqjoinsel);

CREATE OPERATOR pg_catalog.>= (
    FUNCTION = vesu.felt252_ge, LEFTARG = vesu.felt252, RIGHTARG = vesu.felt252,
    COMMUTATOR = OPERATOR(pg_catalog.<=), NEGATOR = OPERATOR(pg_catalog.<),
    RESTRICT = scalargesel, JOIN = scalargejoinsel);

CREATE OPERATOR pg_catalog.> (
    FUNCTION = vesu.felt252_gt, LEFTARG = vesu.felt252, RIGHTARG = vesu.felt252,
    COMMUTATOR = OPERATOR(pg_catalog.<), NEGATOR = OPERATOR(pg_catalog.<=),
    RESTRICT = scalargtsel, JOIN = scalargtjoinsel);

CREATE OPERATOR CLASS vesu.felt252_ops DEFAULT FOR TYPE vesu.felt252 USING btree AS
    OPERATOR 1 pg_catalog.<, OPERATOR 2 pg_catalog.<=, OPERATOR 3 pg_catalog.=,
    OPERATOR 4 pg_catalog.>=, OPERATOR 5 pg_catalog.>,
    FUNCTION 1 vesu.felt252_cmp(vesu.felt252, vesu.felt252);

CREATE OPERATOR CLASS vesu.felt252_hash_ops DEFAULT FOR TYPE vesu.felt252 USING hash AS
    OPERATOR 1 pg_catalog.=,
    FUNCTION 1 vesu.felt252_hash(vesu.felt252),
    FUNCTION 2 vesu.felt252_hash_extended(vesu.felt252, bigint);

CREATE FUNCTION vesu.felt252_to_bytea(vesu.felt252) RETURNS bytea
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_felt252_to_bytea';
CREATE FUNCTION vesu.felt252_from_bytea(bytea) RETURNS vesu.felt252
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_felt252_from_bytea';
CREATE FUNCTION vesu.felt252_to_numeric(vesu.felt252) RETURNS numeric
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_felt252_to_numeric';
CREATE FUNCTION vesu.felt252_from_numeric(numeric) RETURNS vesu.felt252
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_felt252_from_numeric';

CREATE CAST (vesu.felt252 AS bytea) WITH FUNCTION vesu.felt252_to_bytea(vesu.felt252);
CREATE CAST (bytea AS vesu.felt252) WITH FUNCTION vesu.felt252_from_bytea(bytea);
CREATE CAST (vesu.felt252 AS numeric) WITH FUNCTION vesu.felt252_to_numeric(vesu.felt252);
CREATE CAST (numeric AS vesu.felt252) WITH FUNCTION vesu.felt252_from_numeric(numeric);
COMMENT ON CAST (vesu.felt252 AS bytea) IS 'The 32 bytes, most significant first. Explicit.';
COMMENT ON CAST (bytea AS vesu.felt252) IS '32 bytes, most significant first; VS002 unless they are a field element. Explicit.';
COMMENT ON CAST (vesu.felt252 AS numeric) IS 'The value as a whole number. Explicit.';
COMMENT ON CAST (numeric AS vesu.felt252) IS
    'A whole number from 0 to 2^251 + 17*2^192; VS002 otherwise. Explicit.';

COMMENT ON FUNCTION vesu.felt252_in(cstring) IS
    'Input of felt252. VS002 unless a field element.';
COMMENT ON FUNCTION vesu.felt252_out(vesu.felt252) IS
    'Output of felt252: "0x" and 64 digits.';
COMMENT ON FUNCTION vesu.felt252_recv(internal) IS
    'Binary input of felt252: 32 bytes, most significant first. VS002 unless a field element.';
COMMENT ON FUNCTION vesu.felt252_send(vesu.felt252) IS
    'Binary output of felt252: 32 bytes, most significant first.';
COMMENT ON FUNCTION vesu.felt252_cmp(vesu.felt252, vesu.felt252) IS
    'Below 0, 0 or above 0 as the first value is lower, equal or higher: the order of btree.';
COMMENT ON FUNCTION vesu.felt252_hash(vesu.felt252) IS
    'Hash by value.';
COMMENT ON FUNCTION vesu.felt252_hash_extended(vesu.felt252, bigint) IS
    'Hash by value with a seed.';
COMMENT ON FUNCTION vesu.felt252_to_bytea(vesu.felt252) IS
    'Implementation of the cast felt252 to bytea.';
COMMENT ON FUNCTION vesu.felt252_from_bytea(bytea) IS
    'Implementation of the cast bytea to felt252.';
COMMENT ON FUNCTION vesu.felt252_to_numeric(vesu.felt252) IS
    'Implementation of the cast felt252 to numeric.';
COMMENT ON FUNCTION vesu.felt252_from_numeric(numeric) IS
    'Implementation of the cast numeric to felt252.';
COMMENT ON FUNCTION vesu.felt252_lt(vesu.felt252, vesu.felt252) IS
    'Implementation of the operator <: compares values.';
COMMENT ON FUNCTION vesu.felt252_le(vesu.felt252, vesu.felt252) IS
    'Implementation of the operator <=: compares values.';
COMMENT ON FUNCTION vesu.felt252_eq(vesu.felt252, vesu.felt252) IS
    'Implementation of the operator =: compares values.';
COMMENT ON FUNCTION vesu.felt252_ne(vesu.felt252, vesu.felt252) IS
    'Implementation of the operator <>: compares values.';
COMMENT ON FUNCTION vesu.felt252_ge(vesu.felt252, vesu.felt252) IS
    'Implementation of the operator >=: compares values.';
COMMENT ON FUNCTION vesu.felt252_gt(vesu.felt252, vesu.felt252) IS
    'Implementation of the operator >: compares values.';
