-- pgbench: four operations on a position of :positions, each a transaction of its own. Amounts keep every position within its limits,
-- whatever the other clients do between two of them.
\set n random(1, :positions)
\set part random(1, 999999)
\set supply_hash 4 * random(1, 2000000000000000000)
\set borrow_hash :supply_hash + 1
\set repay_hash :supply_hash + 2
\set withdraw_hash :supply_hash + 3
SELECT vesu.supply(bench.user_id(:n, 5), bench.felt(:n % 20 + 1), 2 + :part * 0.000001, bench.felt(:supply_hash));
SELECT vesu.borrow(bench.user_id(:n, 5), bench.felt(:n % 20 + 1), 9 + :part * 0.000001, bench.felt(:borrow_hash));
SELECT vesu.repay(bench.user_id(:n, 5), bench.felt(:n % 20 + 1), 5 + :part * 0.000001, bench.felt(:repay_hash));
SELECT vesu.withdraw(bench.user_id(:n, 5), bench.felt(:n % 20 + 1), 1 + :part * 0.000001, bench.felt(:withdraw_hash));
