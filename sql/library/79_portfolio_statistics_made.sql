-- Every statistic is made.
DROP FUNCTION vesu.make_statistic(text, text, text, text[], text[], text, boolean, text);
DROP FUNCTION vesu.make_step(text, text, text, text);
