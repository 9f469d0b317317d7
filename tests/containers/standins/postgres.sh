#!/usr/bin/env bash
# Starts PostgreSQL as the official image's entry script does: makes the cluster with
# POSTGRES_USER, POSTGRES_PASSWORD and POSTGRES_DB where the data folder is empty.
set -euo pipefail

as_postgres() { setpriv --reuid=postgres --regid=postgres --init-groups "$@"; }

make_cluster() {
  local user=${POSTGRES_USER:-postgres}
  local database=${POSTGRES_DB:-$user}
  as_postgres initdb -U "$user" --auth-local=trust --auth-host=scram-sha-256
  echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
  echo "listen_addresses = '*'" >>"$PGDATA/postgresql.conf"
  as_postgres pg_ctl -w -o "-c listen_addresses=''" start
  as_postgres psql -U "$user" -d postgres -v ON_ERROR_STOP=1 -v user="$user" \
    -v password="${POSTGRES_PASSWORD:?is needed}" -v database="$database" <<'SQL'
alter role :"user" password :'password';
select format('create database %I', :'database') where :'database' <> 'postgres' \gexec
SQL
  as_postgres pg_ctl -w -m fast stop
}

[[ ${1:-} == postgres ]] || exec "$@"
chown -R postgres: "$PGDATA"
chmod 700 "$PGDATA"
[[ -s $PGDATA/PG_VERSION ]] || make_cluster
exec setpriv --reuid=postgres --regid=postgres --init-groups "$@"
