# Builds and installs vesu with PGXS. GNUmakefile adds the commands around it.
EXTENSION = vesu
EXTVERSION = 1.0.0
MODULE_big = vesu
PG_CONFIG ?= pg_config

CORE = bytes checked felt fixed uint256 lending/accrual lending/health lending/liquidation \
       $(addprefix protocol/, asset configuration integer interest_rate liquidation oracle position power vtoken) \
       $(addprefix vault/, amount entry row_hash transfers)
GLUE = clock felt install module numeric report row uint256 \
       lending/accrual lending/health lending/liquidation lending/triggers \
       $(addprefix protocol/, arguments asset configuration interest_rate liquidation oracle position result vtoken) \
       $(addprefix vault/, amount apply_transfers ledger row_hash triggers)
OBJS = $(CORE:%=src/core/%.o) $(GLUE:%=src/pg/%.o)

# Members of the extension, in the order of creation.
LIBRARY_SQL = $(addprefix sql/library/, 10_types.sql 20_felt252.sql 25_uint256.sql 30_clock.sql 40_health.sql \
                50_accrual.sql 60_protocol.sql 62_protocol_positions.sql 64_protocol_checks.sql 70_vault.sql \
                90_install.sql 92_migrate.sql 94_access.sql 96_create.sql)
# Ordinary objects, in the order in which vesu.install() makes them.
BASE_SQL = $(addprefix sql/base/, 10_migrations.sql 20_jobs.sql 30_indexes.sql)
LENDING_SQL = $(addprefix sql/lending/, 05_protocol_tables.sql 10_tables.sql 15_users.sql 20_triggers.sql 30_rows.sql \
                40_finders.sql 45_prices.sql 46_protocol_state.sql 47_accrual.sql 48_pool_config.sql 50_risk.sql \
                55_what_if.sql 60_checks.sql 61_steps.sql 62_operations.sql 63_settlement.sql 64_liquidation.sql \
                70_history.sql 80_verify.sql 90_access.sql 95_jobs.sql)
VAULT_SQL = $(addprefix sql/vault/, 10_tables.sql 20_triggers.sql 25_refusals.sql 30_ledger.sql 32_operations.sql 34_transfer.sql \
              36_vaults.sql 40_two_phase.sql 50_batches.sql 52_apply_transfers.sql 60_proof.sql 65_snapshots.sql 67_tvl.sql \
              70_analytics.sql 75_reconciliation.sql 80_alerts.sql 85_events.sql 90_access.sql 95_jobs.sql)
ORDINARY_SQL = $(BASE_SQL) $(LENDING_SQL) $(VAULT_SQL)

EXTENSION_SQL = $(EXTENSION)--$(EXTVERSION).sql
DATA_built = $(EXTENSION_SQL)
EXTRA_CLEAN = $(EXTENSION_SQL) $(OBJS:.o=.d) results output_iso tmp_check build

PG_CPPFLAGS = -Isrc -DVESU_VERSION='"$(EXTVERSION)"'
PG_CXXFLAGS = -std=c++17 -Wall -Wextra -MMD -MP $(VESU_CXXFLAGS)
SHLIB_LINK = -lstdc++ -Wl,--version-script=src/vesu.map
override with_llvm = no

PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)
-include $(OBJS:.o=.d)

$(EXTENSION_SQL): sql/embed $(LIBRARY_SQL) $(ORDINARY_SQL) sql/library/99_finish.sql Makefile
	{ printf '%s\n' '\echo Use "CREATE EXTENSION vesu" to load this file. \quit'; \
	  cat $(LIBRARY_SQL); sql/embed $(ORDINARY_SQL); cat sql/library/99_finish.sql; } > $@.tmp
	mv $@.tmp $@

$(shlib): src/vesu.map
