-- uint256: amounts as the chain counts them, whole and in [0, 2^256). Its operators and aggregates are members made in
-- pg_catalog, so that balance + fee and sum(balance) work under every search_path.
CREATE TYPE vesu.uint256;

CREATE FUNCTION vesu.uint256_in(cstring) RETURNS vesu.uint256
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_uint256_in';
CREATE FUNCTION vesu.uint256_out(vesu.uint256) RETURNS cstring
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_uint256_out';
CREATE FUNCTION vesu.uint256_recv(internal) RETURNS vesu.uint256
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_uint256_recv';
CREATE FUNCTION vesu.uint256_send(vesu.uint256) RETURNS bytea
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_uint256_send';

CREATE TYPE vesu.uint256 (
    INPUT = vesu.uint256_in, OUTPUT = vesu.uint256_out,
    RECEIVE = vesu.uint256_recv, SEND = vesu.uint256_send,
    INTERNALLENGTH = 32, ALIGNMENT = char, STORAGE = plain);
COMMENT ON TYPE vesu.uint256 IS
    'A whole number from 0 to 2^256-1, in the smallest units of its token. 32 bytes. Input: decimal digits, or "0x" and 1 to 64 '
    'hexadecimal digits of either case, else VS001; output: decimal digits. Operators + - * / % (division rounds down) never '
    'wrap: 22003 for a result outside the range, 22012 for a division by zero. Casts to and from numeric, bigint and bytea, and '
    'from integer, are explicit; text is read and written as by input and output. Compared by value.';

CREATE FUNCTION vesu.uint256_lt(vesu.uint256, vesu.uint256) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_uint256_lt';
CREATE FUNCTION vesu.uint256_le(vesu.uint256, vesu.uint256) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_uint256_le';
CREATE FUNCTION vesu.uint256_eq(vesu.uint256, vesu.uint256) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_uint256_eq';
CREATE FUNCTION vesu.uint256_ne(vesu.uint256, vesu.uint256) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_uint256_ne';
CREATE FUNCTION vesu.uint256_ge(vesu.uint256, vesu.uint256) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_uint256_ge';
CREATE FUNCTION vesu.uint256_gt(vesu.uint256, vesu.uint256) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_uint256_gt';
CREATE FUNCTION vesu.uint256_cmp(vesu.uint256, vesu.uint256) RETURNS integer
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_uint256_cmp';
CREATE FUNCTION vesu.uint256_sortsupport(internal) RETURNS void
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_uint256_sortsupport';
CREATE FUNCTION vesu.uint256_hash(vesu.uint256) RETURNS integer
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_uint256_hash';
CREATE FUNCTION vesu.uint256_hash_extended(vesu.uint256, bigint) RETURNS bigint
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_uint256_hash_extended';

CREATE OPERATOR pg_catalog.< (
    FUNCTION = vesu.uint256_lt, LEFTARG = vesu.uint256, RIGHTARG = vesu.uint256,
    COMMUTATOR = OPERATOR(pg_catalog.>), NEGATOR = OPERATOR(pg_catalog.>=),
    RESTRICT = scalarltsel, JOIN = scalarltjoinsel);

CREATE OPERATOR pg_catalog.<= (
    FUNCTION = vesu.uint256_le, LEFTARG = vesu.uint256, RIGHTARG = vesu.uint256,
    COMMUTATOR = OPERATOR(pg_catalog.>=), NEGATOR = OPERATOR(pg_catalog.>),
    RESTRICT = scalarlesel, JOIN = scalarlejoinsel);

CREATE OPERATOR pg_catalog.= (
    FUNCTION = vesu.uint256_eq, LEFTARG = vesu.uint256, RIGHTARG = vesu.uint256,
    COMMUTATOR = OPERATOR(pg_catalog.=), NEGATOR = OPERATOR(pg_catalog.<>),
    RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);

CREATE OPERATOR pg_catalog.<> (
    FUNCTION = vesu.uint256_ne, LEFTARG = vesu.uint256, RIGHTARG = vesu.uint256,
    COMMUTATOR = OPERATOR(pg_catalog.<>), NEGATOR = OPERATOR(pg_catalog.=),
    RESTRICT = neqsel, JOIN = neqjoinsel);

CREATE OPERATOR pg_catalog.>= (
    FUNCTION = vesu.uint256_ge, LEFTARG = vesu.uint256, RIGHTARG = vesu.uint256,
    COMMUTATOR = OPERATOR(pg_catalog.<=), NEGATOR = OPERATOR(pg_catalog.<),
    RESTRICT = scalargesel, JOIN = scalargejoinsel);

CREATE OPERATOR pg_catalog.> (
    FUNCTION = vesu.uint256_gt, LEFTARG = vesu.uint256, RIGHTARG = vesu.uint256,
    COMMUTATOR = OPERATOR(pg_catalog.<), NEGATOR = OPERATOR(pg_catalog.<=),
    RESTRICT = scalargtsel, JOIN = scalargtjoinsel);

CREATE OPERATOR CLASS vesu.uint256_ops DEFAULT FOR TYPE vesu.uint256 USING btree AS
    OPERATOR 1 pg_catalog.<, OPERATOR 2 pg_catalog.<=, OPERATOR 3 pg_catalog.=,
    OPERATOR 4 pg_catalog.>=, OPERATOR 5 pg_catalog.>,
    FUNCTION 1 vesu.uint256_cmp(vesu.uint256, vesu.uint256),
    FUNCTION 2 vesu.uint256_sortsupport(internal),
    FUNCTION 4 pg_catalog.btequalimage(oid);  -- equal balances share an index entry

CREATE OPERATOR CLASS vesu.uint256_hash_ops DEFAULT FOR TYPE vesu.uint256 USING hash AS
    OPERATOR 1 pg_catalog.=,
    FUNCTION 1 vesu.uint256_hash(vesu.uint256),
    FUNCTION 2 vesu.uint256_hash_extended(vesu.uint256, bigint);

CREATE FUNCTION vesu.uint256_add(vesu.uint256, vesu.uint256) RETURNS vesu.uint256
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_uint256_add';
CREATE FUNCTION vesu.uint256_subtract(vesu.uint256, vesu.uint256) RETURNS vesu.uint256
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_uint256_subtract';
CREATE FUNCTION vesu.uint256_multiply(vesu.uint256, vesu.uint256) RETURNS vesu.uint256
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_uint256_multiply';
CREATE FUNCTION vesu.uint256_divide(vesu.uint256, vesu.uint256) RETURNS vesu.uint256
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_uint256_divide';
CREATE FUNCTION vesu.uint256_remainder(vesu.uint256, vesu.uint256) RETURNS vesu.uint256
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_uint256_remainder';

CREATE OPERATOR pg_catalog.+ (
    FUNCTION = vesu.uint256_add, LEFTARG = vesu.uint256, RIGHTARG = vesu.uint256,
    COMMUTATOR = OPERATOR(pg_catalog.+));
CREATE OPERATOR pg_catalog.- (
    FUNCTION = vesu.uint256_subtract, LEFTARG = vesu.uint256, RIGHTARG = vesu.uint256);
CREATE OPERATOR pg_catalog.* (
    FUNCTION = vesu.uint256_multiply, LEFTARG = vesu.uint256, RIGHTARG = vesu.uint256,
    COMMUTATOR = OPERATOR(pg_catalog.*));
CREATE OPERATOR pg_catalog./ (
    FUNCTION = vesu.uint256_divide, LEFTARG = vesu.uint256, RIGHTARG = vesu.uint256);
CREATE OPERATOR pg_catalog.% (
    FUNCTION = vesu.uint256_remainder, LEFTARG = vesu.uint256, RIGHTARG = vesu.uint256);

CREATE FUNCTION vesu.mul_div(a vesu.uint256, b vesu.uint256, c vesu.uint256, rounding text) RETURNS vesu.uint256
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_mul_div';
COMMENT ON FUNCTION vesu.mul_div(vesu.uint256, vesu.uint256, vesu.uint256, text) IS
    'a * b / c, rounded once to a whole number as rounding says: ''down'' or ''up''. The product has 512 bits, so only the result can '
    'be too large. NULL for a NULL argument. 22003 when the result is above 2^256-1; 22012 when c is 0; VS001 for another rounding.';

CREATE FUNCTION vesu.to_hex(vesu.uint256) RETURNS text
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_to_hex';
COMMENT ON FUNCTION vesu.to_hex(vesu.uint256) IS
    '"0x" and lower-case hexadecimal digits without leading zeros: 0x0 for 0. NULL for NULL.';

-- Aggregates. The state is a uint256, so that partial sums need no function of their own to travel.
CREATE FUNCTION vesu.uint256_accumulate(vesu.uint256, vesu.uint256) RETURNS vesu.uint256
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_uint256_accumulate';
CREATE FUNCTION vesu.uint256_accumulate_inverse(vesu.uint256, vesu.uint256) RETURNS vesu.uint256
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_uint256_accumulate_inverse';
CREATE FUNCTION vesu.uint256_smaller(vesu.uint256, vesu.uint256) RETURNS vesu.uint256
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_uint256_smaller';
CREATE FUNCTION vesu.uint256_larger(vesu.uint256, vesu.uint256) RETURNS vesu.uint256
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_uint256_larger';

CREATE AGGREGATE pg_catalog.sum(vesu.uint256) (
    SFUNC = vesu.uint256_accumulate, STYPE = vesu.uint256, COMBINEFUNC = vesu.uint256_accumulate,
    MSFUNC = vesu.uint256_accumulate, MINVFUNC = vesu.uint256_accumulate_inverse, MSTYPE = vesu.uint256,
    PARALLEL = SAFE);
COMMENT ON AGGREGATE pg_catalog.sum(vesu.uint256) IS
    'The sum of the values that are not NULL; NULL when there is none. 22003 above 2^256-1.';

CREATE AGGREGATE pg_catalog.min(vesu.uint256) (
    SFUNC = vesu.uint256_smaller, STYPE = vesu.uint256, COMBINEFUNC = vesu.uint256_smaller,
    SORTOP = OPERATOR(pg_catalog.<), PARALLEL = SAFE);
COMMENT ON AGGREGATE pg_catalog.min(vesu.uint256) IS
    'The smallest of the values that are not NULL; NULL when there is none.';

CREATE AGGREGATE pg_catalog.max(vesu.uint256) (
    SFUNC = vesu.uint256_larger, STYPE = vesu.uint256, COMBINEFUNC = vesu.uint256_larger,
    SORTOP = OPERATOR(pg_catalog.>), PARALLEL = SAFE);
COMMENT ON AGGREGATE pg_catalog.max(vesu.uint256) IS
    'The largest of the values that are not NULL; NULL when there is none.';

CREATE FUNCTION vesu.uint256_to_numeric(vesu.uint256) RETURNS numeric
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_uint256_to_numeric';
CREATE FUNCTION vesu.uint256_from_numeric(numeric) RETURNS vesu.uint256
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_uint256_from_numeric';
CREATE FUNCTION vesu.uint256_to_bigint(vesu.uint256) RETURNS bigint
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_uint256_to_bigint';
CREATE FUNCTION vesu.uint256_from_bigint(bigint) RETURNS vesu.uint256
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_uint256_from_bigint';
CREATE FUNCTION vesu.uint256_from_integer(integer) RETURNS vesu.uint256
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_uint256_from_integer';
CREATE FUNCTION vesu.uint256_to_bytea(vesu.uint256) RETURNS bytea
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_uint256_to_bytea';
CREATE FUNCTION vesu.uint256_from_bytea(bytea) RETURNS vesu.uint256
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_uint256_from_bytea';

-- Between any type and text PostgreSQL casts through input and output by itself.
CREATE CAST (vesu.uint256 AS numeric) WITH FUNCTION vesu.uint256_to_numeric(vesu.uint256);
CREATE CAST (numeric AS vesu.uint256) WITH FUNCTION vesu.uint256_from_numeric(numeric);
CREATE CAST (vesu.uint256 AS bigint) WITH FUNCTION vesu.uint256_to_bigint(vesu.uint256);
CREATE CAST (bigint AS vesu.uint256) WITH FUNCTION vesu.uint256_from_bigint(bigint);
CREATE CAST (integer AS vesu.uint256) WITH FUNCTION vesu.uint256_from_integer(integer);
CREATE CAST (vesu.uint256 AS bytea) WITH FUNCTION vesu.uint256_to_bytea(vesu.uint256);
CREATE CAST (bytea AS vesu.uint256) WITH FUNCTION vesu.uint256_from_bytea(bytea);
COMMENT ON CAST (vesu.uint256 AS numeric) IS 'The value as a whole number. Explicit.';
COMMENT ON CAST (numeric AS vesu.uint256) IS 'A whole number from 0 to 2^256-1, such as 5 or 5.000; VS001 otherwise. Explicit.';
COMMENT ON CAST (vesu.uint256 AS bigint) IS 'The value up to 2^63-1; 22003 above. Explicit.';
COMMENT ON CAST (bigint AS vesu.uint256) IS 'A value that is not negative; VS001 otherwise. Explicit.';
COMMENT ON CAST (integer AS vesu.uint256) IS 'A value that is not negative; VS001 otherwise. Explicit.';
COMMENT ON CAST (vesu.uint256 AS bytea) IS 'The 32 bytes, most significant first. Explicit.';
COMMENT ON CAST (bytea AS vesu.uint256) IS '32 bytes, most significant first; VS001 for another length. Explicit.';

COMMENT ON FUNCTION vesu.uint256_in(cstring) IS
    'Input of uint256. VS001 unless digits of a number from 0 to 2^256-1.';
COMMENT ON FUNCTION vesu.uint256_out(vesu.uint256) IS
    'Output of uint256: decimal digits without leading zeros.';
COMMENT ON FUNCTION vesu.uint256_recv(internal) IS
    'Binary input of uint256: 32 bytes, most significant first.';
COMMENT ON FUNCTION vesu.uint256_send(vesu.uint256) IS
    'Binary output of uint256: 32 bytes, most significant first.';
COMMENT ON FUNCTION vesu.uint256_cmp(vesu.uint256, vesu.uint256) IS
    'Below 0, 0 or above 0 as the first value is lower, equal or higher: the order of btree.';
COMMENT ON FUNCTION vesu.uint256_sortsupport(internal) IS
    'Sorts without a function call a comparison, by leading bits where they suffice.';
COMMENT ON FUNCTION vesu.uint256_hash(vesu.uint256) IS
    'Hash by value.';
COMMENT ON FUNCTION vesu.uint256_hash_extended(vesu.uint256, bigint) IS
    'Hash by value with a seed.';
COMMENT ON FUNCTION vesu.uint256_lt(vesu.uint256, vesu.uint256) IS
    'Implementation of the operator <: compares values.';
COMMENT ON FUNCTION vesu.uint256_le(vesu.uint256, vesu.uint256) IS
    'Implementation of the operator <=: compares values.';
COMMENT ON FUNCTION vesu.uint256_eq(vesu.uint256, vesu.uint256) IS
    'Implementation of the operator =: compares values.';
COMMENT ON FUNCTION vesu.uint256_ne(vesu.uint256, vesu.uint256) IS
    'Implementation of the operator <>: compares values.';
COMMENT ON FUNCTION vesu.uint256_ge(vesu.uint256, vesu.uint256) IS
    'Implementation of the operator >=: compares values.';
COMMENT ON FUNCTION vesu.uint256_gt(vesu.uint256, vesu.uint256) IS
    'Implementation of the operator >: compares values.';
COMMENT ON FUNCTION vesu.uint256_add(vesu.uint256, vesu.uint256) IS
    'Implementation of the operator +. NULL for NULL; 22003 above 2^256-1.';
COMMENT ON FUNCTION vesu.uint256_subtract(vesu.uint256, vesu.uint256) IS
    'Implementation of the operator -. NULL for NULL; 22003 below 0.';
COMMENT ON FUNCTION vesu.uint256_multiply(vesu.uint256, vesu.uint256) IS
    'Implementation of the operator *. NULL for NULL; 22003 above 2^256-1.';
COMMENT ON FUNCTION vesu.uint256_divide(vesu.uint256, vesu.uint256) IS
    'Implementation of the operator /: the quotient, rounded down. NULL for NULL; 22012 for a division by zero.';
COMMENT ON FUNCTION vesu.uint256_remainder(vesu.uint256, vesu.uint256) IS
    'Implementation of the operator %: what the division leaves. NULL for NULL; 22012 for a division by zero.';
COMMENT ON FUNCTION vesu.uint256_accumulate(vesu.uint256, vesu.uint256) IS
    'Adds a value, or another partial sum, to the state of the aggregate sum. 22003 above 2^256-1.';
COMMENT ON FUNCTION vesu.uint256_accumulate_inverse(vesu.uint256, vesu.uint256) IS
    'Takes a value that left a moving window out of the state of the aggregate sum.';
COMMENT ON FUNCTION vesu.uint256_smaller(vesu.uint256, vesu.uint256) IS
    'The smaller of two values: the aggregate min.';
COMMENT ON FUNCTION vesu.uint256_larger(vesu.uint256, vesu.uint256) IS
    'The larger of two values: the aggregate max.';
COMMENT ON FUNCTION vesu.uint256_to_numeric(vesu.uint256) IS
    'Implementation of the cast uint256 to numeric.';
COMMENT ON FUNCTION vesu.uint256_from_numeric(numeric) IS
    'Implementation of the cast numeric to uint256.';
COMMENT ON FUNCTION vesu.uint256_to_bigint(vesu.uint256) IS
    'Implementation of the cast uint256 to bigint.';
COMMENT ON FUNCTION vesu.uint256_from_bigint(bigint) IS
    'Implementation of the cast bigint to uint256.';
COMMENT ON FUNCTION vesu.uint256_from_integer(integer) IS
    'Implementation of the cast integer to uint256.';
COMMENT ON FUNCTION vesu.uint256_to_bytea(vesu.uint256) IS
    'Implementation of the cast uint256 to bytea.';
COMMENT ON FUNCTION vesu.uint256_from_bytea(bytea) IS
    'Implementation of the cast bytea to uint256.';
