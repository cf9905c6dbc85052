# Builds and installs vesu with PGXS. GNUmakefile adds the commands around it.
EXTENSION = vesu
EXTVERSION = 1.0.0
MODULE_big = vesu
PG_CONFIG ?= pg_config

OBJS = $(patsubst %.cpp,%.o,$(sort $(wildcard src/*/*.cpp src/*/*/*.cpp)))

# The numbers of the files give the order. Members of the extension; 99 comes last of all.
LIBRARY_SQL = $(filter-out %/99_finish.sql,$(sort $(wildcard sql/library/*.sql)))
# Ordinary objects, in the order in which vesu.install() makes them.
ORDINARY_SQL = $(foreach module,base lending vault assistant portfolio,$(sort $(wildcard sql/$(module)/*.sql)))

EXTENSION_SQL = $(EXTENSION)--$(EXTVERSION).sql
DATA_built = $(EXTENSION_SQL)
EXTRA_CLEAN = $(EXTENSION_SQL) $(OBJS:.o=.d) results output_iso tmp_check build

PG_CPPFLAGS = -Isrc -DVESU_VERSION='"$(EXTVERSION)"'
PG_CXXFLAGS = -std=c++17 -ffp-contract=off -Wall -Wextra -MMD -MP $(VESU_CXXFLAGS)
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
