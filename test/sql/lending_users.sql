-- vesu.attach_users() ties user_id to a table of the user's own.
\set SHOW_CONTEXT never
BEGIN;
CREATE TABLE public.people (id uuid PRIMARY KEY, other_id uuid UNIQUE, name text);
INSERT INTO public.people VALUES
    ('c0000000-0000-0000-0000-000000000001', 'c1000000-0000-0000-0000-000000000001', 'one'),
    ('c0000000-0000-0000-0000-000000000002', 'c1000000-0000-0000-0000-000000000002', 'two');
INSERT INTO vesu.vesu_pools (pool_address, collateral_asset, debt_asset, max_ltv, liquidation_threshold, liquidation_bonus)
VALUES ('0xc001', 'CETH', 'CUSD', 0.75, 0.8, 0.05);

CREATE VIEW pg_temp.user_keys AS
SELECT conname, pg_get_constraintdef(oid) AS definition
  FROM pg_constraint
 WHERE conname LIKE '%user_id_fkey' AND connamespace = 'vesu'::regnamespace
 ORDER BY conname;

-- Nothing to remove.
SELECT vesu.detach_users();
SELECT * FROM pg_temp.user_keys;

SELECT vesu.attach_users('public.people');
SELECT * FROM pg_temp.user_keys;

INSERT INTO vesu.vesu_positions (user_id, pool_address, collateral_amount)
VALUES ('c0000000-0000-0000-0000-000000000001', '0xc001', 1), ('c0000000-0000-0000-0000-000000000002', '0xc001', 1);
INSERT INTO vesu.vesu_transactions (user_id, transaction_hash, type, asset, amount)
VALUES ('c0000000-0000-0000-0000-000000000001', '0xc0f1', 'supply', 'CETH', 1),
       ('c0000000-0000-0000-0000-000000000002', '0xc0f2', 'supply', 'CETH', 1);
SAVEPOINT stranger;
INSERT INTO vesu.vesu_positions (user_id, pool_address) VALUES ('c0000000-0000-0000-0000-0000000000ff', '0xc001');
ROLLBACK TO stranger;
INSERT INTO vesu.vesu_transactions (user_id, transaction_hash, type, asset, amount)
VALUES ('c0000000-0000-0000-0000-0000000000ff', '0xc0f3', 'supply', 'CETH', 1);
ROLLBACK TO stranger;

-- Both follow a new id and go with their user.
UPDATE public.people SET id = 'c0000000-0000-0000-0000-000000000003' WHERE name = 'one';
DELETE FROM public.people WHERE name = 'two';
SELECT user_id FROM vesu.vesu_positions WHERE pool_address = '0xc001';
SELECT user_id, transaction_hash = '0xc0f1' AS is_first FROM vesu.vesu_transactions WHERE asset = 'CETH';

-- Another table replaces the first. A stored user that it lacks is an error, and the first stays.
CREATE TABLE public.members (member_id uuid PRIMARY KEY);
SAVEPOINT replacing;
SELECT vesu.attach_users('public.members', 'member_id');
ROLLBACK TO replacing;
SELECT * FROM pg_temp.user_keys;
INSERT INTO public.members VALUES ('c0000000-0000-0000-0000-000000000003');
SELECT vesu.attach_users('public.members', 'member_id');
SELECT * FROM pg_temp.user_keys;

SELECT vesu.detach_users();
SELECT * FROM pg_temp.user_keys;
INSERT INTO vesu.vesu_positions (user_id, pool_address) VALUES ('c0000000-0000-0000-0000-0000000000ff', '0xc001');

SAVEPOINT refused;
SELECT vesu.attach_users(NULL);
ROLLBACK TO refused;
SELECT vesu.attach_users('public.members', NULL);
ROLLBACK TO refused;
SELECT vesu.attach_users('public.members', 'nonesuch');
ROLLBACK;
