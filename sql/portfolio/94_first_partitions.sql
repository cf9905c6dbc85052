-- The partitions of the current month and the months ahead, and the triggers that partitions lack
--
-- Made here, so that the first row has its partition. A repeated installation makes what is missing and moves no row but those of
-- a month it makes.

SELECT count(c.partition)
  FROM vesu_portfolio.partitioned_tables() AS t
 CROSS JOIN LATERAL vesu_portfolio.create_partitions(t.parent, vesu.now(), vesu_portfolio.checked_horizon('3 months')) AS c;

SELECT count(vesu_portfolio.copy_triggers(t.parent, p.partition))
  FROM vesu_portfolio.partitioned_tables() AS t
 CROSS JOIN LATERAL vesu_portfolio.partitions_of(t.parent) AS p;
