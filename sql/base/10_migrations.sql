-- Table of the installed steps

CREATE TABLE IF NOT EXISTS vesu.schema_migrations (
    version       varchar(50) PRIMARY KEY,
    description   text NOT NULL,
    applied_at    timestamptz DEFAULT vesu.now(),
    rollback_sql  text
);

COMMENT ON TABLE vesu.schema_migrations IS
    'Steps that vesu.install() and vesu.migrate() have taken in this database.';
COMMENT ON COLUMN vesu.schema_migrations.version IS 'module/step@version of the library that took it.';
COMMENT ON COLUMN vesu.schema_migrations.description IS 'What the step makes.';
COMMENT ON COLUMN vesu.schema_migrations.applied_at IS 'When the step was taken.';
COMMENT ON COLUMN vesu.schema_migrations.rollback_sql IS
    'What vesu.rollback_migration() runs to undo the step; NULL if it cannot be undone.';
